// Looks at a file: what kind it is by its first bytes, what it gives away, and
// how it reads without that.
import { Notes, Unclean, latin, read } from "./bytes.js";
import { film } from "./film.js";
import { heic } from "./heic.js";
import { jpeg } from "./jpeg.js";
import { office } from "./office.js";
import { pdf } from "./pdf.js";
import { png, webp } from "./png.js";
import { sound } from "./sound.js";

const stills = /^(heic|heix|heim|heis|mif1|avif|hevc|msf1)/;
const docx = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

// kindOf goes by what stands in the file, not by its name.
async function kindOf(blob) {
  const b = await read(blob, 0, 32);
  const s = latin(b);
  if (s.indexOf("\xff\xd8\xff") === 0) return { work: jpeg, what: "photo", end: "jpg", type: "image/jpeg" };
  if (s.indexOf("\x89PNG\r\n\x1a\n") === 0) return { work: png, what: "photo", end: "png", type: "image/png" };
  if (s.indexOf("RIFF") === 0 && s.slice(8, 12) === "WEBP") return { work: webp, what: "photo", end: "webp", type: "image/webp" };
  if (s.indexOf("%PDF-") >= 0) return { work: pdf, what: "document", end: "pdf", type: "application/pdf" };
  if (s.indexOf("PK\x03\x04") === 0) return { work: office, what: "document", end: "docx", type: docx };
  if (s.indexOf("\x1aE\xdf\xa3") === 0) return { work: sound, what: "video", end: "webm", type: "video/webm" };
  if (s.slice(4, 8) !== "ftyp" && !/^(moov|mdat|wide|free|skip)$/.test(s.slice(4, 8))) return null;
  const brand = s.slice(8, 12);
  if (s.slice(4, 8) === "ftyp" && stills.test(brand)) return { work: heic, what: "photo", end: brand === "avif" ? "avif" : "heic", type: brand === "avif" ? "image/avif" : "image/heic" };
  if (s.slice(4, 8) === "ftyp" && brand === "qt  ") return { work: film, what: "video", end: "mov", type: "video/quicktime" };
  return { work: film, what: /^M4A/.test(brand) ? "sound" : "video", end: /^M4A/.test(brand) ? "m4a" : "mp4", type: /^M4A/.test(brand) ? "audio/mp4" : "video/mp4" };
}

// look never fails: what cannot be read or cleaned says why. The result is
// {what, end, type, tells, stays, clean, why}: clean is the file without what it
// tells, or null.
export async function look(blob) {
  const none = (why, notes, kind) => Object.assign({ what: "file", end: "", type: "" }, kind, { tells: (notes || new Notes()).tells, stays: (notes || new Notes()).stays, clean: null, why });
  let kind = null;
  try {
    kind = await kindOf(blob);
    if (!kind) return none("unknown");
    const found = await kind.work(blob);
    if (!found) return none("unknown");
    if (!found.parts) return none(found.notes.why, found.notes, kind);
    const clean = new Blob(found.parts, { type: kind.type });
    // Who says that something is gone looks again.
    const again = await kind.work(clean);
    if (!again || !again.parts || again.notes.tells.length) return none("broken", found.notes, kind);
    return Object.assign({}, kind, { tells: found.notes.tells, stays: found.notes.stays, clean, why: "" });
  } catch (e) {
    return none(e instanceof Unclean ? e.message : "broken", null, kind);
  }
}
