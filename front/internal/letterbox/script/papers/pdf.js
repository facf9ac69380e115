// PDF: author, programs, titles and times are overwritten where they stand, so
// that the tables of places stay right. What may hide more than can be seen from
// outside (packed objects, earlier versions, files inside, encryption) is named,
// and the file is not called clean.
import { Notes, day, latin, unclean, utf8, whole } from "./bytes.js";
import { xmp } from "./exif.js";
import { unzlib, zlib } from "./inflate.js";
import { strip } from "./jpeg.js";

const kinds = { Author: "author", Creator: "software", Producer: "software", Title: "words", Subject: "words", Keywords: "words", CreationDate: "day", ModDate: "day", Company: "author" };
const always = ["CreationDate", "ModDate", "LastModified", "M", "NM", "Author", "Producer"];

export async function pdf(blob) {
  const notes = new Notes();
  const b = await whole(blob);
  const objects = lex(b);
  const why = doubt(b, objects);
  const out = new Uint8Array(b);
  const info = infoOf(objects);
  for (const o of objects) {
    clean(b, out, o, info.indexOf(o.number) >= 0, notes);
    if (o.stream) stream(b, out, o, notes, why);
  }
  if (why) {
    notes.why = why;
    return { notes, parts: null };
  }
  return { notes, parts: [out] };
}

const space = (c) => c === 32 || c === 10 || c === 13 || c === 9 || c === 12 || c === 0;
const delimiter = (c) => space(c) || c === 40 || c === 41 || c === 60 || c === 62 || c === 91 || c === 93 || c === 123 || c === 125 || c === 47 || c === 37;

// lex reads the file from its beginning to its end: objects, each with the
// strings in it and the key before each, its names, and where its stream lies.
// What stands outside of objects (trailers) is an object without a number.
function lex(b) {
  const objects = [];
  let o = fresh(-1);
  let key = "";
  let numbers = [];
  for (let at = 0; at < b.length; ) {
    const c = b[at];
    if (space(c)) at++;
    else if (c === 37) {
      const from = at;
      while (at < b.length && b[at] !== 10 && b[at] !== 13) at++;
      o.comments.push([from, at]);
    } else if (c === 40 || (c === 60 && b[at + 1] !== 60)) {
      const from = at;
      at = c === 40 ? literal(b, at) : b.indexOf(62, at) + 1;
      if (!at) unclean("broken");
      o.strings.push({ key, from, to: at });
    } else if (c === 47) {
      const from = ++at;
      while (at < b.length && !delimiter(b[at])) at++;
      const name = latin(b, from, at).replace(/#([0-9a-f]{2})/gi, (_, h) => String.fromCharCode(parseInt(h, 16)));
      o.names[name] = true;
      o.pairs.push([key, name]);
      key = name;
      numbers = [];
    } else if (delimiter(c)) {
      at += c === 60 ? 2 : 1;
      numbers = [];
    } else {
      const from = at;
      while (at < b.length && !delimiter(b[at])) at++;
      const word = latin(b, from, Math.min(at, from + 32));
      if (/^\d+$/.test(word)) numbers.push(Number(word));
      else if (word === "R" && numbers.length > 1) o.refs.push([key, numbers[numbers.length - 2]]);
      else if (word === "obj" && numbers.length > 1) {
        objects.push(o);
        o = fresh(numbers[numbers.length - 2]);
        key = "";
      } else if (word === "endobj") {
        objects.push(o);
        o = fresh(-1);
        key = "";
      } else if (word === "stream") {
        if (b[at] === 13) at++;
        if (b[at] === 10) at++;
        const end = endOfStream(b, at, o);
        o.stream = [at, end];
        at = end;
      }
      if (key === "Length" && !o.length && numbers.length === 1) o.length = numbers[0];
      if (!/^\d+$/.test(word)) numbers = [];
    }
    if (objects.length > 500000) unclean("large");
  }
  objects.push(o);
  return objects;
}

const fresh = (number) => ({ number, strings: [], names: {}, pairs: [], refs: [], comments: [], stream: null, length: 0 });

function literal(b, at) {
  for (let depth = 0; at < b.length; at++) {
    if (b[at] === 92) at++;
    else if (b[at] === 40) depth++;
    else if (b[at] === 41 && --depth === 0) return at + 1;
  }
  return unclean("broken");
}

// endOfStream trusts the length where "endstream" follows it, and looks for that
// word otherwise.
function endOfStream(b, at, o) {
  const follows = (end) => /^\s*endstream/.test(latin(b, end, end + 16));
  if (o.length && at + o.length < b.length && follows(at + o.length)) return at + o.length;
  for (let end = at; (end = b.indexOf(101, end)) >= 0; end++) {
    if (b[end + 3] !== 115 || latin(b, end, end + 9) !== "endstream") continue;
    return b[end - 2] === 13 && b[end - 1] === 10 ? end - 2 : b[end - 1] === 10 || b[end - 1] === 13 ? end - 1 : end;
  }
  return unclean("broken");
}

// doubt names the reason why the file cannot be cleaned surely, or nothing.
function doubt(b, objects) {
  const any = (name) => objects.some((o) => o.names[name]);
  if (any("Encrypt")) return "locked";
  if (any("ObjStm")) return "packed";
  if (any("EmbeddedFile") || any("EmbeddedFiles") || any("PieceInfo") || any("RichMedia")) return "inside";
  const numbers = objects.map((o) => o.number).filter((n) => n >= 0);
  const seen = {};
  const twice = numbers.some((n) => seen[n] || !(seen[n] = true));
  const ends = latin(b).split("%%EOF").length - 1;
  if (twice || ends > (any("Linearized") ? 2 : 1)) return "versions";
  if (!ends || !numbers.length) return "broken";
  return "";
}

function infoOf(objects) {
  const out = [];
  objects.forEach((o) => o.number < 0 || o.names.XRef ? o.refs.forEach(([key, n]) => key === "Info" && out.push(n)) : 0);
  return out;
}

// clean overwrites the strings of one object that tell something.
function clean(b, out, o, info, notes) {
  const note = o.names.Annot || o.names.Subtype;
  for (const s of o.strings) {
    const inTrailer = (o.number < 0 || o.names.XRef) && s.key === "ID";
    const author = s.key === "T" && note && !o.names.Widget && !o.names.FT;
    if (!info && !inTrailer && !author && always.indexOf(s.key) < 0) continue;
    const value = inTrailer ? "" : words(b, s);
    out.fill(b[s.from] === 40 ? 32 : 48, s.from + 1, s.to - 1);
    if (!/[^\s\0]/.test(value)) continue;
    if (author) notes.tell("author", value);
    else if (kinds[s.key]) notes.tell(kinds[s.key], kinds[s.key] === "day" ? day(value) : value);
    else if (info) notes.tell("words", value);
  }
  for (const [from, to] of o.comments) {
    const text = latin(b, from, Math.min(to, from + 8));
    if (text.indexOf("%PDF-") !== 0 && text.indexOf("%%EOF") !== 0) out.fill(0x25, from, to);
  }
}

// words reads a string: PDFDoc or UTF-16, in brackets or in hex.
function words(b, s) {
  let v;
  if (b[s.from] === 40) v = latin(b, s.from + 1, s.to - 1).replace(/\\([0-7]{1,3}|\r\n|[\s\S])/g, (_, e) => (/[0-7]/.test(e) ? String.fromCharCode(parseInt(e, 8) & 255) : { n: "\n", r: "\r", t: "\t" }[e] || (/\s/.test(e) ? "" : e)));
  else v = latin(b, s.from + 1, s.to - 1).replace(/[^0-9a-f]/gi, "").replace(/../g, (h) => String.fromCharCode(parseInt(h, 16)));
  if (v.slice(0, 2) !== "\xfe\xff") return v;
  let wide = "";
  for (let i = 2; i + 1 < v.length; i += 2) wide += String.fromCharCode((v.charCodeAt(i) << 8) | v.charCodeAt(i + 1));
  return wide;
}

// stream cleans what lies packed in an object: XMP, and pictures of cameras.
function stream(b, out, o, notes, why) {
  const body = b.subarray(o.stream[0], o.stream[1]);
  const filters = ["FlateDecode", "DCTDecode", "ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode"].filter((f) => o.names[f]);
  const open = () => (filters.length === 0 ? body : filters[0] === "FlateDecode" && filters.length === 1 ? unzlib(body, 16 << 20) : null);
  if (o.names.ObjStm) packed(open, notes);
  else if (o.names.Metadata && o.names.XML) {
    const text = open() || (why ? null : unclean("packed"));
    if (text && text.some((c) => c !== 32)) xmp(utf8(text), notes);
    out.set(filters.length ? filled(body.length) : new Uint8Array(body.length).fill(32), o.stream[0]);
  } else if (filters.indexOf("DCTDecode") >= 0) {
    if (filters.length > 1) return why || unclean("pictures");
    const before = notes.tells.length;
    const parts = strip(body, notes);
    let at = o.stream[0];
    out.fill(0, at, o.stream[1]);
    parts.forEach((p) => {
      if (at + p.length > o.stream[1]) unclean("pictures");
      out.set(p, at);
      at += p.length;
    });
    if (notes.tells.length > before) notes.tell("within");
  }
  return "";
}

// filled is a packed stream of n bytes that holds spaces only.
function filled(n) {
  if (n < 12) return new Uint8Array(n);
  let size = n - 11;
  while (zlib(new Uint8Array(size)).length > n) size -= 5;
  const z = new Uint8Array(n);
  z.set(zlib(new Uint8Array(size).fill(32)));
  return z;
}

// packed tells what can be read in packed objects: the person is to know it,
// also when it cannot be taken out.
function packed(open, notes) {
  let text;
  try {
    text = open();
  } catch (e) {
    return;
  }
  if (!text) return;
  const o = lex(text)[0];
  o.strings.forEach((s) => kinds[s.key] && s.key !== "Title" && notes.tell(kinds[s.key], kinds[s.key] === "day" ? day(words(text, s)) : words(text, s)));
}
