import { assert, assertEquals } from "@std/assert";
import { Hono } from "hono";
import { type Clock, VirtualClock } from "../../../runtime/mod.ts";
import type { AppEnv } from "../../app.ts";
import { CountedClocks } from "./counted_clocks.ts";
import { LoopMonitor, type WatchedWorker } from "./loop_monitor.ts";
import { RequestBook } from "./request_book.ts";
import { debugRoutes } from "./routes.ts";
import { WorkBoard } from "./work_board.ts";

/** A process whose time and load a test decides on. */
class Rig {
  readonly base = new VirtualClock(1000);
  /** What callbacks took so far: time goes on while they run. */
  #spentS = 0;
  cpuS = 0;
  queue = 0;
  readonly clock: Clock = {
    now: () => this.base.now() + this.#spentS,
    unixS: () => this.base.unixS() + this.#spentS,
    after: (delayS, fn) => this.base.after(delayS, fn),
    at: (timeS, fn) => this.base.at(timeS - this.#spentS, fn),
    sleep: (delayS) => this.base.sleep(delayS),
  };
  readonly work = new WorkBoard(this.clock);
  readonly worker = new WorkBoard(this.clock);
  readonly timers = new CountedClocks(this.clock, this.work);
  readonly requests = new RequestBook(this.clock, this.work);
  readonly workers = (): WatchedWorker[] => [
    { name: "board", queue: this.queue, work: this.worker },
  ];
  readonly monitor = new LoopMonitor({
    ...{ clock: this.clock, cpuS: () => this.cpuS, work: this.work, timers: this.timers },
    ...{ requests: this.requests, workers: this.workers },
  });
  readonly app = new Hono<AppEnv>();

  constructor() {
    this.app.use(this.requests.watch);
    this.app.get("/slow", (c) => {
      this.block(0.3);
      return c.text("");
    });
    this.app.get("/quick", (c) => c.text(""));
    this.app.route(
      "/",
      debugRoutes({
        ...{ boot: "b", clock: this.clock, monitor: this.monitor, requests: this.requests },
        ...{ timers: this.timers, work: this.work, workers: this.workers },
        ...{ streams: () => [], tailers: () => [], hooks: () => ({ heard: 1, ignored: 2 }) },
        memory: () => ({ rss: 1, heapUsed: 1 }),
      }),
    );
    this.monitor.start();
  }

  /** Something holds the thread for so long. */
  block(seconds: number): void {
    this.#spentS += seconds;
    this.cpuS += seconds;
  }

  run(seconds: number): void {
    this.base.runUntil(this.base.now() + seconds);
  }

  // deno-lint-ignore no-explicit-any -- tests look at what they asked for
  async get(path: string): Promise<any> {
    const response = await this.app.request(path);
    return response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
  }
}

Deno.test("T26: a server at rest is calm", async () => {
  const rig = new Rig();
  rig.run(20);
  const state = await rig.get("/api/debug/loop");
  assertEquals([state.verdict, state.because], ["calm", "nothing stands out"]);
  assertEquals([state.lagMs.max60s, state.cpuPct.s10, state.tasks.length], [0, 0, 1]);
  assertEquals(state.tasks[0].name, "GET /api/debug/loop");
  rig.monitor.close();
  assertEquals(rig.monitor.state().scheduled, 0);
});

Deno.test("T26: what holds the thread is named, and forgotten when it is over for long", async () => {
  const rig = new Rig();
  rig.run(5);
  await rig.get("/slow");
  rig.run(1);
  const state = await rig.get("/api/debug/loop");
  assertEquals(state.verdict, "blocked");
  assert(state.because.endsWith("during: GET /slow"), state.because);
  const [worst] = state.worst;
  assert(worst.lagMs > 200 && worst.lagMs <= 300, `${worst.lagMs} ms`);
  assertEquals(worst.ran, ["GET /slow"]);
  // A timer that takes its time is known by the part that it belongs to.
  rig.timers.named("voice").after(0.1, () => rig.block(0.5));
  rig.run(1);
  const { because, timers } = await rig.get("/api/debug/loop");
  assert(because.endsWith("during: timer of voice"), because);
  assertEquals(timers, [{ name: "voice", armed: 0, runs: 1, lastMs: 500, totalMs: 500 }]);
  rig.run(11);
  assertEquals((await rig.get("/api/debug/loop")).verdict, "calm");
  assertEquals((await rig.get("/api/debug/loop")).worst.length, 2);
  rig.run(600);
  assertEquals((await rig.get("/api/debug/loop")).worst.length, 0);
});

Deno.test("T26: what is asked when a block ends is answered from counters, with what held the thread", async () => {
  const rig = new Rig();
  rig.run(20);
  const { fired } = rig.base;
  await rig.get("/slow");
  const nowS = rig.clock.now();
  const early = await rig.get("/api/debug/loop");
  const tasks = await rig.get("/api/debug/tasks");
  assertEquals([rig.clock.now(), rig.base.fired], [nowS, fired], "nobody was waited for");
  assertEquals([early.inflight.length, early.cpuPct.s1 > 0], [1, true]);
  assertEquals([tasks.ended[0].name, tasks.ended[0].ms], ["GET /slow", 300]);
  // The probe that was late has seen it as soon as it runs.
  rig.run(0.25);
  const late = await rig.get("/api/debug/loop");
  assertEquals([late.verdict, late.worst.length], ["blocked", 1]);
});

Deno.test("T26: timers that arm themselves again and again are named", async () => {
  const rig = new Rig();
  const clock = rig.timers.named("own sessions");
  rig.timers.named("tasks").after(2, () => {});
  const again = () => {
    rig.cpuS += 0.008;
    clock.after(0.01, again);
  };
  again();
  rig.run(12);
  const { verdict, because, ready } = await rig.get("/api/debug/loop");
  assertEquals(verdict, "spinning");
  assert(because.includes("timers of own sessions ran most"), because);
  assert(ready >= 75, `${ready} callbacks within the last second`);
});

Deno.test("T26: a storm of requests is named by what is asked for", async () => {
  const rig = new Rig();
  for (let i = 0; i < 120; i++) {
    rig.run(0.1);
    rig.cpuS += 0.09;
    await rig.get(i % 4 === 0 ? "/other" : "/quick");
  }
  const { verdict, because } = await rig.get("/api/debug/loop");
  assertEquals(verdict, "saturated");
  assert(because.endsWith("most of them GET /quick"), because);
});

Deno.test("T26: a thread that does not keep up is named with what it is at, and its load is its own", async () => {
  const rig = new Rig();
  const end = rig.worker.begin("ingest of /a/b.jsonl");
  for (let i = 0; i < 48; i++) {
    rig.run(0.25);
    rig.cpuS += 0.25;
  }
  rig.queue = 33;
  const { verdict, because, workers } = await rig.get("/api/debug/loop");
  assertEquals(verdict, "worker_backlog");
  assertEquals(
    because,
    "33 questions wait for the thread of the board, which is at: ingest of /a/b.jsonl",
  );
  assertEquals(workers, [{
    ...{ name: "board", queue: 33, busyMs: 12_000, currentJob: "ingest of /a/b.jsonl" },
  }]);
  const before = await rig.get("/api/debug/tasks");
  assertEquals(before.running[0], { thread: "board", name: "ingest of /a/b.jsonl", ageS: 12 });
  assertEquals(before.hooks, { heard: 1, ignored: 2 });
  end();
  end();
  const after = await rig.get("/api/debug/tasks");
  assertEquals(after.running.map(({ thread }: { thread: string }) => thread), ["main"]);
  assertEquals([after.ended[0].name, after.ended[0].ms], ["ingest of /a/b.jsonl", 12_000]);
});

Deno.test("another thread reads what one is at from the same memory", () => {
  const clock = new VirtualClock();
  const writer = new WorkBoard(clock);
  const reader = new WorkBoard(clock, writer.buffer);
  const ends = Array.from(
    { length: 40 },
    (_, i) => writer.begin(`piece ${i} äöü ${"x".repeat(300)}`),
  );
  // What finds no room is not listed, and keeps nothing from ending.
  assertEquals(reader.running().length, 32);
  assert(reader.running()[0]!.what.startsWith("piece 0 äöü x"));
  clock.runUntil(2);
  for (const end of ends) end();
  assertEquals([reader.running().length, reader.list().length, reader.busyS], [0, 32, 2]);
  clock.runUntil(3);
  writer.begin("the next one");
  clock.runUntil(4);
  assertEquals(reader.running().map(({ what, startedS }) => [what, startedS - clock.unixS()]), [
    ["the next one", -1],
  ]);
  assertEquals(reader.busyS, 3);
});

Deno.test("a named clock is the clock that it counts for", async () => {
  const base = new VirtualClock();
  const clocks = new CountedClocks(base, new WorkBoard(base));
  const clock = clocks.named("a");
  const ran: string[] = [];
  clock.at(2, () => ran.push("at"));
  clock.after(1, () => ran.push("after"));
  const cancelled = clock.after(1, () => ran.push("never"));
  assertEquals(clocks.list()[0]!.armed, 3);
  cancelled.cancel();
  cancelled.cancel();
  assertEquals(clocks.list()[0]!.armed, 2);
  const slept = clocks.named("a").sleep(3);
  base.run();
  await slept;
  assertEquals(ran, ["after", "at"]);
  const [{ armed, runs, name }] = clocks.list() as [ReturnType<typeof clocks.list>[0]];
  assertEquals([name, armed, runs, clock.now(), clock.unixS()], ["a", 0, 3, 3, base.unixS()]);
});
