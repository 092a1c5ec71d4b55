/**
 * A page that stands for a foreign dashboard: written anew, it asks for what such pages ask for, in the
 * form in which they do, and knows nothing of ours.
 *
 * @module
 */
import { join } from "node:path";

const INDEX = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Foreign dashboard</title>
<style>.pp-row.me { color: green }</style>
<script src="/dashboard/vad/ort.js"></script>
<script src="/dashboard/vad/bundle.min.js"></script>
<script src="/dashboard/playback.js?v=2"></script>
<script src="/dashboard/transport.js?v=2"></script>
<script src="/dashboard/trace.js?v=1"></script>
</head>
<body>
<div id="participants-list"></div>
<div id="messages"></div>
<form id="form"><input type="text" id="text"><button>Send</button></form>
<select id="audio-output"></select>
<script>
const hex = () => crypto.randomUUID().slice(0, 8);
const kept = JSON.parse(sessionStorage.getItem("mod3.sessionId") || "null");
const participant = kept ? kept.participant_id : "dashboard-" + hex();
window.__mod3Session = {
  session_id: null, participant_id: participant, assigned_voice: null, registered: false,
};
const post = (url, body) => fetch(url, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
});
async function register() {
  const body = {
    participant_id: participant, participant_type: "user", preferred_voice: null,
    preferred_output_device: "system-default",
  };
  if (kept) body.session_id = kept.session_id;
  let answer = null;
  try {
    const response = await post(window.kernelUrl + "/v1/channel-sessions/register",
      { ...body, kinds: ["audio"] });
    if (response.ok) {
      const { kernel, mod3 } = await response.json();
      answer = { ...mod3, session_id: (kernel && kernel.session_id) || mod3.session_id };
    }
  } catch (error) {
    console.log("[Session] no kernel: " + error);
  }
  if (answer === null) {
    body.session_id = body.session_id || "dashboard-" + hex() + "-" + Date.now();
    const response = await post("/v1/sessions/register", body);
    if (!response.ok) return;
    answer = await response.json();
  }
  window.__mod3Session = {
    session_id: answer.session_id, participant_id: participant,
    assigned_voice: answer.assigned_voice || null, registered: true,
  };
  sessionStorage.setItem("mod3.sessionId",
    JSON.stringify({ session_id: answer.session_id, participant_id: participant }));
  dispatchEvent(new CustomEvent("mod3-session-registered", { detail: window.__mod3Session }));
  poll();
}
async function poll() {
  const { sessions } = await (await fetch("/v1/sessions")).json();
  const list = document.getElementById("participants-list");
  list.textContent = "";
  for (const session of sessions) {
    const row = document.createElement("div");
    const isOwn = session.session_id === window.__mod3Session.session_id;
    row.className = isOwn ? "pp-row me" : "pp-row";
    row.textContent = session.participant_id + " " + session.assigned_voice;
    list.append(row);
  }
  setTimeout(poll, 4000);
}
const health = () => fetch("/health").then((it) => it.json());
health();
setInterval(health, 30000);
navigator.mediaDevices.enumerateDevices();
addEventListener("beforeunload", () => {
  const { session_id: id } = window.__mod3Session;
  if (id === null) return;
  navigator.sendBeacon("/v1/sessions/" + encodeURIComponent(id) + "/deregister",
    new Blob(["{}"], { type: "application/json" }));
});
document.getElementById("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("text");
  window.chat.send(JSON.stringify({ type: "text_message", text: field.value }));
  field.value = "";
});
register();
</script>
</body>
</html>
`;

const TRANSPORT = `
window.kernelUrl = "http://localhost:6931";
window.chat = new WebSocket("ws://" + location.host + "/ws/chat");
window.chat.onopen = () =>
  window.chat.send(JSON.stringify({ type: "config", model: "kokoro", voice: "bm_lewis" }));
window.chat.onmessage = (event) => {
  const line = document.createElement("p");
  line.textContent = event.data.slice(0, 200);
  document.getElementById("messages").append(line);
};
`;

const PLAYBACK = `
let context = null;
addEventListener("mod3-session-registered", ({ detail }) => {
  const scheme = location.protocol === "https:" ? "wss://" : "ws://";
  const socket = new WebSocket(
    scheme + location.host + "/ws/audio/" + encodeURIComponent(detail.session_id));
  socket.binaryType = "arraybuffer";
  let header = null;
  socket.onmessage = async ({ data }) => {
    if (typeof data === "string") {
      header = JSON.parse(data);
      return;
    }
    context = context || new AudioContext();
    const { job_id: job } = header;
    const buffer = await context.decodeAudioData(data);
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start();
    console.log("[AudioWS] Playing job=" + job + " dur=" + buffer.duration + " sr=" +
      buffer.sampleRate + " samples=" + buffer.length);
  };
});
`;

const FILES: Readonly<Record<string, string>> = {
  "index.html": INDEX,
  "transport.js": TRANSPORT,
  "playback.js": PLAYBACK,
  "trace.js": `window.tracePanel = { render() {}, clear() {} };`,
  "vad/ort.min.js": `window.ort = { version: "stand-in" };`,
  "vad/bundle.min.js": `window.vad = {};`,
  "vad/silero_vad_v5.onnx": "a model",
  "vad/ort-wasm-simd-threaded.wasm": "\0asm",
};

/** Writes the page into a folder. */
export async function writeForeignPage(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "vad"), { recursive: true });
  for (const [name, text] of Object.entries(FILES)) {
    await Deno.writeTextFile(join(folder, name), text);
  }
}
