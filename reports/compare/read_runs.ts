/**
 * Sets of runs from the disk: folders of reports, folders of baselines, or single files of either.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { errorMessage, UsageError } from "../../runtime/errors.ts";
import { type Report, REPORT_SCHEMA } from "../model.ts";
import { reportSchema } from "../report_schema.ts";
import { SUMMARY_SCHEMA } from "../summary.ts";
import { isBaseline, parseBaseline } from "./baseline.ts";
import { type RunSample, sampleOf } from "./sample.ts";

/** A longer file is none of ours. */
const MAX_FILE_BYTES = 64 * 2 ** 20;
/** Folders deeper than this are not looked into: `before/3/healthy-stream/report.json`. */
const MAX_DEPTH = 3;
/** Most files of one set. */
const MAX_FILES = 20_000;

/** What of a summary says which runs are its own. */
const namesSchema = z.object({
  schema: z.literal(SUMMARY_SCHEMA),
  runs: z.array(z.object({ folder: z.string() })),
});

/** A report, and where it lies. */
export interface FoundReport {
  /** The report. */
  readonly report: Report;
  /** The folder with the run's other files. */
  readonly folder: string;
}

/** A set of runs that was read. */
export interface ReadRuns {
  /** The folder or file, as it was named. */
  readonly name: string;
  /** Every run. */
  readonly samples: readonly RunSample[];
  /** Where the whole report of a run is to be had, for those that have one. */
  readonly folders: ReadonlyMap<RunSample, string>;
}

/**
 * Reads a set of runs: a folder of reports (or of several such folders, for repeated runs), a folder
 * of baselines, or one `report.json` or baseline file. Where a call left its summary, the runs are
 * those that it names: what an earlier call left in the same folder is none of them.
 *
 * @param onDamaged Told of each file that is not what it seems, which is then left out.
 * @throws {UsageError} when there is no run, or, without `onDamaged`, a file is not what it seems.
 */
export async function readRuns(
  path: string,
  onDamaged?: (error: UsageError) => void,
): Promise<ReadRuns> {
  const files = await runFiles(path, onDamaged !== undefined);
  if (files.length === 0) {
    throw new UsageError(
      `there are no runs in ${path}: expected report.json files or baselines below it`,
      { path },
    );
  }
  const samples: RunSample[] = [];
  const folders = new Map<RunSample, string>();
  for (const file of files) {
    try {
      const value = await readJson(file);
      if (isBaseline(value)) {
        samples.push(...parseBaseline(value, file));
        continue;
      }
      const sample = sampleOf(asReport(value, file));
      samples.push(sample);
      folders.set(sample, dirname(file));
    } catch (error) {
      if (onDamaged === undefined || !(error instanceof UsageError)) throw error;
      onDamaged(error);
    }
  }
  return { name: path, samples, folders };
}

/**
 * Every run's report below a folder, one after the other: they are large, and a set may be, too.
 *
 * @throws {UsageError} when a file is not what it seems.
 */
export async function* readReports(path: string): AsyncGenerator<FoundReport> {
  for (const file of await runFiles(path, false)) {
    if (basename(file) !== "report.json") continue;
    yield { report: await readReport(file), folder: dirname(file) };
  }
}

/**
 * Reads one `report.json`.
 *
 * @throws {UsageError} when it is none.
 */
export async function readReport(file: string): Promise<Report> {
  return asReport(await readJson(file), file);
}

/**
 * Reads a JSON file of bounded length.
 *
 * @throws {UsageError} when it is missing, too long, or no JSON.
 */
export async function readJson(file: string): Promise<unknown> {
  try {
    const { size } = await Deno.stat(file);
    if (size > MAX_FILE_BYTES) {
      throw new UsageError(`${file} is ${size} bytes, expected at most ${MAX_FILE_BYTES}`);
    }
    return JSON.parse(await Deno.readTextFile(file));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const why = error instanceof SyntaxError
      ? `it is no JSON (${errorMessage(error)})`
      : error instanceof Deno.errors.NotFound
      ? "it is not there"
      : errorMessage(error);
    throw new UsageError(`cannot read ${file}: ${why}`, { path: file }, { cause: error });
  }
}

function asReport(value: unknown, file: string): Report {
  const parsed = reportSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0]!;
  throw new UsageError(
    `${file} is no ${REPORT_SCHEMA}: ${path.length === 0 ? "" : `${path.join(".")}: `}${message}`,
    { path: file },
  );
}

/** Files that hold runs, in the order of their paths; those that cannot be read if they may be told. */
async function runFiles(path: string, areDamagedTold: boolean): Promise<string[]> {
  let stat: Deno.FileInfo;
  try {
    stat = await Deno.stat(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new UsageError(
      `there is no ${path}; expected a folder of reports (--out of a run) or of baselines`,
      { path },
    );
  }
  if (stat.isFile) return [path];
  const found: string[] = [];
  await walk(path, 0, found);
  // A folder of baselines has them side by side; reports have names and folders of their own.
  const reports = found.filter((file) => basename(file) === "report.json");
  const chosen = reports.length > 0
    ? reports
    : await onlyBaselines(found.filter((file) => dirname(file) === join(path)), areDamagedTold);
  return chosen.sort();
}

/** @param named Folders of the runs that the nearest summary above names; null without one. */
async function walk(
  folder: string,
  depth: number,
  found: string[],
  named: ReadonlySet<string> | null = null,
): Promise<void> {
  const own = await namedRuns(folder) ?? named;
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    if (name.startsWith(".")) continue;
    const isOfEarlierCall = name === "report.json" && own !== null && !own.has(join(folder));
    if (isFile && name.endsWith(".json") && !isOfEarlierCall) found.push(join(folder, name));
    if (isDirectory && depth < MAX_DEPTH) await walk(join(folder, name), depth + 1, found, own);
    if (found.length > MAX_FILES) {
      throw new UsageError(`${folder} holds more than ${MAX_FILES} files; name a smaller folder`);
    }
  }
}

/** Folders of the runs that this folder's summary names; null when there is no summary to go by. */
async function namedRuns(folder: string): Promise<ReadonlySet<string> | null> {
  let value: unknown;
  try {
    value = await readJson(join(folder, "summary.json"));
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
  const parsed = namesSchema.safeParse(value);
  return parsed.success ? new Set(parsed.data.runs.map((run) => join(folder, run.folder))) : null;
}

/** Other JSON files may lie beside baselines. */
async function onlyBaselines(files: readonly string[], areDamagedTold: boolean): Promise<string[]> {
  const chosen: string[] = [];
  for (const file of files) {
    try {
      if (isBaseline(await readJson(file))) chosen.push(file);
    } catch (error) {
      if (!areDamagedTold || !(error instanceof UsageError)) throw error;
      chosen.push(file);
    }
  }
  return chosen;
}
