/**
 * Reports on the disk: `DIR/<scenario>/` for each run, and the call's own files in `DIR/`.
 * A set of files is written aside and then renamed, so that nobody ever sees half a report.
 *
 * @module
 */
import { dirname, join } from "node:path";
import type { AudioClip } from "../audio/clip.ts";
import { type WavCue, writeWav } from "../audio/wav.ts";
import { errorMessage, UsageError } from "../runtime/errors.ts";
import type { RunResult } from "../scenarios/result.ts";
import { diskFiles, type ReportFiles } from "./files.ts";
import { baselineFiles, type RunSample } from "./compare/mod.ts";
import type { Comparison } from "./compare/mod.ts";
import { comparisonJunit } from "./compare/comparison_junit.ts";
import { comparisonMarkdown } from "./compare/comparison_markdown.ts";
import { indexPage } from "./index_page.ts";
import { toJson } from "./json.ts";
import { junitXml } from "./junit.ts";
import { summaryMarkdown } from "./markdown.ts";
import type { Report } from "./model.ts";
import { fittingPage } from "./page/mod.ts";
import { bufferCues, excerptOf, playedCues } from "./sound/mod.ts";
import type { Summary } from "./summary.ts";

/** Every file that a run may leave; those that this run does not make are taken away. */
const RUN_FILES = [
  "report.html",
  "report.json",
  "junit.xml",
  "summary.md",
  "played.wav",
  "buffer.wav",
  "trace.ndjson",
] as const;

type Contents = Readonly<Record<string, Uint8Array>>;

/**
 * Writes a run's files into `out`/<scenario>/.
 *
 * @throws {UsageError} when that cannot be done; then nothing of this run is left behind.
 */
export async function writeRun(
  out: string,
  report: Report,
  result: Pick<RunResult, "played" | "buffer" | "trace">,
  files: ReportFiles = diskFiles,
): Promise<void> {
  // Scenario names are checked when they are loaded; here they become a path, so once more.
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(report.scenario)) {
    throw new UsageError(
      `scenario name ${JSON.stringify(report.scenario)} is not in kebab-case, ` +
        "so there is no folder to write its report to",
      { scenario: report.scenario },
    );
  }
  const { played } = result;
  const page = fittingPage(
    report,
    (longestS) => played === null ? null : excerptOf(played, report, longestS),
  );
  const contents: Record<string, Uint8Array> = {
    "report.html": bytes(page),
    "report.json": bytes(toJson(report)),
    "junit.xml": bytes(junitXml([report])),
    "summary.md": bytes(summaryMarkdown(report)),
    "trace.ndjson": bytes(result.trace.lines.map((line) => `${line}\n`).join("")),
  };
  if (played !== null) {
    contents["played.wav"] = wav(played, report, "played", playedCues(report));
  }
  if (result.buffer !== null) {
    contents["buffer.wav"] = wav(result.buffer, report, "buffer", bufferCues(report));
  }
  const stale = RUN_FILES.filter((name) => !(name in contents));
  await writeSet(out, report.scenario, contents, stale, files);
}

/**
 * Writes the call's `summary.json`, `junit.xml` and `index.html` into `out`.
 *
 * @throws {UsageError} when that cannot be done; then none of the three is left half-written.
 */
export async function writeCall(
  out: string,
  summary: Summary,
  reports: readonly Report[],
  files: ReportFiles = diskFiles,
): Promise<void> {
  const contents = {
    "summary.json": bytes(toJson(summary)),
    "junit.xml": bytes(junitXml(reports, summary.problems)),
    "index.html": bytes(indexPage(summary)),
  };
  await writeSet(out, ".", contents, [], files);
}

/**
 * Writes a run's files that were made elsewhere, such as on another machine, into `out`/`folder`.
 * Names that no run leaves are refused.
 *
 * @throws {UsageError} when that cannot be done; then nothing of this run is left behind.
 */
export async function writeRunFiles(
  out: string,
  folder: string,
  contents: ReadonlyMap<string, Uint8Array>,
  files: ReportFiles = diskFiles,
): Promise<void> {
  for (const name of contents.keys()) {
    if (!RUN_FILES.some((known) => known === name)) {
      throw new UsageError(`${JSON.stringify(name)} is no file that a run leaves`, { name });
    }
  }
  if (!folder.split("/").every((part) => /^[a-z0-9]+(-[a-z0-9]+)*$/.test(part))) {
    throw new UsageError(`${JSON.stringify(folder)} is no folder of a run`, { folder });
  }
  const stale = RUN_FILES.filter((name) => !contents.has(name));
  await writeSet(out, folder, Object.fromEntries(contents), stale, files);
}

/**
 * Copies the files of the run in `from` to `out`/`folder`.
 *
 * @throws {UsageError} when there is no report, or it cannot be written.
 */
export async function copyRun(from: string, out: string, folder: string): Promise<void> {
  const contents = await readRunFiles(from);
  if (!contents.has("report.json")) {
    throw new UsageError(`${join(from, "report.json")} is not there: the run is incomplete`);
  }
  await writeRunFiles(out, folder, contents);
}

/** The files that the run in `from` left, by name. */
export async function readRunFiles(from: string): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  for (const name of RUN_FILES) {
    try {
      contents.set(name, await Deno.readFile(join(from, name)));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return contents;
}

/**
 * Writes a comparison's files into `out`: the review page, JSON, Markdown, JUnit.
 *
 * @throws {UsageError} when that cannot be done; then none is left half-written.
 */
export async function writeComparison(
  out: string,
  comparison: Comparison,
  page: string,
  files: ReportFiles = diskFiles,
): Promise<void> {
  const contents = {
    "comparison.json": bytes(toJson(comparison)),
    "comparison.md": bytes(comparisonMarkdown(comparison)),
    "comparison.xml": bytes(comparisonJunit(comparison)),
    "review.html": bytes(page),
  };
  await writeSet(out, ".", contents, [], files);
}

/**
 * Writes runs as baselines into `folder`, one file for each scenario.
 *
 * @param stale Names of files that go: baselines of scenarios that are no more.
 * @throws {UsageError} when that cannot be done; then none is left half-written.
 */
export async function writeBaselines(
  folder: string,
  samples: readonly RunSample[],
  stale: readonly string[] = [],
  files: ReportFiles = diskFiles,
): Promise<void> {
  const contents = [...baselineFiles(samples)].map(([name, text]) => [name, bytes(text)] as const);
  await writeSet(folder, ".", Object.fromEntries(contents), stale, files);
}

/**
 * Makes sure that reports can be written below `out`, before anything is run for them. Leaves nothing
 * behind.
 *
 * @throws {UsageError} when they cannot.
 */
export async function checkOut(out: string, files: ReportFiles = diskFiles): Promise<void> {
  const made: string[] = [];
  const probe = join(out, ".headway.partial");
  try {
    await makeFolders(out, made, files);
    await files.write(probe, new Uint8Array(1));
  } catch (error) {
    throw cannotWrite(out, error);
  } finally {
    await tryRemove(probe, files);
    for (const path of made.reverse()) await tryRemove(path, files);
  }
}

function cannotWrite(path: string, error: unknown): UsageError {
  return new UsageError(
    `cannot write reports to ${path}: ${reason(error)}; name another folder with --out`,
    { path },
    { cause: error },
  );
}

async function writeSet(
  out: string,
  folder: string,
  contents: Contents,
  stale: readonly string[],
  files: ReportFiles,
): Promise<void> {
  const target = join(out, folder);
  const names = Object.keys(contents);
  const aside = (name: string) => join(target, `.${name}.partial`);
  const made: string[] = [];
  const renamed: string[] = [];
  try {
    await makeFolders(target, made, files);
    for (const name of names) await files.write(aside(name), contents[name]!);
    for (const name of names) {
      await files.rename(aside(name), join(target, name));
      renamed.push(join(target, name));
    }
    for (const name of stale) await files.remove(join(target, name));
  } catch (error) {
    for (const path of [...names.map(aside), ...renamed]) await tryRemove(path, files);
    // Innermost first. One that holds anything by now stays: removal takes empty folders only.
    for (const path of made.reverse()) await tryRemove(path, files);
    throw cannotWrite(target, error);
  }
}

/** Makes `path` and what is missing above it; notes each new folder in `made`, outermost first. */
async function makeFolders(path: string, made: string[], files: ReportFiles): Promise<void> {
  const parent = dirname(path);
  try {
    if (await files.makeFolder(path)) made.push(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound) || parent === path) throw error;
    await makeFolders(parent, made, files);
    if (await files.makeFolder(path)) made.push(path);
  }
}

/** Cleaning up after an error must not hide that error. */
async function tryRemove(path: string, files: ReportFiles): Promise<void> {
  try {
    await files.remove(path);
  } catch {
    // It was never made, or it is not ours to remove.
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC") return "no space left on the device";
  if (error instanceof Deno.errors.PermissionDenied) return "permission denied";
  if (error instanceof Deno.errors.NotCapable) return "Deno may not write there";
  if (error instanceof Deno.errors.NotADirectory) return "part of the path is no folder";
  if (error instanceof Deno.errors.AlreadyExists) return "there is a file of that name";
  return errorMessage(error);
}

function wav(
  clip: AudioClip,
  report: Report,
  what: string,
  cues: readonly WavCue[],
): Uint8Array {
  return writeWav(clip.audio, clip.channels, {
    cues,
    info: { INAM: `${report.scenario}: ${what}`, ICMT: report.replay, ISFT: "Headway" },
  });
}

function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
