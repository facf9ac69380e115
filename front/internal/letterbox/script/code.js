// The sender's code. docs/formats/code.md; the Go twin is internal/receipt.
import { random, text } from "./bytes.js";

const length = 32;

// newCode returns 32 digits as a string: 30 random and 2 check digits.
export function newCode() {
  let s = "";
  while (s.length < length - 2) {
    const b = random(1)[0];
    if (b < 250) s += b % 10; // 250 to 255 would favour the digits 0 to 5
  }
  const check = 98 - mod97(s + "00");
  return s + (check < 10 ? "0" : "") + check;
}

// parseCode returns {digits} or {error: "digit" | "short" | "long" | "checksum", count}.
export function parseCode(typed) {
  const got = parse(typed);
  const listed = got.error && fromPrices(typed);
  return listed ? parse(listed) : got;
}

// prices are the groups as what somebody paid in a shop.
export const prices = (digits, point) => groups(digits).map((g) => (g[0] === "0" ? g[1] : g.slice(0, 2)) + point + g.slice(2));

// fromPrices finds exactly eight prices among words and other numbers.
function fromPrices(typed) {
  let plain = "";
  for (const c of typed) {
    const d = digit(c.codePointAt(0));
    plain += d < 0 ? (c === "\u066b" ? "." : c) : d;
  }
  const found = plain.split(/[^0-9.,]+/).map((run) => run.replace(/^[.,]+|[.,]+$/g, "")).filter((run) => /^[0-9][0-9]?[.,][0-9][0-9]$/.test(run));
  return found.length === 8 ? found.map((run) => ("0" + run.replace(/[.,]/, "")).slice(-4)).join("") : "";
}

function parse(typed) {
  let s = "";
  for (const c of typed) {
    if (skipped(c.codePointAt(0))) continue;
    const d = digit(c.codePointAt(0));
    if (d < 0) return { error: "digit", count: s.length };
    s += d;
  }
  if (s.length < length) return { error: "short", count: s.length };
  if (s.length > length) return { error: "long", count: s.length };
  if (mod97(s) !== 1) return { error: "checksum", count: s.length };
  return { digits: s };
}

export function groups(digits) {
  const out = [];
  for (let i = 0; i < length; i += 4) out.push(digits.slice(i, i + 4));
  return out;
}

export const secret = (digits) => text(digits);

function mod97(s) {
  let m = 0;
  for (let i = 0; i < s.length; i++) m = (m * 10 + (s.charCodeAt(i) - 48)) % 97;
  return m;
}

// Where the digits 0 to 9 of the scripts in use begin. Property escapes in
// regular expressions are missing on older phones.
const zeros = [
  0x30, 0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6,
  0xe50, 0xed0, 0xf20, 0x1040, 0x17e0, 0x1810, 0xff10,
];

function digit(r) {
  for (const zero of zeros) if (r >= zero && r < zero + 10) return r - zero;
  return -1;
}

function skipped(r) {
  return (
    (r >= 9 && r <= 13) || r === 0x20 || r === 0x85 || r === 0xa0 || r === 0x1680 || r === 0x3000 ||
    (r >= 0x2000 && r <= 0x206f && r !== 0x2026) || // spaces, dashes, direction marks
    r === 0x2d || r === 0x2e || r === 0xb7 || r === 0xad || r === 0x58a || r === 0x2212 || r === 0xfeff ||
    r === 0xfe58 || r === 0xfe63 || r === 0xff0d
  );
}
