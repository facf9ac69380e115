// The sender's keys. docs/formats/mailbox.md; the Go twin is internal/mailbox.
import { ed25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { identityFromSeed, open, recipientFromSeed } from "./age.js";
import { b64, concat, hex, sha256, text, u32 } from "./bytes.js";
import { secret } from "./code.js";
import { decode } from "./message.js";

export function derive(digits, salt) {
  const expand = (label, n) => hkdf(sha256, secret(digits), salt, text("waylight/v1/mailbox-" + label), n);
  const age = expand("age", 32);
  const sign = expand("sign", 32);
  const publicKey = ed25519.getPublicKey(sign);
  const id = hex(expand("id", 16));
  let recipient; // costs a key generation, needed for the first message only
  return {
    id,
    publicKey,
    recipient: () => (recipient = recipient || recipientFromSeed(age)),
    address() {
      return { id, recipient: this.recipient(), sign_key: b64(publicKey) };
    },
    // second is this mailbox as the Desk needs it when its code is the second one.
    second: () => ({ id, seed: b64(age), sign_key: b64(publicKey) }),
    sign: (tag, ...parts) => ed25519.sign(signed(tag, parts), sign),
    open: (sealed) => decode(open(identityFromSeed(age), sealed)),
  };
}

// signed is the message under a signature: tag and parts, each after its length.
function signed(tag, parts) {
  return concat(...[text(tag), ...parts].map((p) => concat(u32(p.length), p)));
}
