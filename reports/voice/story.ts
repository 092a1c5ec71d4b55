/**
 * A run about voices in a few sentences: what went wrong, and when.
 *
 * @module
 */
import type { JobPoint, VoiceResult } from "../../scenarios/voice/result.ts";
import { count, seconds } from "../page/words.ts";
import { isDoubled } from "./measures.ts";

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
