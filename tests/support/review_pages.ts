/**
 * Pages to look at: runs of short scenarios before and after a change of the generator, and their
 * review.
 *
 * @module
 */
import { fileURLToPath, pathToFileURL } from "node:url";
import { playScenario } from "../../scenarios/run.ts";
import { defineScenario } from "../../scenarios/define.ts";
import type { Fidelity } from "../../scenarios/result.ts";
import { reportOf } from "../../reports/from_result.ts";
import type { Report } from "../../reports/model.ts";
import { summarizeRun, summarizeRuns } from "../../reports/summary.ts";
import { writeCall, writeRun } from "../../reports/write.ts";
import { runHeadway } from "./headway.ts";
import { tempFolder } from "./temp_folder.ts";

/** How long a window takes to be made, before and after the change, ms. */
interface Case {
  readonly name: string;
  readonly fidelity: Fidelity;
  readonly beforeMs: number;
  readonly afterMs: number;
}

/** Worst last, so that the page has something to sort. */
const CASES: readonly Case[] = [
  { name: "as-ever", fidelity: "timing", beforeMs: 12, afterMs: 12 },
  { name: "healed", fidelity: "timing", beforeMs: 900, afterMs: 12 },
  { name: "somewhat-slower", fidelity: "timing", beforeMs: 12, afterMs: 420 },
  { name: "much-slower", fidelity: "full", beforeMs: 12, afterMs: 1200 },
];

/** A review on the disk. */
export interface ReviewFolder extends AsyncDisposable {
  /** With `before/`, `after/` (and its index) and `review/`. */
  readonly path: string;
  /** Address of a file below it. */
  url(...parts: readonly string[]): string;
}

/** Plays all, compares both sides, and leaves the review. */
export async function reviewFolder(): Promise<ReviewFolder> {
  const folder = await tempFolder();
  const { path } = folder;
  const reports: Report[] = [];
  for (const it of CASES) {
    const before = await play(`${path}/before`, it, it.beforeMs, null);
    // As after a change of the code: the scenario is the same, and what came of it is not.
    reports.push(await play(`${path}/after`, it, it.afterMs, before.definition));
  }
  const runs = reports.map((it) => summarizeRun(it, it.scenario));
  await writeCall(`${path}/after`, summarizeRuns(runs, { wallS: 1, problems: [] }), reports);
  const { code, stderr } = await runHeadway(
    ["report", "compare", `${path}/before`, `${path}/after`, "--out", `${path}/review`],
    { permissions: ["--allow-read", "--allow-env", "--allow-write"] },
  );
  if (code !== 1) throw new Error(`report compare ended with ${code}: ${stderr}`);
  return {
    path,
    url: (...parts) => pathToFileURL([path, ...parts].join("/")).href,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function play(
  out: string,
  { name, fidelity }: Case,
  renderMs: number,
  definition: Report["definition"] | null,
): Promise<Report> {
  const scenario = defineScenario({
    name,
    description: "Is audio made in time?",
    durationS: 12,
    source: { synthS: 6 },
    engine: renderMs > 360 ? { type: "overload", renderMs } : { type: "constant", renderMs },
    steps: [{ do: "seek", atS: 7, toS: 2 }],
    expectations: [{ metric: "lag.freshShare", min: 0.9, fromS: 2 }],
  });
  const result = await playScenario(scenario, { fidelity });
  const made = reportOf(result);
  const report = { ...made, definition: definition ?? made.definition };
  await writeRun(out, report, result);
  return report;
}

/** `headway report open` as a process of its own. */
export async function openReports(
  folder: string,
): Promise<AsyncDisposable & { readonly url: string }> {
  const process = new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      "--allow-read",
      "--allow-env",
      "--allow-net=127.0.0.1",
      fileURLToPath(new URL("../../cli/main.ts", import.meta.url)),
      "report",
      "open",
      folder,
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`report open ended before it said its address: ${text}`);
    text += value;
  }
  return {
    url: text.trim(),
    async [Symbol.asyncDispose]() {
      await lines.cancel();
      process.kill("SIGINT");
      const { code } = await process.status;
      if (code !== 0) throw new Error(`report open ended with ${code}`);
    },
  };
}
