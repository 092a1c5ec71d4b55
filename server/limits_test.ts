import { assertEquals } from "@std/assert";
import { contentLength, readBody } from "./limits.ts";

const bodyOf = (...parts: number[][]) =>
  ReadableStream.from(parts.map((part) => Uint8Array.from(part)));

Deno.test("readBody joins what arrives, up to the cap", async () => {
  assertEquals(await readBody(bodyOf([1], [2, 3]), 3), {
    kind: "body",
    bytes: Uint8Array.of(1, 2, 3),
  });
  assertEquals(await readBody(null, 3), { kind: "body", bytes: new Uint8Array() });
});

Deno.test("readBody believes an announced length only as far as bytes arrive", async () => {
  const bytes = Uint8Array.of(1, 2, 3);
  for (const announced of [0, 2, 3, 5]) {
    assertEquals(await readBody(bodyOf([1], [2, 3]), 5, announced), { kind: "body", bytes });
  }
  assertEquals(await readBody(bodyOf([1]), 5, 6), { kind: "too-large" });
});

Deno.test("readBody stops at the first byte above the cap, and lets the stream go", async () => {
  let pulled = 0;
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      controller.enqueue(new Uint8Array(1000));
    },
    cancel() {
      cancelled = true;
    },
  }, { highWaterMark: 0 });
  assertEquals(await readBody(endless, 2500), { kind: "too-large" });
  assertEquals(pulled, 3);
  assertEquals(cancelled, true);
});

Deno.test("readBody tells why a body could not be read", async () => {
  const broken = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new Error("connection lost"));
    },
  });
  assertEquals(await readBody(broken, 10), { kind: "failed", reason: "connection lost" });
});

Deno.test("contentLength reads digits and nothing else", () => {
  assertEquals(contentLength("34"), 34);
  assertEquals(contentLength("0"), 0);
  for (const header of [undefined, "", "-1", "+1", "1.5", "0x10", "abc", "1 1"]) {
    assertEquals(contentLength(header), null);
  }
});
