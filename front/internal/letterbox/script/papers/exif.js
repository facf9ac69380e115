// What pictures say about themselves: EXIF (TIFF inside), XMP and colour profiles.
import { be16, be32, bytes32, day, join, latin, le16, le32, place, raw, utf8 } from "./bytes.js";

const texts = {
  0x010e: "words", 0x010f: "device", 0x0110: "device", 0x0131: "software", 0x013b: "author", 0x013c: "device", 0x8298: "author",
  0x9286: "words", 0xa420: "serial", 0xa430: "author", 0xa431: "serial", 0xa433: "device", 0xa434: "device", 0xa435: "serial",
};
const wide = { 0x9c9b: "words", 0x9c9c: "words", 0x9c9d: "author", 0x9c9e: "words", 0x9c9f: "words" };
const days = [0x0132, 0x9003, 0x9004];
const sizes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

// exif notes what a TIFF block tells and returns the orientation, 1 to 8. A
// block that is broken tells what can be read.
export function exif(b, notes) {
  const little = b[0] === 0x49;
  const u16 = little ? le16 : be16;
  const u32 = little ? le32 : be32;
  const found = { orientation: 1, gps: {} };
  const seen = [];
  const count = notes.tells.length;
  let left = 1024; // entries in all: a block may point to itself
  const directory = (at, kind) => {
    if (at < 8 || at + 2 > b.length || seen.indexOf(at) >= 0 || seen.length > 16) return;
    seen.push(at);
    const n = u16(b, at);
    for (let i = 0, e = at + 2; i < n && e + 12 <= b.length && left-- > 0; i++, e += 12) entry(e, kind);
    const next = at + 2 + 12 * n;
    if (kind === "main" && next + 4 <= b.length && u32(b, next)) {
      notes.tell("preview");
      directory(u32(b, next), "preview");
    }
  };
  const entry = (e, kind) => {
    const tag = u16(b, e);
    const type = u16(b, e + 2);
    const size = (sizes[type] || 1) * u32(b, e + 4);
    const at = size <= 4 ? e + 8 : u32(b, e + 8);
    if (at + size > b.length) return;
    const value = b.subarray(at, at + Math.min(size, 4096));
    if (kind === "gps") found.gps[tag] = type === 2 ? latin(value) : [0, 8, 16].map((i) => (i + 8 <= value.length ? u32(value, i) / u32(value, i + 4) : 0));
    else if (tag === 0x0112 && type === 3 && kind === "main") found.orientation = u16(b, at);
    else if (tag === 0x8769) directory(u32(b, e + 8), "exif");
    else if (tag === 0x8825) directory(u32(b, e + 8), "gps");
    else if (tag === 0x927c) notes.tell("maker");
    else if (texts[tag]) readable(value, (words) => notes.tell(texts[tag], words));
    else if (wide[tag]) readable(value.filter((_, i) => i % 2 === 0), (words) => notes.tell(wide[tag], words));
    else if (days.indexOf(tag) >= 0) notes.tell("day", day(latin(value)));
    else if (tag === 0x02bc) xmp(utf8(value), notes);
  };
  if (b.length >= 8 && (little || b[0] === 0x4d)) directory(u32(b, 4), "main");
  position(found.gps, notes);
  const o = found.orientation;
  if (notes.tells.length === count && b.subarray(26).some((x) => x)) notes.tell("hidden");
  return o >= 2 && o <= 8 ? o : 1;
}

function readable(value, tell) {
  const words = utf8(value).replace(/^(ASCII|UNICODE)\0+/, "").replace(/\0+/g, "");
  if (words.trim()) tell(words);
}

function position(gps, notes) {
  if (Object.keys(gps).length === 0) return;
  const degrees = (v, ref, minus) => (v instanceof Array ? v[0] + v[1] / 60 + (v[2] || 0) / 3600 : NaN) * (String(ref || "")[0] === minus ? -1 : 1);
  notes.tell("place", place(degrees(gps[2], gps[1], "S"), degrees(gps[4], gps[3], "W")));
  if (typeof gps[29] === "string") notes.tell("day", day(gps[29]));
}

// orientation is an EXIF block that says nothing but which way is up.
export function orientation(o) {
  return join([raw("MM\0*"), bytes32(8), new Uint8Array([0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, o, 0, 0, 0, 0, 0, 0])]);
}

// xmp notes what an XMP packet tells.
export function xmp(text, notes) {
  const one = (what, pattern, change) => {
    const m = pattern.exec(text);
    if (m) notes.tell(what, change ? change(m[1]) : m[1]);
  };
  const near = (v) => v.replace(/^(\d+),([\d.]+)([NSEW]).*$/, (_, d, m, ref) => (Number(d) + Number(m) / 60).toFixed(2) + " " + ref);
  const [lat, lon] = ["Latitude", "Longitude"].map((name) => new RegExp("GPS" + name + '(?:>|=")([^<"]+)').exec(text));
  if (lat || lon) notes.tell("place", [lat, lon].filter(Boolean).map((m) => near(m[1])).join(", "));
  one("device", /tiff:Model(?:>|=")([^<"]+)/);
  one("serial", /SerialNumber(?:>|=")([^<"]+)/);
  one("author", /dc:creator>\s*<rdf:Seq[^>]*>\s*<rdf:li[^>]*>([^<]+)/);
  one("author", /(?:photoshop:)(?:AuthorsPosition|Credit)(?:>|=")([^<"]+)/);
  one("software", /xmp:CreatorTool(?:>|=")([^<"]+)/);
  one("day", /xmp:CreateDate(?:>|=")([^<"]+)/, day);
  notes.tell("history");
}

const standard = /^(sRGB|Display P3|Image P3|Adobe RGB|ProPhoto|DCI|Rec\.? ?(709|2020)|ITU-R|c2|uRGB|GIMP built-in|Dot Gain|Gray Gamma|Generic (RGB|Gray)|opRGB|Coated FOGRA|U\.S\. Web)/i;
const colour = /^(.XYZ|.TRC|wtpt|bkpt|chad|A2B\d|B2A\d|D2B\d|B2D\d|gamt|chrm|cicp|lumi|aa.g)$/;

// profile blanks in a copy of a colour profile what names devices, people and
// times, and keeps its length. It returns null when the profile is not one of
// the common ones: a screen that was measured has one like no other.
export function profile(b) {
  const count = b.length >= 132 ? be32(b, 128) : 0;
  if (latin(b, 36, 40) !== "acsp" || count > 128 || 132 + 12 * count > b.length) return null;
  const out = new Uint8Array(b);
  [[4, 8], [24, 36], [40, 44], [48, 56], [80, 128]].forEach(([from, to]) => out.fill(0, from, to));
  let name = "";
  const kept = new Uint8Array(b.length);
  kept.fill(1, 0, 132 + 12 * count);
  for (let i = 0, e = 132; i < count; i++, e += 12) {
    const at = be32(b, e + 4);
    const end = at + be32(b, e + 8);
    if (at < 132 || end > b.length || end < at + 8) return null;
    const tag = latin(b, e, e + 4);
    if (tag === "desc") name = described(b.subarray(at, end));
    if (colour.test(tag)) kept.fill(1, at, end);
    else kept.fill(1, at, at + 8); // the kind of value stays, the value goes
  }
  for (let i = 0; i < out.length; i++) if (!kept[i]) out[i] = 0;
  return standard.test(name) ? out : null;
}

function described(b) {
  if (latin(b, 0, 4) === "desc") return latin(b, 12, 12 + Math.min(80, be32(b, 8))).replace(/\0.*$/, "");
  if (latin(b, 0, 4) !== "mluc" || b.length < 28) return "";
  const at = be32(b, 24);
  let s = "";
  for (let i = at; i + 1 < Math.min(b.length, at + Math.min(160, be32(b, 20))); i += 2) s += String.fromCharCode(be16(b, i));
  return s;
}
