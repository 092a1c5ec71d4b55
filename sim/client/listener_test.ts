import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import { PlayheadSim } from "../playhead.ts";
import { CountingRecorder } from "../recorder.ts";
import { LAG_TAGS } from "../tags.ts";
import { Listener, type ListenerOptions } from "./listener.ts";
import { Mirror } from "./mirror.ts";

const SECOND = 48_000;
const TELEMETRY = { tickMs: 0, decMs: 0, numGens: 0 };

/** A listener to ten seconds, past its settling. */
function listening(changes: Partial<ListenerOptions> = {}) {
  const clock = new VirtualClock();
  const listener = new Listener({
    clock,
    playhead: new PlayheadSim({ frames: 1, clock }),
    recorder: new CountingRecorder(10),
    windowFrames: 17_280,
    idlePauseS: 20,
    settleS: 1,
    ...changes,
  });
  const mirror = new Mirror({ wantsCrc: false });
  mirror.takeShape(10 * SECOND, 2, 0);
  listener.take(mirror, { keepPosition: false });
  clock.runUntil(2);
  return { clock, listener };
}

Deno.test("who touches nothing is idle after the server's pause, and never where it has none", () => {
  const { clock, listener } = listening();
  const untiring = listening({ idlePauseS: 0 });
  clock.runUntil(21);
  untiring.clock.runUntil(3000);
  assertEquals(listener.tags(21) & LAG_TAGS.idle, LAG_TAGS.idle);
  assertEquals(untiring.listener.tags(3000), 0);
});

Deno.test("a window that is held back at the end of a chunk is pinned, as at the buffer's end", () => {
  const tagsAt = (listener: Listener, endS: number) =>
    listener.onSlice(endS * SECOND - 17_280, 17_280, TELEMETRY).tags & LAG_TAGS.seamPinned;
  const { listener } = listening();
  assertEquals([tagsAt(listener, 10), tagsAt(listener, 4)], [LAG_TAGS.seamPinned, 0]);
  const walking = listening({ walkFrames: 2 * SECOND }).listener;
  assertEquals([tagsAt(walking, 4), tagsAt(walking, 5)], [LAG_TAGS.seamPinned, 0]);
});
