import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/virtual_clock.ts";
import { type ClipPlayer, ClipQueue, MAX_CLIPS, type PlayEvents, STALE_S } from "./clip_queue.ts";

/** Plays for as many seconds as a clip has bytes, while it is not held. */
class FakePlayer implements ClipPlayer {
  isReady = true;
  /** Most clips at a time. */
  most = 0;
  #now = 0;
  #heldS = 0;
  #heldSinceS = 0;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  get timeS(): number {
    const nowS = this.#clock.now();
    return nowS - this.#heldS - (this.isReady ? 0 : nowS - this.#heldSinceS);
  }

  hold(): void {
    this.isReady = false;
    this.#heldSinceS = this.#clock.now();
  }

  release(): void {
    this.#heldS += this.#clock.now() - this.#heldSinceS;
    this.isReady = true;
  }

  play(wav: ArrayBuffer, { started, ended }: PlayEvents): () => void {
    this.most = Math.max(this.most, ++this.#now);
    started();
    const timer = this.#clock.after(wav.byteLength, () => {
      this.#now--;
      ended(wav.byteLength === 13 ? "no sound file" : null);
    });
    return () => {
      this.#now--;
      timer.cancel();
    };
  }
}

function world() {
  const clock = new VirtualClock(1000);
  const player = new FakePlayer(clock);
  const queue = new ClipQueue(clock, player);
  let count = 0;
  return {
    ...{ clock, player, queue },
    add: (seconds: number, source: "session" | "chat" = "session") =>
      queue.add({ jobId: `${++count}`, source, wav: new ArrayBuffer(seconds) }),
    run: (seconds: number) => clock.runUntil(clock.now() + seconds),
    outcomes: () => queue.records.map(({ jobId, outcome }) => `${jobId} ${outcome}`),
  };
}

Deno.test("clips are heard one after the other, in the order in which they came", () => {
  const { add, outcomes, player, queue, run } = world();
  for (const seconds of [3, 1, 2]) add(seconds);
  run(10);
  assertEquals(outcomes(), ["1 played", "2 played", "3 played"]);
  assertEquals(queue.records.map(({ startS, endS }) => endS! - startS!), [3, 1, 2]);
  assertEquals(player.most, 1);
});

Deno.test("what waits while nothing can be heard is stale after half a minute, and no sooner", () => {
  const { add, outcomes, player, queue, run } = world();
  player.hold();
  add(1);
  run(1);
  add(1);
  run(STALE_S - 0.5);
  player.release();
  queue.next();
  run(5);
  assertEquals(outcomes(), ["1 stale", "2 played"]);
  assertEquals(queue.dropped, 1);
});

Deno.test("what waits for others that are heard never gets stale", () => {
  const { add, outcomes, run } = world();
  for (let i = 0; i < 5; i++) add(40);
  run(201);
  assertEquals(outcomes(), ["1 played", "2 played", "3 played", "4 played", "5 played"]);
});

Deno.test("a clip that is cut by the browser's holding does not excuse those behind it", () => {
  const { add, outcomes, player, queue, run } = world();
  add(10);
  add(1);
  run(2);
  player.hold();
  run(8);
  run(STALE_S);
  player.release();
  queue.next();
  assertEquals(outcomes(), ["1 played", "2 stale"]);
});

Deno.test("too many clips push the oldest out", () => {
  const { add, outcomes, player, queue } = world();
  player.hold();
  for (let i = 0; i < MAX_CLIPS + 2; i++) add(1);
  assertEquals([queue.waiting, outcomes()], [MAX_CLIPS, ["1 crowded", "2 crowded"]]);
});

Deno.test("stopping drops what is meant, and the rest goes on", () => {
  const { add, outcomes, queue, run } = world();
  add(5, "chat");
  add(5);
  add(5, "chat");
  run(1);
  assertEquals(queue.stop(({ source }) => source === "chat"), true);
  assertEquals(queue.stop(({ source }) => source === "chat"), false);
  run(10);
  assertEquals(outcomes(), ["3 stopped", "1 stopped", "2 played"]);
});

Deno.test("a clip that cannot be played leaves its turn to the next", () => {
  const { add, outcomes, run } = world();
  add(13);
  add(1);
  run(20);
  assertEquals(outcomes(), ["1 failed", "2 played"]);
});
