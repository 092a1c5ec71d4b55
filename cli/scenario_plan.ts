/**
 * What a call of `headway scenario` does with its runs beside running them: baselines, shards,
 * repetitions.
 *
 * @module
 */
import { type Shard, shellLine } from "../reports/mod.ts";
import { UsageError } from "../runtime/mod.ts";
import { splitByWeight } from "../scenarios/mod.ts";
import type { BaselineFlags } from "./baseline.ts";
import { readDurations, weightOf } from "./durations.ts";
import type { ScenarioJob } from "./scenario_job.ts";

/** A scenario, and the word that it was named by. */
export type Selected = Pick<ScenarioJob, "scenario" | "origin">;

/** What is asked of a baseline; null when there is none. */
export function baselineFlags({ flags, positionals }: {
  readonly flags: {
    readonly baseline: string | undefined;
    readonly "update-baseline": boolean;
    readonly "hear-baseline": boolean;
    readonly shard: string | undefined;
    readonly target: string;
    readonly fidelity: string;
    readonly seed: number;
    readonly repeat: number;
  };
  readonly positionals: readonly string[];
}): BaselineFlags | null {
  const { baseline: folder, shard } = flags;
  const [isUpdated, isHeard] = [flags["update-baseline"], flags["hear-baseline"]];
  if (folder === undefined) {
    const flag = isUpdated ? "update-baseline" : isHeard ? "hear-baseline" : null;
    if (flag === null) return null;
    throw new UsageError(`--${flag} needs --baseline and its folder, e.g. reports/baselines`);
  }
  if (isUpdated && isHeard) {
    throw new UsageError("--update-baseline compares nothing, so leave out --hear-baseline");
  }
  return {
    folder,
    isUpdated,
    isHeard,
    isWhole: positionals.length === 0 && shard === undefined,
    accept: shellLine([
      ...["deno", "task", "scenario", ...positionals],
      // Only what differs from the usual: the baselines are of these very runs.
      ...(flags.target === "sim" ? [] : ["--target", flags.target]),
      ...(flags.fidelity === "full" ? [] : ["--fidelity", flags.fidelity]),
      ...(flags.seed === 1 ? [] : ["--seed", String(flags.seed)]),
      ...(flags.repeat === 1 ? [] : ["--repeat", String(flags.repeat)]),
      ...["--baseline", folder, "--update-baseline"],
    ]),
  };
}

/** `2/3` as numbers; `auto/3` takes the index that Kubernetes gives to the pods of an Indexed Job. */
export function shardIndex(text: string, podIndex: string | undefined): Omit<Shard, "names"> {
  const [, which, of] = /^(auto|\d{1,4})\/(\d{1,4})$/.exec(text) ?? [];
  if (which === "auto" && !/^\d{1,4}$/.test(podIndex ?? "")) {
    throw new UsageError(
      `--shard ${text} needs the number of this part in JOB_COMPLETION_INDEX, from 0, and that is ${
        podIndex === undefined ? "not set" : JSON.stringify(podIndex)
      }; set it, or name the part as in 1/${of}`,
    );
  }
  const index = which === "auto" ? Number(podIndex) + 1 : Number(which);
  if (of === undefined || index < 1 || index > Number(of)) {
    throw new UsageError(
      `--shard is ${JSON.stringify(text)}${which === "auto" ? ` with index ${podIndex}` : ""}; ` +
        "it takes I/N, from 1/N to N/N, e.g. 2/3, or auto/N",
      { shard: text },
    );
  }
  return { index, of: Number(of) };
}

/** The scenarios of one shard. */
export async function partOf(
  selected: readonly Selected[],
  { index, of }: Shard,
  durationsPath: string | undefined,
): Promise<Selected[]> {
  const durations = await readDurations(durationsPath);
  const items = selected.map(({ scenario }) => ({
    name: scenario.name,
    weight: weightOf(scenario, durations),
  }));
  return splitByWeight(items, of)[index - 1]!.map((i) => selected[i]!);
}

/** Everything `times` times, one whole round after the other. */
export function repetitions(
  selected: readonly Selected[],
  times: number,
): (Selected & { readonly nth: number })[] {
  return Array.from({ length: times }, (_, nth) => selected.map((it) => ({ ...it, nth }))).flat();
}
