// The list of chosen files: what each gives away, and how it is to be sent.
import { look } from "./look.js";
import { recorder } from "./voice.js";

const all = (root, selector) => Array.from(root.querySelectorAll(selector));

// grouped are reasons that read the same to a person.
const grouped = { packed: "inside", pictures: "inside", track: "inside", kind: "inside" };

let panels = 0;

// The order in which people are told: what finds them first.
const order = ["place", "author", "serial", "device", "path", "day", "track", "preview", "words"];
const rank = (t) => order.indexOf(t.what) + (order.indexOf(t.what) < 0 ? 100 : 0)

// panel makes the list below a form's file field; template has its words.
export function panel(template, field) {
  const place = field.parentNode.appendChild(document.createElement("div"));
  place.className = "papers";
  const mark = "paper" + ++panels + "-";
  const entries = [];
  const counts = {};
  let voices = null;
  let made = 0;

  function add(file, voice, here) {
    const box = document.importNode(template.content, true).firstElementChild;
    const entry = { file, voice, here, box, found: null };
    const number = ++made;
    all(box, "input").forEach((input, i) => {
      const choice = input.closest("[data-way]");
      input.id = mark + number + "-" + i;
      if (choice) input.name = mark + number;
      input.parentNode.querySelector("label").htmlFor = input.id;
    });
    box.querySelector("[data-name]").textContent = here ? template.getAttribute("data-voice-name") : file.name;
    box.querySelector("[data-leave]").addEventListener("click", () => remove(entry));
    place.appendChild(box);
    entries.push(entry);
    entry.looked = look(file).then((found) => shown(entry, found));
    return entry.looked;
  }

  function remove(entry) {
    const at = entries.indexOf(entry);
    if (at < 0) return;
    entries.splice(at, 1);
    place.removeChild(entry.box);
    (entries.length ? entries[Math.min(at, entries.length - 1)].box.querySelector("[data-leave]") : field).focus();
  }

  function shown(entry, found) {
    const { box, voice, here, file } = entry;
    entry.found = found;
    const what = voice ? "voice" : found.what;
    counts[what] = (counts[what] || 0) + 1;
    const end = found.end || (/\.([A-Za-z0-9]{1,5})$/.exec(file.name) || ["", ""])[1].toLowerCase();
    entry.neutral = what + "-" + counts[what] + (end ? "." + end : "");
    const put = (name, words) => all(box, "[data-" + name + "]").forEach((e) => ((e.textContent = words), (e.hidden = !words)));
    const sentence = (name) => template.getAttribute("data-" + name) || "";
    put("looking", "");
    put("neutral", entry.neutral);
    all(box, "[data-rename]").forEach((e) => (e.hidden = Boolean(here)));
    const list = box.querySelector("[data-tells]");
    if (!here) {
      const why = found.why && (sentence("why-" + (grouped[found.why] || found.why)) || sentence("why-broken"));
      put("verdict", why || sentence(found.tells.length ? "gives-away" : "nothing"));
      if (why && found.tells.length) put("known", sentence("gives-away"));
      found.tells.slice().sort((x, y) => rank(x) - rank(y)).forEach((t) => line(list, sentence("tell-" + t.what) || sentence("tell-hidden"), t.values));
      put("stays", found.stays.map((s) => sentence("stay-" + s)).join(" "));
      put("seen", sentence("seen"));
    }
    list.hidden = !list.firstChild;
    const ways = here ? [] : found.clean ? ["cleaned", "both", "as-is"] : ["as-is"];
    all(box, "[data-way]").forEach((e) => {
      const way = e.getAttribute("data-way");
      e.hidden = ways.indexOf(way) < 0;
      e.querySelector("input").checked = way === ways[0];
    });
    box.setAttribute("data-done", found.clean ? "cleaned" : "as-is");
  }

  function line(list, words, values) {
    const item = list.appendChild(document.createElement("li"));
    item.textContent = words + (values.length ? ": " : ".");
    values.forEach((v, i) => {
      if (i) item.appendChild(document.createTextNode(", "));
      item.appendChild(document.createElement("bdi")).textContent = v;
    });
  }

  // sent are the one or two files that an entry stands for.
  function sent({ file, voice, here, box, found, neutral }) {
    const chosen = all(box, "[data-way]").filter((e) => e.querySelector("input").checked)[0];
    const way = here ? (found.clean ? "cleaned" : "as-is") : chosen.getAttribute("data-way");
    const rename = box.querySelector("[data-rename] input");
    const name = here || (rename && rename.checked) ? neutral : file.name;
    const stamp = file.lastModified;
    const type = found.type || file.type;
    const kind = voice ? "voice" : undefined;
    if (way === "as-is") return [{ blob: file, name, type, stamp, state: "as-is", kind }];
    const clean = { blob: found.clean, name, type: here ? file.type.replace(/;.*/, "") : type, stamp, state: "cleaned", kind };
    if (way === "cleaned") return [clean];
    return [clean, { blob: file, name: name.replace(/(\.\w+)?$/, "-original$1"), type, stamp, state: "original", of: clean }];
  }

  return {
    // take moves the files out of a field into the list.
    take(from) {
      Array.from(from.files).forEach((f) => add(f, from.name === "voice"));
      from.value = "";
    },
    async items() {
      await Promise.all(entries.map((e) => e.looked));
      return entries.reduce((list, e) => list.concat(sent(e)), []);
    },
    clear() {
      entries.splice(0).forEach((e) => place.removeChild(e.box));
    },
    open: () => Boolean(voices && voices.open()),
    record: (box) => (voices = recorder(box, template, (file) => add(file, true, true))),
  };
}
