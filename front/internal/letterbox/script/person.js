// Small things that make the pages easier for a person: one tap instead of words,
// hiding the code from eyes nearby, questions that are asked only when they fit.
const all = (root, selector) => Array.from(root.querySelectorAll(selector));

// parts shows the further questions of a screen only for the answers above for
// which they are asked. What was typed in one that is hidden stays and is sent.
export function parts(form) {
  const update = () =>
    all(form, "[data-when]").forEach((part) => {
      const chosen = part.closest(".step").querySelector("input:checked");
      part.hidden = !chosen || part.getAttribute("data-when").split(" ").indexOf(chosen.value) < 0;
    });
  form.addEventListener("change", update);
  form.addEventListener("reset", () => setTimeout(update, 0));
  update();
}

// cover lets the code be hidden, with all that leads to it, and shown again until
// the page is left.
export function cover(receipt) {
  all(receipt, "[data-hide]").forEach((button) =>
    button.addEventListener("click", () => {
      const hide = !receipt.querySelector(".code").hidden;
      all(receipt, ".code, details.second").forEach((e) => (e.hidden = hide));
      button.textContent = button.getAttribute(hide ? "data-msg-show" : "data-msg-hide");
    }),
  );
}

// tapped is the content of a message that one tap makes; it travels like any other.
export const tapped = (sign, lang) => ({ lang, text: "", answers: [{ q: "check-in", values: [sign] }] });

// nothing stands for the files of what has none.
export const nothing = { open: () => false, items: async () => [], clear() {} };
