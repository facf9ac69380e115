// HEIC and AVIF: the picture stays where it stands; EXIF, XMP, names and what no
// part of the picture uses are overwritten. The way up is a property of its own.
import { Notes, be16, be32, be64, latin, most, read, unclean, utf8 } from "./bytes.js";
import { Patches, boxes, outline } from "./boxes.js";
import { exif, profile, xmp } from "./exif.js";

export async function heic(blob) {
  const notes = new Notes();
  const patches = new Patches(blob);
  const outer = await outline(blob);
  const meta = outer.filter((x) => x.type === "meta");
  if (meta.length !== 1 || meta[0].end - meta[0].body > most || outer.some((x) => x.type === "moov")) unclean("track");
  const b = await read(blob, meta[0].body, meta[0].end);
  const off = meta[0].body;
  const state = { notes, patches, b, off, used: [], media: outer.filter((x) => x.type === "mdat") };
  const inner = boxes(b, 4, b.length);
  const one = (type) => inner.filter((x) => x.type === type)[0];
  const items = kinds(b, one("iinf"));
  const data = one("idat");
  const where = one("iloc") ? locations(b, one("iloc"), data ? off + data.body : 0) : unclean("broken");
  for (const item of where) {
    const kind = items[item.id];
    if (!item.here) unclean("track"); // its content lies in another file
    if (kind === "Exif" || kind === "mime" || kind === "uri ") await blank(blob, item, kind, state);
    else state.used.push(...item.ranges);
  }
  for (const x of inner) {
    if (x.type === "iprp") properties(x, state);
    else if (["hdlr", "pitm", "iinf", "iref", "iloc", "idat", "dinf", "grpl"].indexOf(x.type) < 0) freed(x, state);
    else if (x.type === "hdlr") patches.zero(off + x.body + 12, off + x.end);
  }
  for (const x of outer) {
    if (["ftyp", "meta", "mdat"].indexOf(x.type) >= 0) continue;
    if (x.type !== "free" && x.type !== "skip") notes.tell("behind");
    patches.free(x);
  }
  gaps(state);
  return { notes, parts: patches.parts() };
}

function freed(x, { notes, patches, off }) {
  if (x.type !== "free" && x.type !== "skip") notes.tell("hidden");
  patches.free({ at: off + x.at, body: off + x.body, end: off + x.end });
}

// kinds gives the kind of each item: "hvc1", "Exif", "mime".
function kinds(b, list) {
  const out = {};
  if (!list) unclean("broken");
  for (const x of boxes(b, list.body + (b[list.body] === 0 ? 6 : 8), list.end)) {
    const version = b[x.body];
    if (x.type !== "infe" || version < 2) unclean("broken");
    const wide = version === 3;
    out[wide ? be32(b, x.body + 4) : be16(b, x.body + 4)] = latin(b, x.body + (wide ? 10 : 8), x.body + (wide ? 14 : 12));
  }
  return out;
}

// locations lists the items with the ranges of the file that hold them.
function locations(b, box, data) {
  const version = b[box.body];
  const sizes = be16(b, box.body + 4);
  const [offsetSize, lengthSize, baseSize, indexSize] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15, version ? sizes & 15 : 0];
  let at = box.body + 6;
  const number = (n) => {
    if (at + n > box.end || [0, 2, 4, 8].indexOf(n) < 0) unclean("broken");
    const v = n === 8 ? be64(b, at) : n === 4 ? be32(b, at) : n === 2 ? be16(b, at) : 0;
    at += n;
    return v;
  };
  const long = version < 2 ? 2 : 4;
  const out = [];
  for (let n = number(long); n > 0; n--) {
    const item = { id: number(long), here: true, ranges: [] };
    const method = version ? number(2) & 15 : 0;
    item.here = number(2) === 0 && method < 2;
    if (method === 1 && !data) unclean("broken");
    const base = number(baseSize) + (method === 1 ? data : 0);
    for (let k = number(2); k > 0; k--) {
      number(indexSize);
      const from = base + number(offsetSize);
      const size = number(lengthSize);
      if (!size) unclean("broken"); // "to the end": not written by cameras
      item.ranges.push([from, from + size]);
    }
    out.push(item);
  }
  return out;
}

// blank overwrites an item that says something about the picture.
async function blank(blob, item, kind, { notes, patches, used }) {
  for (const [from, to] of item.ranges) {
    if (to > blob.size || to - from > most) unclean("broken");
    const v = await read(blob, from, to);
    if (kind === "Exif" && v.length > 12) exif(v.subarray(4 + Math.min(be32(v, 0), v.length - 4)), notes);
    else if (kind === "mime" && utf8(v).indexOf("xmpmeta") >= 0) xmp(utf8(v), notes);
    else if (v.some((x) => x && x !== 0x20)) notes.tell("hidden");
    // An EXIF block without entries; spaces are an XMP packet without anything.
    const empty = new Uint8Array(v.length).fill(kind === "Exif" ? 0 : 0x20);
    if (kind === "Exif" && v.length >= 18) empty.set([0, 0, 0, 0, 0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
    patches.put(from, empty);
    used.push([from, to]);
  }
}

function properties(iprp, state) {
  const { b, off, notes, patches } = state;
  for (const list of boxes(b, iprp.body, iprp.end)) {
    if (list.type !== "ipco") continue;
    for (const x of boxes(b, list.body, list.end)) {
      if (x.type === "colr" && ["prof", "rICC"].indexOf(latin(b, x.body, x.body + 4)) >= 0) {
        const colours = profile(b.subarray(x.body + 4, x.end));
        if (colours) patches.put(off + x.body + 4, colours);
        else {
          notes.tell("colours");
          freed(x, state);
        }
      } else if (["udes", "altt", "uuid", "crtt", "mdft"].indexOf(x.type) >= 0) freed(x, state);
    }
  }
}

// gaps overwrites what lies in the content and belongs to no item.
function gaps({ media, used, patches }) {
  used.sort((x, y) => x[0] - y[0]);
  for (const m of media) {
    let at = m.body;
    for (const [from, to] of used) {
      if (to <= at || from >= m.end) continue;
      patches.zero(at, Math.min(from, m.end));
      at = Math.max(at, to);
    }
    patches.zero(at, m.end);
  }
}
