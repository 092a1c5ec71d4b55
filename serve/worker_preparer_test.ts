import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { VirtualClock, WallClock } from "../runtime/mod.ts";
import { measureClip, measureOf } from "../server/streaming/engine/motion/measures.ts";
import {
  doSourceJob,
  PreparerError,
  type ResultOf,
  type SourceAudio,
  SourceError,
  type SourceJob,
} from "../server/streaming/mod.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { levelClip, rampClip } from "../tests/support/streaming_world.ts";
import { encodePcm, makeBulk } from "../wire/mod.ts";
import type { SentJob } from "./source_worker.ts";
import { IN_PROCESS_BYTES, type SourceWorkerEvents, WorkerPreparer } from "./worker_preparer.ts";

/** Seconds of stereo that are long enough for the worker. */
const LONG_S = 4;

/** A PCM message in two pieces, which are given away with it. */
function pcm(clip = rampClip(LONG_S)): SourceAudio {
  const bytes = encodePcm(clip.audio, clip.channels);
  const middle = bytes.length >> 1;
  return { kind: "pcm", pieces: [bytes.slice(0, middle), bytes.slice(middle)] };
}

const refer = (audio: SourceAudio = pcm()): SourceJob => ({ type: "refer", audio });

/** A preparer whose workers are played by the test. */
function setUp(options: { maxWaitingBytes?: number } = {}) {
  const clock = new VirtualClock();
  const workers: {
    readonly events: SourceWorkerEvents;
    readonly jobs: SentJob[];
    readonly given: number[];
    isEnded: boolean;
  }[] = [];
  const log = new MemoryLog();
  const preparer = new WorkerPreparer({
    clock,
    log,
    ...options,
    start: (events) => {
      const worker = { events, jobs: [] as SentJob[], given: [] as number[], isEnded: false };
      workers.push(worker);
      return {
        post: (job, transfer) => {
          worker.jobs.push(job);
          worker.given.push(transfer.length);
        },
        terminate: () => void (worker.isEnded = true),
      };
    },
  });
  const told: string[] = [];
  const ask = (name: string, job: SourceJob = refer()) =>
    preparer.prepare(job, () => told.push(`${name} done`), (error) => {
      told.push(`${name} ${error instanceof PreparerError ? error.code : error.name}`);
    });
  /** The worker ends its job. */
  const answer = (result: ResultOf<SourceJob> = true) =>
    workers.at(-1)!.events.onAnswer({ result, measures: null });
  return { clock, log, preparer, workers, told, ask, answer };
}

const HEADER_BYTES = 8;
/** A message of exactly so many bytes. */
const messageOf = (bytes: number) => pcm(levelClip((bytes - HEADER_BYTES) / 4 / 48_000, 0.5, 1));

Deno.test("no job that looks at more than a megabyte is done on the main thread", () => {
  const { workers, told, ask } = setUp();
  ask("small", refer(messageOf(IN_PROCESS_BYTES)));
  assertEquals([told, workers.length], [["small done"], 0]);
  ask("large", refer(messageOf(IN_PROCESS_BYTES + 4)));
  assertEquals([told, workers.length], [["small done"], 1]);
  const large = levelClip(LONG_S, 0.5);
  const small = levelClip(0.5, 0.5);
  const clip = (clip: typeof large): SourceAudio => ({ kind: "clip", clip });
  const jobs: SourceJob[] = [
    { type: "play", audio: clip(large), cropS: 0, seamFade: true },
    { type: "play", audio: clip(large), cropS: 0.5, seamFade: false },
    { type: "refer", audio: clip(large) },
    { type: "keep", audio: clip(large) },
    {
      type: "write",
      audio: clip(small),
      source: () => large,
      startSample: 0,
      fills: false,
      mix: "sum",
    },
    { type: "compare", source: small, track: large },
  ];
  for (const job of jobs) {
    const { workers, told, ask } = setUp();
    ask(job.type, job);
    assertEquals([told, workers[0]?.jobs.map(({ type }) => type)], [[], [job.type]]);
  }
});

Deno.test("the memory of a message goes to the worker with its job", () => {
  const { workers, ask } = setUp();
  ask("a");
  assertEquals(workers[0]!.given, [2]);
});

Deno.test("jobs end in the order in which they came, long and short ones alike", () => {
  const { told, workers, ask, answer } = setUp();
  ask("long");
  ask("short", refer(pcm(rampClip(1))));
  ask("long too");
  assertEquals([told, workers[0]!.jobs.length], [[], 1]);
  answer(rampClip(LONG_S));
  assertEquals([told, workers[0]!.jobs.length], [["long done", "short done"], 2]);
  answer(rampClip(LONG_S));
  assertEquals([told.at(-1), workers.length], ["long too done", 1]);
});

Deno.test("a worker that dies costs its job, and the next job gets a new worker", () => {
  const { log, told, workers, ask, answer } = setUp();
  ask("first");
  ask("second");
  workers[0]!.events.onFailed("out of memory");
  assertEquals(told, ["first crashed"]);
  assertEquals(log.of("source worker ended").map(({ fields }) => fields["reason"]), [
    "out of memory",
  ]);
  assertEquals(workers.map(({ isEnded }) => isEnded), [true, false]);
  workers[0]!.events.onFailed("said late");
  workers[0]!.events.onAnswer({ result: true, measures: null });
  assertEquals(told, ["first crashed"], "a worker that was ended is not listened to");
  answer(rampClip(LONG_S));
  assertEquals(told, ["first crashed", "second done"]);
});

Deno.test("a worker that cannot be started, or takes no job, costs that job only", () => {
  let tries = 0;
  const told: string[] = [];
  const preparer = new WorkerPreparer({
    clock: new VirtualClock(),
    log: new MemoryLog(),
    start: () => {
      if (tries++ === 0) throw new Error("no thread");
      return {
        post: () => {
          throw new Error("cannot be cloned");
        },
        terminate: () => {},
      };
    },
  });
  for (let i = 0; i < 2; i++) {
    preparer.prepare(refer(), () => told.push("done"), (error) => told.push(error.message));
  }
  assertEquals(told, [
    "audio could not be prepared: no thread",
    "audio could not be prepared: cannot be cloned",
  ]);
  preparer.close();
});

Deno.test("a job that takes longer than a minute counts as a dead worker", () => {
  const { clock, told, workers, ask } = setUp();
  ask("endless");
  clock.runUntil(59);
  assertEquals(told, []);
  clock.runUntil(61);
  assertEquals([told, workers[0]!.isEnded], [["endless crashed"], true]);
});

Deno.test("no more bytes wait than the cap, but one message always may", () => {
  const bytes = HEADER_BYTES + LONG_S * 48_000 * 8;
  const { preparer, told, ask, answer } = setUp({ maxWaitingBytes: 2 * bytes });
  ask("at work");
  ask("waits");
  ask("waits too");
  ask("too many");
  assertEquals([told, preparer.waitingBytes], [["too many busy"], 2 * bytes]);
  answer(rampClip(LONG_S));
  assertEquals(preparer.waitingBytes, bytes);
  ask("has room");
  assertEquals(told, ["too many busy", "at work done"]);
  const narrow = setUp({ maxWaitingBytes: 1 });
  narrow.ask("at work");
  narrow.ask("the one that waits");
  assertEquals(narrow.told, []);
  narrow.ask("no more");
  assertEquals(narrow.told, ["no more busy"]);
});

Deno.test("a job that is given up ends silently, and frees its bytes if it waits", () => {
  const { preparer, told, workers, ask, answer } = setUp();
  const giveUp = [ask("at work"), ask("waits"), ask("last")];
  giveUp[1]!();
  giveUp[0]!();
  assertEquals(preparer.waitingBytes, HEADER_BYTES + LONG_S * 48_000 * 8);
  answer(rampClip(LONG_S));
  answer(rampClip(LONG_S));
  assertEquals([told, workers[0]!.jobs.length], [["last done"], 2]);
  giveUp[2]!();
});

Deno.test("closing ends the worker, and whoever waits is told", () => {
  const { preparer, told, workers, ask } = setUp();
  ask("at work");
  ask("waits");
  preparer.close();
  assertEquals([told, workers[0]!.isEnded], [["at work closed", "waits closed"], true]);
  ask("late");
  assertEquals([told.at(-1), workers.length], ["late closed", 1]);
});

Deno.test("a worker without work is ended after 10 s", () => {
  const { clock, workers, ask, answer } = setUp();
  ask("a");
  answer(rampClip(LONG_S));
  clock.runUntil(9);
  ask("b");
  clock.runUntil(30);
  assertEquals(workers.map(({ isEnded }) => isEnded), [false], "it is at work");
  answer(rampClip(LONG_S));
  clock.runUntil(41);
  assertEquals(workers.map(({ isEnded }) => isEnded), [true]);
  ask("c");
  assertEquals(workers.length, 2);
});

/** A preparer with a real worker. */
function real() {
  const preparer = new WorkerPreparer({ clock: new WallClock(), log: new MemoryLog() });
  return {
    run: <J extends SourceJob>(job: J) =>
      new Promise<ResultOf<J>>((resolve, reject) => preparer.prepare(job, resolve, reject)),
    [Symbol.dispose]: () => preparer.close(),
  };
}

Deno.test("the worker makes what this thread would have made, to the bit", async () => {
  using worker = real();
  const source = { ...rampClip(LONG_S), audio: rampClip(LONG_S).audio };
  for (const cropS of [0, 3.3]) {
    for (const seamFade of [true, false]) {
      const job = (audio: SourceAudio) => ({ type: "play", audio, cropS, seamFade }) as const;
      const here = doSourceJob(job(pcm()));
      const made = makeBulk(here.clip.audio);
      const there = await worker.run(job(pcm()));
      assertEquals({ ...there.clip }, { ...here.clip });
      assertEquals([there.buffer, there.made], [here.buffer, made]);
      const ofClip = await worker.run(job({ kind: "clip", clip: source }));
      assertEquals({ ...ofClip.clip }, { ...here.clip });
      assertEquals([ofClip.buffer, ofClip.made], [here.buffer, made]);
    }
  }
  assertEquals(await worker.run({ type: "refer", audio: pcm() }), rampClip(LONG_S));
  assertEquals(
    await worker.run({ type: "keep", audio: pcm() }),
    doSourceJob({ type: "keep", audio: pcm() }),
  );
  const write = (mix: "sum" | "replace", fills: boolean) => ({
    type: "write",
    audio: { kind: "clip", clip: levelClip(0.5, 0.25, 1) },
    source: () => rampClip(LONG_S),
    startSample: 4800,
    fills,
    mix,
  } as const);
  for (const job of [write("sum", false), write("replace", true)]) {
    assertEquals(await worker.run(job), doSourceJob(job));
  }
  const faded = doSourceJob({ type: "play", audio: pcm(), cropS: 0, seamFade: true }).clip;
  for (
    const [source, is] of [
      [rampClip(LONG_S), true],
      [faded, true],
      [levelClip(LONG_S, 0.5), false],
      [levelClip(LONG_S, 0.5, 1), false],
    ] as const
  ) {
    assertEquals(await worker.run({ type: "compare", source, track: rampClip(LONG_S) }), is);
  }
});

Deno.test("what sessions share is seen by all threads, what one of them writes to is its own", async () => {
  using worker = real();
  const job = { type: "play", audio: pcm(), cropS: 0, seamFade: true } as const;
  const { clip, buffer, made } = await worker.run(job);
  assert(clip.audio.buffer instanceof SharedArrayBuffer);
  for (const array of [buffer, made!.halves, made!.wireCopy]) {
    assert(array.buffer instanceof ArrayBuffer);
  }
  assertEquals(job.audio.kind === "pcm" && job.audio.pieces.map(({ length }) => length), [0, 0]);
});

Deno.test("sessions of one track share its clip, and its faded copy", async () => {
  using worker = real();
  const { clip: track } = await worker.run({ type: "keep", audio: pcm() });
  const audio: SourceAudio = { kind: "clip", clip: track };
  const plain = await worker.run({ type: "play", audio, cropS: 0, seamFade: false });
  assertStrictEquals(plain.clip.audio, track.audio);
  const job = { type: "play", audio, cropS: 0, seamFade: true } as const;
  const [first, second] = [await worker.run(job), await worker.run(job)];
  assertStrictEquals(first.clip.audio, second.clip.audio);
  assertEquals(first.buffer, second.buffer);
  assert(first.buffer !== second.buffer);
});

Deno.test("the engine finds its measures of what the worker made", async () => {
  using worker = real();
  const { clip } = await worker.run({ type: "play", audio: pcm(), cropS: 0, seamFade: true });
  const measures = measureClip({ ...clip, audio: clip.audio.slice() });
  assertEquals(measureOf(clip, "digest"), measures.digest);
  assertEquals(measureOf(clip, "peak"), measures.peak);
  assertEquals(measureOf(clip, "envelope"), measures.envelope);
  assertEquals(measureOf(clip, "contour"), measures.contour);
});

Deno.test("audio that cannot be used is refused by the worker as it would be here", async () => {
  using worker = real();
  const reason = async (job: SourceJob) => {
    const error: Error = await worker.run(job).then(() => new Error("done"), (error) => error);
    return [error instanceof SourceError, error.message];
  };
  const here = (job: SourceJob) => {
    try {
      doSourceJob(job);
      return "done";
    } catch (error) {
      return (error as Error).message;
    }
  };
  const bad = () => {
    const clip = rampClip(LONG_S);
    clip.audio[12_345] = NaN;
    return clip;
  };
  const cut = (): SourceAudio => {
    const { audio } = rampClip(LONG_S);
    return { kind: "pcm", pieces: [encodePcm(audio, 2).slice(4)] };
  };
  for (
    const job of [
      () => refer(pcm(bad())),
      () => refer({ kind: "clip", clip: bad() }),
      () => refer(cut()),
    ]
  ) {
    assertEquals(await reason(job()), [true, here(job())]);
  }
  assertEquals(await worker.run({ type: "refer", audio: pcm() }), rampClip(LONG_S));
});
