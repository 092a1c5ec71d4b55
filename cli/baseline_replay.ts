/**
 * The baseline as it was: a committed baseline keeps figures, not sound. But simulated runs repeat
 * exactly, so the commit that accepted a baseline can make it again, sound and all; the trace's hash
 * proves that it did.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Comparison, type ReadRuns, readRuns, type RunSample } from "../reports/mod.ts";
import { errorMessage } from "../runtime/mod.ts";
import type { CliContext } from "./context.ts";

/** Runs a program to its end; null when it is not there, or may not be run. */
export type RunCommand = (
  command: string,
  args: readonly string[],
) => Promise<{ readonly code: number; readonly text: string } | null>;

const GIT = fileURLToPath(new URL("./git_main.ts", import.meta.url));

/** Most scenarios that are played again: a page has no room for the sound of more. */
const MAX_SCENARIOS = 12;

/**
 * Plays scenarios that changed again with the code of the commit that last changed their baselines.
 * Where that is not possible the reason goes to stderr, and the runs stay as they are.
 *
 * @param folder The folder of baselines, in a git checkout.
 * @param out Where the reports of the baseline go.
 * @returns The same runs, with folders for those that were made again.
 */
export async function hearBaseline(
  before: ReadRuns,
  { scenarios }: Comparison,
  folder: string,
  out: string,
  { stderr, run = runCommand }: Pick<CliContext, "stderr"> & { readonly run?: RunCommand },
): Promise<ReadRuns> {
  const changed = scenarios.filter(({ verdict, metrics, target }) =>
    target === "sim" && verdict !== "incomparable" && metrics.some(({ hasMoved }) => hasMoved)
  ).slice(0, MAX_SCENARIOS);
  const byCommit = new Map<string, RunSample[]>();
  const say = (text: string) => stderr.write(`headway: ${text}\n`);
  for (const { name } of changed) {
    const sample = before.samples.find(({ scenario }) => scenario === name)!;
    const commit = await commitOf(join(folder, `${name}.json`), run);
    if (commit === null) say(`cannot hear the baseline of ${name}: no commit holds it`);
    else byCommit.set(commit, [...(byCommit.get(commit) ?? []), sample]);
  }
  const folders = new Map(before.folders);
  for (const [commit, samples] of byCommit) {
    const made = await replay(commit, samples, join(out, commit.slice(0, 12)), say, run);
    for (const sample of samples) {
      const again = made?.samples.find((it) => it.traceHash === sample.traceHash);
      const place = again === undefined ? undefined : made!.folders.get(again);
      if (place !== undefined) folders.set(sample, place);
      else if (made !== null) {
        say(`commit ${commit.slice(0, 12)} does not make the accepted run of ${sample.scenario}`);
      }
    }
  }
  return { ...before, folders };
}

/** The commit that last changed a file; null when there is none, or no git. */
async function commitOf(path: string, run: RunCommand): Promise<string | null> {
  const found = await git(run, ["log", "-1", "--format=%H", "--", resolve(path)]);
  return found === null || found === "" ? null : found;
}

async function replay(
  commit: string,
  samples: readonly RunSample[],
  out: string,
  say: (text: string) => void,
  run: RunCommand,
): Promise<ReadRuns | null> {
  const tree = await Deno.makeTempDir({ prefix: "headway-baseline-" });
  try {
    if (await git(run, ["worktree", "add", "--detach", "--force", tree, commit]) === null) {
      say(`cannot check out ${commit.slice(0, 12)} to hear the baseline`);
      return null;
    }
    const { seed, fidelity } = samples[0]!;
    const names = samples.map(({ scenario }) => scenario);
    await run("deno", [
      ...["run", "--no-prompt", "--quiet", `--config=${join(tree, "deno.json")}`, "--allow-all"],
      join(tree, "cli", "main.ts"),
      ...["scenario", ...names, "--fidelity", fidelity, "--seed", String(seed)],
      ...["--json", "--out", resolve(out)],
    ]);
    return await readRuns(out);
  } catch (error) {
    say(`the baseline of ${commit.slice(0, 12)} cannot be heard: ${errorMessage(error)}`);
    return null;
  } finally {
    await git(run, ["worktree", "remove", "--force", tree]);
    await Deno.remove(tree, { recursive: true }).catch(() => {});
  }
}

/** What git prints; null when it fails or is not there. */
async function git(run: RunCommand, args: readonly string[]): Promise<string | null> {
  const found = await run("deno", [
    ...["run", "--quiet", "--no-prompt", "--allow-run=git", GIT],
    ...args,
  ]);
  return found === null || found.code !== 0 ? null : found.text.trim();
}

async function runCommand(command: string, args: readonly string[]) {
  try {
    const { code, stdout } = await new Deno.Command(command, {
      args: [...args],
      stdout: "piped",
      stderr: "null",
    }).output();
    return { code, text: new TextDecoder().decode(stdout) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) {
      return null;
    }
    throw error;
  }
}
