/**
 * Do the two roads agree about voices? Plays scenarios in the simulated world and against our own voice
 * server in another process, and holds what both measured against each other.
 *
 *     deno run --allow-read --allow-env --allow-net=127.0.0.1 --allow-run=deno tools/agreement_voices.ts [names]
 *
 * The exit code is 1 when they do not agree.
 *
 * @module
 */
import {
  playScenario,
  type RunResult,
  selfVoiceStage,
  type VoiceResult,
  type VoiceScenario,
} from "../scenarios/mod.ts";
import { SHIPPED_VOICES } from "../scenarios/shipped/mod.ts";

/** How far the first sound may be apart, in the median and at most, seconds. */
export const FIRST_AUDIO_TOLERANCE_S = { p50: 0.1, max: 0.25 } as const;

/** Tick lateness (p99) above which a live run tells of a busy machine and is played again, ms. */
const QUIET_MS = 15;
/** How often a live run is played at the most. */
const MAX_PLAYS = 3;

/** One scenario on both roads. */
export interface VoiceAgreement {
  readonly name: string;
  readonly simulated: RunResult;
  readonly live: RunResult;
  /** First sound after asking, live less simulated, seconds. */
  readonly differenceS: { readonly p50: number; readonly max: number };
  /** What differs that must not: counts, orders, verdicts. */
  readonly differences: readonly string[];
  readonly agrees: boolean;
}

/** Plays a scenario on both roads; the live one takes as long as its session. */
export async function voiceAgreement(scenario: VoiceScenario): Promise<VoiceAgreement> {
  const simulated = await playScenario(scenario, { fidelity: "timing" });
  const play = () =>
    playScenario(scenario, {
      target: "self",
      openVoiceStage: (rng) => selfVoiceStage(scenario, { rng }),
    });
  let live = await play();
  for (let i = 1; i < MAX_PLAYS && !isQuiet(live); i++) live = await play();
  const [a, b] = [simulated.voice!, live.voice!];
  const difference = (part: "p50" | "max") =>
    (b.firstAudioS[part] ?? 0) - (a.firstAudioS[part] ?? 0);
  const differenceS = { p50: difference("p50"), max: difference("max") };
  const differences = differencesOf(a, b);
  return {
    ...{ name: scenario.name, simulated, live, differenceS, differences },
    agrees: differences.length === 0 &&
      Math.abs(differenceS.p50) <= FIRST_AUDIO_TOLERANCE_S.p50 &&
      Math.abs(differenceS.max) <= FIRST_AUDIO_TOLERANCE_S.max,
  };
}

/** Counts that have to be equal on both roads, whatever the time was. */
function differencesOf(a: VoiceResult, b: VoiceResult): string[] {
  const figures = (it: VoiceResult): Readonly<Record<string, unknown>> => ({
    asked: it.jobs.asked,
    heard: it.jobs.heard,
    doubled: it.jobs.doubled,
    "wrong session": it.jobs.wrongSession,
    failed: it.jobs.failed,
    stopped: it.jobs.stopped,
    overlaps: it.overlaps,
    "out of turn": it.order.faults,
    "overtaken": it.order.swaps,
  });
  const [ours, theirs] = [figures(a), figures(b)];
  return Object.keys(ours).filter((name) => ours[name] !== theirs[name])
    .map((name) => `${name}: ${ours[name]} simulated, ${theirs[name]} live`);
}

function isQuiet({ harness }: RunResult): boolean {
  return (harness.tickLatenessMs.p99 ?? 0) <= QUIET_MS;
}

/** The table. */
export function voiceAgreementTable(rows: readonly VoiceAgreement[]): string {
  const head = [
    "scenario",
    "first sound p50, simulated",
    "live",
    "difference",
    "greatest, simulated",
    "live",
    "difference",
    "heard",
    "live tick lateness p99",
  ];
  const s = (value: number | null) => value === null ? "–" : `${value.toFixed(3)} s`;
  const lines = rows.map(({ name, simulated, live, differenceS, differences }) => {
    const [a, b] = [simulated.voice!, live.voice!];
    return [
      `\`${name}\``,
      ...[s(a.firstAudioS.p50), s(b.firstAudioS.p50), ms(differenceS.p50)],
      ...[s(a.firstAudioS.max), s(b.firstAudioS.max), ms(differenceS.max)],
      differences.length === 0
        ? `${b.jobs.heard + b.jobs.played} of ${b.jobs.asked} on both`
        : differences.join("; "),
      `${(live.harness.tickLatenessMs.p99 ?? NaN).toFixed(1)} ms`,
    ];
  });
  return [head, head.map((_, i) => i === 0 ? "---" : "--:"), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |\n`).join("");
}

function ms(valueS: number): string {
  const text = Math.abs(valueS * 1000).toFixed(0);
  return `${text === "0" ? "" : valueS < 0 ? "−" : "+"}${text} ms`;
}

if (import.meta.main) {
  const rows: VoiceAgreement[] = [];
  const isAsked = ({ name }: VoiceScenario) => Deno.args.length === 0 || Deno.args.includes(name);
  for (const scenario of SHIPPED_VOICES.filter(isAsked)) rows.push(await voiceAgreement(scenario));
  console.log(voiceAgreementTable(rows));
  Deno.exit(rows.every(({ agrees }) => agrees) ? 0 : 1);
}
