// The message inside an envelope and its padding. docs/formats/envelope.md; the
// Go twin is internal/envelope.
import { concat, text, u32 } from "./bytes.js";

const version = 1;
const floor = 4096;
const maxText = 512 << 10; // bytes
const maxEncoded = 2 << 20;

// encode returns the padded plaintext; it throws Error("too-large").
export function encode(message) {
  if (tooLong(message)) throw Error("too-large");
  const body = text(JSON.stringify(Object.assign({ v: version }, message)));
  if (body.length > maxEncoded) throw Error("too-large");
  const used = concat(u32(body.length), body);
  const padded = new Uint8Array(sizeClass(used.length));
  padded.set(used);
  return padded;
}

function tooLong(m) {
  const words = (m.answers || []).reduce((n, a) => n + size(a.words) + (a.values || []).reduce((k, v) => k + size(v), 0), 0);
  return size(m.text) > maxText || words > maxText || (m.answers || []).length > 512;
}

const size = (s) => (s ? text(s).length : 0);

export function decode(padded) {
  const n = padded.length < floor ? Infinity : new DataView(padded.buffer, padded.byteOffset).getUint32(0);
  if (n > maxEncoded || n + 4 > padded.length || sizeClass(n + 4) !== padded.length) throw Error("padding");
  for (let i = n + 4; i < padded.length; i++) if (padded[i] !== 0) throw Error("padding");
  const m = JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(padded.subarray(4, n + 4)));
  if (m.v !== version) throw Error("version");
  return m;
}

// sizeClass is Padmé above a floor of 4 KiB.
export function sizeClass(n) {
  if (n <= floor) return floor;
  const e = 31 - Math.clz32(n);
  const s = 32 - Math.clz32(e);
  const mask = 2 ** (e - s) - 1;
  return Math.ceil(n / (mask + 1)) * (mask + 1);
}
