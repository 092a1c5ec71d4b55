/**
 * `headway report merge`: the shards of a call as one report.
 *
 * @module
 */
import { resolve } from "node:path";
import { checkOut, closingLine, mergeShards, readShards, toJson } from "../reports/mod.ts";
import { UsageError } from "../runtime/mod.ts";
import { defineCommand, type ExitCode } from "./command.ts";

/** The command. */
export const reportMergeCommand = defineCommand({
  name: "report merge",
  summary: "join the reports of a call's shards",
  description:
    "Joins the folders that scenario --shard 1/N to N/N wrote into one: the same reports as if one machine had run everything, but for how long it took. All shards have to be there. The exit code is that of the whole call.",
  examples: ["headway report merge out/shard-1 out/shard-2 out/shard-3 --out out/reports"],
  positionals: { usage: "<folders…>", help: "the --out folders of all shards", min: 1 },
  flags: {
    out: { type: "string", placeholder: "DIR", default: "out/reports", help: "where it goes" },
    json: { type: "boolean", help: "print the summary as JSON, and nothing else" },
  },
  async run({ flags, positionals, stdout }): Promise<ExitCode> {
    const overwritten = positionals.find((folder) => resolve(folder) === resolve(flags.out));
    if (overwritten !== undefined) {
      throw new UsageError(
        `--out is the shard ${overwritten} itself, which would be overwritten; name another folder`,
        { folder: overwritten },
      );
    }
    const shards = await readShards(positionals);
    await checkOut(flags.out);
    const summary = await mergeShards(shards, flags.out);
    stdout.write(flags.json ? toJson(summary) : closingLine(summary, flags.out));
    return summary.exitCode as ExitCode;
  },
});
