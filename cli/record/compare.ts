/**
 * `headway record replay` and `diff`: where two servers answered differently.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { UsageError } from "../../runtime/mod.ts";
import { reportOf, writeRun } from "../../reports/mod.ts";
import { diffMarkdown, diffText } from "../../reports/recording/mod.ts";
import {
  blobsOf,
  chosenSession,
  diffSessions,
  readRecording,
  type RecordingDiff,
  recordingLines,
  type Replay,
  replayRecording,
  scenarioName,
  uploadsIn,
} from "../../scenarios/recording/mod.ts";
import { isWebSocketUrl, targetOptions } from "../../scenarios/mod.ts";
import { EXIT, type ExitCode } from "../command.ts";
import type { RecordInvocation } from "./flags.ts";

/** Holds two recordings against each other. */
export async function runDiff(
  files: readonly string[],
  { flags, stdout }: RecordInvocation,
): Promise<ExitCode> {
  const [first, second] = await Promise.all(files.map(readRecording));
  const { connection } = flags;
  const diff = diffSessions(chosenSession(first!, connection), chosenSession(second!, connection));
  if (flags.report !== undefined) await writeDiff(flags.report, diff);
  stdout.write(flags.json ? `${JSON.stringify(diff, null, 2)}\n` : diffText(diff));
  return diff.verdict === "same" ? EXIT.passed : EXIT.failed;
}

/** Sends the client's side again, and holds the answers against those that were recorded. */
export async function runReplay(
  [file = ""]: readonly string[],
  invocation: RecordInvocation,
): Promise<ExitCode> {
  const { flags, stdout, stderr } = invocation;
  const { target, seed, control = null, connection } = flags;
  if (target !== "sim" && target !== "self" && !isWebSocketUrl(target)) {
    throw new UsageError(
      `--target is ${JSON.stringify(target)}; it takes sim, self, or a ws:// or wss:// address`,
    );
  }
  const recording = await readRecording(file);
  const address = { target, controlUrl: control, token: flags.token ?? null } as const;
  const replay = await replayRecording(recording, {
    name: scenarioName(file),
    uploads: uploadsIn(resolve(blobsOf(recording, file))),
    ...(connection !== undefined && { connection }),
    play: (scenario) => ({ seed, ...targetOptions(scenario, address) }),
  });
  for (const omission of replay.omissions) stderr.write(`headway: left out: ${omission}\n`);
  if (flags.report !== undefined) {
    await writeReplay(flags.report, replay, { file, ...address, seed });
  }
  const { result, diff } = replay;
  const { verdict, reason } = result;
  stdout.write(
    flags.json
      ? `${
        JSON.stringify(
          { verdict, reason, traceHash: result.trace.hash, omissions: replay.omissions, diff },
          null,
          2,
        )
      }\n`
      : `${diff === null ? "" : diffText(diff)}replay ${verdict}${
        reason === null ? "" : `: ${reason}`
      }\ntrace ${result.trace.hash}\n`,
  );
  if (verdict === "not-applicable" || verdict === "inconclusive" || diff === null) {
    return EXIT.inconclusive;
  }
  return verdict === "passed" && diff.verdict === "same" ? EXIT.passed : EXIT.failed;
}

async function writeDiff(folder: string, diff: RecordingDiff): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "diff.json"), `${JSON.stringify(diff, null, 2)}\n`);
  await Deno.writeTextFile(join(folder, "diff.md"), diffMarkdown(diff));
}

async function writeReplay(
  folder: string,
  { scenario, result, recording, diff }: Replay,
  run: {
    readonly file: string;
    readonly target: string;
    readonly controlUrl: string | null;
    readonly seed: number;
  },
): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  // The report's replay line runs this file.
  const file = join(folder, `${scenario.name}.json`);
  await Deno.writeTextFile(file, `${JSON.stringify(scenario, null, 2)}\n`);
  await writeRun(folder, reportOf(result, { origin: file, controlUrl: run.controlUrl }), result);
  if (recording !== null) {
    await Deno.writeTextFile(join(folder, "replay.ndjson"), recordingLines(recording));
  }
  if (diff !== null) await writeDiff(folder, diff);
}
