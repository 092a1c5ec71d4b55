/**
 * A run of a scenario about voices: what the one runner does where voices are the subject.
 *
 * @module
 */
import type { Clock, Rng } from "../../runtime/mod.ts";
import { NO_STREAM } from "../empty_result.ts";
import { judgeAll } from "../judgement.ts";
import type { Fidelity, RunResult, Target } from "../result.ts";
import type { Expectation } from "../types.ts";
import { decide } from "../verdict.ts";
import { rounded, type VoiceBook } from "./book.ts";
import { VoiceMeasures } from "./metrics.ts";
import { VoicePerformance } from "./performance.ts";
import { VoiceRecording } from "./recording.ts";
import type { JobPoint, ListeningPoint, VoiceResult, VoiceSummary } from "./result.ts";
import { simVoiceStage } from "./sim_stage.ts";
import type { VoiceStage } from "./stage.ts";
import { outcomeOf } from "./summary.ts";
import type { VoiceScenario } from "./types.ts";

/** Longest text of a job that stands in a report, characters. */
const SHOWN_CHARS = 80;

/** How a run is played. */
export interface VoiceRunOptions {
  readonly target: Target;
  readonly fidelity: Fidelity;
  readonly seed: number;
  readonly rng: Rng;
  readonly latenessBudgetMs: number;
  /** Measures how long the work takes. */
  readonly host: Clock;
  /** Opens a live target; unused by a simulated run. */
  readonly openStage: () => Promise<VoiceStage>;
}

/** Plays a scenario and judges it. */
export async function playVoice(
  scenario: VoiceScenario,
  options: VoiceRunOptions,
): Promise<RunResult> {
  const { target, fidelity, seed, rng, host, latenessBudgetMs } = options;
  const startS = host.now();
  const recording = fidelity === "full" ? new VoiceRecording() : null;
  const stage = target === "sim"
    ? simVoiceStage(scenario, { rng, fidelity })
    : await options.openStage();
  try {
    const performance = new VoicePerformance(scenario, stage);
    const { book } = performance;
    if (recording !== null) record(book, stage, recording);
    const playS = host.now();
    await performance.play();
    const wallS = host.now() - playS;
    const whole = { fromS: book.beganS, toS: book.endedS! };
    const harness = performance.lateness.summary(latenessBudgetMs);
    const measures = new VoiceMeasures(book, harness);
    // What a loudspeaker elsewhere plays when cannot be seen, and is not asked.
    const isSeen = ({ metric }: Expectation) =>
      stage.backdoor !== null ||
      !/^voice\.(speaker\.(overlaps|whileListened|on)|order\.heard)/.test(metric);
    const expectations = judgeAll(
      scenario.expectations.filter(isSeen),
      whole,
      (metric, window) => measures.measure(metric, window),
    );
    const { isSimulated } = stage;
    const [verdict, reason] = decide({
      ...{ expectations, mirror: NO_STREAM.mirror, harness, isSimulated, loss: null },
    });
    const sessionS = whole.toS - whole.fromS;
    return {
      ...{ scenario, seed, target, fidelity, verdict, reason, expectations },
      expectedFailure: scenario.expectations.some((e) => e.fails),
      ...NO_STREAM,
      harness,
      timing: {
        ...{ sessionS, prepareS: playS - startS, wallS },
        speedup: wallS > 0 ? sessionS / wallS : 0,
      },
      trace: { events: book.trace.events, hash: book.trace.hash(), lines: book.trace.lines },
      marks: book.marks,
      played: recording?.clip(whole.fromS, whole.toS) ?? null,
      voice: voiceResult(book, measures.summary(whole)),
    };
  } finally {
    await stage.close();
  }
}

/** Keeps what is heard. */
function record(book: VoiceBook, stage: VoiceStage, recording: VoiceRecording): void {
  book.onSound = (clip, atS, ear) => {
    const { jobId, index } = clip;
    recording.add(clip, atS, () => {
      const sound = book.sounds.findLast((it) =>
        it.ear === ear && it.jobId === jobId && it.index === index && it.fromS === atS
      );
      return sound?.toS ?? book.endedS ?? atS;
    });
  };
  stage.onSpeakerSound = (jobId, wav) => {
    const atS = stage.clock.now();
    recording.add({ wav, sampleRate: 24_000 }, atS, () => {
      const sound = book.sounds.find((it) => it.device !== null && it.jobId === jobId);
      return sound?.toS ?? book.endedS ?? atS;
    });
  };
}

function voiceResult(book: VoiceBook, summary: VoiceSummary): VoiceResult {
  const { beganS } = book;
  const endedS = book.endedS ?? beganS;
  const rel = (atS: number) => rounded(atS - beganS);
  const jobs = book.jobs.map((job): JobPoint => {
    const { label, session, text, record, askedS } = job;
    const after = (s: number | null | undefined) => s == null ? null : rel(askedS + s);
    return {
      ...{ job: label, session, text: text.slice(0, SHOWN_CHARS), askedS: rel(askedS) },
      startedS: after(record?.startedAfterS),
      madeS: after(record?.madeAfterS),
      outcome: outcomeOf(book, job),
      reason: job.refusal ?? record?.reason ?? "",
      sounds: book.soundsOf(job).map(({ ear, device, nth, fromS, toS }) => ({
        ...{ ear, device, isAgain: nth > 0, fromS: rel(fromS), toS: rel(toS ?? endedS) },
      })),
    };
  });
  const listening = book.listenings.map(({ listener, session, fromS, toS }): ListeningPoint => ({
    ...{ listener, session, fromS: rel(fromS), toS: rel(toS ?? endedS) },
  }));
  return { ...summary, timeline: { jobs, listening } };
}
