// Key bundles: a C2SP signed note whose first line is the type.
// docs/formats/bundle.md; the Go twin is internal/bundle.
import { ed25519 } from "@noble/curves/ed25519.js";
import { concat, equal, hex, sha256, text, unb64 } from "./bytes.js";

export function organisationID(key) {
  return hex(sha256(concat(text("waylight/v1/organisation\n"), key)).subarray(0, 16));
}

// openNote verifies what an organisation signed under a tag and returns its
// content. It throws on any doubt.
export function openNote(note, key, tag) {
  const id = organisationID(key);
  const name = "waylight/" + id;
  const end = note.lastIndexOf("\n\n");
  const body = note.slice(0, end + 1);
  const bytes = text(body);
  const hash = sha256(concat(text(name + "\n\x01"), key)).subarray(0, 4);
  const genuine = note.slice(end + 2).split("\n").some((line) => {
    if (line.indexOf("\u2014 " + name + " ") !== 0) return false;
    const sig = unb64(line.slice(name.length + 3));
    return sig.length === 68 && equal(sig.subarray(0, 4), hash) && ed25519.verify(sig.subarray(4), bytes, key, { zip215: false });
  });
  if (end < 0 || !genuine || body.indexOf(tag + "\n") !== 0) throw Error("not genuine");
  const content = JSON.parse(body.slice(tag.length + 1));
  if (content.organisation !== id) throw Error("not genuine");
  return content;
}

// openKeys verifies a key bundle.
export function openKeys(note, key) {
  const keys = openNote(note, key, "waylight/v1/keys");
  if (keys.recipient.indexOf("age1pq1") !== 0) throw Error("not genuine");
  return keys;
}
