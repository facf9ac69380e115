// The files that a form sends. What a file gives away is looked at by a second
// script, which is loaded when the first file is chosen.
import { fileFields } from "./form.js";
import { second } from "./second.js";

let loading = null;

// load brings the second script and its words, once; after a broken line it may
// be tried again.
function load(form) {
  loading = loading || Promise.all([words(form.getAttribute("data-words")), second()]).then(
    ([template, papers]) => papers.panel.bind(null, template),
    (e) => {
      loading = null;
      throw e;
    },
  );
  return loading;
}

async function words(address) {
  const answer = await fetch(address, { credentials: "omit", cache: "no-store", redirect: "error" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return document.adoptNode(page.querySelector("template[data-paper]"));
}

// untaken are the files that still stand in the form's own fields: nobody has looked at them.
const untaken = (form) =>
  fileFields(form).reduce((list, field) => list.concat(Array.from(field.files, (f) => ({ blob: f, name: f.name, type: f.type, stamp: f.lastModified, kind: field.name === "voice" ? "voice" : undefined }))), []);

// attachments stands beside a form: items() are the files as the person chose to
// send them, each {blob, name, type, state, kind, of}.
export function attachments(form) {
  const field = form.elements.namedItem("file");
  const notice = (name, shown) => Array.from(form.querySelectorAll("[data-" + name + "]")).forEach((e) => (e.hidden = !shown));
  let panel = null;
  let work = Promise.resolve();
  if (field && form.getAttribute("data-papers")) {
    const open = () => load(form).then((make) => (panel = panel || make(field)));
    // Files stay in their field until the panel has taken them: nothing chosen is lost.
    const take = () => {
      work = open().then(() => fileFields(form).forEach((f) => panel.take(f)), () => {}).then(() => notice("not-looked", untaken(form).length > 0));
    };
    fileFields(form).forEach((f) => f.addEventListener("change", take));
    if (untaken(form).length) take(); // the browser kept them when the page was loaded anew
    const recorder = form.querySelector("[data-voice]");
    if (recorder && window.MediaRecorder && navigator.mediaDevices) {
      recorder.hidden = false;
      notice("voice-field", false);
      const button = recorder.querySelector("[data-record]");
      const first = () => open().then(
        () => (button.removeEventListener("click", first), panel.record(recorder)),
        () => notice("voice-failed", true),
      );
      button.addEventListener("click", first);
    }
  }
  return {
    async items() {
      await work;
      return (panel ? await panel.items() : []).concat(untaken(form));
    },
    open: () => Boolean(panel && panel.open()), // something is recorded and not yet attached
    clear: () => panel && panel.clear(),
    // handOver puts the files, as they would have been sent, into the form's own
    // field, for the road without the script. Without it nothing goes uncleaned.
    async handOver() {
      const items = await this.items();
      if (!panel || !items.length) return true;
      try {
        const files = new DataTransfer();
        items.forEach((i) => files.items.add(new File([i.blob], i.name, { type: i.type })));
        field.files = files.files;
        panel.clear();
        return true;
      } catch (e) {
        panel.clear();
        notice("not-handed", true);
        return false;
      }
    },
  };
}
