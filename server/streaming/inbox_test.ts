import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../runtime/mod.ts";
import { type ClientMessage, encodePcm, type Packet, textPacket } from "../../wire/mod.ts";
import type { CommandOrigin } from "./commands.ts";
import { NO_FAULTS, type StreamFaults } from "./faults.ts";
import { Inbox } from "./inbox.ts";
import type { CommandAudio } from "./source_commands.ts";

interface Applied {
  readonly origin: CommandOrigin;
  readonly message: ClientMessage;
  readonly audio: CommandAudio | null;
  readonly atS: number;
}

function setUp(faults: Partial<StreamFaults> = {}) {
  const clock = new VirtualClock();
  const applied: Applied[] = [];
  const ignored: string[] = [];
  let floods = 0;
  const inbox = new Inbox({
    session: {
      clock,
      command: (origin, message, audio) =>
        void applied.push({ origin, message, audio, atS: clock.now() }),
    },
    onParams: () => {},
    onIgnored: (reason) => void ignored.push(reason),
    onFlood: () => void floods++,
    faults: { ...NO_FAULTS, ...faults },
  });
  const send = (message: Record<string, unknown>) =>
    inbox.receive(textPacket(JSON.stringify(message)));
  const params = (pos: number, more: Record<string, unknown> = {}) =>
    send({ type: "params", raw: {}, playback_pos: pos, ...more });
  return { clock, inbox, applied, ignored, send, params, floods: () => floods };
}

const pcm = (): Packet => {
  const data = encodePcm(new Float32Array(8), 2);
  return { kind: "binary", data, bytes: data.length };
};
const told = (applied: readonly Applied[]) =>
  applied.map(({ message }) =>
    message.type === "params" ? `params ${message.playback_pos}` : message.type
  );

Deno.test("a healthy loop applies each message as it comes", () => {
  const { applied, send, params } = setUp();
  params(1);
  send({ type: "clear_timbre_source" });
  params(2);
  assertEquals(told(applied), ["params 1", "clear_timbre_source", "params 2"]);
});

Deno.test("of consecutive params that wait, only the newest is applied", () => {
  const { clock, applied, params } = setUp({ receiveMs: 10 });
  for (let i = 1; i <= 5; i++) params(i);
  clock.run();
  assertEquals(told(applied), ["params 1", "params 5"]);
});

Deno.test("any other message first lets the params before it through", () => {
  const { clock, applied, send, params } = setUp({ receiveMs: 10 });
  params(0);
  params(1);
  params(2);
  send({ type: "set_depth", value: 2 });
  params(3);
  params(4);
  clock.run();
  assertEquals(told(applied), ["params 0", "params 2", "set_depth", "params 4"]);
});

Deno.test("other messages are never folded, and keep their order", () => {
  const { clock, applied, send } = setUp({ receiveMs: 10 });
  for (const value of [1, 2, 3]) send({ type: "set_depth", value });
  clock.run();
  assertEquals(told(applied), ["set_depth", "set_depth", "set_depth"]);
});

Deno.test("the smallest lead survives folding; null counts as no report", () => {
  const { clock, applied, params } = setUp({ receiveMs: 10 });
  params(0);
  params(1, { slice_lead_s: null, slice_bytes_rx: 5 });
  params(2, { slice_lead_s: 0.4 });
  params(3, { slice_lead_s: -0.2, client_time: 3 });
  params(4, { slice_lead_s: 0.1, client_time: 4, slice_bytes_rx: 9 });
  params(5);
  clock.run();
  const { message } = applied[1]!;
  assert(message.type === "params");
  assertEquals([message.playback_pos, message.slice_lead_s], [5, -0.2]);
});

Deno.test("params of the client and from outside are not folded into each other", () => {
  const { clock, inbox, applied, params } = setUp({ receiveMs: 10 });
  params(0);
  params(1);
  inbox.inject({ type: "params", raw: { a: 1 }, playback_pos: 9 }, null);
  params(2);
  clock.run();
  assertEquals(told(applied), ["params 0", "params 1", "params 9", "params 2"]);
});

Deno.test("a server that does not fold falls behind: each message costs its time", () => {
  const { clock, applied, params } = setUp({ receiveMs: 100, coalesceParams: false });
  for (let i = 1; i <= 5; i++) params(i);
  clock.run();
  assertEquals(applied.map(({ atS }) => Math.round(atS * 10)), [1, 2, 3, 4, 5]);
});

Deno.test("folding never loses the newest params, the smallest lead, nor the order of the rest", () => {
  const lead = fc.option(fc.double({ min: -3, max: 3, noNaN: true }));
  const item = fc.oneof(lead, lead, lead, fc.constant("other" as const));
  fc.assert(fc.property(fc.array(item, { maxLength: 30 }), (items) => {
    const { clock, applied, send, params } = setUp({ receiveMs: 1 });
    send({ type: "set_depth", value: 1 }); // the loop is busy while the rest comes in
    const expected: string[] = [];
    let run: { pos: number; leadS: number | null }[] = [];
    const flush = () => {
      const leads = run.map(({ leadS }) => leadS).filter((leadS) => leadS !== null);
      const leadS = leads.length === 0 ? null : Math.min(...leads);
      if (run.length > 0) expected.push(`params ${run.at(-1)?.pos} ${leadS}`);
      run = [];
    };
    items.forEach((one, pos) => {
      if (one === "other") {
        send({ type: "clear_timbre_source" });
        flush();
        expected.push("other");
        return;
      }
      params(pos, { slice_lead_s: one });
      run.push({ pos, leadS: one });
    });
    flush();
    clock.run();
    const got = applied.slice(1).map(({ message }) =>
      message.type === "params"
        ? `params ${message.playback_pos} ${message.slice_lead_s ?? null}`
        : "other"
    );
    assertEquals(got, expected);
  }));
});

Deno.test("the audio that a command announced goes with it", () => {
  const { inbox, applied, send } = setUp();
  send({ type: "set_timbre_source", name: "x" });
  assertEquals(applied, []);
  inbox.receive(pcm());
  const { message, audio } = applied[0]!;
  assertEquals(message.type, "set_timbre_source");
  assertEquals(audio, { kind: "pcm", pieces: [encodePcm(new Float32Array(8), 2)] });
});

Deno.test("a source that the server loads announces no audio", () => {
  const { applied, send } = setUp();
  send({ type: "swap_source", fixture_name: "x", use_server_source: true });
  assertEquals([told(applied), applied[0]?.audio], [["swap_source"], null]);
});

Deno.test("an announced binary that never comes fails its command after 10 s, once", () => {
  const { clock, inbox, applied, send, params } = setUp();
  send({ type: "swap_source" });
  clock.runUntil(9.9);
  inbox.inject({ type: "set_depth", value: 2 }, null);
  assertEquals(told(applied), ["set_depth"]);
  clock.runUntil(20);
  assertEquals([told(applied), applied[1]?.atS], [["set_depth", "swap_source"], 10]);
  const { audio } = applied[1]!;
  assert(audio instanceof Error && audio.message.includes("within 10 s"));
  params(1);
  assertEquals(applied.length, 3);
});

Deno.test("text in place of the binary is consumed and fails the command at once", () => {
  const { applied, send, params } = setUp();
  send({ type: "write_audio" });
  params(1);
  params(2);
  assertEquals(told(applied), ["write_audio", "params 2"]);
  const { audio } = applied[0]!;
  assert(audio instanceof Error && audio.message.startsWith("text came in place"));
});

Deno.test("a text in place of the audio fails the command, and only that", () => {
  const { inbox, applied, send, params } = setUp();
  send({ type: "set_structure_source" });
  inbox.receive(textPacket("{}"));
  params(1);
  assertEquals(told(applied), ["set_structure_source", "params 1"]);
  assert(applied[0]?.audio instanceof Error);
});

Deno.test("a command from outside brings its audio with it; without it, it fails", () => {
  const { inbox, applied } = setUp();
  inbox.inject({ type: "set_timbre_source", name: "x" }, encodePcm(new Float32Array(4), 1));
  inbox.inject({ type: "set_timbre_source", name: "x" }, null);
  inbox.inject({ type: "set_timbre_source", name: "x" }, Uint8Array.of(1, 2, 3));
  inbox.inject({ type: "clear_timbre_source" }, new Uint8Array(3));
  assertEquals(applied.map(({ origin }) => origin), Array(4).fill("EXTERNAL"));
  assertEquals(applied.map(({ audio }) => audio instanceof Error), [false, true, false, false]);
  assertEquals(applied[2]?.audio, { kind: "pcm", pieces: [Uint8Array.of(1, 2, 3)] });
  assertEquals(applied[3]?.audio, null);
});

Deno.test("what means nothing is ignored: no JSON, unknown types, binaries that nothing announced", () => {
  const { clock, inbox, applied, ignored, send } = setUp();
  const nonsense = [
    () => inbox.receive(textPacket("{")),
    () => inbox.receive(textPacket("[1]")),
    () => send({ type: "fly" }),
    () => send({ type: "prompt" }),
    () => inbox.receive(pcm()),
  ];
  nonsense.forEach((speak, i) => {
    clock.runUntil(i * 6);
    speak();
  });
  assertEquals([applied, ignored.length], [[], 5]);
});

Deno.test("what is ignored is reported every 5 s at the most, with a count of the rest", () => {
  const { clock, ignored, send } = setUp();
  for (let i = 0; i < 100; i++) {
    clock.runUntil(i / 10);
    send({ type: "fly" });
  }
  assertEquals(ignored.length, 2);
  assert(ignored[1]?.endsWith("(and 49 others before it)"));
});

Deno.test("more than can wait is a flood", () => {
  const { params, send, floods } = setUp({ receiveMs: 1000 });
  for (let i = 0; i < 4097; i++) {
    if (i % 2 === 0) params(i);
    else send({ type: "set_depth", value: 1 });
  }
  assertEquals(floods(), 0);
  params(1);
  assertEquals(floods(), 1);
});

Deno.test("a closed loop applies nothing, takes nothing in, and leaves no timer", () => {
  const { clock, inbox, applied, send, params } = setUp({ receiveMs: 10 });
  params(1);
  send({ type: "swap_source" });
  inbox.close();
  params(2);
  inbox.inject({ type: "set_depth", value: 2 }, null);
  clock.run();
  assertEquals([applied, clock.fired], [[], 0]);
});
