// The submission: from a filled form to the Front's receipt.
import { unb64 } from "./bytes.js";
import { openKeys } from "./bundle.js";
import { newCode, parseCode } from "./code.js";
import { chunkSize, manifest, maxFiles, readable, sealChunk } from "./file.js";
import { collect, isEmpty, value } from "./form.js";
import * as front from "./front.js";
import { derive } from "./mailbox.js";
import { encode } from "./message.js";
import { seal } from "./age.js";
import { Problem } from "./problem.js";

// sender returns send() for one form. What was sealed is kept, so that sending
// again after a broken line is the same submission and never a second one.
// attached gives the files, see attach.js; content(), where it is given, what is
// sent instead of what stands in the form.
export function sender(form, say, attached, content) {
  let pending = null; // {content, digits, body, files}
  let digits = "";
  let second = ""; // the second code of a new conversation
  const waiting = (seconds) => say("retry", { seconds });
  return async function send(known) {
    const words = content ? content() : collect(form);
    if (attached.open()) throw new Problem("voice-open");
    say("preparing");
    const files = await attached.items();
    if (isEmpty(words, files)) throw new Problem("empty");
    if (files.length > maxFiles) throw Error("too-large");
    const returning = known || typedCode(form);
    digits = returning || digits || newCode();
    if (!returning) second = second || newCode();
    const mark = JSON.stringify([words, digits, files.map((f) => [f.name, f.blob.size, f.stamp, f.state])]);
    if (!pending || pending.mark !== mark) pending = { mark, digits, files: manifests(files) };
    for (let again = 0; ; again++) {
      try {
        const done = { digits: await attempt(pending, words, Boolean(returning)), second };
        pending = null;
        digits = second = "";
        return done;
      } catch (e) {
        // A new key week: fetch the key and seal anew. Nothing was stored.
        if (!(e instanceof front.Refused) || e.code !== "key-too-old" || again > 0) throw e;
        pending.body = null;
      }
    }
  };

  async function attempt(p, content, followUp) {
    if (!p.body) {
      say("preparing");
      const published = await front.channels(waiting);
      const { channel, keys } = genuine(form, published);
      const box = derive(p.digits, published.salt);
      await sealFiles(p);
      const files = p.files.map((f) => readable(f.manifest));
      const message = Object.assign({}, content, { kind: followUp ? "follow-up" : "report", channel, via: "page-script", mailbox: box.address(), files });
      const other = followUp ? null : derive(second, published.salt);
      if (other) message.second = other.second();
      p.body = front.envelope(channel, box, seal(keys.recipient, encode(message)), files, other);
    }
    await upload(p);
    say("sending");
    await front.submit(p.body, waiting).catch(async (e) => {
      if (!(e instanceof front.Refused) || e.code !== "missing-chunks") throw e;
      await upload(p);
      await front.submit(p.body, waiting);
    });
    return p.digits;
  }

  // The hashes must be known before the envelope is sealed, and a phone cannot
  // hold large files in memory: chunks are sealed once for the hash and once
  // more (the same bytes) for the upload.
  async function sealFiles(p) {
    for (const f of p.files) {
      for (let i = 0; i < f.manifest.chunks.length; i++) {
        if (!f.manifest.chunks[i]) await sealChunk(f.manifest, i, await slice(f, i));
      }
    }
  }

  async function upload(p) {
    const all = p.files.reduce((n, f) => n + f.manifest.chunks.length, 0);
    let done = 0;
    for (const f of p.files) {
      const have = await front.uploaded(f.manifest.upload, p.body.channel, waiting);
      for (let i = 0; i < f.manifest.chunks.length; i++) {
        say("files", { done: ++done, all });
        if (have.indexOf(i) >= 0) continue;
        const hash = f.manifest.chunks[i];
        const sealed = await sealChunk(f.manifest, i, await slice(f, i));
        if (f.manifest.chunks[i] !== hash) throw new Problem("file-unreadable", { name: f.manifest.name });
        await front.putChunk(f.manifest.upload, i, sealed, waiting);
      }
    }
  }
}

// tellErased lets the team know that the sender erased the conversation. form
// names the channel; the wish to erase counts also when this fails.
export async function tellErased(form, digits, everything) {
  const published = await front.channels();
  const { channel, keys } = genuine(form, published);
  const box = derive(digits, published.salt);
  const message = { kind: "erased", channel, via: "page-script", mailbox: box.address() };
  if (everything) message.answers = [{ q: "erase-all", values: ["yes"] }];
  await front.submit(front.envelope(channel, box, seal(keys.recipient, encode(message)), []));
}

function typedCode(form) {
  const typed = value(form, "code");
  if (!typed.trim()) return "";
  const parsed = parseCode(typed);
  if (parsed.error) throw new Problem("code-" + parsed.error, { count: parsed.count });
  return parsed.digits;
}

// genuine finds the form's channel and verifies its key with the organisation's
// key that stands in the page, or, where the page names none, with the one beside it.
function genuine(form, published) {
  const wanted = form.getAttribute("data-channel");
  const channel = published.channels.filter((c) => c.id === wanted)[0] || (wanted ? null : published.channels[0]);
  if (!channel) throw new Problem("unknown-channel");
  try {
    const keys = openKeys(channel.keys, unb64(form.getAttribute("data-org-key") || channel.organisation_key));
    if (keys.channel !== channel.id) throw Error();
    return { channel: channel.id, keys };
  } catch (e) {
    throw new Problem("not-genuine");
  }
}

// manifests starts the manifest of each file; an original names its cleaned twin.
function manifests(files) {
  const list = files.map((f) => ({ blob: f.blob, manifest: Object.assign(manifest(f.name, f.type, f.blob.size), { state: f.state, kind: f.kind }) }));
  files.forEach((f, i) => f.of && (list[i].manifest.of = list[files.indexOf(f.of)].manifest.upload));
  return list;
}

function slice(file, index) {
  const part = file.blob.slice(index * chunkSize, (index + 1) * chunkSize);
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(new Uint8Array(reader.result));
    reader.onerror = () => failed(new Problem("file-unreadable", { name: file.manifest.name }));
    reader.readAsArrayBuffer(part);
  });
}
