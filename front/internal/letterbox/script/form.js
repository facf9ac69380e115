// Reads what a person put into a form, by the names that the page gives:
// text, q.ID, q.ID.words, q.ID.skip, q.ID.later, file, code, lang, form.

// collect returns the message's content; nothing typed is altered. A question
// that was shown and got no answer counts as skipped, as without the script.
export function collect(form) {
  const answers = [];
  const byQuestion = {};
  for (const field of Array.from(form.elements)) {
    const name = /^q\.([^.]+)(?:\.(words|skip|later))?$/.exec(field.name || "");
    if (!name || field.disabled) continue;
    const a = byQuestion[name[1]] || (byQuestion[name[1]] = { q: name[1] });
    if (answers.indexOf(a) < 0) answers[field.closest("[data-first]") ? "unshift" : "push"](a);
    const chosen = field.type === "checkbox" || field.type === "radio" ? field.checked : field.value !== "";
    if (!chosen) continue;
    if (name[2] === "words") a.words = field.value;
    else if (name[2] === "skip") a.skipped = true;
    else if (name[2] === "later") a.later = true;
    else a.values = (a.values || []).concat(valuesOf(field));
  }
  for (const a of answers) if (!a.values && !a.words && !a.later) a.skipped = true;
  // The question for the text itself has its answer in text; only "later" is noted.
  const kept = answers.filter((a) => a.q !== "text" || a.later);
  const message = { lang: value(form, "lang"), text: value(form, "text"), answers: kept };
  const shown = /^(.+)\/(\d+)$/.exec(value(form, "form"));
  if (shown) message.form = { id: shown[1], version: Number(shown[2]) };
  return message;
}

function valuesOf(field) {
  if (field.type === "select-multiple") return Array.from(field.selectedOptions).map((o) => o.value);
  return [field.value];
}

export function value(form, name) {
  const field = form.elements.namedItem(name);
  return field && field.value ? field.value : "";
}

export const fileFields = (form) => ["file", "voice"].map((name) => form.elements.namedItem(name)).filter((f) => f && f.files);

export const isEmpty = (m, files) => !m.text.trim() && m.answers.every((a) => !a.values && !(a.words || "").trim()) && !files.length;
