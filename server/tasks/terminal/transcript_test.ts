import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MemorySinks } from "./fake_backend.ts";
import { Transcript } from "./transcript.ts";

const encode = (text: string) => new TextEncoder().encode(text);

function transcript(capBytes: number) {
  const sinks = new MemorySinks();
  const errors: unknown[] = [];
  const file = new Transcript(sinks.openSink("t"), capBytes, (error) => errors.push(error));
  return { file, sinks, errors, text: () => sinks.text("t") };
}

Deno.test("at the cap the first bytes stay, the marker follows, and the file is closed", () => {
  const { file, sinks, text } = transcript(16);
  file.write(encode("0123456789"));
  file.write(encode("abcdefghij"));
  file.write(encode("never"));
  assertEquals(text(), "0123456789abcdef\n[transcript truncated at 16 bytes]\n");
  assertEquals([file.isOpen, file.writtenBytes, sinks.open.size], [false, 16, 0]);
});

Deno.test("exactly the cap is no cut; one byte more is", () => {
  const { file, text } = transcript(16);
  file.write(encode("0123456789abcdef"));
  assertEquals([text(), file.isOpen], ["0123456789abcdef", true]);
  file.write(encode("g"));
  assertEquals(text(), "0123456789abcdef\n[transcript truncated at 16 bytes]\n");
  assertEquals(file.isOpen, false);
});

Deno.test("no cut splits a character, wherever its bytes came from", () => {
  fc.assert(fc.property(
    fc.string({ unit: fc.constantFrom("a", "é", "€", "😀"), maxLength: 12 }),
    fc.integer({ min: 0, max: 40 }),
    fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    (text, capBytes, lengths) => {
      const bytes = encode(text);
      const { file, sinks } = transcript(capBytes);
      for (let at = 0, i = 0; at < bytes.length; i++) {
        const length = lengths[i % lengths.length]!;
        file.write(bytes.subarray(at, at + length));
        at += length;
      }
      file.close();
      const kept = new TextDecoder("utf-8", { fatal: true }).decode(sinks.bytes("t"));
      const marker = `\n[transcript truncated at ${capBytes} bytes]\n`;
      if (bytes.length <= capBytes) assertEquals(kept, text);
      else {
        assert(kept.endsWith(marker));
        const head = kept.slice(0, -marker.length);
        assert(text.startsWith(head));
        assert(encode(head).length > capBytes - 4 && encode(head).length <= capBytes);
      }
    },
  ));
});

Deno.test("bytes that are no text are kept as they are", () => {
  const { file, sinks } = transcript(100);
  const bytes = Uint8Array.of(0xff, 0x80, 0xe2, 0x00, 0xf0, 0x9f);
  for (const byte of bytes) file.write(Uint8Array.of(byte));
  file.close();
  assertEquals(sinks.bytes("t"), bytes);
});

Deno.test("a file that fails is let go of, told of once, and disturbs nobody", () => {
  const errors: unknown[] = [];
  let closed = 0;
  const sink = {
    write: () => {
      throw new Error("disk full");
    },
    close: () => void closed++,
  };
  const file = new Transcript(sink, 100, (error) => errors.push(error));
  file.write(encode("a"));
  file.write(encode("b"));
  file.close();
  assertEquals([errors.map(String), closed, file.isOpen], [["Error: disk full"], 1, false]);
});
