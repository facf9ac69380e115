// The Desk's keys and copy buttons. Every page works without this file.
"use strict";
(() => {
  const links = () => [...document.querySelectorAll(".list tbody th a")];
  const move = (by) => {
    const all = links();
    if (all.length === 0) return;
    const at = all.indexOf(document.activeElement);
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by));
    all[to].focus();
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    "/": () => document.querySelector(".filter input, .filter select")?.focus(),
    "?": () => {
      const help = document.getElementById("keys");
      if (help && help.showModal) help.open ? help.close() : help.showModal();
    },
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing) return;
    const field = e.target.closest("input, textarea, select");
    if (field && !["checkbox", "radio"].includes(field.type)) {
      if (e.key === "Escape") field.blur();
      return;
    }
    const act = keys[e.key];
    if (!act) return;
    e.preventDefault();
    act();
  });
  for (const box of document.querySelectorAll("[data-copy-box]")) {
    const button = box.querySelector("[data-copy]");
    const said = box.querySelector("[data-copied]");
    if (!button || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(box.querySelector("[data-copy-text]").textContent);
      said.hidden = false;
    });
  }
})();
