// The voice message: recorded on a press, heard before it is attached, and in
// memory only. The microphone is asked for when somebody presses "record", and
// let go as soon as the recording ends.
const types = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const longest = 30 * 60; // seconds

// recorder starts the first recording in box at once, and further ones on a
// press; done(file) gets what the person attaches. sentences has the words.
export function recorder(box, sentences, done) {
  const part = (name) => box.querySelector("[data-" + name + "]");
  const listen = part("listen");
  let tape = null;
  let file = null;
  let timer = 0;

  const show = (...names) => ["record", "stop", "attach", "again", "drop"].forEach((n) => (part(n).hidden = names.indexOf(n) < 0));
  const say = (name, values) => {
    const words = name ? sentences.getAttribute("data-msg-" + name) || "" : "";
    part("voice-status").textContent = Object.keys(values || {}).reduce((s, k) => s.split("{" + k + "}").join(values[k]), words);
  };

  async function record() {
    forget();
    say("asking");
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (e) {
      say("refused");
      show("record");
      return;
    }
    const parts = [];
    const type = types.filter((t) => MediaRecorder.isTypeSupported && MediaRecorder.isTypeSupported(t))[0];
    tape = new MediaRecorder(stream, type ? { mimeType: type, audioBitsPerSecond: 32000 } : {});
    tape.ondataavailable = (e) => e.data.size && parts.push(e.data);
    tape.onstop = () => {
      clearInterval(timer);
      stream.getTracks().forEach((t) => t.stop());
      const kind = (tape.mimeType || type || "audio/webm").replace(/;.*/, "");
      tape = null;
      if (!parts.length) {
        say("refused");
        show("record");
        return;
      }
      file = new File(parts, "voice", { type: kind });
      listen.src = URL.createObjectURL(file);
      listen.hidden = false;
      say("recorded");
      show("attach", "again", "drop");
      part("attach").focus();
    };
    let seconds = 0;
    const tick = () => say("recording", { time: Math.floor(seconds / 60) + ":" + ("0" + (seconds % 60)).slice(-2) });
    timer = setInterval(() => (++seconds >= longest ? tape && tape.stop() : tick()), 1000);
    tape.start(1000);
    tick();
    show("stop");
    part("stop").focus();
  }

  function forget() {
    file = null;
    if (listen.src) URL.revokeObjectURL(listen.src);
    listen.removeAttribute("src");
    listen.hidden = true;
  }

  const end = (name) => {
    forget();
    say(name);
    show("record");
    part("record").focus();
  };
  part("record").addEventListener("click", record);
  part("again").addEventListener("click", record);
  part("stop").addEventListener("click", () => tape && tape.stop());
  part("drop").addEventListener("click", () => end("dropped"));
  part("attach").addEventListener("click", () => {
    if (file) done(file);
    end("attached");
  });
  // Leaving the page ends a recording that is still running.
  window.addEventListener("pagehide", () => tape && tape.stop());
  record();
  return { open: () => Boolean(tape || file) };
}
