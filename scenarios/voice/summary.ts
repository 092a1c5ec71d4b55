/**
 * A run about voices in figures, over the whole of it or over the jobs of a window.
 *
 * @module
 */
import { distribution, type LagWindow } from "../lag_summary.ts";
import {
  type KnownJob,
  type KnownStop,
  rounded,
  type Sound,
  SPEAKER,
  takenTimes,
  type VoiceBook,
} from "./book.ts";
import { outOfTurn, type TurnJob } from "./order.ts";
import type { JobCounts, JobOutcomeWord, SpeechFigures, VoiceSummary } from "./result.ts";

/** Sounds that meet within this do not overlap, seconds. */
const TOUCHING_S = 0.001;
/** What may be on its way when a stop is answered, seconds. */
const UNDER_WAY_S = 0.1;

/** Sums up what was asked for within a window of the run's clock, and what became of it. */
export function voiceSummary(book: VoiceBook, window: LagWindow): VoiceSummary {
  const isInside = (atS: number) => atS >= window.fromS && atS <= window.toS;
  const jobs = book.jobs.filter(({ askedS }) => isInside(askedS));
  const stops = book.stops.filter(({ askedS }) => isInside(askedS));
  const listenings = book.listenings.filter(({ fromS }) => isInside(fromS));
  const sounds = book.sounds.filter(({ fromS }) => isInside(fromS));
  const names = [...new Set(book.jobs.map(({ session }) => session ?? "default"))].sort();
  return {
    ...figures(book, jobs, sounds),
    order: orderOf(book, jobs),
    speaker: speakerOf(book, jobs, sounds),
    stops: stopsOf(book, stops),
    listeners: { opened: listenings.length, lost: book.lostConnections, torn: book.torn },
    sessions: Object.fromEntries(names.map((name) => {
      const isOf = (session: string | null) => (session ?? "default") === name;
      return [
        name,
        figures(
          book,
          jobs.filter(({ session }) => isOf(session)),
          sounds.filter((sound) => {
            const job = book.jobOf(sound);
            return job !== null && isOf(job.session);
          }),
        ),
      ];
    })),
  };
}

/** What became of a job, in a word. */
export function outcomeOf(book: VoiceBook, job: KnownJob): JobOutcomeWord {
  if (job.refusal !== null) return "refused";
  if (job.stoppedS !== null) return "stopped";
  const sounds = book.soundsOf(job);
  if (sounds.some(({ ear }) => ear !== SPEAKER)) return "heard";
  if (sounds.length > 0 || isSaidPlayed(job)) return "played";
  if (job.record?.status === "error") return "failed";
  return isOver(job) ? "lost" : "unfinished";
}

/** Whether the server takes it for over: it then says why, or to how many it went. */
function isOver({ record }: KnownJob): boolean {
  return record === null || record.reason !== "" || record.delivered > 0;
}

/** A server whose loudspeaker nobody here can watch says so itself. */
function isSaidPlayed({ record }: KnownJob): boolean {
  return record !== null && record.status === "complete" && /\bplayed\b/.test(record.reason);
}

function figures(
  book: VoiceBook,
  jobs: readonly KnownJob[],
  sounds: readonly Sound[],
): SpeechFigures {
  const firsts = jobs.flatMap((job) => {
    const fromS = Math.min(...book.soundsOf(job).map((sound) => sound.fromS));
    return Number.isFinite(fromS) ? [Math.max(0, fromS - job.askedS)] : [];
  });
  const records = jobs.flatMap(({ record }) => record ?? []);
  const { overlaps, overlapS } = overlapsOf(sounds, endOf(book));
  return {
    jobs: countsOf(book, jobs),
    firstAudioS: distribution(firsts),
    waitS: distribution(records.flatMap(({ startedAfterS }) => startedAfterS ?? [])),
    makeS: distribution(
      records.flatMap(({ startedAfterS, madeAfterS }) =>
        startedAfterS === null || madeAfterS === null ? [] : [madeAfterS - startedAfterS]
      ),
    ),
    overlaps,
    overlapS,
    heardS: rounded(
      sounds.reduce((sum, { fromS, toS }) => sum + Math.max(0, (toS ?? endOf(book)) - fromS), 0),
    ),
  };
}

function countsOf(book: VoiceBook, jobs: readonly KnownJob[]): JobCounts {
  const count = (isMeant: (job: KnownJob, sounds: readonly Sound[]) => boolean) =>
    jobs.filter((job) => isMeant(job, book.soundsOf(job))).length;
  const isLocal = ({ ear }: Sound) => ear === SPEAKER;
  return {
    asked: jobs.length,
    heard: count((_, sounds) => sounds.some((sound) => !isLocal(sound))),
    played: count((job, sounds) => sounds.some(isLocal) || isSaidPlayed(job)),
    refused: count(({ refusal }) => refusal !== null),
    failed: count((job) => outcomeOf(book, job) === "failed"),
    stopped: count(({ stoppedS }) => stoppedS !== null),
    unfinished: count((job) => outcomeOf(book, job) === "unfinished"),
    lost: count((job) => outcomeOf(book, job) === "lost"),
    doubled: count((_, sounds) =>
      sounds.some(({ nth }) => nth > 0) || new Set(sounds.map(isLocal)).size > 1
    ),
    wrongSession: count((job, sounds) =>
      sounds.some((sound) =>
        !isLocal(sound) && (!sound.isAddressed || sound.session !== job.session)
      )
    ),
    cutShort: count((_, sounds) => sounds.some(({ isWhole, toS }) => toS !== null && !isWhole)),
  };
}

/** Sounds that are heard at one ear at once. */
function overlapsOf(
  sounds: readonly Sound[],
  endS: number,
): { readonly overlaps: number; readonly overlapS: number } {
  let [overlaps, overlapS] = [0, 0];
  for (const ear of new Set(sounds.map((sound) => sound.ear))) {
    let untilS = -Infinity;
    const here = sounds.filter((sound) => sound.ear === ear).sort((a, b) => a.fromS - b.fromS);
    for (const { fromS, toS } of here) {
      const endsS = toS ?? endS;
      const bothS = Math.min(untilS, endsS) - fromS;
      if (bothS > TOUCHING_S) {
        overlaps++;
        overlapS += bothS;
      }
      untilS = Math.max(untilS, endsS);
    }
  }
  return { overlaps, overlapS: rounded(overlapS) };
}

function orderOf(book: VoiceBook, jobs: readonly KnownJob[]): VoiceSummary["order"] {
  const began = (job: KnownJob) => Math.min(...book.soundsOf(job).map(({ fromS }) => fromS));
  const taken = takenTimes(book.jobs);
  const startedS = (job: KnownJob) => {
    const afterS = job.record?.startedAfterS ?? null;
    return afterS === null ? Infinity : taken.get(job)! + afterS;
  };
  const names = (timeOf: (job: KnownJob) => number) =>
    jobs.map((job) => ({ job, atS: timeOf(job) }))
      .filter(({ atS }) => Number.isFinite(atS))
      .sort((a, b) => a.atS - b.atS)
      .map(({ job }) => job.label).join(" ");
  const wrong = new Set(outOfTurn(turnJobs(book, taken), turnPolicies(book)).map((it) => it.label));
  return {
    faults: jobs.filter(({ label }) => wrong.has(label)).length,
    swaps: swapsOf(book, jobs),
    made: names(startedS),
    heard: names(began),
  };
}

function turnJobs(book: VoiceBook, taken: ReadonlyMap<KnownJob, number>): TurnJob[] {
  return [...taken].map(([{ label, session, record, stoppedS }, askedS]): TurnJob => {
    const after = (s: number | null) => s === null ? null : askedS + s;
    return {
      ...{ label, askedS, lane: session ?? "default" },
      priority: book.priorities.get(session ?? "default") ?? 0,
      startedS: after(record!.startedAfterS),
      overS: after(record!.madeAfterS) ?? stoppedS,
    };
  });
}

function turnPolicies(book: VoiceBook) {
  return book.policies.map(({ atS, policy }) => ({ fromS: atS, policy }));
}

/** Jobs that an ear heard before an earlier one of the same session. */
function swapsOf(book: VoiceBook, jobs: readonly KnownJob[]): number {
  const swapped = new Set<KnownJob>();
  const latest = new Map<string, number>();
  for (const job of jobs) {
    for (const { ear, fromS, index } of book.soundsOf(job)) {
      if (index > 0) continue;
      const key = JSON.stringify([ear, job.session]);
      if (fromS < (latest.get(key) ?? -Infinity)) swapped.add(job);
      latest.set(key, Math.max(latest.get(key) ?? -Infinity, fromS));
    }
  }
  return swapped.size;
}

function speakerOf(
  book: VoiceBook,
  jobs: readonly KnownJob[],
  sounds: readonly Sound[],
): VoiceSummary["speaker"] {
  const played = sounds.filter(({ ear }) => ear === SPEAKER);
  const on: Record<string, number> = {};
  for (const { device } of played) {
    if (device !== null) on[device] = (on[device] ?? 0) + 1;
  }
  const isListenedTo = (session: string | null, atS: number) =>
    book.listenings.some((it) =>
      it.session === session && it.fromS < atS && (it.toS ?? Infinity) > atS
    );
  const madeS = (job: KnownJob) => job.askedS + (job.record?.madeAfterS ?? 0);
  return {
    jobs: countsOf(book, jobs).played,
    overlaps: overlapsOf(played, endOf(book)).overlaps,
    whileListened: jobs.filter((job) =>
      book.soundsOf(job).some(({ ear }) => ear === SPEAKER) &&
      isListenedTo(job.session, madeS(job))
    ).length,
    on,
  };
}

function stopsOf(book: VoiceBook, stops: readonly KnownStop[]): VoiceSummary["stops"] {
  const silences = stops.map(({ askedS, jobs }) => {
    const ends = jobs.flatMap((job) => book.soundsOf(job)).map(({ toS }) => toS ?? endOf(book));
    return Math.max(0, ...ends.map((toS) => toS - askedS));
  });
  const begun = stops.flatMap(({ jobs, answeredS, askedS }) =>
    jobs.filter((job) =>
      book.soundsOf(job).some(({ fromS }) => fromS > (answeredS ?? askedS) + UNDER_WAY_S)
    )
  );
  const errors = stops.flatMap((stop) => spokenErrorOf(book, stop) ?? []);
  return {
    count: stops.length,
    silentAfterS: silences.length === 0 ? null : rounded(Math.max(...silences)),
    heardAfter: new Set(begun).size,
    spokenError: errors.length === 0 ? null : rounded(Math.max(...errors)),
  };
}

/** How far the server's word for how much was spoken is from what an ear heard; null without any. */
function spokenErrorOf(book: VoiceBook, { answer, jobs }: KnownStop): number | null {
  const interrupted = answer?.body["interrupted"] as
    | { readonly spoken_pct?: unknown; readonly full_text?: unknown }
    | null
    | undefined;
  if (typeof interrupted?.spoken_pct !== "number") return null;
  const job = jobs.find(({ text }) => text === interrupted.full_text);
  const lengthS = job?.record?.durationS ?? null;
  if (job === undefined || lengthS === null || lengthS === 0) return null;
  const byEar = new Map<string, number>();
  for (const { ear, fromS, toS } of book.soundsOf(job)) {
    byEar.set(ear, (byEar.get(ear) ?? 0) + (toS ?? endOf(book)) - fromS);
  }
  if (byEar.size === 0) return null;
  const heard = Math.max(...byEar.values()) / lengthS;
  return Math.abs(interrupted.spoken_pct - Math.min(1, heard));
}

function endOf({ endedS, beganS }: VoiceBook): number {
  return endedS ?? beganS;
}
