// MP4, MOV, M4A and 3GP: tracks of picture and sound stay as they are; names,
// places, times and every other track are overwritten. Only the index is read,
// so that a film may be as long as it likes.
import { Notes, be16, be32, be64, day, latin, most, place, read, unclean, utf8 } from "./bytes.js";
import { Patches, boxes, outline } from "./boxes.js";

const kept = {
  moov: ["mvhd", "trak", "mvex", "iods"],
  trak: ["tkhd", "edts", "mdia", "tref", "tapt", "load"],
  mdia: ["mdhd", "hdlr", "minf", "elng"],
  minf: ["vmhd", "smhd", "gmhd", "hdlr", "dinf", "stbl", "nmhd"],
  stbl: ["stsd", "stts", "ctts", "cslg", "stss", "stsz", "stz2", "stsc", "stco", "co64", "sdtp", "sgpd", "sbgp", "stps", "subs"],
  moof: ["mfhd", "traf"],
  traf: ["tfhd", "tfdt", "trun", "sdtp", "sgpd", "sbgp", "subs"],
};

export async function film(blob) {
  const notes = new Notes();
  const patches = new Patches(blob);
  const state = { notes, patches, gone: [], chunks: [], parted: false };
  let index = null;
  for (const box of await outline(blob)) {
    if (box.type === "moov" && !index) index = box;
    else if (box.type === "moof") {
      state.parted = true;
      await inside(blob, box, (b, off) => tidy(b, off, "moof", 0, b.length, state));
    } else if (["ftyp", "styp", "mdat", "wide", "sidx", "mfra"].indexOf(box.type) < 0) {
      if (["free", "skip"].indexOf(box.type) < 0) notes.tell("hidden");
      patches.free(box);
    }
  }
  if (!index) unclean("broken");
  await inside(blob, index, (b, off) => tidy(b, off, "moov", 0, b.length, state));
  if (state.gone.length && state.parted) unclean("track");
  state.gone.forEach(([at, end]) => {
    if (end > blob.size || state.chunks.some((c) => c >= at && c < end)) unclean("broken");
  });
  merged(state.gone).forEach(([at, end]) => patches.zero(at, end));
  return { notes, parts: patches.parts() };
}

async function inside(blob, box, work) {
  if (box.end - box.body > most) unclean("large");
  work(await read(blob, box.body, box.end), box.body);
}

function merged(ranges) {
  const out = [];
  ranges.sort((x, y) => x[0] - y[0]).forEach((r) => {
    const last = out[out.length - 1];
    if (last && r[0] <= last[1]) last[1] = Math.max(last[1], r[1]);
    else out.push([r[0], r[1]]);
  });
  return out;
}

// tidy goes through the boxes of one that is kept. b holds the index, which
// stands at off in the file.
function tidy(b, off, name, from, to, state) {
  const { notes, patches } = state;
  const placed = (x) => ({ at: x.at + off, body: x.body + off, end: x.end + off });
  for (const x of boxes(b, from, to)) {
    if (kept[name].indexOf(x.type) < 0) {
      if (x.type !== "free" && x.type !== "skip") said(b, x, notes);
      patches.free(placed(x));
    } else if (x.type === "trak" && !seen(b, x)) {
      notes.tell("track");
      samples(b, x).forEach((r) => state.gone.push(r));
      patches.free(placed(x));
    } else if (kept[x.type]) {
      if (x.type === "trak") state.chunks.push(...samples(b, x, true));
      tidy(b, off, x.type, x.body, x.end, state);
    } else field(b, off, x, state);
  }
}

const find = (b, x, ...path) =>
  path.reduce((at, type) => at && boxes(b, at.body, at.end).filter((y) => y.type === type)[0], x);

// seen tells whether a track is picture or sound.
function seen(b, trak) {
  const h = find(b, trak, "mdia", "hdlr");
  return Boolean(h) && ["vide", "soun"].indexOf(latin(b, h.body + 8, h.body + 12)) >= 0;
}

// samples lists where a track's content lies: ranges, or the starts only.
function samples(b, trak, starts) {
  const table = find(b, trak, "mdia", "minf", "stbl");
  if (!table) return [];
  const box = (...types) => types.map((t) => find(b, table, t)).filter(Boolean)[0] || unclean("broken");
  const places = box("stco", "co64");
  const wide = places.type === "co64";
  const count = be32(b, places.body + 4);
  if (places.body + 8 + count * (wide ? 8 : 4) > places.end) unclean("broken");
  const at = (i) => (wide ? be64(b, places.body + 8 + 8 * i) : be32(b, places.body + 8 + 4 * i));
  const out = [];
  if (starts) {
    for (let i = 0; i < count; i++) out.push(at(i));
    return out;
  }
  const per = box("stsc");
  const sizes = box("stsz", "stz2");
  if (sizes.type === "stz2") unclean("track");
  const one = be32(b, sizes.body + 4);
  const all = be32(b, sizes.body + 8);
  const runs = be32(b, per.body + 4);
  if ((!one && sizes.body + 12 + 4 * all > sizes.end) || per.body + 8 + 12 * runs > per.end) unclean("broken");
  for (let chunk = 0, run = -1, sample = 0; chunk < count; chunk++) {
    while (run + 1 < runs && be32(b, per.body + 8 + 12 * (run + 1)) <= chunk + 1) run++;
    if (run < 0) unclean("broken");
    let n = Math.min(be32(b, per.body + 12 + 12 * run), all - sample);
    let size = 0;
    if (one) {
      size = n * one;
      sample += n;
    } else for (; n > 0; n--) size += be32(b, sizes.body + 12 + 4 * sample++);
    out.push([at(chunk), at(chunk) + size]);
  }
  return out;
}

// field overwrites what tells something in a box that stays.
function field(b, off, x, { notes, patches }) {
  const zero = (from, to) => patches.zero(off + from, off + Math.min(to, x.end));
  if (x.type === "mvhd" || x.type === "tkhd" || x.type === "mdhd") {
    const long = b[x.body] === 1;
    const made = long ? be64(b, x.body + 4) : be32(b, x.body + 4);
    if (made > 0 && made < 1e10) notes.tell("day", new Date((made - 2082844800) * 1000).toISOString().slice(0, 10));
    zero(x.body + 4, x.body + (long ? 20 : 12));
  } else if (x.type === "hdlr") {
    zero(x.body + 12, x.end);
  } else if (x.type === "dinf") {
    boxes(b, x.body, x.end).filter((d) => d.type === "dref").forEach((d) =>
      boxes(b, d.body + 8, d.end).forEach((r) => {
        if (!(b[r.body + 3] & 1)) unclean("track"); // its content lies in another file
        zero(r.body + 4, r.end);
      }));
  } else if (x.type === "stsd") {
    boxes(b, x.body + 8, x.end).forEach((entry) => {
      zero(entry.body + 12, entry.body + 16); // the maker of the encoder
      if (!/^(avc|hvc|hev|mp4v|av01|vp0|s263|jpeg|mjp|ap..|dv)/.test(entry.type) || entry.end - entry.body < 78) return;
      if (b[entry.body + 42]) notes.tell("software", latin(b, entry.body + 43, entry.body + 43 + Math.min(31, b[entry.body + 42])));
      zero(entry.body + 42, entry.body + 74);
      boxes(b, entry.body + 78, entry.end).forEach((y) => {
        if (["udta", "meta", "uuid"].indexOf(y.type) >= 0) patches.free({ at: off + y.at, body: off + y.body, end: off + y.end });
      });
    });
  }
}

const names = { mak: "device", mod: "device", swr: "software", too: "software", day: "day", aut: "author", ART: "author", cpy: "author", nam: "words", cmt: "words", des: "words", make: "device", model: "device", software: "software", creationdate: "day", author: "author", artist: "author", title: "words", description: "words", comment: "words" };

// said notes what a box that goes away tells.
function said(b, x, notes) {
  const text = latin(b, x.body, Math.min(x.end, x.body + (1 << 20)));
  const at = /([+-]\d{2}(?:\.\d+)?)([+-]\d{3}(?:\.\d+)?)/.exec(text);
  if (at) notes.tell("place", place(Number(at[1]), Number(at[2])));
  const where = text.indexOf("loci"); // 3GPP's: language, name, role, then both in 16.16
  if (where >= 0) {
    const p = x.body + where + 11 + text.slice(where + 10).indexOf("\0") + 1;
    const fixed = (i) => (be32(b, i) | 0) / 65536;
    if (p + 8 <= x.end) notes.tell("place", place(fixed(p + 4), fixed(p)));
  }
  const short = /\xa9(mak|mod|swr|too|day|aut|ART|cpy|nam|cmt|des)([\s\S]{4})/g;
  for (let m; (m = short.exec(text)); ) {
    const from = x.body + m.index + 4;
    const data = latin(b, from + 4, from + 8) === "data";
    const value = utf8(data ? b.subarray(from + 16, Math.min(x.end, from + be32(b, from))) : b.subarray(from + 4, Math.min(x.end, from + 4 + be16(b, from))));
    notes.tell(names[m[1]], names[m[1]] === "day" ? day(value) : value);
  }
  listed(b, x, text, notes);
  notes.tell("hidden");
}

// listed reads the list of keys and values that iPhones write.
function listed(b, x, text, notes) {
  const keys = [];
  const table = text.indexOf("keys");
  if (table < 4) return;
  for (let at = x.body + table + 12; at + 8 <= x.end && latin(b, at + 4, at + 8) === "mdta"; at += be32(b, at)) {
    if (be32(b, at) < 8) break;
    keys.push(latin(b, at + 8, Math.min(x.end, at + be32(b, at))).split(".").pop());
  }
  const list = text.indexOf("ilst");
  if (list < 4) return;
  const end = Math.min(x.end, x.body + list - 4 + be32(b, x.body + list - 4));
  for (let at = x.body + list + 4; at + 24 <= end; ) {
    const size = be32(b, at);
    const key = keys[be32(b, at + 4) - 1];
    if (size < 24 || at + size > end) return;
    const value = be32(b, at + 16) === 1 ? utf8(b.subarray(at + 24, at + size)) : "";
    if (names[key] && value) notes.tell(names[key], names[key] === "day" ? day(value) : value);
    at += size;
  }
}
