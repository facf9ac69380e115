// Attached files: chunks of one size under AES-256-GCM. docs/formats/envelope.md;
// the Go twin is internal/envelope.
import { b64, concat, newID, random, sha256, u64 } from "./bytes.js";
import { second } from "./second.js";

export const chunkSize = 256 << 10;
export const maxFiles = 64;
const maxSize = 2 * 1024 * 1024 * 1024;

// manifest starts the manifest of one file.
export function manifest(name, type, size) {
  if (size > maxSize) throw Error("too-large");
  const chunks = Math.max(1, Math.ceil(size / chunkSize));
  return { upload: newID(), name, type, size, key: random(32), chunk_size: chunkSize, chunks: new Array(chunks).fill(null) };
}

// sealChunk seals the bytes of chunk index and notes its hash in the manifest.
export async function sealChunk(file, index, plain) {
  const padded = new Uint8Array(chunkSize);
  padded.set(plain);
  const nonce = concat(new Uint8Array(4), u64(index));
  const data = concat(u64(index), u64(file.chunks.length));
  const sealed = await encrypt(file.key, nonce, data, padded);
  file.chunks[index] = b64(await digest(sealed));
  return sealed;
}

// readable is the manifest as it stands in the message.
export const readable = (file) => Object.assign({}, file, { key: b64(file.key) });

// encrypt and digest use the browser's own, which are fast; pages on plain HTTP
// by name (an onion in some browsers) do not have them, and get the slow ones.
async function encrypt(key, nonce, data, plain) {
  if (!crypto.subtle) return (await second()).gcm(key, nonce, data).encrypt(plain);
  const k = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: data }, k, plain));
}

async function digest(bytes) {
  return crypto.subtle ? new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)) : sha256(bytes);
}
