// The page's script: seals what a person writes in their own browser, and opens
// the answers there. It improves forms that work without it. It says nothing of
// its own: every sentence stands in the page, translated, in data-msg-* attributes.
import { attachments } from "./attach.js";
import { parseCode, groups, prices } from "./code.js";
import * as front from "./front.js";
import { value } from "./form.js";
import { watchExit } from "./leave.js";
import { derive } from "./mailbox.js";
import { cover, nothing, parts, tapped } from "./person.js";
import { random, unb64 } from "./bytes.js";
import { all, copy, focus, guard, say, show } from "./page.js";
import { Problem } from "./problem.js";
import { sender, tellErased } from "./send.js";

function sealForm(form) {
  const attached = form.elements.namedItem("file") ? attachments(form) : nothing;
  const send = sender(form, (name, values) => say(form, name, values), attached);
  // Enter on a choice would send the whole form in the middle of the questions.
  const still = (e) => e.key === "Enter" && e.target.tagName === "INPUT" && e.preventDefault();
  parts(form);
  ["keydown", "keypress"].forEach((kind) => form.addEventListener(kind, still));
  form.addEventListener("submit", guard(form, async () => {
    const { digits, second } = await send();
    const template = document.querySelector("template[data-receipt]");
    const channel = form.getAttribute("data-channel");
    form.reset();
    form.hidden = true;
    const receipt = show(template, form);
    groups(digits).forEach((g, i) => all(receipt, '[data-group="' + (i + 1) + '"]').forEach((slot) => (slot.textContent = g)));
    groups(second).forEach((g, i) => all(receipt, '[data-second="' + (i + 1) + '"]').forEach((slot) => (slot.textContent = g)));
    cover(receipt);
    // The page itself is where the form's sentences stand: a form there is another one.
    all(receipt, "form[data-followup]").forEach((f) => followUp(f, digits, channel));
    all(receipt, "[data-copy]").forEach((b) => b.addEventListener("click", () => copy(b, groups(digits).join(" "))));
    form.parentNode.removeChild(form);
    disguise(receipt, digits);
  }, attached));
}

// disguise writes the code as a list of what was bought.
function disguise(receipt, digits) {
  const list = receipt.querySelector("[data-goods]");
  if (!list) return;
  const goods = list.getAttribute("data-goods").split(", ");
  const pick = () => goods.splice(random(1)[0] % goods.length, 1)[0];
  list.textContent = prices(digits, list.getAttribute("data-point")).map((p) => pick() + " " + p + "\n").join("");
  all(receipt, "[data-copy-list]").forEach((b) => b.addEventListener("click", () => copy(b, list.textContent)));
}

function mailboxForm(form) {
  let shown = null;
  const waiting = (seconds) => say(form, "retry", { seconds });
  form.addEventListener("submit", guard(form, async () => {
    const parsed = parseCode(value(form, "code"));
    if (parsed.error) throw new Problem("code-" + parsed.error, { count: parsed.count });
    say(form, "opening");
    const published = await front.channels(waiting);
    const box = derive(parsed.digits, published.salt);
    const answer = await front.read(box, waiting);
    if (shown) shown.parentNode.removeChild(shown);
    shown = show(document.querySelector("template[data-conversation]"), form);
    const messages = answer.replies.map((r) => opened(box, r)).filter((m) => !m || m.kind !== "cover");
    list(shown, messages);
    say(form, answer.expired ? "expired-" + answer.expired : messages.length ? "" : "no-replies");
    // Replies name the channel; a mailbox without one is answered where the Front says.
    const channel = messages.map((m) => m && m.channel).filter(Boolean).pop() || answer.channel;
    all(shown, "form[data-followup]").forEach((f) => followUp(f, parsed.digits, channel));
    const write = shown.querySelector("form[data-followup]");
    all(shown, "[data-tap]").forEach((b) => tap(b, write, parsed.digits));
    all(shown, "[data-erase]").forEach((b) => b.addEventListener("click", guard(form, () => erase(b))));

    async function erase(button) {
      const question = button.getAttribute("data-msg-confirm");
      if (question && !window.confirm(question)) return;
      const wish = shown.querySelector('[name="q.erase-all"]:checked');
      await tellErased(shown.querySelector("form[data-followup]") || form, parsed.digits, Boolean(wish)).catch(() => {});
      await front.erase(box, waiting);
      shown.parentNode.removeChild(shown);
      shown = null;
      form.reset();
      say(form, "erased");
      focus(form);
    }
  }));
}

// opened returns the message of a reply, or null when it does not open: the
// person is told of it and the others are still shown.
function opened(box, reply) {
  try {
    return box.open(unb64(reply.sealed));
  } catch (e) {
    return null;
  }
}

function list(conversation, messages) {
  const template = document.querySelector("template[data-message]");
  const place = conversation.querySelector("[data-messages]") || conversation;
  for (const m of messages) {
    const item = document.importNode(template.content, true);
    const kind = m ? m.kind : "unopened";
    const fill = (slot, words) => all(item, "[data-" + slot + "]").forEach((e) => (words ? (e.textContent = words) : (e.hidden = true)));
    all(item, "[data-from]").forEach((e) => (e.textContent = (m && (e.getAttribute("data-from-" + m.from) || m.from)) || ""));
    fill("day", m && dayWords(m.day));
    fill("text", m && m.text);
    all(item, "[data-kind]").forEach((e) => (e.hidden = e.getAttribute("data-kind") !== kind));
    place.appendChild(item);
  }
}

// dayWords writes a day as the page's language does; what is not a day stays as it is.
function dayWords(day) {
  const at = new Date(day + "T12:00:00Z");
  if (isNaN(at)) return day;
  return at.toLocaleDateString(document.documentElement.lang, { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
}

function followUp(form, digits, channel) {
  if (channel) form.setAttribute("data-channel", channel);
  const attached = form.elements.namedItem("file") ? attachments(form) : nothing;
  const send = sender(form, (name, values) => say(form, name, values), attached);
  form.addEventListener("submit", guard(form, async () => {
    if (same(form)) throw new Problem("same");
    await send(digits);
    form.reset();
    attached.clear();
    say(form, "sent");
  }));
}

// same tells whether one sentence stands for two meanings, which would have none at
// the Desk. It looks less closely than envelope.Bare there: every byte here is loaded.
function same(form) {
  const [fine, help] = ["fine", "need-help"].map((q) => value(form, "q." + q + ".words").toLowerCase().replace(/[\s.,!?]/g, ""));
  return fine && fine === help;
}

// tap sends one of two signs. The same tap while one is on its way is that one.
function tap(button, form, digits) {
  const send = sender(form, (name, values) => say(form, name, values), nothing, () => tapped(button.getAttribute("data-tap"), value(form, "lang")));
  button.addEventListener("click", guard(form, async () => {
    await send(digits);
    say(form, "sent");
    form.querySelector("[data-status]").scrollIntoView({ block: "nearest" });
  }));
}

// The page says which road it takes before anybody types: only now, when
// everything has loaded, is it the one with the script.
function start() {
  watchExit();
  all(document, "form[data-seal]").forEach(sealForm);
  all(document, "form[data-mailbox]").forEach(mailboxForm);
  all(document, "[data-with-script]").forEach((e) => (e.hidden = false));
  all(document, "[data-without-script]").forEach((e) => (e.hidden = true));
  document.documentElement.setAttribute("data-script", "on");
}

if (window.fetch && window.crypto && window.TextEncoder && "content" in document.createElement("template")) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
