// The box format of MP4, MOV and HEIC. Nothing in such a file may move, because
// tables hold places: what goes is overwritten where it stands.
import { be32, be64, latin, read, unclean } from "./bytes.js";

const zeros = new Blob([new Uint8Array(1 << 20)]);

// boxes lists what stands one after the other between two places of b.
export function boxes(b, from, to) {
  const out = [];
  for (let at = from; at < to; ) {
    if (to - at < 8) {
      if (b.subarray(at, to).some((x) => x)) unclean("broken");
      break; // QuickTime ends some lists with zeros
    }
    const x = header(b, at, to - at);
    out.push({ type: x.type, at, body: at + x.head, end: at + x.size });
    at += x.size;
  }
  return out;
}

function header(b, at, room) {
  let size = be32(b, at);
  let head = 8;
  if (size === 1 && room >= 16) {
    size = be64(b, at + 8);
    head = 16;
  } else if (size === 0) size = room;
  if (size < head || size > room) unclean("broken");
  return { type: latin(b, at + 4, at + 8), size, head };
}

// outline lists the outermost boxes of a file of any size.
export async function outline(blob) {
  const out = [];
  for (let at = 0; at < blob.size; ) {
    if (out.length > 100000) unclean("broken");
    const b = await read(blob, at, at + 16);
    if (b.length < 8) unclean("broken");
    const x = header(b, 0, blob.size - at);
    out.push({ type: x.type, at, body: at + x.head, end: at + x.size });
    at += x.size;
  }
  return out;
}

// Patches collects what is overwritten in a file.
export class Patches {
  constructor(blob) {
    this.blob = blob;
    this.list = []; // {at, end, bytes}: bytes missing: zeros
  }

  put(at, bytes) {
    if (bytes.length) this.list.push({ at, end: at + bytes.length, bytes });
  }

  zero(at, end) {
    if (end > at) this.list.push({ at, end });
  }

  // free turns a box into one that every reader passes over.
  free(box) {
    this.put(box.at + 4, Uint8Array.of(0x66, 0x72, 0x65, 0x65));
    this.zero(box.body, box.end);
  }

  // parts gives the file in pieces; what is not overwritten is not read.
  parts() {
    const out = [];
    let at = 0;
    this.list.sort((x, y) => x.at - y.at);
    for (const p of this.list) {
      if (p.at < at || p.end > this.blob.size) unclean("broken"); // two hands at one place: the file lies about itself
      if (p.at > at) out.push(this.blob.slice(at, p.at));
      if (p.bytes) out.push(p.bytes);
      else for (let n = p.end - p.at; n > 0; n -= zeros.size) out.push(n < zeros.size ? zeros.slice(0, n) : zeros);
      at = p.end;
    }
    if (at < this.blob.size) out.push(this.blob.slice(at));
    return out;
  }
}
