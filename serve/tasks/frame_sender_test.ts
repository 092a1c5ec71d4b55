import { assertEquals } from "@std/assert";
import { FrameSender } from "./frame_sender.ts";
import { FrameReader } from "./pty_frames.ts";

Deno.test("small frames that wait together are written together, in their order; long ones alone", async () => {
  const written: Uint8Array[] = [];
  const goOn = Promise.withResolvers<void>();
  const sender = new FrameSender({
    write: (bytes) => {
      written.push(bytes);
      return goOn.promise;
    },
    close: () => Promise.resolve(),
  });
  const output = (seq: number, length: number) =>
    sender.send({ kind: "output", sub: 1, seq, bytes: new Uint8Array(length).fill(seq) });
  for (const [seq, length] of [[0, 10], [1, 20], [2, 30], [3, 60_000], [4, 70_000]] as const) {
    output(seq, length);
  }
  goOn.resolve();
  await sender.close();
  assertEquals(written.length, 3);
  const reader = new FrameReader();
  const frames = written.flatMap((bytes) => reader.push(bytes));
  assertEquals(
    frames.map((frame) => frame.kind === "output" ? [frame.seq, frame.bytes.length] : []),
    [[0, 10], [1, 20], [2, 30], [3, 60_000], [4, 70_000]],
  );
});
