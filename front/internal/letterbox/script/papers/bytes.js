// Small helpers for reading files of strangers: everything is bounded, and a
// file is read in pieces where it may be large.

// Unclean ends the work on a file that cannot be cleaned surely; the message is
// the reason by its name (data-msg-why-NAME in the page). The file stays as it is.
export class Unclean extends Error {}

export const unclean = (why) => {
  throw new Unclean(why);
};

// Largest file, or part of one, that is held in memory.
export const most = 64 << 20;

export function read(blob, from, to) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(new Uint8Array(reader.result));
    reader.onerror = () => failed(new Unclean("unreadable"));
    reader.readAsArrayBuffer(blob.slice(from, to));
  });
}

export const whole = (blob) => (blob.size > most ? unclean("large") : read(blob, 0, blob.size));

export const be16 = (b, i) => (b[i] << 8) | b[i + 1];
export const be32 = (b, i) => ((b[i] << 24) | (b[i + 1] << 16) | (b[i + 2] << 8) | b[i + 3]) >>> 0;
export const be64 = (b, i) => be32(b, i) * 4294967296 + be32(b, i + 4);
export const le16 = (b, i) => b[i] | (b[i + 1] << 8);
export const le32 = (b, i) => (b[i] | (b[i + 1] << 8) | (b[i + 2] << 16) | (b[i + 3] << 24)) >>> 0;

export const bytes32 = (n) => new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n]);
export const bytes32le = (n) => new Uint8Array([n, n >>> 8, n >>> 16, n >>> 24]);

// latin reads bytes one for one; utf8 as text, with what is no text replaced.
export function latin(b, from, to) {
  let s = "";
  const end = Math.min(to === undefined ? b.length : to, b.length);
  for (let i = from || 0; i < end; i += 4096) s += String.fromCharCode.apply(null, b.subarray(i, Math.min(end, i + 4096)));
  return s;
}

export const utf8 = (b) => new TextDecoder().decode(b);

export const raw = (s) => Uint8Array.from(s, (c) => c.charCodeAt(0));

export function join(parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

// Notes are what a file gives away, each kind of thing with its first few values.
export class Notes {
  constructor() {
    this.tells = []; // {what, values}: taken out when the file is cleaned
    this.stays = []; // names of what cannot be taken out
  }

  tell(what, value) {
    let note = this.tells.filter((n) => n.what === what)[0];
    if (!note) this.tells.push((note = { what, values: [] }));
    // eslint-disable-next-line no-control-regex
    const words = (value || "").replace(/[\x00-\x20\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, " ").trim().slice(0, 80);
    if (words && note.values.length < 8 && note.values.indexOf(words) < 0) note.values.push(words);
  }

  keep(what) {
    if (this.stays.indexOf(what) < 0) this.stays.push(what);
  }
}

// day finds a day at the beginning of "2017:04:09 12:00:00" or "D:20170409".
export function day(words) {
  const m = /((?:19|20)\d\d)[-:./]?([01]\d)[-:./]?([0-3]\d)/.exec(words || "");
  return m ? m[1] + "-" + m[2] + "-" + m[3] : "";
}

// place writes a position as people write it, roughly: the file has it exactly.
export function place(lat, lon) {
  if (!(Math.abs(lat) <= 90 && Math.abs(lon) <= 180)) return "";
  return Math.abs(lat).toFixed(2) + (lat < 0 ? " S, " : " N, ") + Math.abs(lon).toFixed(2) + (lon < 0 ? " W" : " E");
}
