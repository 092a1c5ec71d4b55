/**
 * `headway report compare`: holds two sets of runs against each other.
 *
 * @module
 */
import { checkOut, readRuns, shellLine, writeBaselines } from "../reports/mod.ts";
import { UsageError } from "../runtime/mod.ts";
import { defineCommand, type ExitCode } from "./command.ts";
import { compared, comparisonText, writeReview } from "./review.ts";

/** The command. */
export const reportCompareCommand = defineCommand({
  name: "report compare",
  summary: "say what got better and worse between two sets of runs",
  description:
    "Compares two folders of reports (or of baselines), scenario by scenario and figure by figure: simulated runs exactly, live ones by confidence and effect, for which either folder holds several runs of each. Writes review.html, comparison.json, comparison.md (for a pull request) and comparison.xml (JUnit). The exit code is 1 when anything got worse, 3 when something cannot be compared.",
  examples: [
    "headway report compare out/before out/after",
    "headway report compare reports/baselines out/reports --markdown",
  ],
  positionals: {
    usage: "<before> <after>",
    help: "folders of reports, of several such folders, or of baselines",
    min: 2,
    max: 2,
  },
  flags: {
    out: {
      type: "string",
      placeholder: "DIR",
      default: "out/review",
      help: "where the review goes",
    },
    accept: { type: "boolean", help: "make the runs after the baselines of the folder before" },
    json: { type: "boolean", help: "print the comparison as JSON, and nothing else" },
    markdown: { type: "boolean", help: "print it as Markdown, and nothing else" },
  },
  async run(invocation): Promise<ExitCode> {
    const { flags, positionals: [beforePath, afterPath], stdout } = invocation;
    if (flags.json && flags.markdown) {
      throw new UsageError("--json and --markdown are two forms of one output; leave one out");
    }
    await checkOut(flags.out);
    const [before, after] = [await readRuns(beforePath!), await readRuns(afterPath!)];
    if (flags.accept && before.folders.size > 0) {
      throw new UsageError(
        `--accept writes baselines, and ${beforePath} holds reports; name a folder of baselines first`,
        { path: beforePath! },
      );
    }
    const accept = before.folders.size > 0 ? null : shellLine(
      ["deno", "task", "headway", "report", "compare", beforePath!, afterPath!, "--accept"],
    );
    const request = { before, after, out: flags.out, accept };
    const comparison = compared(request);
    const page = await writeReview(request, comparison);
    const form = flags.json ? "json" : flags.markdown ? "markdown" : "text";
    stdout.write(comparisonText(comparison, page, invocation, form));
    if (!flags.accept) return comparison.exitCode as ExitCode;
    await writeBaselines(beforePath!, after.samples);
    if (form === "text") stdout.write(`accepted: ${after.samples.length} runs in ${beforePath}\n`);
    return 0;
  },
});
