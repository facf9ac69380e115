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
  // A page's own keys: what carries data-key is focused when it is a field or a
  // fold, else followed. Nothing that sends a form is pressed by a key.
  const own = (key) => {
    const to = key.length === 1 ? [...document.querySelectorAll("[data-key]")].find((n) => n.dataset.key === key) : null;
    if (!to) return null;
    return () => {
      if (to.matches("details")) {
        to.open = true;
        to.querySelector("input:not([type=hidden]), textarea, select, button, summary").focus();
      } else if (to.matches("a")) to.click();
      else to.querySelector("textarea, input:not([type=hidden]), select, button")?.focus();
    };
  };
  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.altKey || e.metaKey || e.isComposing) return;
    const field = e.target.closest("input, textarea, select");
    if (field && !["checkbox", "radio"].includes(field.type)) {
      if (e.key === "Escape") field.blur();
      return;
    }
    const act = keys[e.key] || own(e.key);
    if (!act) return;
    e.preventDefault();
    act();
  });
  // Words that are marked in a text with data-take go into the field of that name.
  for (const text of document.querySelectorAll("[data-take]")) {
    document.addEventListener("selectionchange", () => {
      const marked = getSelection(), words = marked.toString().trim();
      if (words && text.contains(marked.anchorNode) && text.contains(marked.focusNode))
        document.querySelector(`textarea[name="${text.dataset.take}"]`).value = words;
    });
  }
  // Who else is here, and whether they write: asked for now and then. What is typed
  // is kept as a draft on the server while somebody types, so that a page that dies loses little.
  const post = (url, data) => fetch(url, { method: "POST", body: new URLSearchParams(data), headers: { "X-Quiet": "1" } });
  for (const box of document.querySelectorAll("[data-here]")) {
    const text = () => document.querySelector("[data-keep] textarea");
    const ask = async () => {
      if (document.hidden) return;
      try {
        const r = await post(box.dataset.here, { writing: text()?.value.trim() ? "yes" : "" });
        if (!r.ok) return;
        const said = await r.text();
        if (said !== box.textContent) box.textContent = said;
        box.hidden = said === "";
      } catch { /* the line is down: the next time */ }
    };
    setInterval(ask, 15000);
    text()?.addEventListener("input", () => { if (!box.dataset.told) { box.dataset.told = "1"; ask(); } });
  }
  const keepers = new Map(); // how a form's words are kept at once
  for (const form of document.querySelectorAll("[data-keep]")) {
    const text = form.querySelector("textarea");
    const said = form.querySelector("[data-kept]");
    let kept = text.value, busy = null, sent = false, go = false;
    const keep = async () => {
      const now = text.value;
      try {
        const r = await post(form.dataset.keep, new FormData(form));
        if (r.ok) {
          const [id, revision] = (await r.text()).split(" ");
          form.elements.draft.value = id;
          form.elements.revision.value = revision;
          kept = now;
          if (said) said.hidden = false;
        }
      } catch { /* the line is down: the next time */ }
      busy = null;
    };
    // What is on its way as a draft arrives before the form does, which then names its
    // revision; a line that is down holds it up for three seconds.
    form.addEventListener("submit", async (e) => {
      if (go || (!sent && !busy)) {
        sent = true;
        return;
      }
      e.preventDefault();
      if (sent) return; // pressed once more meanwhile
      sent = true;
      await Promise.race([busy, new Promise((over) => setTimeout(over, 3000))]);
      go = true;
      form.requestSubmit(e.submitter);
    });
    addEventListener("pageshow", () => { sent = go = false; }); // back from the page that it led to
    const unkept = () => text.value !== kept && text.value.trim() !== "";
    keepers.set(form, async () => {
      await busy;
      if (text.value.trim()) await keep();
      return text.value.trim() !== "" && text.value === kept;
    });
    setInterval(() => { if (!busy && !sent && unkept()) busy = keep(); }, 5000);
  }
  // Sending one form loses what stands in the others: it is kept where it can be, else
  // the first press says so and the second one goes on. Locking waits for nothing.
  const state = (form) => JSON.stringify([...form.elements].filter((n) => n.name && n.type !== "hidden" && !n.matches("button, fieldset, output"))
    .map((n) => n.matches("select") ? [...n.selectedOptions].map((o) => o.value) : n.matches("[type=checkbox], [type=radio]") ? n.checked : n.value));
  const before = new Map([...document.forms].map((f) => [f, state(f)]));
  let told = null, note = null;
  const tell = (form, button, lost) => {
    note?.remove();
    note = document.getElementById("unsent").content.firstElementChild.cloneNode(true);
    note.querySelector("a").addEventListener("click", (e) => {
      e.preventDefault();
      const field = [...lost.elements].find((n) => n.name && n.type !== "hidden" && !n.matches("button, fieldset, output"));
      for (let fold = field.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
      field.focus();
    });
    (button?.closest(".actions") ?? button ?? form).before(note);
  };
  document.addEventListener("submit", async (e) => {
    const form = e.target, button = e.submitter;
    if (told === form || form.method === "dialog" || form.matches('[action="/lock"]')) return;
    const lost = [...document.forms].filter((f) => f !== form && f.method === "post" && before.has(f) && state(f) !== before.get(f));
    if (lost.length === 0) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    const late = new Promise((over) => setTimeout(over, 3000, false));
    const kept = await Promise.all(lost.map((f) => keepers.has(f) && Promise.race([keepers.get(f)(), late])));
    told = form;
    const first = lost.find((f, i) => !kept[i]);
    first ? tell(form, button, first) : form.requestSubmit(button);
  }, true);
  // What is typed is read by the leak guard a moment after the last key.
  for (const form of document.querySelectorAll("[data-look]")) {
    const box = form.querySelector("#look");
    let wait = 0, turn = 0;
    const look = async () => {
      const mine = ++turn;
      try {
        const r = await post(form.dataset.look, new FormData(form));
        const said = r.ok && new DOMParser().parseFromString(await r.text(), "text/html").getElementById("look");
        if (said && mine === turn && said.innerHTML !== box.innerHTML) box.replaceChildren(...said.childNodes);
      } catch { /* the line is down: the next time */ }
    };
    form.addEventListener("input", () => { clearTimeout(wait); wait = setTimeout(look, 1200); });
  }
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
