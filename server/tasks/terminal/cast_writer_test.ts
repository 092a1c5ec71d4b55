import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../../runtime/mod.ts";
import { CastReader, readCast } from "./asciicast.ts";
import { CastWriter } from "./cast_writer.ts";
import { MemorySinks } from "./fake_backend.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function recording(capBytes = 2 ** 20) {
  const clock = new VirtualClock(5);
  const sinks = new MemorySinks();
  const writer = new CastWriter({
    sink: sinks.openSink("r"),
    clock,
    header: { cols: 80, rows: 24, timestamp: 1700000000.9, title: "a task", command: "bash" },
    env: { TERM: "xterm-256color", SHELL: "/bin/bash" },
    capBytes,
    onError: () => {},
  });
  return { clock, sinks, writer, text: () => sinks.text("r") };
}

Deno.test("the header says what a recording is", () => {
  const { text } = recording();
  assertEquals(JSON.parse(text()), {
    version: 3,
    term: { cols: 80, rows: 24, type: "xterm-256color" },
    timestamp: 1700000000,
    command: "bash",
    title: "a task",
    env: { TERM: "xterm-256color", SHELL: "/bin/bash" },
  });
});

Deno.test("output within sixteen milliseconds is one event, and other events come after it", () => {
  const { clock, writer, text } = recording();
  clock.runUntil(6);
  writer.output(encode("a"));
  clock.runUntil(6.01);
  writer.output(encode("b"));
  clock.runUntil(7);
  writer.output(encode("c"));
  writer.resized(100, 30);
  writer.mark("step");
  clock.runUntil(7.5);
  writer.exited(3);
  writer.close();
  assertEquals(text().split("\n").slice(1, -1).map((line) => JSON.parse(line)), [
    [1, "o", "ab"],
    [1, "o", "c"],
    [0, "r", "100x30"],
    [0, "m", "step"],
    [0.5, "x", "3"],
  ]);
});

Deno.test("64 KiB are an event, however soon they come", () => {
  const { writer, text } = recording();
  for (let i = 0; i < 5; i++) writer.output(new Uint8Array(32 * 1024).fill(97));
  writer.close();
  const sizes = readCast(text()).events.map(({ data }) => data.length / 1024);
  assertEquals(sizes, [64, 64, 32]);
});

Deno.test("rounding to milliseconds does not add up", () => {
  const { clock, writer, text } = recording();
  for (let i = 1; i <= 3000; i++) {
    clock.runUntil(5 + i * 0.0204);
    writer.mark("m");
  }
  const { events } = readCast(text());
  const worst = Math.max(...events.map(({ timeS }, i) => Math.abs(timeS - (i + 1) * 0.0204)));
  assert(worst <= 0.0005001, `${worst} s off`);
});

Deno.test("characters in pieces are whole, and what is no text is replaced", () => {
  const { clock, writer, text } = recording();
  const [first, ...rest] = encode("€");
  writer.output(Uint8Array.of(first!));
  clock.runUntil(6);
  writer.output(Uint8Array.from(rest));
  clock.runUntil(7);
  writer.output(Uint8Array.of(0xff, 0x41, 0xe2));
  writer.exited(0);
  const { events } = readCast(text());
  assertEquals(events.map(({ data }) => data), ["€", "\ufffdA", "\ufffd", "0"]);
});

Deno.test("at the cap a marker says so, output stops, and the exit is kept", () => {
  const { writer, text } = recording(400);
  for (let i = 0; i < 10; i++) {
    writer.output(encode("x".repeat(100)));
    writer.mark("next");
  }
  writer.exited(0);
  const { events } = readCast(text());
  assertEquals(events.slice(-2).map(({ code, data }) => [code, data]), [
    ["m", "recording truncated at 400 bytes"],
    ["x", "0"],
  ]);
  const output = events.filter(({ code }) => code === "o");
  assertEquals(output.length, 1);
});

Deno.test("a recorder that is killed leaves lines that can be read", () => {
  const { clock, writer, text } = recording();
  for (let i = 0; i < 20; i++) {
    writer.output(encode(`line ${i} “quoted” \u001b[31m\n`));
    clock.runUntil(5 + i);
  }
  const whole = text();
  const all = readCast(whole).events;
  const headerEnd = whole.indexOf("\n") + 1;
  fc.assert(fc.property(fc.integer({ min: headerEnd, max: whole.length }), (length) => {
    const { events } = readCast(whole.slice(0, length));
    assertEquals(events, all.slice(0, events.length));
    assert(events.length >= whole.slice(headerEnd, length).split("\n").length - 1);
  }));
});

Deno.test("a long label is shortened, by characters", () => {
  const { writer, text } = recording();
  writer.mark("😀".repeat(100));
  const [event] = readCast(text()).events;
  assertEquals([...event!.data].length, 80);
});

Deno.test("two bursts three seconds apart are three seconds apart in the recording", () => {
  const { clock, writer, text } = recording();
  clock.runUntil(5.25);
  writer.output(encode("one"));
  clock.runUntil(8.25);
  writer.output(encode("two"));
  writer.close();
  const reader = new CastReader();
  const times = text().trimEnd().split("\n").flatMap((line) => reader.line(line)?.timeS ?? []);
  assertEquals(times, [0.25, 3.25]);
});
