// Signing a petition in the page: the statement is verified, the signature sealed
// to its key and sent. docs/formats/petition.md.
import { seal } from "./age.js";
import { openNote } from "./bundle.js";
import { concat, hex, random, text, u32, unb64 } from "./bytes.js";
import * as front from "./front.js";
import { value } from "./form.js";
import { Problem } from "./problem.js";

const size = 1024;

// signer returns sign() for one form. What was sealed is kept, so that sending
// again after a broken line is the same signature.
export function signer(form, say) {
  const id = form.getAttribute("data-petition");
  const waiting = (seconds) => say("retry", { seconds });
  let pending = null;
  return async function sign() {
    const s = collect(form, id);
    const mark = JSON.stringify(s);
    if (!pending || pending.mark !== mark) {
      say("preparing");
      const p = genuine((await front.petition(id, waiting)).statement, form, id);
      pending = { mark, number: hex(random(8)), sealed: seal(p.recipient, encode(s)) };
    }
    say("sending");
    await front.putSignature(id, pending.number, pending.sealed, waiting);
    pending = null;
  };
}

function collect(form, id) {
  const chosen = (name) => Array.from(form.elements).some((e) => e.name === "wish" && e.value === name && e.checked);
  const s = {
    v: 1,
    petition: id,
    name: value(form, "name").trim(),
    email: value(form, "email").trim(),
    country: value(form, "country"),
    lang: value(form, "lang") === "ru" ? "ru" : "en",
    updates: chosen("updates"),
    shown: chosen("shown"),
    trap: value(form, "motto") !== "",
    via: "page-script",
    day: new Date().toISOString().slice(0, 10),
  };
  if (!s.name || !/^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(s.email) || !s.country) throw new Problem("incomplete");
  return s;
}

function genuine(note, form, id) {
  let p;
  try {
    p = openNote(note, unb64(form.getAttribute("data-org-key")), "waylight/v1/petition");
    if (p.id !== id) throw Error();
  } catch (e) {
    throw new Problem("not-genuine");
  }
  if (!p.recipient || p.recipient.indexOf("age1pq1") !== 0) throw new Problem("closed");
  return p;
}

// encode pads: no length tells of a name.
function encode(s) {
  const body = text(JSON.stringify(s));
  if (body.length > size - 4) throw Error("too-large");
  return concat(u32(body.length), body, new Uint8Array(size - 4 - body.length));
}
