/**
 * Runs a scenario and judges it.
 *
 * @module
 */
import { type Clock, Rng, TargetError, VirtualClock, WallClock } from "../runtime/mod.ts";
import type { AudioClip } from "../audio/clip.ts";
import type { HeadlessClient } from "../sim/mod.ts";
import type { Dial } from "../wire/mod.ts";
import { Collector } from "./collector.ts";
import { emptyResult } from "./empty_result.ts";
import { InvariantWatch } from "./explore/watch.ts";
import { harnessSummary, sessionFacts } from "./facts.ts";
import { judgeAll } from "./judgement.ts";
import { measure, type MetricSources } from "./metrics.ts";
import { Performance } from "./performance.ts";
import type { Fidelity, RunResult, Target } from "./result.ts";
import { type AnyScenario, isAboutVoices, type Scenario, type Step } from "./types.ts";
import type { Stage } from "./stage.ts";
import { soundFigures } from "./sound.ts";
import { decide } from "./verdict.ts";
import { Studio } from "./studio.ts";
import { playVoice } from "./voice/run.ts";
import type { VoiceStage } from "./voice/stage.ts";
import { both } from "./watcher.ts";

/** A dial that does the same as the one that it is given, and looks on. */
export type WatchDial = (dial: Dial, clock: Clock) => Dial;

/** How a scenario is played; `library.ts` has the face that other people build on. */
export interface PlayOptions {
  /** Default `sim`. */
  readonly target?: Target;
  /** Default `full`; live targets know no other. */
  readonly fidelity?: Fidelity;
  /** Default 1. */
  readonly seed?: number;
  /** Tick lateness (p99) above which a live run proves nothing, ms. Default 25. */
  readonly latenessBudgetMs?: number;
  /** Keeps rendered audio between runs; a new one by default. */
  readonly studio?: Studio;
  /** Opens a live target of streaming; needed for every target but `sim`. */
  readonly openStage?: (rng: Rng) => Promise<Stage>;
  /** Opens a live target of voices; needed for every target but `sim`. */
  readonly openVoiceStage?: (rng: Rng) => Promise<VoiceStage>;
  /** Why the target cannot play this scenario, if that is known beforehand. */
  readonly obstacle?: string | null;
  /** Measures how long the work takes. */
  readonly hostClock?: Clock;
  /** Watches what the clients send and get. */
  readonly watchDial?: WatchDial;
}

/** Tick lateness (p99) that a live run may have, ms. */
export const LATENESS_BUDGET_MS = 25;

/**
 * Runs one scenario and judges it.
 *
 * @throws {TargetError} when a live target cannot be reached or refuses the session.
 * @throws {ScenarioError} when an expectation measures what does not exist.
 *
 * @example
 * ```ts
 * import { defineScenario } from "./define.ts";
 * import { playScenario } from "./run.ts";
 *
 * const scenario = defineScenario({
 *   name: "first-look",
 *   description: "Does audio land ahead of the listener?",
 *   durationS: 2,
 *   expectations: [{ metric: "lag.slices.leadS.p50", min: 0.1 }],
 * });
 * const { verdict } = await playScenario(scenario, { fidelity: "timing" });
 * console.log(verdict); // passed
 * ```
 */
export async function playScenario(
  scenario: AnyScenario,
  options: PlayOptions = {},
): Promise<RunResult> {
  const { target = "sim", seed = 1, latenessBudgetMs = LATENESS_BUDGET_MS } = options;
  // A live server sends samples, whatever was asked for.
  const fidelity = target === "sim" ? options.fidelity ?? "full" : "full";
  const reason = options.obstacle ?? notApplicable(scenario, target, fidelity);
  const run = { target, fidelity, seed, latenessBudgetMs };
  if (reason !== null) return emptyResult(scenario, { ...run, reason });
  const host = options.hostClock ?? new WallClock();
  const rng = new Rng(seed);
  if (!isAboutVoices(scenario)) {
    return await playStream(scenario, { ...options, ...run, host, rng });
  }
  return await playVoice(scenario, {
    ...{ ...run, host, rng },
    openStage: () => openLive(target, rng, options.openVoiceStage),
  });
}

/** What a run is told, with all that was left out. */
type StreamOptions = PlayOptions & {
  readonly target: Target;
  readonly fidelity: Fidelity;
  readonly seed: number;
  readonly latenessBudgetMs: number;
  readonly host: Clock;
  readonly rng: Rng;
};

async function playStream(scenario: Scenario, options: StreamOptions): Promise<RunResult> {
  const { target, fidelity, seed, latenessBudgetMs, host, rng } = options;
  const studio = options.studio ?? new Studio();
  const startS = host.now();
  let performance: Performance | null = null;
  let collector: Collector | null = null;
  const asksInvariants = scenario.expectations.some(({ metric }) => isInvariant(metric));
  const invariants = target === "sim" && asksInvariants
    ? new InvariantWatch({
      scenario,
      fidelity,
      client: () => performance!.client,
      onBreach: ({ invariant, message, atS }) =>
        collector?.mark("breach", `${invariant}: ${message}`, atS),
    })
    : null;
  const stage = target === "sim"
    ? studio.simStage(scenario, fidelity, rng, invariants ?? undefined)
    : await openLive(target, rng, options.openStage);
  try {
    const shelf = studio.shelf(fidelity);
    const { watchDial = (dial) => dial } = options;
    const watched = { ...stage, dial: watchDial(stage.dial, stage.clock) };
    const watch = (client: () => HeadlessClient) => {
      const watcher = collector = new Collector(stage.clock, client, stage.witness);
      return {
        watcher,
        observer: invariants === null ? watcher : both(watcher, invariants),
        onStep: (step: Step) => {
          watcher.onStep(step);
          invariants?.onStep(step);
        },
        onOver() {
          watcher.finish();
          invariants?.finish();
        },
      };
    };
    performance = new Performance({ scenario, stage: watched, fidelity, rng, shelf, watch });
    if (fidelity === "full" && target === "sim") studio.prepare(scenario);
    const playS = host.now();
    try {
      await performance.play();
    } catch (error) {
      if (invariants === null) throw error;
      invariants.onThrown(error);
    }
    const endS = host.now();
    const { clock } = stage;
    if (clock instanceof VirtualClock && invariants?.hasThrown === false) {
      invariants.rest((limitS) => clock.step(limitS));
    }
    return resultOf(scenario, {
      target,
      fidelity,
      seed,
      stage,
      performance,
      collector: collector!,
      invariants,
      prepareS: playS - startS,
      wallS: endS - playS,
      latenessBudgetMs,
    });
  } finally {
    await stage.close();
  }
}

async function openLive<S>(
  target: Target,
  rng: Rng,
  openStage: ((rng: Rng) => Promise<S>) | undefined,
): Promise<S> {
  if (openStage === undefined) {
    throw new TargetError(`target "${target}" is live, and nothing was given to open it with`);
  }
  return await openStage(rng);
}

function notApplicable(scenario: AnyScenario, target: Target, fidelity: Fidelity): string | null {
  if (target !== "sim" && scenario.simulationOnly !== undefined) {
    return `simulation only: ${scenario.simulationOnly}`;
  }
  if (fidelity === "timing" && scenario.fullOnly !== undefined) {
    return `full fidelity only: ${scenario.fullOnly}`;
  }
  return null;
}

interface Finished {
  readonly target: Target;
  readonly fidelity: Fidelity;
  readonly seed: number;
  readonly stage: Stage;
  readonly performance: Performance;
  readonly collector: Collector;
  readonly invariants: InvariantWatch | null;
  readonly prepareS: number;
  readonly wallS: number;
  readonly latenessBudgetMs: number;
}

function resultOf(scenario: Scenario, run: Finished): RunResult {
  const { stage, performance, collector, invariants } = run;
  const { client } = performance;
  const bornS = collector.streamingS ?? stage.clock.now();
  const whole = { fromS: bornS, toS: performance.endS ?? stage.clock.now() };
  const isMeantToFailToStart = scenario.expectations.some((e) =>
    e.metric === "session.failureCode"
  );
  if (collector.streamingS === null && !isMeantToFailToStart && collector.failure !== null) {
    throw collector.failure;
  }
  const mirror = {
    identical: stage.witness?.identical ?? null,
    // A foreign server's mirror cannot be seen; its slices are counted all the same.
    checkedSlices: stage.witness?.checkedSlices ??
      (stage.isSimulated ? 0 : collector.sliceCount),
  };
  const session = sessionFacts(collector);
  const harness = harnessSummary(client.harness(), stage.isSimulated, run.latenessBudgetMs);
  const drops = stage.drops();
  const buffer = wholeBuffer(client);
  const { heard, played } = collector;
  const sources: MetricSources = {
    collector,
    mirror,
    session,
    harness,
    drops,
    sound: run.fidelity === "timing" ? null : once(() => soundFigures(played, heard, buffer)),
    second: performance.second,
    invariants: invariants?.breaches ?? null,
  };
  // What cannot be seen from outside the server, or not be heard, is not asked.
  const asked = scenario.expectations.filter(({ metric }) =>
    (stage.witness !== null || !metric.startsWith("mirror.")) &&
    (drops !== null || !metric.startsWith("drops.")) &&
    (sources.sound !== null || !metric.startsWith("sound.")) &&
    (invariants !== null || !isInvariant(metric))
  );
  const expectations = judgeAll(
    asked,
    whole,
    (metric, window) => measure(metric, window, sources),
  );
  const sessionS = whole.toS - whole.fromS;
  const [verdict, reason] = decide({
    expectations,
    mirror,
    harness,
    isSimulated: stage.isSimulated,
    loss: unexpectedLoss(scenario, collector),
  });
  return {
    scenario,
    seed: run.seed,
    target: run.target,
    fidelity: run.fidelity,
    verdict,
    reason,
    expectedFailure: scenario.expectations.some((e) => e.fails),
    expectations,
    lag: collector.lag(whole),
    mirror,
    session,
    harness,
    timing: {
      sessionS,
      prepareS: run.prepareS,
      wallS: run.wallS,
      speedup: run.wallS > 0 ? sessionS / run.wallS : 0,
    },
    trace: {
      events: collector.trace.events,
      hash: collector.trace.hash(),
      lines: collector.trace.lines,
    },
    marks: collector.marks,
    slices: collector.slicePoints(),
    ticks: collector.tickPoints(),
    heard,
    played,
    buffer,
  };
}

/** Whether a metric can only be measured from inside a simulated world. */
function isInvariant(metric: string): boolean {
  return metric.startsWith("invariants.");
}

/** A figure that is made when it is first asked for, and kept. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** The client's buffer at the end; null where there are no samples. */
function wholeBuffer(client: HeadlessClient): AudioClip | null {
  return client.mirror === null || client.bufferFrames === 0 ? null : client.dumpAudio("buffer");
}

/**
 * How the connection was lost, if it was and the scenario does not speak of it. Client and listener
 * are gone then, and the figures of the time before would flatter. Invariants know what may end a
 * session.
 */
function unexpectedLoss(scenario: Scenario, collector: Collector): string | null {
  const isForeseen = collector.streamingS === null ||
    scenario.expectations.some(({ metric }) =>
      metric.startsWith("session.close") || isInvariant(metric)
    ) ||
    scenario.steps.some((step) => step.do === "disconnect");
  if (!collector.isLost || isForeseen) return null;
  const { closeCode, closeReason, lostAfterS, lastError } = collector;
  const why = closeReason === null || closeReason === "" ? "" : ` (${closeReason})`;
  const said = lastError === null ? "" : `; before, the server said: ${lastError}`;
  return `connection closed with ${closeCode}${why} after ${lostAfterS?.toFixed(1)} s${said}`;
}
