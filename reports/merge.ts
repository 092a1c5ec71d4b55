/**
 * The shards of one call as the call they are parts of: the same reports as if one machine had run all
 * of it, but for how long things took.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../runtime/errors.ts";
import { readJson, readReport } from "./compare/read_runs.ts";
import type { Report } from "./model.ts";
import {
  gravestCode,
  type RunSummary,
  type Shard,
  summarizeRuns,
  type Summary,
  SUMMARY_SCHEMA,
} from "./summary.ts";
import { summarySchema } from "./summary_schema.ts";
import { copyRun, writeCall } from "./write.ts";

/** A shard's summary, and the folder that it lies in. */
export interface ShardFolder {
  /** The folder. */
  readonly folder: string;
  /** What it holds. */
  readonly summary: Summary & { readonly shard: Shard };
}

/**
 * Reads the shards in these folders.
 *
 * @throws {UsageError} when a folder holds no shard, the shards are not of one call, or one is missing
 * or there twice; it names which.
 */
export async function readShards(folders: readonly string[]): Promise<ShardFolder[]> {
  const shards: ShardFolder[] = [];
  for (const folder of folders) shards.push(await readShard(folder));
  const [first] = shards;
  if (first === undefined) throw new UsageError("there are no shards to merge; name their folders");
  const { of, names } = first.summary.shard;
  const byIndex = new Map<number, string>();
  for (const { folder, summary: { shard } } of shards) {
    if (shard.of !== of || shard.names.join("\n") !== names.join("\n")) {
      throw new UsageError(
        `${folder} is a shard of another call than ${first.folder}: run all shards with the same ` +
          "scenarios and the same N of --shard I/N",
        { folder },
      );
    }
    const other = byIndex.get(shard.index);
    if (other !== undefined) {
      throw new UsageError(`${other} and ${folder} are both shard ${shard.index}/${of}`);
    }
    byIndex.set(shard.index, folder);
  }
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((it) => !byIndex.has(it));
  if (missing.length > 0) {
    throw new UsageError(
      `shard ${missing.map((it) => `${it}/${of}`).join(", ")} is missing: ` +
        "name its folder too, or run it again",
      { missing: missing.join(",") },
    );
  }
  checkRuns(shards);
  return shards.sort((a, b) => a.summary.shard.index - b.summary.shard.index);
}

/** The runs of one call are each there once, and alike in all that the call was told. */
function checkRuns(shards: readonly ShardFolder[]): void {
  const owners = new Map<string, string>();
  const rounds = new Map<string, { readonly words: string; readonly folder: string }>();
  for (const { folder, summary } of shards) {
    for (const { name, folder: run, target, fidelity, seed } of summary.runs) {
      const owner = owners.get(run);
      if (owner !== undefined) {
        throw new UsageError(
          `${owner} and ${folder} both ran ${name}: give all shards the same --durations`,
          { scenario: name },
        );
      }
      owners.set(run, folder);
      // Rounds of --repeat have seeds of their own.
      const round = run.slice(0, -name.length);
      const words = `target ${target}, ${fidelity} fidelity, seed ${seed}`;
      const other = rounds.get(round) ?? { words, folder };
      rounds.set(round, other);
      if (other.words !== words) {
        throw new UsageError(
          `${folder} is a shard of another call than ${other.folder}: ` +
            `it has ${words}, the other has ${other.words}`,
          { folder },
        );
      }
    }
  }
}

async function readShard(folder: string): Promise<ShardFolder> {
  const path = join(folder, "summary.json");
  const parsed = summarySchema.safeParse(await readJson(path));
  if (!parsed.success) {
    const { path: at, message } = parsed.error.issues[0]!;
    throw new UsageError(`${path} is no ${SUMMARY_SCHEMA}: ${at.join(".")}: ${message}`, { path });
  }
  const { shard } = parsed.data;
  if (shard === null) {
    throw new UsageError(`${path} is of a whole call, no shard: there is nothing to merge it with`);
  }
  return { folder, summary: { ...parsed.data, shard } };
}

/**
 * Writes the call that the shards are parts of into `out`.
 *
 * @returns Its summary.
 * @throws {UsageError} when a shard lacks a file that it names, or `out` cannot be written.
 */
export async function mergeShards(shards: readonly ShardFolder[], out: string): Promise<Summary> {
  const { names } = shards[0]!.summary.shard;
  const found = shards.flatMap(({ folder, summary }) =>
    summary.runs.map((run) => ({ run, folder }))
  ).sort((a, b) => placeOf(a.run, names) - placeOf(b.run, names));
  const reports: Report[] = [];
  // All are read before the first is written: a damaged one leaves nothing half-merged.
  for (const { run, folder } of found) {
    reports.push(await readReport(join(folder, run.folder, "report.json")));
  }
  for (const { run, folder } of found) {
    await copyRun(join(folder, run.folder), out, run.folder);
  }
  const problems = shards.flatMap(({ summary }) => summary.problems)
    .sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
  const told = new Set([...found.map(({ run }) => run.name), ...problems.map(({ name }) => name)]);
  const untold = names.filter((name) => !told.has(name)).map((name) => ({
    name,
    message: "no shard tells of it: the one that was to run it was stopped",
  }));
  const summary = {
    ...summarizeRuns(found.map(({ run }) => run), {
      wallS: Math.max(...shards.map(({ summary }) => summary.wallS)),
      problems: [...problems, ...untold],
    }),
    exitCode: gravestCode([
      ...shards.map(({ summary }) => summary.exitCode),
      ...(untold.length > 0 ? [3] : []),
    ]),
  };
  await writeCall(out, summary, reports);
  return summary;
}

/** Where a run stands in the whole call: round by round, in each as the scenarios were named. */
function placeOf({ name, folder }: RunSummary, names: readonly string[]): number {
  const round = Number(/^run-(\d+)\//.exec(folder)?.[1] ?? 1);
  return round * names.length + names.indexOf(name);
}
