// Age files to one hybrid recipient, over age-encryption's own recipient and
// identity. The file writer stands here and not in the library because the
// library's needs streams that older phones lack, and carries recipients that
// we refuse. docs/formats/envelope.md; age's format is https://age-encryption.org/v1.
import { HybridIdentity, HybridRecipient } from "age-encryption/dist/recipients.js";
import { encodeHeader, encodeHeaderNoMAC, Stanza } from "age-encryption/dist/format.js";
import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { MLKEM768X25519 } from "@noble/post-quantum/hybrid.js";
import { base64nopad, bech32 } from "@scure/base";
import { concat, equal, random, sha256, text } from "./bytes.js";

const block = 65536;
const tag = 16;

export function seal(recipient, plain) {
  const fileKey = random(16);
  const stanzas = new HybridRecipient(recipient).wrapFileKey(fileKey);
  const nonce = random(16);
  const parts = [encodeHeader(stanzas, headerMAC(fileKey, stanzas)), nonce];
  const key = hkdf(sha256, fileKey, nonce, text("payload"), 32);
  for (let i = 0, at = 0; i === 0 || at < plain.length; i++, at += block) {
    const last = at + block >= plain.length;
    parts.push(chacha20poly1305(key, streamNonce(i, last)).encrypt(plain.subarray(at, at + block)));
  }
  return concat(...parts);
}

// open opens a file with exactly one hybrid stanza. It throws on anything else.
export function open(identity, sealed) {
  const { stanza, mac, rest } = parseHeader(sealed);
  const fileKey = new HybridIdentity(identity).unwrapFileKey([stanza]);
  if (!fileKey || !equal(mac, headerMAC(fileKey, [stanza]))) throw Error("does not open");
  const key = hkdf(sha256, fileKey, rest.subarray(0, 16), text("payload"), 32);
  const body = rest.subarray(16);
  const parts = [];
  for (let i = 0, at = 0; i === 0 || at < body.length; i++, at += block + tag) {
    const last = at + block + tag >= body.length;
    const plain = chacha20poly1305(key, streamNonce(i, last)).decrypt(body.subarray(at, at + block + tag));
    if (last && i > 0 && plain.length === 0) throw Error("does not open");
    parts.push(plain);
  }
  return concat(...parts);
}

export function identityFromSeed(seed) {
  return bech32.encodeFromBytes("AGE-SECRET-KEY-PQ-", seed).toUpperCase();
}

export function recipientFromSeed(seed) {
  return bech32.encode("age1pq", bech32.toWords(MLKEM768X25519.getPublicKey(seed)), false);
}

function headerMAC(fileKey, stanzas) {
  return hmac(sha256, hkdf(sha256, fileKey, undefined, text("header"), 32), encodeHeaderNoMAC(stanzas));
}

// streamNonce is an 11-byte counter and the flag of the last block.
function streamNonce(i, last) {
  const n = new Uint8Array(12);
  new DataView(n.buffer).setUint32(7, i);
  n[11] = last ? 1 : 0;
  return n;
}

// parseHeader reads the five lines of our only header: version, stanza, its
// body, MAC. Writing it anew must give the same bytes, or it was not canonical.
function parseHeader(sealed) {
  const lines = [];
  let at = 0;
  for (; lines.length < 4; ) {
    const end = sealed.indexOf(10, at);
    if (end < 0 || end > 4096) throw Error("not an envelope");
    lines.push(String.fromCharCode.apply(null, sealed.subarray(at, end)));
    at = end + 1;
  }
  const args = lines[1].split(" ");
  if (lines[0] !== "age-encryption.org/v1" || args.shift() !== "->" || lines[3].slice(0, 4) !== "--- ") throw Error("not an envelope");
  const stanza = new Stanza(args, base64nopad.decode(lines[2]));
  const mac = base64nopad.decode(lines[3].slice(4));
  if (!equal(encodeHeader([stanza], mac), sealed.subarray(0, at))) throw Error("not an envelope");
  return { stanza, mac, rest: sealed.subarray(at) };
}
