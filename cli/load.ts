/**
 * `headway load`: how many listeners a server holds.
 *
 * @module
 */
import { join } from "node:path";
import { z } from "zod";
import config from "../deno.json" with { type: "json" };
import { loadPage, type LoadReport, type LoadStep, runLoad, ThreadFleet } from "../load/mod.ts";
import { openQueue, WorkerFleet } from "../queue/mod.ts";
import { plainLine, toJson } from "../reports/mod.ts";
import { reachReason, TargetError, UsageError } from "../runtime/mod.ts";
import { isWebSocketUrl, LATENESS_BUDGET_MS } from "../scenarios/mod.ts";
import { cpuS } from "../serve/cpu_time.ts";
import { defineCommand, EXIT, type ExitCode } from "./command.ts";
import { Progress } from "./progress.ts";

/** How long the server may take to say what it is, s. */
const INFO_S = 4;

/** The command. */
export const loadCommand = defineCommand({
  name: "load",
  summary: "find out how many listeners a server holds",
  description:
    "Opens more and more live sessions on a server, each a whole headless client with a prompt of its own, and finds the knee: the largest number of which all are served in time, with lead p5 above 0 and no stale tick. Writes load.html and load.json. A server of ours has to be started with room for them: headway serve --max-sessions 64. The exit code is 1 when not even one session is served in time (or, with --no-search, not all), 3 when our own side was too late to judge.",
  examples: [
    "headway load --sessions 64 --target ws://127.0.0.1:1318",
    "headway load --sessions 20 --no-search --measure-s 30 --json",
  ],
  flags: {
    target: {
      type: "string",
      placeholder: "URL",
      default: "ws://127.0.0.1:1318/",
      help: "the server, ws:// or wss://",
    },
    token: {
      type: "string",
      placeholder: "TOKEN",
      env: "HEADWAY_TOKEN",
      help: "bearer token, if the server wants one",
    },
    sessions: {
      type: "number",
      placeholder: "N",
      default: 50,
      min: 1,
      max: 5000,
      integer: true,
      help: "the most sessions",
    },
    threads: {
      type: "number",
      placeholder: "N",
      min: 1,
      max: 64,
      integer: true,
      help: "threads that they are spread over; as many as there are cores",
    },
    nats: {
      type: "string",
      placeholder: "URL",
      help: "open the sessions on all machines with a worker on this NATS server",
    },
    fixture: {
      type: "string",
      placeholder: "NAME",
      help: "a loop of the server's that sessions play; else each sends ten seconds of its own",
    },
    "ramp-s": {
      type: "number",
      placeholder: "S",
      default: 2,
      min: 0,
      max: 3600,
      help: "new sessions join evenly over this time",
    },
    "settle-s": {
      type: "number",
      placeholder: "S",
      default: 3,
      min: 0,
      max: 3600,
      help: "how long they play before anything counts",
    },
    "measure-s": {
      type: "number",
      placeholder: "S",
      default: 5,
      min: 1,
      max: 3600,
      help: "how long is measured",
    },
    "lateness-budget-ms": {
      type: "number",
      placeholder: "MS",
      default: LATENESS_BUDGET_MS,
      min: 1,
      max: 10000,
      help: "lateness of our own timers (p99) above which the server is not to blame",
    },
    search: {
      type: "boolean",
      default: true,
      help: "measure all sessions once, and look for no knee",
    },
    out: { type: "string", placeholder: "DIR", default: "out/load", help: "where reports go" },
    json: { type: "boolean", help: "print the report as JSON, and nothing else" },
  },
  async run(invocation): Promise<ExitCode> {
    const { flags, stdout, stderr, clock, stopSignal } = invocation;
    const { target, out } = flags;
    if (flags.nats !== undefined && flags.threads !== undefined) {
      throw new UsageError("--threads is for sessions on this machine; with --nats leave it out");
    }
    if (!isWebSocketUrl(target)) {
      throw new UsageError(`--target is ${JSON.stringify(target)}; it takes a ws:// address`);
    }
    const room = await roomOf(target, flags.token ?? null);
    if (room !== null && room < flags.sessions) {
      stderr.write(
        `headway: the server says that it takes ${room} at a time; a server of ours takes more with ` +
          `headway serve --max-sessions ${Math.min(64, flags.sessions)}\n`,
      );
    }
    await Deno.mkdir(out, { recursive: true });
    const signal = stopSignal();
    const progress = new Progress(invocation);
    await using queue = flags.nats === undefined
      ? null
      : await openQueue({ url: flags.nats, name: "headway load" });
    const from = { url: target, fixture: flags.fixture ?? null };
    const threads = Math.min(flags.sessions, flags.threads ?? navigator.hardwareConcurrency);
    const fleet = queue === null
      ? await ThreadFleet.start({ ...from, token: flags.token ?? null, threads })
      : await WorkerFleet.start(queue, { ...from, version: config.version });
    let report: LoadReport;
    try {
      report = await runLoad({
        ...{ fleet, clock, target, signal, cpuS },
        threads: fleet instanceof WorkerFleet ? fleet.workers : threads,
        sessions: Math.min(flags.sessions, room ?? Infinity),
        rampS: flags["ramp-s"],
        settleS: flags["settle-s"],
        measureS: flags["measure-s"],
        latenessBudgetMs: flags["lateness-budget-ms"],
        search: flags.search,
        say: (text, step) => {
          progress.clear();
          if (step !== null && !flags.json) stdout.write(stepLine(step));
          if (step === null) progress.update(text);
        },
      });
    } finally {
      progress.clear();
      await fleet.close();
    }
    await Deno.writeTextFile(join(out, "load.json"), toJson(report));
    await Deno.writeTextFile(join(out, "load.html"), loadPage(report));
    stdout.write(flags.json ? toJson(report) : closing(report, out));
    return codeOf(report, flags.search);
  },
});

const infoSchema = z.object({ max_sessions: z.int().min(1) });

/** How many sessions the server says it takes; null when it does not say. */
async function roomOf(target: string, token: string | null): Promise<number | null> {
  const address = new URL("/api/server-info", target.replace(/^ws/, "http"));
  let answer: Response;
  try {
    answer = await fetch(address, {
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(INFO_S * 1000),
    });
  } catch (error) {
    throw new TargetError(
      `cannot reach ${target}: ${
        reachReason(error, INFO_S)
      }; is the server running, and is the port right?`,
      { url: target },
    );
  }
  const parsed = infoSchema.safeParse(await answer.json().catch(() => null));
  return parsed.success ? parsed.data.max_sessions : null;
}

function stepLine(
  { sessions, holds, leadS, staleTicks, clientCores, reasons, isHarnessLate }: LoadStep,
): string {
  const lead = leadS.p5 === undefined ? "–" : leadS.p5.toFixed(3);
  return `${holds ? "✓" : isHarnessLate ? "?" : "✗"} ${
    String(sessions).padStart(5)
  } sessions  lead p5 ${lead.padStart(7)} s  ${staleTicks} stale ticks  ${
    clientCores.toFixed(2)
  } cores of ours${
    [
      ...reasons,
      ...(isHarnessLate && !holds ? ["our own side was late, so this proves little"] : []),
    ]
      .map((reason) => `\n    ${plainLine(reason)}`).join("")
  }\n`;
}

function closing({ knee, bound }: LoadReport, out: string): string {
  const words = {
    server: `knee: ${knee} sessions; with more the server falls behind`,
    harness: `at least ${knee} sessions; with more our own side is too late to judge`,
    asked: `all ${knee} sessions are served in time; ask for more to find the knee`,
    stopped: `at least ${knee} sessions; the test was stopped`,
    gone: `${
      knee === 0 ? "" : `at least ${knee} sessions; then `
    }nobody got in or stayed: is the server still there?`,
    none: "not even the fewest sessions are served in time",
  }[bound];
  return `${words}\nreport: ${plainLine(join(out, "load.html"))}\n`;
}

function codeOf({ knee, bound, steps }: LoadReport, search: boolean): ExitCode {
  if (bound === "stopped" || bound === "gone") return EXIT.inconclusive;
  if (search ? knee > 0 : bound === "asked") return EXIT.passed;
  return steps.some(({ isHarnessLate, holds }) => isHarnessLate && !holds)
    ? EXIT.inconclusive
    : EXIT.failed;
}
