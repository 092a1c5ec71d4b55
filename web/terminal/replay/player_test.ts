import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../../runtime/mod.ts";
import type { CastEvent } from "../../../server/tasks/terminal/asciicast.ts";
import { buildIndex, type HiddenScreen } from "./build_index.ts";
import { ReplayPlayer } from "./player.ts";
import { type Recording, recordingOf } from "./recording.ts";
import { SeekIndex, type Snapshot } from "./seek_index.ts";

/** A screen that holds all its text, and when it came. */
class TextScreen implements HiddenScreen {
  text = "";
  size = "";
  restored = 0;
  readonly writes: { readonly atS: number; readonly text: string }[] = [];
  /** While there is one, nothing is seen before it resolves. */
  delay: Promise<void> | null = null;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  async write(text: string): Promise<void> {
    this.text += text;
    this.writes.push({ atS: this.#clock.now(), text });
    await this.delay;
  }

  resize(cols: number, rows: number): void {
    this.size = `${cols}x${rows}`;
  }

  async restore({ cols, rows, paint }: Snapshot): Promise<void> {
    this.restored++;
    this.text = paint;
    this.resize(cols, rows);
    await this.delay;
  }

  snapshot(): Snapshot {
    const [cols, rows] = this.size.split("x").map(Number);
    return { cols: cols!, rows: rows!, paint: this.text };
  }
}

const out = (timeS: number, data: string): CastEvent => ({ timeS, code: "o", data });

function world(events: readonly CastEvent[], idleLimitS: number | null = null) {
  const clock = new VirtualClock();
  const screen = new TextScreen(clock);
  const recording = recordingOf(80, 24, events);
  const index = new SeekIndex({ everyChars: 4, everyS: Infinity, most: 8 });
  const player = new ReplayPlayer({ clock, recording, screen, index, idleLimitS });
  return { clock, screen, recording, index, player };
}

Deno.test("two bursts 3 s apart are 3 s apart when they are played, and 0.75 s at four times the speed", async () => {
  for (const [speed, apartS] of [[1, 3], [4, 0.75], [0.5, 6], [8, 0.375]] as const) {
    const { clock, screen, player } = world([out(1, "first"), out(1.004, "!"), out(4, "second")]);
    player.setSpeed(speed);
    void player.play();
    await clock.settle(60);
    const [first, , second] = screen.writes;
    assertEquals([first!.text, second!.text], ["first", "second"]);
    assertAlmostEquals(second!.atS - first!.atS, apartS, 1e-6);
    assert(player.hasEnded);
  }
});

Deno.test("a long gap is skipped at the limit, and the rest keeps its time", async () => {
  const { clock, screen, player } = world([out(1, "a"), out(601, "b"), out(602, "c")], 2);
  void player.play();
  await clock.settle(2);
  assert(player.isSkipping);
  assertAlmostEquals(player.positionS, 301);
  await clock.settle(60);
  assertEquals(screen.writes.map(({ atS }) => Math.round(atS * 1000) / 1000), [1, 3, 4]);
});

Deno.test("pause keeps the place, play goes on from it, and at the end from the beginning", async () => {
  const { clock, screen, player } = world([out(1, "a"), out(2, "b"), out(3, "c")]);
  void player.play();
  await clock.settle(1.5);
  player.pause();
  await clock.settle(10);
  assertEquals([screen.text, player.positionS, player.isPlaying], ["a", 1.5, false]);
  void player.play();
  await clock.settle(10.6);
  assertEquals(screen.text, "ab");
  await clock.settle(20);
  assertEquals([screen.text, player.hasEnded, player.positionS], ["abc", true, 3]);
  void player.play();
  await clock.settle(21.1);
  assertEquals([screen.text, player.isPlaying], ["a", true]);
});

Deno.test("speed and skipping change on the way without a jump", async () => {
  const { clock, player } = world([out(0, "a"), out(100, "b")]);
  void player.play();
  await clock.settle(10);
  player.setSpeed(2);
  assertAlmostEquals(player.positionS, 10);
  await clock.settle(15);
  assertAlmostEquals(player.positionS, 20);
  player.setIdleLimit(2);
  assertAlmostEquals(player.positionS, 20);
  // Twenty of a hundred seconds are gone; what is left of two seconds takes 0.8 s at double speed.
  await clock.settle(15.79);
  assert(!player.hasEnded);
  await clock.settle(15.81);
  assert(player.hasEnded);
  player.setSpeed(99);
  assertEquals(player.speed, 8);
});

Deno.test("sizes change when they did, and going back brings the first one back", async () => {
  const events: CastEvent[] = [
    out(1, "a"),
    { timeS: 2, code: "r", data: "100x30" },
    { timeS: 3, code: "r", data: "0x99999" },
    { timeS: 3, code: "m", data: "half" },
    out(4, "b"),
    { timeS: 5, code: "x", data: "0" },
  ];
  const { clock, screen, recording, player } = world(events);
  assertEquals(recording.markers, [{ timeS: 3, label: "half" }]);
  void player.play();
  await clock.settle(3.5);
  assertEquals(screen.size, "100x30");
  void player.seek(1.5);
  await clock.settle(3.5);
  assertEquals([screen.size, screen.text, player.isPlaying], ["80x24", "a", true]);
  await clock.settle(10);
  assertEquals([screen.size, screen.text, player.positionS], ["100x30", "ab", 5]);
});

Deno.test("a screen that is behind holds the recording up, and nothing is lost", async () => {
  const long = "x".repeat(600_000);
  const { clock, screen, player } = world([
    ...[out(0.05, long), out(0.1, long), out(0.2, "y"), out(5, "z")],
  ]);
  const { promise, resolve } = Promise.withResolvers<void>();
  void player.play();
  await clock.settle(0);
  screen.delay = promise;
  await clock.settle(4);
  assertEquals([screen.writes.length, player.positionS, player.isPlaying], [2, 0.1, true]);
  resolve();
  await clock.settle(4.2);
  assertEquals(screen.text.length, 1_200_001);
  await clock.settle(8.89);
  assert(!player.hasEnded);
  await clock.settle(8.91);
  assert(player.hasEnded && screen.text.endsWith("yz"));
});

Deno.test("who seeks again before the first place is reached ends at the second", async () => {
  const { clock, screen, player } = world([out(1, "a"), out(2, "b"), out(3, "c")]);
  void player.seek(3);
  void player.seek(1.2);
  assert(player.isSeeking);
  await clock.settle(0);
  assertEquals([screen.text, player.positionS, player.isSeeking], ["a", 1.2, false]);
  void player.seek(99);
  void player.play();
  player.pause();
  await clock.settle(1);
  assertEquals([screen.text, player.isPlaying, player.positionS], ["abc", false, 3]);
});

const events = fc.array(
  fc.tuple(
    fc.integer({ min: 0, max: 3000 }),
    fc.constantFrom("o", "o", "o", "r", "m"),
    fc.nat(999),
  ),
  { maxLength: 60 },
).map((all) => {
  let ms = 0;
  return all.map(([gapMs, code, n]): CastEvent => ({
    timeS: (ms += gapMs) / 1000,
    code: code as CastEvent["code"],
    data: code === "r" ? `${10 + n % 50}x${10 + n % 20}` : `<${n}>`,
  }));
});

/** What is on the screen at a time, by the recording alone. */
function expected({ events, cols, rows }: Recording, timeS: number): string {
  let [text, size] = ["", `${cols}x${rows}`];
  for (const event of events) {
    if (event.timeS > timeS) break;
    if (event.code === "o") text += event.data;
    if (event.code === "r") size = event.data;
  }
  return `${size} ${text}`;
}

Deno.test("wherever one seeks, in whatever order, the screen is what it was at that time", async () => {
  await fc.assert(fc.asyncProperty(
    events,
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 }),
    fc.boolean(),
    async (events, shares, isIndexed) => {
      const { clock, screen, recording, index, player } = world(events);
      if (isIndexed) {
        const hidden = new TextScreen(clock);
        await buildIndex(recording, hidden, index, { signal: new AbortController().signal });
        assertEquals(`${hidden.size} ${hidden.text}`, expected(recording, Infinity));
      }
      for (const share of shares) {
        const timeS = share * recording.durationS;
        await player.seek(timeS);
        assertEquals(`${screen.size} ${screen.text}`, expected(recording, timeS));
        assertAlmostEquals(player.positionS, timeS);
      }
    },
  ));
});

Deno.test("with screens on the way, a far place takes a step and not the whole recording", async () => {
  const events = Array.from({ length: 1000 }, (_, i) => out(i, "word "));
  const clock = new VirtualClock();
  const recording = recordingOf(80, 24, events);
  const index = new SeekIndex({ everyChars: 500, everyS: Infinity, most: 64 });
  const hidden = new TextScreen(clock);
  let share = 0;
  await buildIndex(recording, hidden, index, {
    signal: new AbortController().signal,
    onStep: (done) => share = done,
  });
  assertEquals(share, 1);
  const screen = new TextScreen(clock);
  const player = new ReplayPlayer({ clock, recording, screen, index });
  await player.seek(789);
  const written = screen.writes.reduce((sum, { text }) => sum + text.length, 0);
  assert(written <= 500, `${written} characters were played`);
  assertEquals(screen.text.length, 790 * 5);
});
