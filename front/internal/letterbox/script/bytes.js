// Small helpers over bytes.
import { sha256 } from "@noble/hashes/sha2.js";
import { base64 } from "@scure/base";

// noble looks for randomness there; Chrome 67 to 70 do not know the name yet.
if (typeof globalThis === "undefined") window.globalThis = window;

const encoder = new TextEncoder();

export const text = (s) => encoder.encode(s);
export const b64 = (bytes) => base64.encode(bytes);
export const unb64 = (s) => base64.decode(s);

export function hex(bytes) {
  let s = "";
  for (let i = 0; i < bytes.length; i++) s += (bytes[i] < 16 ? "0" : "") + bytes[i].toString(16);
  return s;
}

export function concat(...parts) {
  const out = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

export function equal(a, b) {
  if (a.length !== b.length) return false;
  let diff = 0;
  for (let i = 0; i < a.length; i++) diff |= a[i] ^ b[i];
  return diff === 0;
}

export function u32(n) {
  return new Uint8Array([n >>> 24, n >>> 16, n >>> 8, n]);
}

// u64 writes a number below 2^53, big-endian.
export function u64(n) {
  return concat(u32(Math.floor(n / 4294967296)), u32(n >>> 0));
}

// random is the system's randomness and nothing else.
export function random(n) {
  return crypto.getRandomValues(new Uint8Array(n));
}

export const newID = () => hex(random(16));

export { sha256 };
