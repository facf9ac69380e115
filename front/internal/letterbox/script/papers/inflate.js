// Inflate (RFC 1951), bounded: browsers below Chrome 80 have none of their own,
// and theirs cannot be told to stop before a bomb has filled the memory. Nothing
// is packed anew: what was changed is stored as it is.
import { join, unclean } from "./bytes.js";

const lengths = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258];
const lengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distances = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577];
const distanceBits = [0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13];
const order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

// table makes a Huffman code from the lengths of its words.
function table(sizes) {
  const count = new Uint16Array(16);
  sizes.forEach((n) => count[n]++);
  count[0] = 0;
  const next = new Uint16Array(16);
  for (let i = 1; i < 16; i++) next[i] = next[i - 1] + count[i - 1];
  const symbols = new Uint16Array(sizes.length);
  sizes.forEach((n, s) => n && (symbols[next[n]++] = s));
  return { count, symbols };
}

// inflate returns at most limit bytes; more, or anything wrong, is Unclean.
export function inflate(b, limit) {
  let out = new Uint8Array(Math.min(limit, Math.max(1024, b.length * 4)));
  let size = 0;
  let at = 0;
  let hold = 0;
  let held = 0;
  const bits = (n) => {
    while (held < n) {
      if (at >= b.length) unclean("broken");
      hold |= b[at++] << held;
      held += 8;
    }
    const v = hold & ((1 << n) - 1);
    hold >>>= n;
    held -= n;
    return v;
  };
  const room = (n) => {
    if (size + n > limit) unclean("large");
    if (size + n <= out.length) return;
    const more = new Uint8Array(Math.min(limit, Math.max(size + n, out.length * 2)));
    more.set(out);
    out = more;
  };
  const symbol = (t) => {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let n = 1; n < 16; n++) {
      code |= bits(1);
      const c = t.count[n];
      if (code - c < first) return t.symbols[index + (code - first)];
      index += c;
      first = (first + c) << 1;
      code <<= 1;
    }
    return unclean("broken");
  };
  const stored = () => {
    hold = held = 0;
    const n = b[at] | (b[at + 1] << 8);
    if (at + 4 + n > b.length || n !== (~(b[at + 2] | (b[at + 3] << 8)) & 0xffff)) unclean("broken");
    room(n);
    out.set(b.subarray(at + 4, at + 4 + n), size);
    size += n;
    at += 4 + n;
  };
  const packed = (literals, back) => {
    for (;;) {
      const s = symbol(literals);
      if (s === 256) return;
      if (s < 256) {
        room(1);
        out[size++] = s;
        continue;
      }
      if (s > 285) unclean("broken");
      const n = lengths[s - 257] + bits(lengthBits[s - 257]);
      const d = symbol(back);
      if (d > 29) unclean("broken");
      const from = size - distances[d] - bits(distanceBits[d]);
      if (from < 0) unclean("broken");
      room(n);
      for (let i = 0; i < n; i++) out[size + i] = out[from + i];
      size += n;
    }
  };
  for (let last = 0; !last; ) {
    last = bits(1);
    const kind = bits(2);
    if (kind === 0) stored();
    else if (kind === 1) packed(table(new Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280)), table(new Array(30).fill(5)));
    else if (kind === 2) {
      const [literals, back] = tables(bits, symbol);
      packed(literals, back);
    } else unclean("broken");
  }
  return out.subarray(0, size);
}

function tables(bits, symbol) {
  const literals = bits(5) + 257;
  const all = literals + bits(5) + 1;
  const short = new Array(19).fill(0);
  const n = bits(4) + 4;
  for (let i = 0; i < n; i++) short[order[i]] = bits(3);
  const code = table(short);
  const sizes = [];
  while (sizes.length < all) {
    const s = symbol(code);
    if (s < 16) sizes.push(s);
    else if (s === 16 && !sizes.length) unclean("broken");
    else {
      const repeated = s === 16 ? sizes[sizes.length - 1] : 0;
      for (let k = s === 16 ? 3 + bits(2) : s === 17 ? 3 + bits(3) : 11 + bits(7); k > 0; k--) sizes.push(repeated);
    }
  }
  if (sizes.length > all) unclean("broken");
  return [table(sizes.slice(0, literals)), table(sizes.slice(literals))];
}

// unzlib opens a zlib block; its checksum is not looked at.
export function unzlib(b, limit) {
  if (b.length < 6 || (b[0] & 15) !== 8 || b[1] & 32 || ((b[0] << 8) | b[1]) % 31) unclean("broken");
  return inflate(b.subarray(2), limit);
}

// zlib makes a block that stores its content.
export function zlib(b) {
  const parts = [new Uint8Array([0x78, 0x01])];
  let at = 0;
  do {
    const n = Math.min(65535, b.length - at);
    parts.push(new Uint8Array([at + n === b.length ? 1 : 0, n & 255, n >> 8, ~n & 255, (~n >> 8) & 255]), b.subarray(at, at + n));
    at += n;
  } while (at < b.length);
  let x = 1;
  let y = 0;
  for (let i = 0; i < b.length; i++) {
    x = (x + b[i]) % 65521;
    y = (y + x) % 65521;
  }
  parts.push(new Uint8Array([y >> 8, y & 255, x >> 8, x & 255]));
  return join(parts);
}

let sums = null;

// crc32 is the checksum of PNG and ZIP.
export function crc32(b) {
  if (!sums) {
    sums = new Uint32Array(256);
    for (let i = 0; i < 256; i++) {
      let c = i;
      for (let k = 0; k < 8; k++) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
      sums[i] = c;
    }
  }
  let c = -1;
  for (let i = 0; i < b.length; i++) c = (c >>> 8) ^ sums[(c ^ b[i]) & 255];
  return ~c >>> 0;
}
