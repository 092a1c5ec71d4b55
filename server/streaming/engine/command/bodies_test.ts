import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  engineFailed,
  engineHello,
  engineWindow,
  joined,
} from "../../../../tests/support/fake_engine.ts";
import {
  byeFrame,
  clipFrame,
  helloFrame,
  loadFrame,
  readFailed,
  readHello,
  readWindow,
  renderFrame,
  stateFrame,
} from "./bodies.ts";
import { FrameError } from "./frames.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const u32 = (bytes: Uint8Array, at: number) => new DataView(bytes.buffer).getUint32(at, true);
const bodyOf = (frame: Uint8Array) => frame.slice(5);
const clip = (frames: number) => ({
  name: "näme",
  audio: Float32Array.from({ length: frames * 2 }, (_, i) => i / 100),
  channels: 2,
  frames,
});

Deno.test("frames to an engine have the layout that the manual gives", () => {
  assertEquals(
    text(joined(...helloFrame(48_000)).subarray(5)),
    '{"protocol":"headway.engine/1","sample_rate":48000}',
  );
  assertEquals([...joined(...renderFrame(1, 258, 3))], [
    12,
    0,
    0,
    0,
    5,
    1,
    0,
    0,
    0,
    2,
    1,
    0,
    0,
    3,
    0,
    0,
    0,
  ]);
  assertEquals([...joined(...byeFrame())], [0, 0, 0, 0, 6]);
});

Deno.test("samples of sources and references follow their JSON at a multiple of 4 bytes, uncopied", () => {
  for (const name of ["a", "ab", "abc", "abcd", "ü"]) {
    const source = { ...clip(3), name };
    for (
      const [parts, kind] of [[loadFrame(source, "vocals"), 2], [clipFrame(9, source), 3]] as const
    ) {
      const frame = joined(...parts);
      assertEquals([u32(frame, 0), frame[4]], [frame.length - 5, kind]);
      const body = bodyOf(frame);
      const jsonBytes = u32(body, 0);
      assertEquals(jsonBytes % 4, 0);
      const json = JSON.parse(text(body.subarray(4, 4 + jsonBytes)));
      assertEquals(
        json,
        kind === 2
          ? { channels: 2, frames: 3, stem_mode: "vocals" }
          : { clip: 9, name, channels: 2, frames: 3 },
      );
      assertEquals(new Float32Array(body.buffer, 4 + jsonBytes), source.audio);
      assertEquals(parts.at(-1)!.buffer, source.audio.buffer);
    }
  }
});

Deno.test("a state names references by the numbers they were sent under", () => {
  const [timbre, structure] = [clip(1), { ...clip(2), name: "s" }];
  const frame = joined(...stateFrame({
    knobs: { denoise: 0.5, mode: "x" },
    prompt: "a",
    promptB: "b",
    promptBlend: 0.25,
    loras: [{ id: "warm", strength: 2 }],
    timbre,
    timbreStrength: 0.75,
    structure,
  }, (asked) => asked === timbre ? 4 : 5));
  assertEquals(JSON.parse(text(bodyOf(frame))), {
    knobs: { denoise: 0.5, mode: "x" },
    prompt: "a",
    prompt_b: "b",
    prompt_blend: 0.25,
    loras: [{ id: "warm", strength: 2 }],
    timbre: { clip: 4, name: "näme", strength: 0.75 },
    structure: { clip: 5, name: "s" },
  });
});

Deno.test("readWindow gives back what an engine wrote", () => {
  fc.assert(fc.property(
    fc.nat({ max: 0xffff_ffff }),
    fc.float32Array({ maxLength: 50, noNaN: true }),
    fc.float({ min: 0, max: 1000, noNaN: true }),
    (request, samples, tickMs) => {
      const body = bodyOf(engineWindow(request, samples, tickMs, 0.5));
      assertEquals(readWindow(body, 0), { request, tickMs: tickMs + 0, decMs: 0.5, samples });
    },
  ));
});

Deno.test("bodies from an engine are read, or refused with a FrameError, whatever bytes they are", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    for (const read of [readHello, readWindow, readFailed]) {
      try {
        read(bytes.slice(), 77);
      } catch (error) {
        assert(error instanceof FrameError, String(error));
        assertEquals(error.offset, 77);
      }
    }
  }));
});

Deno.test("a hello of another protocol, without a name or no JSON is refused by its field", () => {
  const refused = (body: Uint8Array) => assertThrows(() => readHello(body, 0), FrameError).field;
  assertEquals(refused(bodyOf(engineHello({ protocol: "headway.engine/2" }))), "hello.protocol");
  assertEquals(refused(bodyOf(engineHello({ name: "" }))), "hello.name");
  assertEquals(refused(bodyOf(engineHello({ version: 2 }))), "hello.version");
  assertEquals(refused(new Uint8Array([1, 2, 3])), "hello");
  assertEquals(readHello(bodyOf(engineHello({ version: "2", more: 1 })), 0).version, "2");
});

Deno.test("telemetry of a window must be milliseconds", () => {
  for (
    const [tickMs, decMs, field] of [[NaN, 0, "tick_ms"], [0, -1, "dec_ms"], [
      Infinity,
      0,
      "tick_ms",
    ]] as const
  ) {
    const body = bodyOf(engineWindow(1, new Float32Array(2), tickMs, decMs));
    assertEquals(assertThrows(() => readWindow(body, 0), FrameError).field, field);
  }
});

Deno.test("readFailed gives the request and the reason", () => {
  assertEquals(readFailed(bodyOf(engineFailed(7, "zu groß")), 0), {
    request: 7,
    reason: "zu groß",
  });
});
