/**
 * `headway record to-scenario`: a recording as a scenario file.
 *
 * @module
 */
import { basename, dirname, join, relative } from "node:path";
import { UsageError } from "../../runtime/mod.ts";
import {
  blobsOf,
  readRecording,
  recordingToScenario,
  scenarioName,
  uploadsIn,
} from "../../scenarios/recording/mod.ts";
import { EXIT, type ExitCode } from "../command.ts";
import type { RecordInvocation } from "./flags.ts";

/** Writes it. */
export async function runConvert(
  [file = ""]: readonly string[],
  { flags, stdout, stderr }: RecordInvocation,
): Promise<ExitCode> {
  const recording = await readRecording(file);
  const out = flags.scenario ?? join(dirname(file), `${stem(file)}.scenario.json`);
  if (!out.endsWith(".json")) {
    throw new UsageError(`--scenario is ${JSON.stringify(out)}; a scenario file ends in .json`);
  }
  const folder = relative(dirname(out), blobsOf(recording, file));
  const { scenario, omissions } = recordingToScenario(recording, {
    name: flags.name ?? scenarioName(file),
    uploads: uploadsIn(folder),
    ...(flags.connection !== undefined && { connection: flags.connection }),
  });
  await writeNew(out, `${JSON.stringify(scenario, null, 2)}\n`);
  for (const omission of omissions) stderr.write(`headway: left out: ${omission}\n`);
  const steps = scenario.steps?.length ?? 0;
  stdout.write(
    flags.json
      ? `${
        JSON.stringify({ file: out, steps, durationS: scenario.durationS, omissions }, null, 2)
      }\n`
      : `${out}: ${scenario.durationS} s, ${steps} steps; headway scenario ${out} runs it\n`,
  );
  return EXIT.passed;
}

/** Scenarios are meant to be edited: what is there stays. */
async function writeNew(path: string, text: string): Promise<void> {
  try {
    await Deno.writeTextFile(path, text, { createNew: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    throw new UsageError(
      `${path} is there already; remove it, or name another file with --scenario`,
      { path },
    );
  }
}

function stem(file: string): string {
  return basename(file).replace(/\.ndjson$/i, "");
}
