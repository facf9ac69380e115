// PNG and WebP: chunks that draw the picture are kept, every other one goes.
import { Notes, be32, bytes32, bytes32le, day, join, latin, le32, raw, unclean, utf8, whole } from "./bytes.js";
import { exif, orientation, profile, xmp } from "./exif.js";
import { crc32, unzlib, zlib } from "./inflate.js";

const drawing = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "bKGD", "cICP", "acTL", "fcTL", "fdAT"];

export async function png(blob) {
  const notes = new Notes();
  return { notes, parts: stripPNG(await whole(blob), notes) };
}

export function stripPNG(b, notes) {
  const parts = [b.subarray(0, 8)];
  let ended = false;
  let at = 8;
  while (!ended) {
    const size = be32(b, at);
    const end = at + 12 + size;
    if (at + 12 > b.length || end > b.length) unclean("broken");
    const type = latin(b, at + 4, at + 8);
    if (at === 8 && type !== "IHDR") unclean("broken");
    if (drawing.indexOf(type) >= 0) parts.push(b.subarray(at, end));
    else parts.push(...replaced(type, b.subarray(at + 8, end - 4), notes));
    ended = type === "IEND";
    at = end;
  }
  if (at < b.length) notes.tell("behind");
  return parts;
}

// replaced notes what a chunk tells, and returns what takes its place, if anything.
function replaced(type, body, notes) {
  const zero = body.indexOf(0);
  const words = () => latin(body, 0, Math.max(0, zero));
  if (type === "eXIf") {
    const o = exif(body, notes);
    return o > 1 ? [chunk("eXIf", orientation(o))] : [];
  }
  if (type === "iCCP") {
    const colours = zero >= 0 ? profile(unzlib(body.subarray(zero + 2), 4 << 20)) : null;
    if (colours) return [chunk("iCCP", join([raw("icc\0\0"), zlib(colours)]))];
    notes.tell("colours");
  } else if (type === "tIME" && body.length >= 4) notes.tell("day", day(((body[0] << 8) | body[1]) + "-" + two(body[2]) + "-" + two(body[3])));
  else if (type === "pHYs") return []; // the size on paper; nothing to tell
  else if (type === "iTXt" && words() === "XML:com.adobe.xmp") xmp(utf8(body), notes);
  else if (type === "tEXt" || type === "iTXt" || type === "zTXt") {
    const what = { Author: "author", Copyright: "author", Software: "software", Source: "device" }[words()] || "words";
    const text = body.subarray(zero + 1);
    notes.tell(what, type === "tEXt" ? latin(text) : type === "iTXt" && !text[0] ? utf8(text.subarray(2)) : words());
  } else notes.tell("hidden");
  return [];
}

const two = (n) => (n < 10 ? "0" : "") + n;

function chunk(type, body) {
  const named = join([raw(type), body]);
  return join([bytes32(body.length), named, bytes32(crc32(named))]);
}

export async function webp(blob) {
  const notes = new Notes();
  const b = await whole(blob);
  const end = 8 + le32(b, 4);
  if (end > b.length) unclean("broken");
  if (end < b.length) notes.tell("behind");
  const parts = riff(b, 12, end, notes);
  const size = parts.reduce((n, p) => n + p.length, 4);
  return { notes, parts: [raw("RIFF"), bytes32le(size), raw("WEBP")].concat(parts) };
}

const frames = ["VP8 ", "VP8L", "ALPH", "ANIM"];

function riff(b, at, end, notes, inside) {
  const parts = [];
  let flags = null;
  let o = 1;
  const keep = (type, body) => parts.push(raw(type), bytes32le(body.length), body, new Uint8Array(body.length & 1));
  while (at < end) {
    const size = le32(b, at + 4);
    if (at + 8 > end || at + 8 + size > end) unclean("broken");
    const type = latin(b, at, at + 4);
    const body = b.subarray(at + 8, at + 8 + size);
    at += 8 + size + (size & 1);
    if (type === "VP8X" && size >= 10) keep(type, (flags = new Uint8Array(body)));
    else if (frames.indexOf(type) >= 0) keep(type, body);
    else if (type === "ANMF" && size >= 16 && !inside) keep(type, join([body.subarray(0, 16)].concat(riff(body, 16, size, notes, true))));
    else if (type === "EXIF") o = exif(body[0] === 0x45 ? body.subarray(6) : body, notes);
    else if (type === "XMP ") xmp(utf8(body), notes);
    else if (type === "ICCP") {
      const colours = profile(body);
      if (colours) keep(type, colours);
      else {
        notes.tell("colours");
        if (flags) flags[0] &= ~0x20;
      }
    } else notes.tell("hidden");
  }
  if (flags) flags[0] = (flags[0] & ~0x0c) | (o > 1 ? 8 : 0);
  if (flags && o > 1) keep("EXIF", orientation(o));
  return parts;
}
