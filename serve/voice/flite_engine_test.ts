/** The built-in voices: real speech in real workers, and workers that fail, in virtual time. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VirtualClock, WallClock } from "../../runtime/mod.ts";
import { SPEECH_HZ, type SpeechResult, type Utterance } from "../../server/voice/speech/engine.ts";
import { VOICE_SHAPES } from "../../server/voice/speech/flite/voices.ts";
import { FliteEngine, type SpeechWorker } from "./flite_engine.ts";

const TEXT = "We were away a year ago, and all the while nobody knew where we were.";

function spoken(engine: FliteEngine, text: string, voice = "bm_lewis", speed = 1) {
  return new Promise<Int16Array>((resolve, reject) =>
    engine.say({ text, voice, speed, emotion: 0.5 }, (result) => {
      if ("error" in result) reject(new Error(result.error));
      else {
        assertEquals(result.sampleRate, SPEECH_HZ);
        resolve(result.pcm);
      }
    })
  );
}

/** Root mean square of the samples, full scale being 1. */
function level(pcm: Int16Array): number {
  return Math.sqrt(pcm.reduce((sum, sample) => sum + (sample / 32768) ** 2, 0) / pcm.length);
}

/** The pitch of speech, Hz: the median over voiced stretches, by autocorrelation. */
function pitchHz(pcm: Int16Array): number {
  const [window, step] = [1200, 2400];
  const pitches: number[] = [];
  for (let at = 0; at + 2 * window < pcm.length; at += step) {
    const energy = correlation(pcm, at, window, 0);
    let best = 0;
    let bestLag = 0;
    for (let lag = Math.round(SPEECH_HZ / 350); lag <= SPEECH_HZ / 65; lag++) {
      const shared = correlation(pcm, at, window, lag);
      if (shared > best * 1.02) [best, bestLag] = [shared, lag];
    }
    if (energy > 1e8 && best > 0.6 * energy) pitches.push(SPEECH_HZ / bestLag);
  }
  pitches.sort((a, b) => a - b);
  return pitches[pitches.length >> 1]!;
}

function correlation(pcm: Int16Array, at: number, window: number, lag: number): number {
  let sum = 0;
  for (let i = 0; i < window; i++) sum += pcm[at + i]! * pcm[at + i + lag]!;
  return sum;
}

Deno.test("the built-in voices speak: audibly, as long as the text is, and the same each time", async () => {
  const engine = new FliteEngine({ clock: new WallClock(), workers: 1 });
  try {
    const [long, other, short] = [
      await spoken(engine, TEXT),
      await spoken(engine, TEXT.replace("year", "week")),
      await spoken(engine, "Hello."),
    ];
    assert(level(long) > 0.02 && level(long) < 0.5, `${level(long)}`);
    const durationS = long.length / SPEECH_HZ;
    assert(durationS > 2.5 && durationS < 7, `${durationS}`);
    assert(short.length < long.length / 3);
    assert(other.length !== long.length || other.some((sample, i) => sample !== long[i]));
    assertEquals(await spoken(engine, TEXT), long);
    const faster = await spoken(engine, TEXT, "bm_lewis", 2);
    assert(Math.abs(faster.length / long.length - 0.5) < 0.08, `${faster.length / long.length}`);
  } finally {
    await engine.close();
  }
});

Deno.test("any two of the eleven voices differ in pitch or in tempo by eight percent", async () => {
  const engine = new FliteEngine({ clock: new WallClock(), workers: 2 });
  try {
    const heard = await Promise.all(
      Object.keys(VOICE_SHAPES).map(async (name) => {
        const pcm = await spoken(engine, TEXT, name);
        return { name, lengthS: pcm.length / SPEECH_HZ, hz: pitchHz(pcm) };
      }),
    );
    assertEquals(heard.length, 11);
    const apart = (a: number, b: number) => Math.max(a, b) / Math.min(a, b) - 1;
    for (const [i, a] of heard.entries()) {
      for (const b of heard.slice(i + 1)) {
        const most = Math.max(apart(a.lengthS, b.lengthS), apart(a.hz, b.hz));
        assert(most >= 0.08, `${JSON.stringify(a)} and ${JSON.stringify(b)}`);
      }
    }
  } finally {
    await engine.close();
  }
});

/** A worker that does what it is told. */
class Puppet implements SpeechWorker {
  onmessage: ((event: MessageEvent<SpeechResult>) => void) | null = null;
  onerror: ((event: ErrorEvent) => void) | null = null;
  readonly asked: Utterance[] = [];
  isTerminated = false;

  postMessage(utterance: Utterance): void {
    this.asked.push(utterance);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  answer(): void {
    const data = { pcm: new Int16Array(10), sampleRate: SPEECH_HZ };
    this.onmessage?.(new MessageEvent("message", { data }));
  }

  crash(message: string): void {
    this.onerror?.(new ErrorEvent("error", { message, cancelable: true }));
  }
}

function puppets(workers: number) {
  const clock = new VirtualClock();
  const all: Puppet[] = [];
  const start = () => {
    const puppet = new Puppet();
    all.push(puppet);
    return puppet;
  };
  const engine = new FliteEngine({ clock, workers, start, patienceS: 60, idleS: 300 });
  const results: string[] = [];
  const say = (text: string) =>
    engine.say(
      { text, voice: "bm_lewis", speed: 1, emotion: 0 },
      (result) => results.push(`${text}: ${"error" in result ? result.error : "said"}`),
    );
  return { clock, engine, all, results, say };
}

Deno.test("workers start when they are needed, and no more of them than there may be", () => {
  const { engine, all, results, say } = puppets(2);
  assertEquals(engine.workers, 0);
  for (const text of ["a", "b", "c"]) say(text);
  assertEquals(all.map(({ asked }) => asked.length), [1, 1]);
  all[1]!.answer();
  assertEquals(all[1]!.asked.map(({ text }) => text), ["b", "c"]);
  all[0]!.answer();
  say("d");
  assertEquals([all.length, results], [2, ["b: said", "a: said"]]);
});

Deno.test("a worker that crashes fails its sentence alone, and a new one takes its place", () => {
  const { all, results, say } = puppets(1);
  say("a");
  say("b");
  all[0]!.crash("out of memory");
  assertEquals([all[0]!.isTerminated, all.length], [true, 2]);
  all[1]!.answer();
  assertEquals(results, ["a: its worker failed: out of memory", "b: said"]);
});

Deno.test("a worker that hangs is ended after a minute", () => {
  const { clock, all, results, say } = puppets(1);
  say("a");
  say("b");
  clock.runUntil(59);
  assertEquals(results, []);
  clock.runUntil(61);
  assertEquals([all[0]!.isTerminated, all.length], [true, 2]);
  assertStringIncludes(results[0]!, "gave no answer in 60 s");
});

Deno.test("what was called off is not said, and idle workers are let go", () => {
  const { clock, engine, all, results, say } = puppets(1);
  say("a");
  const cancel = say("b");
  say("c");
  cancel();
  all[0]!.answer();
  all[0]!.answer();
  assertEquals(all[0]!.asked.map(({ text }) => text), ["a", "c"]);
  assertEquals(results, ["a: said", "c: said"]);
  clock.runUntil(clock.now() + 301);
  assertEquals([engine.workers, all[0]!.isTerminated], [0, true]);
});

Deno.test("closing tells who waits, and starts nothing more", async () => {
  const { clock, engine, all, results, say } = puppets(1);
  say("a");
  say("b");
  await engine.close();
  say("c");
  clock.run();
  assertEquals([results.length, all.length, all[0]!.isTerminated], [3, 1, true]);
  assert(results.every((result) => result.endsWith("closing")));
});
