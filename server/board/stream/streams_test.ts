import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Rng, VirtualClock } from "../../../runtime/mod.ts";
import { emptyCard } from "../../../tests/support/cards.ts";
import { BoardModel } from "../board_model.ts";
import { BoardFeed, merged, revOfId } from "./board_feed.ts";
import { Followers } from "./followers.ts";
import { DEFAULT_STREAM_LIMITS, type StreamLimits } from "./limits.ts";
import { StreamHub } from "./stream_hub.ts";

/** A hub over a board, in virtual time. */
class Rig {
  readonly clock = new VirtualClock();
  readonly model: BoardModel;
  readonly hub: StreamHub;

  constructor(limits: Partial<StreamLimits> = {}, boot = "b.1") {
    this.model = new BoardModel({ clock: this.clock, boot });
    this.hub = new StreamHub({
      clock: this.clock,
      rng: new Rng(1),
      boot,
      limits: { ...DEFAULT_STREAM_LIMITS, ...limits },
    });
  }

  /** A client that comes again says the id of the last event that it has. */
  again(lastId: string | null): Reader {
    return this.open(lastId === null ? null : revOfId(lastId, this.model.boot));
  }

  open(rev: number | null = null): Reader {
    const body = this.hub.open({
      kind: "board",
      client: "test",
      rev: this.model.rev,
      feedOf: (stream) => new BoardFeed(this.model, stream, rev),
    });
    return new Reader(body!);
  }

  /** Cards come, change or go. */
  async change(up: readonly string[], rm: readonly string[] = [], text = ""): Promise<void> {
    this.model.apply({ up: up.map((id) => emptyCard(id, text)), rm, money: null });
    await this.wait(0.25);
  }

  async wait(seconds: number): Promise<void> {
    const limitS = this.clock.now() + seconds;
    // Time goes on although nothing happens.
    this.clock.at(limitS, () => {});
    await settled();
    while (this.clock.step(limitS)) await settled();
  }
}

/** Lets what has been resolved go on. */
async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}

interface Read {
  readonly event: string;
  readonly id: string | null;
  // deno-lint-ignore no-explicit-any -- tests look at what they asked for
  readonly data: any;
}

/** Reads a stream as a browser would. */
class Reader {
  readonly events: Read[] = [];
  pings = 0;
  isDone = false;
  failure: string | null = null;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;

  constructor(body: ReadableStream<Uint8Array>) {
    this.#reader = body.getReader();
  }

  /** Reads on until it ends. */
  async follow(): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const { value, done } = await this.#reader.read();
        if (done) break;
        this.#take(decoder.decode(value));
      }
      this.isDone = true;
    } catch (error) {
      this.failure = String(error);
    }
  }

  async leave(): Promise<void> {
    await this.#reader.cancel();
  }

  #take(text: string): void {
    if (text.startsWith(":")) return void this.pings++;
    const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1] ?? null;
    const event = field("event");
    if (event === null) return;
    this.events.push({ event, id: field("id"), data: JSON.parse(field("data")!) });
  }
}

Deno.test("a stream begins with hello and the whole board, then tells what changes", async () => {
  const rig = new Rig();
  await rig.change(["a", "b"]);
  const reader = rig.open();
  reader.follow();
  await settled();
  await rig.change(["b", "c"], ["a"]);
  assertEquals(reader.events.map(({ event }) => event), ["hello", "snapshot", "diff"]);
  const [hello, snapshot, diff] = reader.events;
  assertEquals([hello!.data.boot, hello!.data.maxSeconds], ["b.1", 90]);
  assertEquals([snapshot!.id, snapshot!.data.cards.length], ["b.1.1", 2]);
  assertEquals([diff!.id, diff!.data.rev, diff!.data.rm], ["b.1.2", 2, ["a"]]);
  rig.hub.close();
  await settled();
  assertEquals([reader.events.at(-1)!.event, reader.isDone], ["bye", true]);
});

Deno.test("T27: whoever leaves is forgotten at once, however often it is said", async () => {
  const rig = new Rig();
  const readers = Array.from({ length: 5 }, () => rig.open());
  assertEquals(rig.hub.size, 5);
  for (const reader of readers) {
    await reader.leave();
    await reader.leave();
  }
  assertEquals([rig.hub.size, rig.hub.ends.gone], [0, 5]);
  // Nothing is left that would run: neither pings nor lifetimes.
  assert(!rig.clock.step());
});

Deno.test("T28: two hundred clients that come and go leave nothing behind", async () => {
  const rig = new Rig();
  for (let i = 0; i < 200; i++) {
    const reader = rig.open();
    reader.follow();
    await settled();
    await reader.leave();
  }
  assertEquals([rig.hub.size, rig.hub.list()], [0, []]);
  assert(!rig.clock.step());
});

Deno.test("T29: streams end after their time, not all at once, and say so", async () => {
  const rig = new Rig({ maxSeconds: 90 });
  const readers = Array.from({ length: 20 }, () => rig.open());
  for (const reader of readers) reader.follow();
  await rig.wait(80.9);
  assertEquals(rig.hub.size, 20);
  await rig.wait(9.1);
  const half = rig.hub.size;
  assert(half > 0 && half < 20, `${half} of 20 are left in the middle`);
  await rig.wait(9.1);
  assertEquals([rig.hub.size, rig.hub.ends.lifetime], [0, 20]);
  for (const { events } of readers) assertEquals(events.at(-1)!.data, { reason: "lifetime" });
});

Deno.test("T32: a client that does not read is let go; changes wait for it as one", async () => {
  const rig = new Rig({ maxSeconds: 0 });
  const reader = rig.open();
  await settled();
  const text = "x".repeat(1000);
  for (let i = 0; i < 120; i++) await rig.change([`card-${i}`], [], text);
  const { queuedBytes } = rig.hub.list()[0]!;
  assert(queuedBytes < 90_000, `${queuedBytes} bytes wait`);
  reader.follow();
  await settled();
  await rig.wait(1);
  const diffs = reader.events.filter(({ event }) => event === "diff").map(({ data }) => data);
  assert(diffs.length < 100, `${diffs.length} diffs`);
  assertEquals(diffs.at(-1).rev, rig.model.rev);
  const other = rig.open();
  await rig.wait(60);
  assertEquals([rig.hub.size, rig.hub.ends.slow], [1, 1]);
  await other.follow();
  assert(other.failure !== null);
});

Deno.test("more streams than allowed are refused", () => {
  const rig = new Rig({ maxStreams: 2 });
  rig.open();
  rig.open();
  const feedOf = () => ({ onDrained: () => {}, close: () => {} });
  assertEquals(rig.hub.open({ kind: "board", client: "", rev: 0, feedOf }), null);
});

Deno.test("T33: a silent stream is pinged by one timer for all, and without streams there is none", async () => {
  const rig = new Rig({ pingSeconds: 15, maxSeconds: 0 });
  const readers = [rig.open(), rig.open()];
  for (const reader of readers) reader.follow();
  await rig.wait(46);
  assertEquals(readers.map(({ pings }) => pings), [3, 3]);
  for (const reader of readers) await reader.leave();
  assert(!rig.clock.step());
});

Deno.test("T29, T34: over any breaks of the line, a client has the board, no event twice and none left out", async () => {
  const step = fc.record({
    up: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 }),
    rm: fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 2 }),
    isBroken: fc.boolean(),
    silentSteps: fc.integer({ min: 0, max: 2 }),
    /** Events that came through before the line broke. */
    came: fc.integer({ min: 0, max: 3 }),
    isRestart: fc.boolean(),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
    let boots = 1;
    let rig = new Rig({ maxSeconds: 0 }, `b.${boots}`);
    const board = new Map<string, number>();
    const ids = new Set<string>();
    let rev = -1;
    let last: string | null = null;
    let reader: Reader | null = null;
    const take = (most = Infinity) => {
      for (const { event, id, data } of reader?.events.splice(0).slice(0, most) ?? []) {
        if (event !== "snapshot" && event !== "diff") continue;
        if (event === "snapshot") board.clear();
        else assertEquals(data.rev, rev + 1);
        assert(!ids.has(`${event}${id}`) || event === "snapshot", `${id} came twice`);
        ids.add(`${event}${id}`);
        [rev, last] = [data.rev, id];
        for (const gone of data.rm ?? []) board.delete(gone);
        for (const card of data.up ?? data.cards) board.set(card.id, card.rev);
      }
    };
    let silent = 0;
    for (const { came, isBroken, isRestart, rm, silentSteps, up } of steps) {
      if (reader === null && silent-- <= 0) {
        reader = rig.again(last);
        reader.follow();
      }
      await rig.change(up.map((n) => `c${n}`), rm.map((n) => `c${n}`));
      take(isBroken ? came : Infinity);
      if (isBroken && reader !== null) {
        await reader.leave();
        reader = null;
        silent = silentSteps;
        if (!isRestart) continue;
        // Another process has the cards from where they are kept, and counts anew.
        const { cards } = rig.model.snapshot();
        rig.hub.close();
        rig = new Rig({ maxSeconds: 0 }, `b.${++boots}`);
        await rig.change(cards.map(({ id }) => id));
      }
    }
    reader ??= rig.again(last);
    reader.follow();
    await settled();
    take();
    const { cards } = rig.model.snapshot();
    assertEquals(board, new Map(cards.map((card) => [card.id, card.rev])));
    rig.hub.close();
  }));
});

Deno.test("T32: whoever was let go for not reading comes again and has the board", async () => {
  const rig = new Rig({ maxSeconds: 0 });
  await rig.change(["first"]);
  const reader = rig.open();
  reader.follow();
  await settled();
  const last = reader.events.at(-1)!.id;
  await reader.leave();
  const slow = rig.again(last);
  const text = "x".repeat(60_000);
  for (let i = 0; i < 40; i++) {
    await rig.change([`card-${i}`], [], text);
    assert(rig.hub.list()[0]!.queuedBytes < 200_000);
  }
  await rig.wait(60);
  assertEquals([rig.hub.size, rig.hub.ends.slow], [0, 1]);
  await slow.follow();
  assert(slow.failure !== null);
  // Who does not even take what there is at first, more than a megabyte, is not waited for.
  rig.open();
  await rig.change(["card-1"]);
  assertEquals([rig.hub.size, rig.hub.ends.slow], [0, 2]);
  const again = rig.again(last);
  again.follow();
  await settled();
  const held = new Set(["first"]);
  for (const { data, event } of again.events) {
    if (event === "snapshot") held.clear();
    for (const { id } of data.cards ?? data.up ?? []) held.add(id);
  }
  assertEquals(held.size, 41);
  rig.hub.close();
});

Deno.test("T33: however many streams there are, one timer waits for all of them", async () => {
  const rig = new Rig({ pingSeconds: 15, maxSeconds: 0 });
  const readers = Array.from({ length: 9 }, () => rig.open());
  for (const reader of readers) reader.follow();
  await settled();
  const before = rig.clock.fired;
  await rig.clock.settle(150);
  assertEquals(rig.clock.fired - before, 10);
  for (const reader of readers.slice(1)) await reader.leave();
  await rig.clock.settle(165);
  assertEquals(rig.clock.fired - before, 11);
  await readers[0]!.leave();
  assert(!rig.clock.step());
});

Deno.test("T34: whoever missed more than is kept gets the whole board", async () => {
  const rig = new Rig({ maxSeconds: 0 });
  for (let no = 0; no <= 520; no++) {
    rig.model.apply({ up: [emptyCard("one", `${no}`)], rm: [], money: null });
    rig.clock.runUntil(rig.clock.now() + 1);
  }
  const { rev } = rig.model;
  const told = async (from: number) => {
    const reader = rig.open(from);
    reader.follow();
    await settled();
    await reader.leave();
    return reader.events.slice(1).map(({ event, id }) => `${event} ${id}`);
  };
  assertEquals(await told(rev - 513), [`snapshot b.1.${rev}`]);
  const diffs = await told(rev - 3);
  assertEquals(diffs, [2, 1, 0].map((back) => `diff b.1.${rev - back}`));
  assertEquals(await told(rev + 1), [`snapshot b.1.${rev}`], "of a board that never was");
  assertEquals(await told(rev), []);
});

Deno.test("several changes as one say of each card what it is in the end", () => {
  const card = (id: string) => ({ ...emptyCard(id, ""), rev: 1 });
  const one = merged([
    { rev: 1, up: [card("a"), card("b")], rm: [] },
    { rev: 2, up: [], rm: ["a"] },
    { rev: 3, up: [{ ...card("b"), rev: 2 }], rm: ["c"] },
  ]);
  assertEquals([one.rev, one.up.map(({ id, rev }) => [id, rev]), one.rm], [
    ...[3, [["b", 2]], ["a", "c"]],
  ]);
});

Deno.test("an id of another start of the process says nothing", () => {
  assertEquals(revOfId("b.1.17", "b.1"), 17);
  for (const text of [undefined, "", "17", "b.2.17", "b.1.x", "b.1.", "b.1.1e3"]) {
    assertEquals(revOfId(text, "b.1"), null, String(text));
  }
});

Deno.test("a session is followed once for all who look at it, and let go with the last", () => {
  const asked: string[] = [];
  const followers = new Followers((id, isOn) => void asked.push(`${id} ${isOn}`));
  let told = 0;
  const leave = [1, 2].map(() => followers.follow("s", () => told++));
  followers.grown("s");
  followers.grown("other");
  assertEquals([told, followers.list()], [2, [{ file: "s", subs: 2 }]]);
  for (const it of leave) it();
  leave[0]!();
  assertEquals([asked, followers.list()], [["s true", "s false"], []]);
});
