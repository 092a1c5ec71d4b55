import { assertEquals, assertThrows } from "@std/assert";
import { decodeControlBody, encodeControlBody } from "./control_body.ts";
import { WireError } from "./errors.ts";

/** A body with this length prefix and this text. */
function body(length: number, text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  const whole = new Uint8Array(4 + bytes.length);
  new DataView(whole.buffer).setUint32(0, length, true);
  whole.set(bytes, 4);
  return whole;
}

Deno.test("a command without audio has the bytes of the spec's example", () => {
  assertEquals(
    encodeControlBody({ type: "clear_timbre_source" }).toHex(),
    "1e0000007b2274797065223a22636c6561725f74696d6272655f736f75726365227d",
  );
});

Deno.test("a command and its audio come back, at any offset of a larger buffer", () => {
  const json = { type: "write_audio", at_s: 1, note: "grün" };
  const audio = Uint8Array.of(1, 2, 3);
  const encoded = encodeControlBody(json, audio);
  const room = new Uint8Array(encoded.length + 3);
  room.set(encoded, 3);
  assertEquals(decodeControlBody(room.subarray(3)), { json, audio });
  assertEquals(decodeControlBody(encodeControlBody(json)), { json, audio: null });
});

Deno.test("a body that is wrong is refused with the protocol's text", () => {
  const cases: [Uint8Array, string][] = [
    [new Uint8Array(0), "empty body"],
    [new Uint8Array(3), "missing json length prefix"],
    [body(0, "{}"), "json length out of range"],
    [body(3, "{}"), "json length out of range"],
    [body(0xffffffff, "{}"), "json length out of range"],
    [body(1024 * 1024 + 1, " ".repeat(1024 * 1024 + 1)), "json length out of range"],
    [body(1, "{"), "json decode failed: not valid JSON"],
    [Uint8Array.of(1, 0, 0, 0, 0xff), "json decode failed: not valid UTF-8"],
    [body(2, "[]"), "json must be an object"],
    [body(4, "null"), "json must be an object"],
  ];
  for (const [bytes, message] of cases) {
    const error = assertThrows(() => decodeControlBody(bytes), WireError);
    assertEquals(error.message, message);
  }
});
