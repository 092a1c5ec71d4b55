/**
 * `headway record inspect`: what a recording holds.
 *
 * @module
 */
import { recordingPage, recordingText } from "../../reports/recording/mod.ts";
import { readRecording, sessionsOf, summarizeRecording } from "../../scenarios/recording/mod.ts";
import { EXIT, type ExitCode } from "../command.ts";
import type { RecordInvocation } from "./flags.ts";

/** Prints it, and draws it when a page is asked for. */
export async function runInspect(
  [file = ""]: readonly string[],
  { flags, stdout, stderr }: RecordInvocation,
): Promise<ExitCode> {
  const recording = await readRecording(file);
  const sessions = sessionsOf(recording);
  const summary = summarizeRecording(recording, sessions);
  if (flags.page !== undefined) {
    await Deno.writeTextFile(flags.page, recordingPage(summary, sessions, file));
    stderr.write(`headway: page written to ${flags.page}\n`);
  }
  stdout.write(flags.json ? `${JSON.stringify(summary, null, 2)}\n` : recordingText(summary));
  return EXIT.passed;
}
