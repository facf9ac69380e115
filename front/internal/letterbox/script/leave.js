// The way out, by its link or by pressing Escape three times. It empties what was
// typed and shown, goes back over the questions that stand in the list of pages,
// and takes the place of the first, so that "back" does not lead to the form.
const within = 2000; // milliseconds for three times Escape

let steps = 0; // questions that were shown since, each an entry of its own
let last = ""; // the fragment that was counted last
let left = "";
let copied = false;

export const noteCopy = () => (copied = true);

const at = () => (history.state || {}).step; // of the entry that is shown

function leave(to) {
  if (left) return;
  count(); // a key can be told before the question that was just opened
  left = to;
  const go = () => location.replace(to);
  wipe();
  if (!steps) return go();
  const arrived = () => at() === 0 && go(); // not what is told late of the way there
  window.addEventListener("popstate", arrived);
  window.addEventListener("hashchange", arrived);
  setTimeout(go, 5000); // where neither is told; sooner would overtake a slow phone, and leave the form behind "back"
  history.go(-steps);
}

// count takes how many questions lie behind the shown one from its entry, or gives
// it its number. Each question is an entry; going back takes one away.
function count() {
  if (left || location.hash === last) return;
  steps = at() >= 0 ? at() : steps + 1;
  history.replaceState({ step: steps }, "");
  last = location.hash;
}

function wipe() {
  for (const f of document.forms) f.reset();
  document.title = "";
  document.body.textContent = "";
  if (copied && navigator.clipboard) navigator.clipboard.writeText("").catch(() => {});
}

export function watchExit() {
  const link = document.querySelector("a.exit");
  if (!link) return;
  const to = link.href;
  link.addEventListener("click", (e) => (e.preventDefault(), leave(to)));
  let pressed = [];
  document.addEventListener("keydown", (e) => {
    if (!/^Esc/.test(e.key)) return;
    const now = Date.now();
    pressed = pressed.filter((at) => now - at < within).concat(now);
    if (pressed.length >= 3) leave(to);
  });
  last = location.hash;
  window.addEventListener("hashchange", count);
  history.replaceState({ step: (steps = at() || 0) }, "");
  // A page that the browser kept whole and shows again is left again.
  window.addEventListener("pageshow", (e) => e.persisted && left && location.replace(left));
}
