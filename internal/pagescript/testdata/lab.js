// For tests only: opens the script's modules to the test's page.
import * as age from "../../../front/internal/letterbox/script/age.js";
import * as bundle from "../../../front/internal/letterbox/script/bundle.js";
import * as bytes from "../../../front/internal/letterbox/script/bytes.js";
import * as code from "../../../front/internal/letterbox/script/code.js";
import * as file from "../../../front/internal/letterbox/script/file.js";
import * as mailbox from "../../../front/internal/letterbox/script/mailbox.js";
import * as message from "../../../front/internal/letterbox/script/message.js";

import * as papers from "../../../front/internal/letterbox/script/papers.js";

window.waylightPapers = papers; // in a page it is loaded as a script of its own
const { b64, hex, sha256, text, unb64 } = bytes;
const load = async (name) => (await fetch("/vectors/" + name)).json();
const refuses = (f) => {
  try {
    f();
  } catch (e) {
    return true;
  }
  return false;
};

// Each check returns the list of what is wrong.
const checks = {
  async code() {
    const v = await load("code.json");
    const bad = [];
    for (const c of v.valid) if (code.parseCode(c.typed).digits !== c.digits) bad.push("valid: " + c.typed);
    for (const c of v.invalid) {
      const got = code.parseCode(c.typed);
      const error = got.error === "short" || got.error === "long" ? "length" : got.error;
      if (error !== c.error || (error === "length" && got.count !== c.count)) bad.push("invalid: " + c.typed + ": " + got.error);
    }
    const seen = {};
    for (let i = 0; i < 500; i++) {
      const digits = code.newCode();
      if (seen[digits] || code.parseCode(digits).digits !== digits || BigInt(digits) % BigInt(97) !== BigInt(1)) bad.push("new code");
      seen[digits] = true;
    }
    return bad;
  },
  async mailbox() {
    const bad = [];
    for (const v of await load("mailbox.json")) {
      const box = mailbox.derive(v.code, unb64(v.salt));
      if (box.id !== v.id) bad.push("id");
      if (box.recipient() !== v.recipient) bad.push("recipient");
      if (b64(box.publicKey) !== v.public_key) bad.push("public key");
      for (const s of v.signatures) if (b64(box.sign(s.tag, ...s.parts.map(unb64))) !== s.signature) bad.push("signature " + s.tag);
    }
    return bad;
  },
  async envelope() {
    const v = await load("envelope.json");
    const bad = [];
    for (const [n, c] of v.size_classes) if (message.sizeClass(n) !== c) bad.push("size class of " + n + ": " + message.sizeClass(n));
    for (const m of v.messages) {
      const box = mailbox.derive(m.code, unb64(m.salt));
      const sealed = unb64(m.sealed);
      if (hex(sha256(text(box.open(sealed).text))) !== m.text_sha256) bad.push("message of " + m.plaintext_size);
      for (const at of [30, 1700, sealed.length - 1]) {
        const altered = sealed.slice();
        altered[at] ^= 1;
        if (!refuses(() => box.open(altered))) bad.push("altered at " + at);
      }
      if (!refuses(() => box.open(sealed.subarray(0, sealed.length - 1)))) bad.push("cut short");
    }
    const plain = { kind: "report", text: "a" };
    const dirty = message.encode(plain);
    dirty[dirty.length - 1] = 1;
    if (!refuses(() => message.decode(dirty))) bad.push("padding");
    if (!refuses(() => message.encode({ kind: "report", text: "a".repeat(3 << 20) }))) bad.push("too large");
    if (!refuses(() => message.encode({ kind: "report", text: "я".repeat((256 << 10) + 1) }))) bad.push("text too long");
    if (refuses(() => message.encode({ kind: "report", text: "я".repeat(256 << 10) }))) bad.push("longest text");
    if (!refuses(() => file.manifest("a", "", 2 * 1024 * 1024 * 1024 + 1))) bad.push("file too large");
    return bad;
  },
  async chunks() {
    const v = (await load("envelope.json")).chunks;
    const bad = [];
    const whole = text("waylight".repeat(file.chunkSize / 8));
    const m = file.manifest("a", "", file.chunkSize + 7);
    m.key = unb64(v.key);
    const native = crypto.subtle;
    for (const subtle of [native, undefined]) {
      Object.defineProperty(crypto, "subtle", { value: subtle, configurable: true });
      for (const c of v.chunks) {
        const sealed = await file.sealChunk(m, c.index, c.index === 0 ? whole : text("the end"));
        if (m.chunks[c.index] !== c.sha256 || hex(sealed.subarray(0, 32)) !== c.sealed_head) bad.push("chunk " + c.index + (subtle ? "" : " without the browser's cipher"));
      }
    }
    Object.defineProperty(crypto, "subtle", { value: native, configurable: true });
    return bad;
  },
  async bundle() {
    const v = await load("bundle.json");
    const key = unb64(v.public_key);
    const bad = [];
    const keys = bundle.openKeys(v.keys, key);
    if (bundle.organisationID(key) !== v.id || keys.channel !== "help" || keys.serial !== 7) bad.push("keys");
    for (const r of v.refused_as_keys) if (!refuses(() => bundle.openKeys(r.text, key))) bad.push("accepted: " + r.why);
    return bad;
  },
};

const kept = {};

// random numbers from a seed, the same in every run.
function numbers(seed) {
  let x = seed >>> 0 || 1;
  return (below) => {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    return (x >>> 0) % below;
  };
}

window.lab = {
  keep: (name, content) => Boolean((kept[name] = unb64(content))),
  // mutate damages a kept file n times and says what went wrong in looking at it.
  async mutate(name, seed, n) {
    const bad = [];
    const next = numbers(seed);
    for (let i = 0; i < n; i++) {
      let b = kept[name].slice();
      for (let k = 1 + next(4); k > 0; k--) {
        const at = next(4) ? next(Math.min(b.length, 2048)) : next(b.length);
        const how = next(5);
        if (how === 0) b[at] = next(256);
        else if (how === 1) b.fill(255, at, at + 4);
        else if (how === 2) b.fill(0, at, at + 4);
        else if (how === 3) b = b.slice(0, 1 + at);
        else b.copyWithin(at, next(b.length), b.length);
      }
      const before = hex(sha256(b));
      const found = await papers.look(new Blob([b]));
      if (!found || typeof found.why !== "string" || Boolean(found.clean) === Boolean(found.why)) bad.push("says neither or both");
      if (hex(sha256(b)) !== before) bad.push("the file itself was changed");
    }
    return bad;
  },
  // lookAtFile counts what is read of a file.
  async lookAtFile(file) {
    const reader = FileReader.prototype.readAsArrayBuffer;
    let read = 0;
    FileReader.prototype.readAsArrayBuffer = function (part) {
      read += part.size;
      return reader.call(this, part);
    };
    const found = await papers.look(file);
    FileReader.prototype.readAsArrayBuffer = reader;
    return { why: found.why, size: found.clean ? found.clean.size : 0, read };
  },
  // look says what a file gives away and hands back the cleaned one.
  async look(content) {
    const found = await papers.look(new Blob([unb64(content)]));
    const clean = found.clean && b64(new Uint8Array(await new Response(found.clean).arrayBuffer()));
    return Object.assign({}, found, { clean, work: undefined });
  },
  check: (name) => checks[name](),
  // sealed makes envelopes of several sizes for Go to open.
  sealed: (recipient, sizes) =>
    sizes.map((n) => b64(age.seal(recipient, message.encode({ kind: "report", channel: "help", via: "page-script", lang: "ru", text: "Помогите <&> \u2028 🕯️" + "я".repeat(n), answers: [{ q: "urgency", values: ["now"] }] })))),
  opened: (digits, salt, sealed) => mailbox.derive(digits, unb64(salt)).open(unb64(sealed)),
};
