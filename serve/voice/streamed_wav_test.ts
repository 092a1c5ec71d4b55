import { assertEquals, assertThrows } from "@std/assert";
import { readWav } from "../../audio/mod.ts";
import { wavFile } from "../../server/voice/wav.ts";
import { withKnownLength } from "./streamed_wav.ts";

const WAV = wavFile([Int16Array.from({ length: 100 }, (_, i) => 100 * i)], 22_050);

Deno.test("a file whose head was written before its length was known is read whole", () => {
  for (const unknown of [0xffff_ffff, 0x7fff_f000, 0x8000_0000]) {
    const streamed = WAV.slice();
    const view = new DataView(streamed.buffer);
    view.setUint32(4, unknown, true);
    view.setUint32(40, unknown, true);
    assertEquals(withKnownLength(streamed), WAV);
    assertEquals(readWav(withKnownLength(streamed), { sampleRate: "any" }).frames, 100);
  }
});

Deno.test("a file that is cut off stays one, and what is no WAV file stays what it is", () => {
  const cut = WAV.slice(0, 100);
  assertEquals(withKnownLength(cut), cut);
  assertThrows(() => readWav(withKnownLength(cut), { sampleRate: "any" }), Error, "cut off");
  const odd = ["", "RIFF", "no sound at all, only text", "RIFF\u0000\u0000\u0000\u0000WAVEdat"];
  for (const text of odd) {
    const bytes = new TextEncoder().encode(text);
    assertEquals(withKnownLength(bytes), bytes);
  }
});
