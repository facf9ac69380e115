// DOCX, and what can be seen of XLSX and PPTX: a ZIP archive of XML. It is put
// together anew: properties emptied, names at comments and changes taken out,
// pictures cleaned, dates and notes of the archive itself gone.
import { Notes, day, join, le16, le32, most, raw, read, unclean, utf8 } from "./bytes.js";
import { crc32, inflate } from "./inflate.js";
import { strip } from "./jpeg.js";
import { stripPNG } from "./png.js";

const maxEntries = 4096;

export async function office(blob) {
  const notes = new Notes();
  const entries = await directory(blob);
  const names = entries.map((e) => e.name);
  const text = names.indexOf("word/document.xml") >= 0;
  if (names.indexOf("[Content_Types].xml") < 0 || !names.some((n) => /^(word|xl|ppt)\//.test(n))) return null;
  const state = { notes, budget: most, why: text ? "" : "kind" };
  const out = [];
  for (const e of entries) {
    const written = await entry(blob, e, state);
    if (written) out.push(written);
  }
  if (state.why) {
    notes.why = state.why;
    return { notes, parts: null };
  }
  return { notes, parts: archive(out), type: text ? "docx" : "office" };
}

// directory reads the table at the end of the archive.
async function directory(blob) {
  const tail = await read(blob, Math.max(0, blob.size - 65557), blob.size);
  let end = -1;
  for (let i = tail.length - 22; i >= 0 && end < 0; i--) if (le32(tail, i) === 0x06054b50) end = i;
  if (end < 0) unclean("broken");
  const count = le16(tail, end + 10);
  const size = le32(tail, end + 12);
  const from = le32(tail, end + 16);
  if (count > maxEntries || size > 4 << 20 || from === 0xffffffff) unclean("large");
  if (from + size > blob.size) unclean("broken");
  const b = await read(blob, from, from + size);
  const out = [];
  const seen = {};
  for (let at = 0; out.length < count; ) {
    if (at + 46 > b.length || le32(b, at) !== 0x02014b50) unclean("broken");
    const n = le16(b, at + 28);
    const e = { method: le16(b, at + 10), crc: le32(b, at + 16), packed: le32(b, at + 20), size: le32(b, at + 24), at: le32(b, at + 42), name: utf8(b.subarray(at + 46, at + 46 + n)) };
    if (le16(b, at + 8) & 1) unclean("locked");
    if (seen[e.name] || (e.method !== 0 && e.method !== 8)) unclean("broken");
    seen[e.name] = true;
    out.push(e);
    at += 46 + n + le16(b, at + 30) + le16(b, at + 32);
  }
  return out;
}

async function place(blob, e) {
  const head = await read(blob, e.at, e.at + 30);
  if (head.length < 30 || le32(head, 0) !== 0x04034b50) unclean("broken");
  const from = e.at + 30 + le16(head, 26) + le16(head, 28);
  if (from + e.packed > blob.size) unclean("broken");
  return from;
}

// content unpacks an entry; all of them together have a bound.
async function content(blob, e, state) {
  if (e.size > state.budget || e.packed > most) unclean("large");
  const from = await place(blob, e);
  const b = await read(blob, from, from + e.packed);
  const plain = e.method === 8 ? inflate(b, e.size) : b;
  if (plain.length !== e.size) unclean("broken");
  state.budget -= e.size;
  return plain;
}

// entry returns what is written for an entry of the archive, or null.
async function entry(blob, e, state) {
  const { notes } = state;
  const stored = (b) => ({ name: e.name, method: 0, crc: crc32(b), packed: b.length, size: b.length, data: b });
  if (e.name.slice(-1) === "/") return null;
  if (/^docProps\//.test(e.name)) return properties(await content(blob, e, state), e.name, notes, stored);
  if (/^(customXml|docMetadata|customUI)\//.test(e.name)) return notes.tell("hidden"), null;
  if (/\.(xml|rels)$/.test(e.name)) return stored(encode(xml(utf8(await content(blob, e, state)), e.name, notes)));
  if (/\.(jpe?g|png)$/i.test(e.name)) {
    const inner = new Notes();
    const b = await content(blob, e, state);
    const clean = join((b[0] === 0xff ? strip : b[0] === 0x89 ? stripPNG : () => unclean("pictures"))(b, inner));
    inner.tells.forEach((t) => t.values.forEach((v) => notes.tell(t.what, v)));
    if (inner.tells.length) notes.tell("within");
    return stored(clean);
  }
  if (!/\.(odttf|ttf|fntdata)$/.test(e.name)) state.why = state.why || (/\/media\//.test(e.name) ? "pictures" : "inside");
  const from = await place(blob, e);
  return Object.assign({}, e, { data: blob.slice(from, from + e.packed) });
}

const encode = (s) => new TextEncoder().encode(s);

function properties(b, name, notes, stored) {
  const text = utf8(b);
  const one = (what, tag, change) => {
    const m = new RegExp("<(?:\\w+:)?" + tag + "[^>]*>([^<]+)<").exec(text);
    if (m) notes.tell(what, change ? change(m[1]) : m[1]);
  };
  if (name === "docProps/core.xml") {
    one("author", "creator");
    one("author", "lastModifiedBy");
    ["title", "subject", "description", "keywords", "category"].forEach((t) => one("words", t));
    ["created", "modified", "lastPrinted"].forEach((t) => one("day", t, day));
    return stored(encode('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'));
  }
  if (name === "docProps/app.xml") {
    ["Company", "Manager"].forEach((t) => one("author", t));
    ["Application", "Template"].forEach((t) => one("software", t));
    one("history", "TotalTime");
    return stored(encode('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'));
  }
  notes.tell(/thumbnail/.test(name) ? "preview" : "hidden");
  return null;
}

// xml takes out of a part what names people, devices and times.
function xml(s, name, notes) {
  s = s.replace(/<!--[\s\S]*?-->/g, "");
  if (/\.rels$/.test(name)) return relations(s, notes);
  if (name === "[Content_Types].xml") return s.replace(/<Override\b[^>]*PartName=["']\/(customXml|docMetadata|customUI|docProps\/(?!core|app))[^>]*>/g, "");
  const authors = (s.match(/ (?:w|w15):author=(?:"[^"]*"|'[^']*')/g) || []).map((a) => a.replace(/^[^=]*=.|.$/g, "")).filter((a) => a !== "-");
  authors.forEach((a) => notes.tell("author", a));
  if (authors.length) notes.tell("history");
  if (/<w:(del|moveFrom)\b/.test(s)) notes.keep("deleted");
  if (/<w:comment\b/.test(s)) notes.keep("comments");
  if (/<w:vanish\b(?![^>]*w:val=["'](0|false))/.test(s)) notes.keep("unseen");
  (s.match(/ w:date=["'][^"']*/g) || []).forEach((d) => notes.tell("day", day(d.slice(9))));
  if (/ w:rsid|<w:rsid/.test(s)) notes.tell("history");
  return s
    .replace(/<w:rsids>[\s\S]*?<\/w:rsids>|<w:rsids\/>/g, "")
    .replace(/ w:rsid\w*=(?:"[^"]*"|'[^']*')/g, "")
    .replace(/ (w|w15):author=(?:"[^"]*"|'[^']*')/g, ' $1:author="-"')
    .replace(/ w:initials=(?:"[^"]*"|'[^']*')/g, ' w:initials="-"')
    .replace(/ (w|w16du|w16cex):date(Utc)?=(?:"[^"]*"|'[^']*')/g, "")
    .replace(/<w15:presenceInfo\b[^>]*\/>/g, "")
    .replace(/<w:(attachedTemplate|docVars|mailMerge)\b(?:[^>]*\/>|[\s\S]*?<\/w:\1>)/g, (m) => (notes.tell("hidden"), m && ""))
    .replace(/<((?:pic:cNvPr|wp:docPr)\b[^>]*?) name=(?:"[^"]*"|'[^']*')/g, '<$1 name="-"')
    .replace(/(<(?:pic:cNvPr|wp:docPr)\b[^>]*?) descr=(?:"([^"]*)"|'([^']*)')/g, (m, before, a, b) => (/[\\/]|\.\w{3,4}$/.test(a || b || "") ? before : m));
}

// relations takes out links to parts that are gone, and addresses of files on
// the writer's own device.
function relations(s, notes) {
  return s.replace(/<Relationship\b[^>]*>/g, (r) => {
    const target = (/Target=["']([^"']*)/.exec(r) || ["", ""])[1];
    if (/customXml|docMetadata|customUI|docProps\/(?!core|app)|attachedTemplate|mailMerge/.test(r)) return "";
    if (!/^(file:|[a-z]:|\\\\|%5c|\/\/)/i.test(target) || !/TargetMode=["']External/.test(r)) return r;
    notes.tell("path", target);
    return r.replace(/Target=["'][^"']*["']/, 'Target="about:blank"');
  });
}

// archive writes the entries with one and the same date, and no notes.
function archive(entries) {
  const u16 = (n) => new Uint8Array([n, n >> 8]);
  const u32 = (n) => new Uint8Array([n, n >>> 8, n >>> 16, n >>> 24]);
  const parts = [];
  const table = [];
  let at = 0;
  for (const e of entries) {
    const name = encode(e.name);
    const fields = [u16(20), u16(0x800), u16(e.method), u16(0), u16(0x21), u32(e.crc), u32(e.packed), u32(e.size), u16(name.length), u16(0)];
    const head = join([raw("PK\x03\x04")].concat(fields, [name]));
    table.push(join([raw("PK\x01\x02"), u16(20)].concat(fields, [u16(0), u16(0), u16(0), u32(0), u32(at), name])));
    parts.push(head, e.data);
    at += head.length + e.packed;
  }
  const all = join(table);
  return parts.concat([all, raw("PK\x05\x06"), new Uint8Array(4), u16(entries.length), u16(entries.length), u32(all.length), u32(at), u16(0)]);
}

