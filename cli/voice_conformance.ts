/**
 * `headway voice conformance`: foreign programs of the voice protocol against our server.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import { splitWords } from "../serve/mod.ts";
import { defineCommand, EXIT, type ExitCode } from "./command.ts";
import { type CheckResult, resultJson, resultLines } from "./conformance/check.ts";

/** The command. */
export const voiceConformanceCommand = defineCommand({
  name: "voice conformance",
  summary: "run mod3's own programs, unmodified, against our voice server",
  description:
    "Takes a checkout of mod3 that you have and runs four of its programs against a server of ours that is started for that: its dashboard in Chromium, with and without the channel forwarder; its stdio shim; its chat harness; its trace check. The last two insist on ports 7860 and 6931. The exit code is 1 when a program did not get what it needs, 3 when some could not be run because something is missing on this machine, which is then named.",
  examples: [
    "headway voice conformance --mod3 ../mod3",
    "headway voice conformance --mod3 ../mod3 --only dashboard,shim --json",
    'headway voice conformance --mod3 ../mod3 --python "uv run python"',
  ],
  flags: {
    mod3: { type: "string", placeholder: "DIR", help: "the checkout; required" },
    only: {
      type: "list",
      placeholder: "NAME",
      help: "dashboard, dashboard-channel, shim, chat or trace; all without it",
    },
    python: {
      type: "string",
      placeholder: "COMMAND",
      default: "python3",
      help: "the Python that runs its programs",
    },
    json: { type: "boolean", help: "print the results as JSON, and nothing else" },
  },
  async run({ flags, stdout, stderr, clock }) {
    const { mod3: folder, json: isJson, only } = flags;
    if (folder === undefined) {
      throw new UsageError("headway voice conformance needs --mod3 DIR: a checkout of mod3");
    }
    // No other command needs any of this.
    const { readCheckout } = await import("./conformance/checkout.ts");
    const { runChecks } = await import("./conformance/run.ts");
    const results = await runChecks({
      ...{ clock, folder, only, python: splitWords(flags.python) },
      programs: await readCheckout(folder),
      ...(!isJson && { onCheck: (name) => stderr.write(`headway: ${name}\n`) }),
    });
    stdout.write(isJson ? resultJson(folder, results) : resultLines(results));
    return exitCodeOf(results);
  },
});

/** 1 when a check failed, 3 when one could not be made, else 0. */
export function exitCodeOf(results: readonly CheckResult[]): ExitCode {
  const has = (state: CheckResult["outcome"]["state"]) =>
    results.some(({ outcome }) => outcome.state === state);
  if (has("failed")) return EXIT.failed;
  return has("unavailable") ? EXIT.inconclusive : EXIT.passed;
}
