// WebM and Matroska, as browsers record voices: the names of programs, times and
// tags are overwritten where they stand; an element that goes becomes a void one.
import { Notes, most, read, unclean, utf8 } from "./bytes.js";
import { Patches } from "./boxes.js";

const segment = 0x18538067;
const info = 0x1549a966;
const tracks = 0x1654ae6b;
const cluster = 0x1f43b675;
const entryOfTrack = 0xae;
const gone = [0x1254c367, 0x1941a469, 0x1043a770]; // tags, attachments, chapters
const texts = { 0x4d80: "software", 0x5741: "software", 0x7ba9: "words", 0x536e: "words", 0x4461: "day", 0x73a4: "hidden", 0x7384: "words", 0x258688: "" };

export async function sound(blob) {
  const notes = new Notes();
  const patches = new Patches(blob);
  let segments = 0;
  for (let at = 0, n = 0; at < blob.size; n++) {
    const x = element(await read(blob, at, at + 12), 0, blob.size - at);
    if (n > 100000 || !x) unclean("broken");
    const place = { id: x.id, at, body: at + x.head, end: at + x.head + x.size };
    if (x.id === segment) {
      segments++;
      at = place.body; // its children follow
      continue;
    }
    if (x.id === cluster && x.open) {
      at = place.body; // a live recording
      continue;
    }
    if (x.id === info || x.id === tracks) await within(blob, place, notes, patches);
    else if (gone.indexOf(x.id) >= 0) {
      notes.tell("hidden");
      hollow(place, patches);
    }
    at = place.end;
  }
  if (segments !== 1) unclean("broken");
  return { notes, parts: patches.parts() };
}

// element reads an id and a size; a size that is all ones is open.
function element(b, at, room) {
  const idLength = Math.clz32(b[at] || 0) - 23;
  if (at >= b.length || idLength > 4) return null;
  let id = 0;
  for (let i = 0; i < idLength; i++) id = id * 256 + b[at + i];
  const first = b[at + idLength];
  const n = Math.clz32(first || 0) - 23;
  if (!first || at + idLength + n > b.length) return null;
  let size = first & (0xff >> n);
  let open = size === 0xff >> n;
  for (let i = 1; i < n; i++) {
    size = size * 256 + b[at + idLength + i];
    open = open && b[at + idLength + i] === 255;
  }
  const head = idLength + n;
  if (open) size = room - head;
  if (size < 0 || size + head > room) return null;
  return { id, head, size, open };
}

async function within(blob, place, notes, patches) {
  if (place.end - place.body > most) unclean("large");
  const b = await read(blob, place.body, place.end);
  const walk = (from, to) => {
    for (let at = from; at < to; ) {
      const x = element(b, at, to - at);
      if (!x) unclean("broken");
      const body = at + x.head;
      if (x.id === entryOfTrack) walk(body, body + x.size);
      else if (texts[x.id] !== undefined) {
        const value = b.subarray(body, body + x.size);
        if (value.some((c) => c !== 0)) {
          if (texts[x.id]) notes.tell(texts[x.id], texts[x.id] === "day" || texts[x.id] === "hidden" ? "" : utf8(value));
          if (x.id === 0x4461) patches.put(place.body + at, hollowed(x.head + x.size));
          else patches.zero(place.body + body, place.body + body + x.size);
        }
      }
      at = body + x.size;
    }
  };
  walk(0, b.length);
}

// hollowed is a void element of n bytes, n at most 126 + 2.
function hollowed(n) {
  const v = new Uint8Array(n);
  v[0] = 0xec;
  v[1] = 0x80 | (n - 2);
  return v;
}

function hollow(place, patches) {
  const size = place.end - place.at;
  if (size <= 128) return patches.put(place.at, hollowed(size));
  const long = new Uint8Array(9);
  long[0] = 0xec;
  long[1] = 0x01;
  let rest = size - 9;
  for (let i = 8; i > 1; i--) {
    long[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  patches.put(place.at, long);
  return patches.zero(place.at + 9, place.end);
}

