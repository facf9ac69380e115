// What the page says to the Front. docs/formats/front-protocol.md.
import { b64, concat, hex, newID, random, sha256, text, u32, unb64 } from "./bytes.js";

// Refused is an answer of the Front that repeating will not change.
export class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

// Seconds between the tries; the last one stands for all that follow, for half
// an hour in all. A line that comes back for a minute now and then is enough.
const delays = [1, 2, 4, 8, 15, 30];
const tries = 65;

// call sends one request and repeats it while the line is broken or the Front
// busy. Every request of the protocol may be repeated. waiting(seconds) tells
// the person; when patience ends the error is Error("offline"). Without waiting
// the request is made once.
async function call(path, options, waiting) {
  for (let attempt = 0; ; attempt++) {
    let answer;
    try {
      answer = await fetch(path, Object.assign({ credentials: "omit", cache: "no-store", redirect: "error", referrerPolicy: "same-origin" }, options));
      if (answer.ok) return answer.status === 204 ? null : await answer.json();
    } catch (e) {
      answer = null;
    }
    const work = answer && answer.status === 429 ? await task(answer) : null;
    if (work) return { work };
    if (answer && answer.status !== 429 && answer.status < 500) throw new Refused(await refusal(answer));
    if (!waiting || attempt === tries) throw Error("offline");
    const pause = delays[Math.min(attempt, delays.length - 1)];
    waiting(pause);
    await sleep(pause);
  }
}

async function refusal(answer) {
  try {
    return (await answer.json()).error;
  } catch (e) {
    return "bad-request";
  }
}

// task reads the work that a Front under a flood asks for first.
async function task(answer) {
  try {
    return (await answer.json()).work || null;
  } catch (e) {
    return null;
  }
}

// solve finds the number that the Front asks for, a tenth of a second at a time,
// so that the page stays alive on a slow phone. No worker: a page that is closed
// or left must leave nothing running.
export async function solve(work) {
  if (!(work.bits <= 14)) throw Error("offline"); // more is never asked by a Front of ours
  const input = concat(unb64(work.task), new Uint8Array(8));
  const at = input.length - 8;
  for (let n = 0; ; ) {
    const end = Date.now() + 100;
    while (Date.now() < end) {
      input.set(u32(n), at + 4);
      const h = sha256(input);
      if (((h[0] << 16) | (h[1] << 8) | h[2]) >>> (24 - work.bits) === 0) return { task: work.task, bits: work.bits, answer: b64(input.subarray(at)) };
      n++;
    }
    await new Promise((next) => setTimeout(next, 0));
  }
}

// sleep ends early when the device comes back on line.
function sleep(seconds) {
  return new Promise((done) => {
    const end = () => {
      window.removeEventListener("online", end);
      clearTimeout(timer);
      done();
    };
    const timer = setTimeout(end, seconds * 1000);
    window.addEventListener("online", end);
  });
}

const post = (body) => ({ method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

export async function channels(waiting) {
  const c = await call("/w/v1/channels", {}, waiting);
  c.salt = unb64(c.salt);
  return c;
}

export async function uploaded(upload, channel, waiting) {
  return (await call("/w/v1/uploads/" + upload + "?channel=" + channel, {}, waiting)).have || [];
}

export function putChunk(upload, index, sealed, waiting) {
  const body = new Blob([sealed], { type: "application/octet-stream" });
  return call("/w/v1/uploads/" + upload + "/" + index, { method: "PUT", body }, waiting);
}

// envelope makes the request body of a submission; it is kept and repeated as it is.
// A new conversation has two mailboxes; the lower id comes first, so that nothing
// says which of them is the second code's.
export function envelope(channel, keys, sealed, files, second) {
  const id = newID();
  const part = (k) => ({ mailbox: k.id, sign_key: b64(k.publicKey), signature: b64(k.sign("waylight/v1/follow-up", text(id), sha256(sealed))) });
  const both = second ? [keys, second].sort((a, b) => (a.id < b.id ? -1 : 1)) : [keys];
  return {
    id,
    channel,
    ...part(both[0]),
    beside: second ? part(both[1]) : undefined,
    uploads: files.map((f) => ({ id: f.upload, chunks: f.chunks.length })),
    sealed: b64(sealed),
  };
}

export async function submit(body, waiting) {
  for (let tasks = 0; tasks < 5; tasks++) {
    const answer = await call("/w/v1/envelopes", post(body), waiting);
    if (!answer.work) return answer;
    body.work = await solve(answer.work);
  }
  throw Error("offline");
}

export const petition = (id, waiting) => call("/w/v1/petitions/" + id, {}, waiting);

// putSignature sends a sealed signature; the same again changes nothing.
export async function putSignature(id, number, sealed, waiting) {
  const headers = { "Content-Type": "application/octet-stream" };
  for (let tasks = 0; tasks < 5; tasks++) {
    const answer = await call("/w/v1/petitions/" + id + "/signatures/" + number, { method: "PUT", headers, body: new Blob([sealed]) }, waiting);
    if (!answer.work) return answer;
    const work = await solve(answer.work);
    headers["Waylight-Work"] = work.task + ":" + work.answer;
  }
  throw Error("offline");
}

function access(verb, keys, waiting) {
  const nonce = hex(random(16));
  const day = new Date().toISOString().slice(0, 10);
  const signature = b64(keys.sign("waylight/v1/" + verb, text(keys.id), text(nonce), text(day)));
  return call("/w/v1/mailboxes/" + keys.id + "/" + verb, post({ day, nonce, signature }), waiting);
}

export const read = (keys, waiting) => access("read", keys, waiting);
export const erase = (keys, waiting) => access("erase", keys, waiting);
