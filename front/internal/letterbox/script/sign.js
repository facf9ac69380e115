// The script of the pages about petitions. It stands apart so that it weighs
// nothing on those who need help.
import { watchExit } from "./leave.js";
import { all, copy, guard, say, show } from "./page.js";
import { signer } from "./petition.js";

function petitionForm(form) {
  const sign = signer(form, (name, values) => say(form, name, values));
  form.addEventListener("submit", guard(form, async () => {
    await sign();
    const template = document.querySelector("template[data-thanks]");
    form.reset();
    form.hidden = true;
    show(template, form);
  }));
}

// copies shows a button that copies what an element holds.
function copies(selector, words) {
  all(document, selector).forEach((b) => {
    b.hidden = false;
    b.addEventListener("click", () => copy(b, words()));
  });
}

function start() {
  watchExit();
  all(document, "form[data-petition]").forEach(petitionForm);
  all(document, "[data-share]").forEach((e) => (e.textContent = window.location.href.split(/[?#]/)[0]));
  copies("[data-copy-share]", () => document.querySelector("[data-share]").textContent);
  copies("[data-copy-letter]", () => document.querySelector("[data-copied]").value);
  all(document, "[data-with-script]").forEach((e) => (e.hidden = false));
  all(document, "[data-without-script]").forEach((e) => (e.hidden = true));
  document.documentElement.setAttribute("data-script", "on");
}

if (window.fetch && window.crypto && window.TextEncoder && "content" in document.createElement("template")) {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
}
