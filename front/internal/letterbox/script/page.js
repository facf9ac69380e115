// What the pages' forms share: sentences of the page, one send at a time, parts
// that are shown. No sentence of its own.
import * as front from "./front.js";
import { noteCopy } from "./leave.js";
import { Problem } from "./problem.js";

export const all = (root, selector) => Array.from(root.querySelectorAll(selector));

// say shows the sentence data-msg-NAME of a form in its status line, with
// {placeholders} filled in.
export function say(form, name, values) {
  const status = form.querySelector("[data-status]");
  if (!status) return;
  const words = form.closest("[data-msg-failed]") || form; // the form itself, or what holds several
  let sentence = name ? words.getAttribute("data-msg-" + name) || words.getAttribute("data-msg-failed") || "" : "";
  for (const key of Object.keys(values || {})) sentence = sentence.split("{" + key + "}").join(values[key]);
  status.setAttribute("data-state", name);
  status.textContent = sentence;
}

// guard runs work once at a time and tells problems in words. The form stays.
export function guard(form, work, attached) {
  let busy = false;
  return async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    form.setAttribute("aria-busy", "true");
    const done = work(); // takes what stands in the form before it first waits
    const thaw = freeze(form);
    try {
      await done;
      thaw();
    } catch (e) {
      thaw();
      if (e instanceof Problem) {
        say(form, e.message, e.values);
        const code = form.elements.namedItem("code");
        if (code && e.message.indexOf("code-") === 0) code.focus();
      }
      else if (e instanceof front.Refused) say(form, e.code);
      else {
        say(form, e.message === "offline" || e.message === "too-large" ? e.message : "failed");
        offerPlain(form, attached);
      }
    }
    busy = false;
    form.removeAttribute("aria-busy");
  };
}

// freeze keeps the fields as they are being sent: what somebody changed now
// would be neither sent nor kept. It returns the way back.
function freeze(form) {
  const fields = Array.from(form.elements).filter((e) => !e.disabled && e.type !== "hidden" && /^(INPUT|TEXTAREA|SELECT)$/.test(e.tagName));
  fields.forEach((e) => (e.disabled = true));
  return () => fields.forEach((e) => (e.disabled = false));
}

// offerPlain shows the button that sends the form without the script: a phone
// on which the script fails must not keep a person from being heard.
export function offerPlain(form, attached) {
  all(form, "[data-plain]").forEach((b) => {
    b.hidden = false;
    b.onclick = async () => (!attached || (await attached.handOver())) && form.submit();
  });
}

// show puts a template's content after an element and moves the focus to it.
export function show(template, after) {
  const part = document.createElement("div");
  part.appendChild(document.importNode(template.content, true));
  after.parentNode.insertBefore(part, after.nextSibling);
  focus(part);
  return part;
}

export function focus(part) {
  const heading = part.querySelector("h1, h2, h3") || part;
  heading.setAttribute("tabindex", "-1");
  heading.focus();
}

export async function copy(button, words) {
  noteCopy();
  try {
    await navigator.clipboard.writeText(words);
  } catch (e) {
    const area = document.createElement("textarea");
    area.value = words;
    document.body.appendChild(area);
    area.select();
    document.execCommand("copy");
    document.body.removeChild(area);
    button.focus();
  }
  const done = button.getAttribute("data-msg-copied");
  if (done) button.textContent = done;
}
