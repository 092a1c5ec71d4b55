import type { RecordingSummary, SessionSummary } from "../../scenarios/recording/summary.ts";
import { plainLine } from "../escape.ts";
import { short } from "../summary.ts";

/** Types of messages that a connection's lines name. */
const MAX_TYPES = 12;

/** A recording in lines for a terminal. */
export function recordingText(summary: RecordingSummary): string {
  const { upstream, startedUnixS, durationS, events, bytes, sessions } = summary;
  const began = new Date(startedUnixS * 1000).toISOString();
  const lines = [
    `recorded from ${upstream} at ${began}, ${seconds(durationS)}`,
    `${sessions.length} connections, ${events} events, ${mib(bytes)} of messages, ` +
    `${summary.httpRequests} plain requests`,
    ...recordingNotes(summary),
    ...sessions.flatMap(sessionLines),
  ];
  return lines.map((line) => `${plainLine(line)}\n`).join("");
}

/** What is unusual about it, one sentence each. */
export function recordingNotes(summary: RecordingSummary): string[] {
  const { isComplete, isFull, resumes, tornBytes, refused, figures, promptsRedacted } = summary;
  return [
    ...(figures === null ? [] : [
      `added latency: p50 ${figures.latencyMs.p50} ms, p99 ${figures.latencyMs.p99} ms, ` +
      `max ${figures.latencyMs.max} ms`,
    ]),
    ...(isComplete ? [] : ["the gateway did not end in order: it was killed, or still runs"]),
    ...(tornBytes > 0 ? [`the last line was cut off, ${tornBytes} bytes of it are left out`] : []),
    ...(resumes > 0 ? [`it was gone on with ${times(resumes)} after its gateway had died`] : []),
    ...(isFull ? ["it became full: what came later was passed, and is not in it"] : []),
    ...(refused > 0 ? [`${times(refused)} the server could not be reached, or refused`] : []),
    ...(promptsRedacted ? ["prompts are replaced by numbers, so a replay sends those"] : []),
  ];
}

function sessionLines(session: SessionSummary): string[] {
  const { connection, role, sessionId, target, openedS, durationS, source, slices } = session;
  const { types, gaps, oddities } = session;
  const name = sessionId === null ? role : `${role} ${sessionId}`;
  return [
    "",
    `connection ${connection}: ${name} at ${target}, ${seconds(durationS)} from ${
      seconds(openedS)
    } on${source === null ? "" : `, ${source}`}`,
    `  ${session.end}`,
    ...types.slice(0, MAX_TYPES).map(({ dir, type, count, bytes, perS }) =>
      `  ${dir === "up" ? "client" : "server"} ${type}: ${count}, ${short(perS)} /s, ${mib(bytes)}`
    ),
    ...(slices.count === 0 ? [] : [
      `  slices: ${slices.count}, ${short(slices.perS)} /s, lead p50 ${
        seconds(slices.leadS.p50)
      }, p5 ${seconds(slices.leadS.p5)}, ${slices.behindPlayhead} behind the playhead`,
    ]),
    ...gaps.slice(0, 5).map(({ atS, lastsS }) =>
      `  no slice for ${seconds(lastsS)} from ${seconds(atS)} on`
    ),
    ...oddities.map((oddity) => `  odd: ${oddity}`),
  ];
}

function seconds(value: number | undefined): string {
  return value === undefined ? "–" : `${short(Math.round(value * 1000) / 1000)} s`;
}

/** Bytes in MiB, or KiB where that would be nothing. */
export function mib(bytes: number): string {
  const inMib = bytes / 2 ** 20;
  return inMib >= 0.1 ? `${inMib.toFixed(1)} MiB` : `${(bytes / 1024).toFixed(1)} KiB`;
}

function times(number: number): string {
  return number === 1 ? "once" : `${number} times`;
}
