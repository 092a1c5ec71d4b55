/**
 * Makes the checks of a checkout, each against a server of its own.
 *
 * @module
 */
import { join } from "node:path";
import { type Clock, errorMessage, UsageError } from "../../runtime/mod.ts";
import type { HeadwayServer } from "../../serve/mod.ts";
import { DEFAULT_CHANNEL_PORT, DEFAULT_VOICE_PORT } from "../../serve/voice/options.ts";
import { silentLog } from "../../server/log.ts";
import type { Responder } from "../../server/voice/chat/responder.ts";
import { CheckError, type CheckResult, type Outcome, UnavailableError } from "./check.ts";
import { chromiumHere, FILES, needPort, type ProgramName } from "./checkout.ts";
import { dashboardCheck } from "./dashboard_check.ts";
import { runPython } from "./python.ts";
import { shimCheck } from "./shim_check.ts";

/** What the checks are made with. */
export interface ConformanceOptions {
  readonly clock: Clock;
  /** The checkout. */
  readonly folder: string;
  /** What of it is there. */
  readonly programs: ReadonlySet<ProgramName>;
  /** Python and its arguments. */
  readonly python: readonly string[];
  /** Names of the checks to make; all when empty. */
  readonly only: readonly string[];
  /** Is told of each check when it begins. */
  readonly onCheck?: (name: string) => void;
}

/** How long the programs that run by themselves may take, seconds. */
const PROGRAM_S = 120;
/** How often an event is sent while they run, seconds. */
const EVENT_S = 0.5;

interface Check {
  readonly name: string;
  readonly program: ProgramName;
  run(options: ConformanceOptions, say: (line: string) => void): Promise<void>;
}

const CHECKS: readonly Check[] = [
  {
    name: "dashboard",
    program: "dashboard",
    run: (options, say) => checkDashboard(options, say, false),
  },
  {
    name: "dashboard-channel",
    program: "dashboard",
    run: (options, say) => checkDashboard(options, say, true),
  },
  {
    name: "shim",
    program: "shim",
    async run({ clock, folder, python }, say) {
      await using server = await serverFor(clock, {});
      await shimCheck(server.voiceUrl!, { clock, folder, python }, say);
    },
  },
  { name: "chat", program: "chat", run: (options, say) => checkProgram(options, say, "chat") },
  { name: "trace", program: "trace", run: (options, say) => checkProgram(options, say, "trace") },
];

/** Names of all checks. */
export const CHECK_NAMES: readonly string[] = CHECKS.map(({ name }) => name);

/**
 * Makes them, one after the other.
 *
 * @throws {UsageError} for the name of a check that there is not.
 */
export async function runChecks(options: ConformanceOptions): Promise<CheckResult[]> {
  const unknown = options.only.find((name) => !CHECK_NAMES.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `there is no check ${JSON.stringify(unknown)}, expected one of ${CHECK_NAMES.join(", ")}`,
    );
  }
  const results: CheckResult[] = [];
  for (const check of CHECKS) {
    if (options.only.length > 0 && !options.only.includes(check.name)) continue;
    options.onCheck?.(check.name);
    const startS = options.clock.now();
    const seen: string[] = [];
    const outcome = await outcomeOf(check, options, (line) => seen.push(line));
    results.push({ name: check.name, outcome, seen, tookS: options.clock.now() - startS });
  }
  return results;
}

async function outcomeOf(
  check: Check,
  options: ConformanceOptions,
  say: (line: string) => void,
): Promise<Outcome> {
  if (!options.programs.has(check.program)) {
    return { state: "unavailable", why: `the checkout has no ${FILES[check.program]}` };
  }
  try {
    await check.run(options, say);
    return { state: "passed" };
  } catch (error) {
    if (error instanceof UnavailableError) return { state: "unavailable", why: error.message };
    if (error instanceof CheckError || error instanceof Error) {
      return { state: "failed", why: errorMessage(error) };
    }
    throw error;
  }
}

async function checkDashboard(
  { clock, folder }: ConformanceOptions,
  say: (line: string) => void,
  hasChannel: boolean,
): Promise<void> {
  const chromium = chromiumHere();
  // The page looks for a forwarder at that port, whosever it is.
  needPort(DEFAULT_CHANNEL_PORT);
  await using server = await serverFor(clock, {
    dashboard: join(folder, "dashboard"),
    ...(hasChannel && { channelPort: DEFAULT_CHANNEL_PORT }),
  });
  const voiceUrl = server.voiceUrl!.replace("127.0.0.1", "localhost");
  await dashboardCheck({ clock, chromium, voiceUrl, hasChannel, say });
}

/** A program that drives the server by itself, at the usual ports, and ends with a judgement. */
async function checkProgram(
  { clock, folder, python }: ConformanceOptions,
  say: (line: string) => void,
  program: "chat" | "trace",
): Promise<void> {
  needPort(DEFAULT_VOICE_PORT);
  needPort(DEFAULT_CHANNEL_PORT);
  await using server = await serverFor(clock, {
    voicePort: DEFAULT_VOICE_PORT,
    channelPort: DEFAULT_CHANNEL_PORT,
  });
  await using _ = sendEvents(clock, server.channelUrl!);
  const options = {
    ...{ clock, folder, python, timeoutS: PROGRAM_S },
    env: { HARNESS_SKIP_INTERRUPT: "1" },
  };
  const lines = await runPython([FILES[program]], options);
  say(lines.at(-1) ?? "it said nothing, and ended well");
}

/** Answers in the chat, so that there is something to speak. */
const ECHO: Responder = {
  name: "echo",
  respond: ({ text }) => Promise.resolve({ text: `You said: ${text}` }),
};

async function serverFor(
  clock: Clock,
  { voicePort = 0, channelPort, dashboard }: {
    readonly voicePort?: number;
    readonly channelPort?: number;
    readonly dashboard?: string;
  },
): Promise<HeadwayServer> {
  const { serve } = await import("../../serve/mod.ts");
  return await serve({
    ...{ clock, log: silentLog, port: 0, controlPort: "off", voicePort, voiceMute: true },
    channelPort: channelPort ?? "off",
    responder: ECHO,
    ...(dashboard !== undefined && { voiceDashboard: dashboard }),
  });
}

/** Sends what an agent does to the bus, again and again, as a kernel would. */
function sendEvents(clock: Clock, channelUrl: string): AsyncDisposable {
  const stop = new AbortController();
  const done = (async () => {
    for (let count = 1; !stop.signal.aborted; count++) {
      await send(channelUrl, count, new Date(clock.unixS() * 1000).toISOString());
      await clock.sleep(EVENT_S, { signal: stop.signal }).catch(() => {});
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      stop.abort();
      await done;
    },
  };
}

async function send(channelUrl: string, count: number, ts: string): Promise<void> {
  const kind = "state_transition";
  const payload = {
    ...{ id: `conformance-${count}`, ts, source: "headway", cycle_id: "conformance", kind },
    payload: { from: "idle", to: "speaking" },
  };
  const response = await fetch(`${channelUrl}/v1/bus/send`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ bus_id: "bus_cycle_trace", from: "headway", type: kind, payload }),
  });
  await response.body?.cancel();
}
