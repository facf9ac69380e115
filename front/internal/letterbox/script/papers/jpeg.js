// JPEG: what draws the picture is kept, byte for byte; everything else goes.
import { Notes, be16, join, latin, raw, unclean, utf8, whole } from "./bytes.js";
import { exif, orientation, profile, xmp } from "./exif.js";

const piece = 65000; // bytes of a colour profile in one segment

export async function jpeg(blob) {
  const notes = new Notes();
  const parts = strip(await whole(blob), notes);
  return { notes, parts };
}

// strip returns the pieces of the cleaned picture.
export function strip(b, notes) {
  const found = { orientation: 1, colours: [], jfif: null, adobe: null };
  const picture = [];
  let at = 2;
  let ended = false;
  if (b[0] !== 0xff || b[1] !== 0xd8) unclean("broken");
  while (!ended) {
    if (b[at] !== 0xff) unclean("broken");
    while (b[at] === 0xff) at++;
    const marker = b[at++];
    if (marker === 0xd9) {
      ended = true;
    } else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) {
      picture.push(new Uint8Array([0xff, marker]));
    } else {
      const size = be16(b, at);
      if (!marker || marker === 0xd8 || size < 2 || at + size > b.length) unclean("broken");
      const body = b.subarray(at + 2, at + size);
      if (draws(marker)) picture.push(new Uint8Array([0xff, marker]), b.subarray(at, at + size));
      else segment(marker, body, found, notes);
      at += size;
      if (marker === 0xda) {
        const from = at;
        at = endOfScan(b, at);
        picture.push(b.subarray(from, at));
      }
    }
  }
  if (b.subarray(at).some((x) => x)) notes.tell("behind");
  return [new Uint8Array([0xff, 0xd8])].concat(head(found, notes), picture, [new Uint8Array([0xff, 0xd9])]);
}

const draws = (m) => (m >= 0xc0 && m <= 0xcf) || (m >= 0xda && m <= 0xdf);

function endOfScan(b, at) {
  for (;;) {
    at = b.indexOf(0xff, at);
    if (at < 0 || at + 1 >= b.length) unclean("broken"); // cut off: what follows is not known
    const m = b[at + 1];
    if (m !== 0 && (m < 0xd0 || m > 0xd7)) return at;
    at += 2;
  }
}

function segment(marker, body, found, notes) {
  const name = latin(body, 0, 32);
  if (marker === 0xe0 && name.indexOf("JFIF\0") === 0 && body.length >= 14) {
    found.jfif = join([body.subarray(0, 12), new Uint8Array(2)]);
    if (body[12] && body[13]) notes.tell("preview");
  } else if (marker === 0xee && name.indexOf("Adobe") === 0 && body.length >= 12) found.adobe = body.subarray(0, 12);
  else if (marker === 0xe1 && name.indexOf("Exif\0") === 0) found.orientation = exif(body.subarray(6), notes);
  else if (marker === 0xe1 && name.indexOf("http://ns.adobe.com/") === 0) xmp(utf8(body), notes);
  else if (marker === 0xe2 && name.indexOf("ICC_PROFILE\0") === 0 && body.length > 14) found.colours.push({ number: body[12], data: body.subarray(14) });
  else if (marker === 0xe2 && name.indexOf("MPF\0") === 0) notes.tell("preview");
  else if (marker === 0xed) notes.tell("history");
  else if (marker === 0xfe) notes.tell("words", utf8(body));
  else notes.tell("hidden");
}

function head(found, notes) {
  const out = [];
  const add = (marker, body) => out.push(new Uint8Array([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body);
  if (found.jfif) add(0xe0, found.jfif);
  if (found.orientation > 1) add(0xe1, join([raw("Exif\0\0"), orientation(found.orientation)]));
  if (found.colours.length) {
    const colours = profile(join(found.colours.sort((x, y) => x.number - y.number).map((c) => c.data)));
    if (!colours) notes.tell("colours");
    const count = colours ? Math.ceil(colours.length / piece) : 0;
    for (let i = 0; i < count; i++) add(0xe2, join([raw("ICC_PROFILE\0"), new Uint8Array([i + 1, count]), colours.subarray(i * piece, (i + 1) * piece)]));
  }
  if (found.adobe) add(0xee, found.adobe);
  return out;
}
