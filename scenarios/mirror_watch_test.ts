import { assert, assertEquals } from "@std/assert";
import { type MirrorMark, wholeMirrorCrc } from "../sim/mod.ts";
import { streamingWorld } from "../tests/support/streaming_world.ts";
import { MAIN_CLIENT_ID, MirrorWatch } from "./mirror_watch.ts";

/** A server whose sessions are watched, and what the watch told. */
function watched() {
  const marks: MirrorMark[] = [];
  const drops: string[] = [];
  const watch = new MirrorWatch({
    onMark: (mark) => void marks.push(mark),
    onDrop: (cause) => void drops.push(cause),
  });
  const world = streamingWorld({ onSession: watch.onSession });
  return { ...world, marks, drops, watch };
}

Deno.test("the watch tells of the buffer and of every slice of the main client's session", () => {
  const { marks, watch, start, clock } = watched();
  const client = start({ client_id: MAIN_CLIENT_ID });
  clock.runUntil(clock.now() + 1);
  assertEquals(marks[0]!.kind, "buffer");
  assertEquals([marks[0]!.epoch, marks[0]!.startSample], [0, 0]);
  assertEquals(marks.slice(1).every(({ kind }) => kind === "slice"), true);
  assert(marks.length > 10);
  assertEquals(new Set(marks.map(({ session }) => session)), new Set([watch.session!.id]));
  client.close();
});

Deno.test("other clients' sessions are not watched", () => {
  const { marks, watch, start, clock } = watched();
  const client = start({ client_id: "somebody" });
  clock.runUntil(clock.now() + 1);
  assertEquals([marks, watch.session, watch.wholeCrc()], [[], null, null]);
  client.close();
});

Deno.test("a held session sends no more, and its whole mirror can be asked for", () => {
  const { marks, watch, start, clock } = watched();
  assertEquals(watch.wholeCrc(), null);
  const client = start({ client_id: MAIN_CLIENT_ID });
  clock.runUntil(clock.now() + 1);
  watch.hold();
  clock.runUntil(clock.now() + 0.1);
  const count = marks.length;
  const crc = watch.wholeCrc();
  clock.runUntil(clock.now() + 2);
  assertEquals(marks.length, count);
  assert(crc !== null && crc !== wholeMirrorCrc(new Float32Array(2 * 96_000)));
  assertEquals(watch.wholeCrc(), crc);
  client.close();
});
