/**
 * Where a server answered a replayed session otherwise than the recorded one. Answers are compared by
 * what they promise a listener: which events, in which order; how often slices come, how far ahead
 * and how long; how it ended. Bytes are compared where two servers can be equal at all.
 *
 * @module
 */
import { percentiles } from "../../sim/mod.ts";
import type { RecordedSession } from "./session.ts";

/** How much two answers may differ. */
export interface DiffLimits {
  /** Share by which the pace of slices may differ. */
  readonly paceShare: number;
  /** Seconds by which the median lead may differ. */
  readonly leadS: number;
  /** Seconds by which the longest gap between slices may be longer. */
  readonly gapS: number;
}

/** Two runs of one server on an idle machine stay well within these. */
export const DIFF_LIMITS: DiffLimits = { paceShare: 0.2, leadS: 0.25, gapS: 0.5 };

/** One thing that was compared. */
export interface DiffRow {
  /** What it is about. */
  readonly about: "events" | "source" | "slices" | "lead" | "payload" | "end";
  readonly what: string;
  readonly recorded: string;
  readonly replayed: string;
  /**
   * `same` or within limits is fine; `differs` is not; `note` is told, but judged by nobody: live
   * servers never send equal slices.
   */
  readonly verdict: "same" | "within" | "differs" | "note";
}

/** All of it. */
export interface RecordingDiff {
  readonly schema: "headway.recording-diff/1";
  readonly verdict: "same" | "differs";
  readonly rows: readonly DiffRow[];
}

/** Events that come with each slice: the pace of slices says how many there have to be. */
const BY_PACE: ReadonlySet<string> = new Set(["params_update"]);
/** Facts of `ready` that make two sources the same. */
const READY_FACTS = [
  "duration",
  "sample_rate",
  "channels",
  "bpm",
  "key",
  "time_signature",
] as const;

/** Compares the answers of two sessions. */
export function diffSessions(
  recorded: RecordedSession,
  replayed: RecordedSession,
  limits: DiffLimits = DIFF_LIMITS,
): RecordingDiff {
  const both = [recorded, replayed] as const;
  const rows = [
    ...eventRows(both),
    ...sourceRows(both),
    ...sliceRows(both, limits),
    ...leadRows(both, limits),
    ...payloadRows(both),
    endRow(both),
  ];
  const verdict = rows.some((row) => row.verdict === "differs") ? "differs" : "same";
  return { schema: "headway.recording-diff/1", verdict, rows };
}

type Both = readonly [RecordedSession, RecordedSession];

function eventRows(both: Both): DiffRow[] {
  const [first, second] = both.map(({ answers, bufferS }) =>
    answers.filter(({ type }) => !BY_PACE.has(type))
      .map(({ type, t }) => ({ type, atS: t - (bufferS ?? 0) }))
  ) as [{ type: string; atS: number }[], { type: string; atS: number }[]];
  const types = [...new Set([...first, ...second].map(({ type }) => type))];
  const rows = types.map((type): DiffRow => {
    const counts = [first, second].map((side) => side.filter((it) => it.type === type).length);
    return row("events", type, `${counts[0]} ×`, `${counts[1]} ×`, counts[0] === counts[1]);
  });
  const order = [first, second].map((side) => side.map(({ type }) => type));
  const at = order[0]!.findIndex((type, i) => type !== order[1]![i]);
  const isSameOrder = at === -1 && order[0]!.length === order[1]!.length;
  const place = at === -1 ? order[0]!.length : at;
  const name = (side: number) => order[side]![place] ?? "the end";
  rows.push(
    isSameOrder
      ? row("events", "order", `${place} events`, `${place} events`, true)
      : row("events", `order, event ${place + 1}`, name(0), name(1), false),
  );
  if (!isSameOrder) return rows;
  const offS = first.map(({ atS }, i) => second[i]!.atS - atS);
  const worst = offS.reduce((most, it, i) => Math.abs(it) > Math.abs(offS[most]!) ? i : most, 0);
  if (first.length > 0) {
    // How long a server takes to load or to split is its own affair; that it tells of it is not.
    const [recorded, replayed] = [seconds(first[worst]!.atS), seconds(second[worst]!.atS)];
    rows.push(note("events", `time, at worst of ${first[worst]!.type}`, recorded, replayed));
  }
  return rows;
}

function sourceRows(both: Both): DiffRow[] {
  const facts = READY_FACTS.map((name) => {
    const [first, second] = both.map(({ ready }) => JSON.stringify(ready?.[name] ?? null));
    return row("source", `ready.${name}`, first!, second!, first === second);
  });
  const shapes = both.map(({ buffers }) =>
    buffers.map(({ kind, durationS, channels }) => `${kind} ${seconds(durationS)} × ${channels}`)
      .join(", ") || "none"
  );
  return [...facts, row("source", "buffers", shapes[0]!, shapes[1]!, shapes[0] === shapes[1])];
}

function sliceRows(both: Both, { paceShare, gapS }: DiffLimits): DiffRow[] {
  const [first, second] = both.map(paceOf) as [Pace, Pace];
  const share = first.perS === 0
    ? (second.perS === 0 ? 0 : Infinity)
    : second.perS / first.perS - 1;
  const lengths = [first, second].map(({ lengthsS }) => lengthsS.map(seconds).join(", ") || "none");
  return [
    judged("slices", "pace", `${short(first.perS)} /s`, `${short(second.perS)} /s`, {
      isSame: share === 0,
      isWithin: Math.abs(share) <= paceShare,
    }),
    judged("slices", "longest gap", seconds(first.gapS), seconds(second.gapS), {
      isSame: first.gapS === second.gapS,
      isWithin: second.gapS <= first.gapS + gapS,
    }),
    note("slices", "lengths", lengths[0]!, lengths[1]!),
    note("slices", "generation step, median", ms(first.tickMs), ms(second.tickMs)),
  ];
}

interface Pace {
  readonly perS: number;
  readonly gapS: number;
  readonly lengthsS: readonly number[];
  readonly tickMs: number | null;
}

function paceOf({ slices, bufferS, endedS }: RecordedSession): Pace {
  const spanS = endedS - (bufferS ?? endedS);
  const gapsS = slices.slice(1).map(({ t }, i) => t - slices[i]!.t);
  const byLength = new Map<number, number>();
  for (const { numSamples } of slices) {
    byLength.set(numSamples, (byLength.get(numSamples) ?? 0) + 1);
  }
  const usual = [...byLength].sort((a, b) => b[1] - a[1]).slice(0, 3);
  return {
    perS: spanS > 0 ? slices.length / spanS : 0,
    gapS: gapsS.reduce((most, it) => Math.max(most, it), 0),
    lengthsS: usual.map(([samples]) => samples / 48000),
    tickMs: percentiles(slices.map(({ tickMs }) => tickMs)).p50 ?? null,
  };
}

function leadRows(both: Both, { leadS }: DiffLimits): DiffRow[] {
  const [first, second] = both.map(({ slices }) =>
    percentiles(slices.flatMap((slice) => slice.leadS ?? []))
  );
  const isWithin = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? a === b : Math.abs(a - b) <= leadS;
  const say = (value: number | undefined) => value === undefined ? "none" : seconds(value);
  const median = judged("lead", "median", say(first!.p50), say(second!.p50), {
    isSame: first!.p50 === second!.p50,
    isWithin: isWithin(first!.p50, second!.p50),
  });
  return [
    median,
    note("lead", "5 %", say(first!.p5), say(second!.p5)),
    note("lead", "least", say(first!.min), say(second!.min)),
  ];
}

function payloadRows(both: Both): DiffRow[] {
  const [first, second] = both;
  const rows = first.buffers.map((buffer, i): DiffRow => {
    const other = second.buffers[i];
    const name = (sha256: string | undefined) => sha256?.slice(0, 12) ?? "none";
    // Other audio is another promise only where it is the server's copy of the same source.
    const isExact = !buffer.kind.startsWith("stem");
    const isSame = buffer.sha256 === other?.sha256;
    return {
      ...{ about: "payload", what: `${buffer.kind} ${i + 1}, bytes` },
      recorded: name(buffer.sha256),
      replayed: name(other?.sha256),
      verdict: isSame ? "same" : isExact ? "differs" : "note",
    };
  });
  const known = new Set(second.slices.map(({ sha256 }) => sha256));
  const equal = first.slices.filter(({ sha256 }) => known.has(sha256)).length;
  rows.push(note("payload", "slices", `${first.slices.length}`, `${equal} of them byte for byte`));
  return rows;
}

function endRow(both: Both): DiffRow {
  const [first, second] = both.map(({ closes }) => {
    const close = closes.find(({ dir, by }) => dir === "down" && by === undefined);
    return close === undefined ? "none" : `${close.code ?? "no code"} ${close.reason}`.trim();
  });
  // A replay is ended by its own length, so only a close that the server began can be held against it.
  const isServers = both.map(({ closes }) =>
    closes[0]?.dir === "down" && closes[0].by === undefined && closes[0].code !== 1000
  );
  const isSame = first === second;
  const verdict = isSame ? "same" : isServers[0] || isServers[1] ? "differs" : "note";
  return { about: "end", what: "close", recorded: first!, replayed: second!, verdict };
}

function row(
  about: DiffRow["about"],
  what: string,
  recorded: string,
  replayed: string,
  isSame: boolean,
): DiffRow {
  return { about, what, recorded, replayed, verdict: isSame ? "same" : "differs" };
}

function judged(
  about: DiffRow["about"],
  what: string,
  recorded: string,
  replayed: string,
  { isSame, isWithin }: { readonly isSame: boolean; readonly isWithin: boolean },
): DiffRow {
  const verdict = isSame ? "same" : isWithin ? "within" : "differs";
  return { about, what, recorded, replayed, verdict };
}

function note(about: DiffRow["about"], what: string, recorded: string, replayed: string): DiffRow {
  return { about, what, recorded, replayed, verdict: recorded === replayed ? "same" : "note" };
}

function seconds(value: number): string {
  return `${short(Math.round(value * 1000) / 1000)} s`;
}

function ms(value: number | null): string {
  return value === null ? "none" : `${short(value)} ms`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}
