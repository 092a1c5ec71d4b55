/**
 * What pictures and sentences about voices are made from.
 *
 * @module
 */
import type { JobPoint, VoiceResult } from "../../scenarios/voice/result.ts";
import type { Report } from "../model.ts";

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
