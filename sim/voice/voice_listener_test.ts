import { assertEquals } from "@std/assert";
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import type { Connection } from "../../wire/connection.ts";
import { SimNetwork } from "../network/mod.ts";
import { SpokenFrames } from "./spoken_frames.ts";
import { VoiceListener, type VoiceListenerFaults } from "./voice_listener.ts";

/** A silent WAV file of so many seconds at 1000 Hz. */
function wav(seconds: number): Uint8Array {
  const file = new Uint8Array(44 + Math.round(seconds * 2000));
  const view = new DataView(file.buffer);
  const text = (at: number, name: string) =>
    [...name].forEach((it, i) => file[at + i] = it.charCodeAt(0));
  text(0, "RIFF");
  text(8, "WAVE");
  view.setUint16(22, 1, true);
  view.setUint32(24, 1000, true);
  view.setUint16(34, 16, true);
  return file;
}

const text = (message: object) => {
  const json = JSON.stringify(message);
  return { kind: "text", text: json, bytes: json.length } as const;
};
const header = (job: string, bytes: number, more: object = {}) =>
  text({ type: "audio_header", session_id: "s", job_id: job, bytes, ...more });

function send(connection: Connection, job: string, seconds: number, more: object = {}): void {
  const data = wav(seconds);
  connection.send(header(job, data.length, more));
  connection.send({ kind: "binary", data, bytes: data.length });
}

/** A listener, the server's ends of its connections, and what it told. */
function world(faults: VoiceListenerFaults = {}) {
  const clock = new VirtualClock();
  const network = new SimNetwork({ clock, rng: new Rng(1) });
  const servers: Connection[] = [];
  const told: string[] = [];
  network.listen((connection, path) => {
    connection.attach({ onPacket() {}, onClose() {} });
    servers.push(connection);
    told.push(`dialled ${path}`);
  });
  const at = () => clock.now().toFixed(2);
  const listener = new VoiceListener({
    ...{ clock, dial: network.dialPath("/ws/audio/s"), faults },
    observer: {
      onBegin: ({ jobId }) => told.push(`${at()} ${jobId} begins`),
      onEnd: ({ clip, isWhole }) =>
        told.push(`${at()} ${clip.jobId} ${isWhole ? "ends" : "is cut"}`),
      onTorn: (reason) => told.push(reason),
      onClose: (code, _, willReturn) => told.push(`${at()} closed ${code} ${willReturn}`),
    },
  });
  listener.open();
  clock.runUntil(0.1);
  return { clock, network, servers, told, listener };
}

Deno.test("clips are heard one after the other, a second one waits", () => {
  const { clock, servers, told } = world();
  send(servers[0]!, "a", 1);
  send(servers[0]!, "b", 0.5);
  clock.runUntil(5);
  assertEquals(told, [
    ...["dialled /ws/audio/s", "0.10 a begins", "1.10 a ends", "1.10 b begins", "1.60 b ends"],
  ]);
});

Deno.test("a careless listener plays clips at once", () => {
  const { clock, servers, told } = world({ playAtOnce: true });
  send(servers[0]!, "a", 1);
  send(servers[0]!, "b", 0.5);
  clock.runUntil(5);
  assertEquals(told.slice(1), ["0.10 a begins", "0.10 b begins", "0.60 b ends", "1.10 a ends"]);
});

Deno.test("a job that is stopped is cut, what waits of it is dropped, and the next one begins", () => {
  const { clock, servers, told } = world();
  send(servers[0]!, "a", 1, { chunk: 0, is_final: false });
  send(servers[0]!, "a", 1, { chunk: 1, is_final: true });
  send(servers[0]!, "b", 0.5);
  clock.runUntil(0.5);
  servers[0]!.send(text({ type: "audio_stop", job_id: "a" }));
  clock.runUntil(5);
  assertEquals(told.slice(1), ["0.10 a begins", "0.50 a is cut", "0.50 b begins", "1.00 b ends"]);
});

Deno.test("a lost connection is dialled again after a second, then after two", () => {
  const { clock, network, servers, told, listener } = world();
  network.setRefusing(true);
  network.abruptClose();
  clock.runUntil(3);
  network.setRefusing(false);
  clock.runUntil(5);
  assertEquals(told.slice(1), [
    ...["0.10 closed 1006 true", "1.10 closed 1006 true", "3.10 closed 1006 true"].slice(0, 2),
    "dialled /ws/audio/s",
  ]);
  assertEquals([servers.length, listener.isListening], [2, true]);
});

Deno.test("whoever leaves hears nothing more and does not come back", () => {
  const { clock, servers, told, listener } = world();
  send(servers[0]!, "a", 2);
  clock.runUntil(1);
  listener.leave();
  clock.runUntil(9);
  assertEquals(told.slice(1), ["0.10 a begins", "1.00 a is cut", "1.00 closed 1000 false"]);
  assertEquals(listener.isListening, false);
});

Deno.test("headers and files that do not belong together are told, and not played", () => {
  const frames = new SpokenFrames();
  const file = wav(0.1);
  const binary = (data: Uint8Array) => ({ kind: "binary", data, bytes: data.length }) as const;
  const kinds = [
    binary(file),
    header("a", 5),
    binary(file),
    header("b", file.length),
    header("c", file.length),
    binary(file),
    header("d", 50),
    binary(new Uint8Array(50)),
    { kind: "text", text: "not JSON", bytes: 8 } as const,
    text({ type: "something new" }),
  ].map((packet) => frames.take(packet)?.kind ?? null);
  assertEquals(kinds, ["torn", null, "torn", null, "torn", "clip", null, "torn", "torn", null]);
});
