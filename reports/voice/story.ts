/**
 * A run about voices in a few sentences: what went wrong, and when.
 *
 * @module
 */
import type { JobPoint, VoiceResult } from "../../scenarios/voice/result.ts";
import type { Report } from "../model.ts";
import { count, seconds } from "../page/words.ts";

/** Most names in a sentence. */
const MAX_NAMES = 4;

/** What went wrong among voices, in sentences, the weightiest first; none where all is well. */
export function voiceTroubles(summary: VoiceResult): string[] {
  const { jobs } = summary.timeline;
  const { order, speaker, stops, listeners } = summary;
  const doubled = jobs.filter(isDoubled);
  const strangers = summary.jobs.wrongSession;
  const of = (outcome: JobPoint["outcome"]) => jobs.filter((job) => job.outcome === outcome);
  return [
    ...told(of("lost"), "was heard nowhere", "were heard nowhere"),
    ...told(doubled, "was heard twice", "were heard twice"),
    ...(strangers === 0
      ? []
      : [`${count(strangers, "job")} reached listeners of another session.`]),
    ...(summary.overlaps === 0 ? [] : [
      `Sounds overlapped ${count(summary.overlaps, "time")} at one ear, for ${
        seconds(summary.overlapS)
      } in all.`,
    ]),
    ...told(of("failed"), "failed", "failed"),
    ...told(of("refused"), "was refused", "were refused"),
    ...(order.faults === 0
      ? []
      : [`${count(order.faults, "job")} came before the one whose turn it was.`]),
    ...(order.swaps === 0
      ? []
      : [`${count(order.swaps, "job")} overtook an earlier one of the same session.`]),
    ...(speaker.whileListened === 0 ? [] : [
      `The loudspeaker played ${count(speaker.whileListened, "job")} that somebody listened to.`,
    ]),
    ...(stops.heardAfter === 0
      ? []
      : [`${count(stops.heardAfter, "job")} began to be heard after being stopped.`]),
    ...(listeners.torn === 0 ? [] : [
      `${count(listeners.torn, "message")} to listeners did not belong together.`,
    ]),
  ];
}

/** How it went, in sentences. */
export function voiceHealth({ jobs: counts, firstAudioS, stops }: VoiceResult): string[] {
  const ways = [
    ...(counts.heard > 0 ? [`${were(counts.heard)} heard by listeners`] : []),
    ...(counts.played > 0 ? [`${were(counts.played)} played by the loudspeaker`] : []),
    ...(counts.stopped > 0 ? [`${were(counts.stopped)} stopped`] : []),
    ...(counts.unfinished > 0 ? [`${were(counts.unfinished)} unfinished at the end`] : []),
  ];
  return [
    `Of ${count(counts.asked, "job")}, ${
      ways.length === 0 ? "none was heard" : `${listed(ways)}; none was lost, none heard twice`
    }.`,
    ...(firstAudioS.p50 === null || firstAudioS.max === null ? [] : [
      `The first sound came ${seconds(firstAudioS.p50)} after asking in the median, ${
        seconds(firstAudioS.max)
      } at most.`,
    ]),
    ...(stops.silentAfterS === null
      ? []
      : [`A stop was followed by silence after ${seconds(stops.silentAfterS)}.`]),
  ];
}

/** The moment to look at first: the first trouble, else the job that waited longest to be heard. */
export function voiceMoment({ voice }: Report): number | null {
  if (voice === undefined) return null;
  const bad = voice.timeline.jobs.find((job) =>
    isDoubled(job) || ["lost", "failed", "refused"].includes(job.outcome)
  );
  if (bad !== undefined) return bad.sounds[0]?.fromS ?? bad.startedS ?? bad.askedS;
  const overlap = overlapsOf(voice)[0];
  if (overlap !== undefined) return overlap.fromS;
  let worst: { readonly atS: number; readonly waitedS: number } | null = null;
  for (const { askedS, sounds } of voice.timeline.jobs) {
    const atS = sounds[0]?.fromS;
    if (atS !== undefined && atS - askedS > (worst?.waitedS ?? -1)) {
      worst = { atS, waitedS: atS - askedS };
    }
  }
  return worst?.atS ?? null;
}

/** Stretches in which two sounds were heard at one ear. */
export function overlapsOf({ timeline: { jobs } }: VoiceResult): { fromS: number; toS: number }[] {
  const found: { fromS: number; toS: number }[] = [];
  const byEar = new Map<string, { fromS: number; toS: number }[]>();
  for (const { sounds } of jobs) {
    for (const sound of sounds) byEar.set(sound.ear, [...byEar.get(sound.ear) ?? [], sound]);
  }
  for (const sounds of byEar.values()) {
    let untilS = -Infinity;
    for (const { fromS, toS } of sounds.sort((a, b) => a.fromS - b.fromS)) {
      if (Math.min(untilS, toS) - fromS > 0.001) found.push({ fromS, toS: Math.min(untilS, toS) });
      untilS = Math.max(untilS, toS);
    }
  }
  return found.sort((a, b) => a.fromS - b.fromS);
}

/** Jobs that somebody heard, at any ear. */
export function heardAnywhere({ timeline: { jobs } }: VoiceResult): number {
  return jobs.filter(({ sounds, outcome }) => sounds.length > 0 || outcome === "played").length;
}

/** Heard twice at one ear, or by a listener and from the loudspeaker. */
export function isDoubled({ sounds }: JobPoint): boolean {
  const isLocal = new Set(sounds.map(({ device }) => device !== null));
  return isLocal.size > 1 || sounds.some(({ isAgain }) => isAgain);
}

function told(jobs: readonly JobPoint[], one: string, several: string): string[] {
  if (jobs.length === 0) return [];
  const names = jobs.slice(0, MAX_NAMES).map(({ job }) => job);
  const more = jobs.length - names.length;
  const who = more > 0 ? `${names.join(", ")} and ${more} more` : listed(names);
  const { reason } = jobs[0]!;
  const why = reason === "" || jobs.length > 1 ? "" : `: ${reason}`;
  return [
    `${jobs.length === 1 ? "Job" : "Jobs"} ${who} ${jobs.length === 1 ? one : several}${why}.`,
  ];
}

function were(number: number): string {
  return `${number} ${number === 1 ? "was" : "were"}`;
}

function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}
