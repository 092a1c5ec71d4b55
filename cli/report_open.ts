/**
 * `headway report open`: serves reports on loopback, to be looked at.
 *
 * @module
 */
import { createLog } from "../server/log.ts";
import { serveReports } from "../serve/report_server.ts";
import { defineCommand, EXIT } from "./command.ts";

/** The command. */
export const reportOpenCommand = defineCommand({
  name: "report open",
  summary: "serve reports and reviews on this machine, to look at them",
  description:
    "Serves the folder on loopback and prints the address; the review page comes first where there is one. Pages run in a sandbox, so a report that came from elsewhere reaches nothing. Ends with Ctrl-C.",
  examples: ["headway report open", "headway report open out/review --port 8080"],
  positionals: {
    usage: "[folder]",
    help: "the --out folder of a run or of a comparison; out/reports without one",
    max: 1,
  },
  flags: { port: { type: "port", required: true, default: 0, help: "where to listen" } },
  async run({ flags, positionals: [folder = "out/reports"], stdout, stderr, clock, stopSignal }) {
    const signal = stopSignal();
    await using server = await serveReports({
      folder,
      port: flags.port,
      clock,
      log: createLog({ format: "text", clock, write: (text) => stderr.write(text) }),
    });
    stdout.write(`${server.url}\n`);
    stderr.write(`headway: ${server.page} of ${folder}; Ctrl-C ends it\n`);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      else signal.addEventListener("abort", () => resolve(), { once: true });
    });
    return EXIT.passed;
  },
});
