/**
 * `headway start`, `stop`, `restart` and `status`: the session server in the background.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import { Access } from "../serve/access.ts";
import { checkSettings } from "../serve/check_options.ts";
import { homePath } from "../serve/home.ts";
import { type Background, endProcess, runningServer, stopServer } from "./background/control.ts";
import { launch } from "./background/launch.ts";
import { systemProcesses } from "./background/processes.ts";
import {
  endHolders,
  heldError,
  holderText,
  type Holding,
  holdingOf,
  type Place,
} from "./background/port_claim.ts";
import { readRunNote, type RunNote, writeRunNote } from "./background/run_file.ts";
import { type Command, defineCommand, EXIT, type Invocation, settingsFrom } from "./command.ts";
import type { CliContext } from "./context.ts";
import { askHealth } from "./health.ts";
import { keptToken } from "./kept_token.ts";
import { serveOptions } from "./serve_options.ts";
import { SETTINGS } from "./settings.ts";
import { tryPort } from "./try_port.ts";

const { "log-file": _, ...settings } = SETTINGS;

/** `headway start`. */
const startCommand = defineCommand({
  name: "start",
  summary: "run the session server in the background",
  description:
    "Starts headway serve with these settings, waits until it listens, and leaves it running. Its log is in logs/server.log of the home folder.",
  examples: ["headway start", "headway start --port 0 --max-sessions 4"],
  flags: settings,
  async run(invocation) {
    const background = backgroundOf(invocation);
    const running = await runningServer(background);
    if (running !== null) {
      throw new UsageError(
        `a server runs already, process ${running.pid} at ${running.urls["main"]}; ` +
          "headway restart replaces it",
        { pid: running.pid },
      );
    }
    const place = placeOf(serveOptions(forServe(invocation)));
    const held = heldError(await lookAt(place, null, invocation), place.port);
    if (held !== null) throw held;
    return await start(background, invocation, settingsTyped(invocation));
  },
});

/** `headway restart`. */
const restartCommand = defineCommand({
  name: "restart",
  summary: "stop the session server, and run it in the background again",
  description:
    "Stops the server that this home folder's headway start has started, and any other Headway server that holds the port, and starts one with the flags of before and those that are given now. Variables and config.json are read anew. Who holds the port is the system's word; a program that is not Headway is only told, unless --force is given.",
  examples: ["headway restart", "headway restart --port 1400 --force"],
  flags: {
    ...settings,
    force: {
      type: "boolean",
      help: "end the process of yours that holds the port, also when it is not Headway",
    },
  },
  async run(invocation) {
    const background = backgroundOf(invocation);
    const before = await readRunNote(background.home);
    const given = { ...before?.settings, ...settingsTyped(invocation) };
    const next = {
      ...invocation,
      ...settingsFrom(argsFor(given, invocation), settings, invocation),
    };
    // What cannot start is found out while the old one still runs.
    const options = serveOptions(forServe(next));
    checkSettings(options);
    // A token that is wanted and not there is made at the start.
    const willHaveToken = options.token === undefined ? { loopbackBypass: true } : {};
    new Access({ ...options, ...willHaveToken });
    const place = placeOf(options);
    const holding = await lookAt(place, await runningServer(background), invocation);
    const { port } = place;
    const { force: isForced } = invocation.flags;
    for (const holder of await endHolders(background, holding, { port, isForced })) {
      invocation.stdout.write(`ended ${holderText(holder)}, which held port ${port}\n`);
    }
    await stopServer(background);
    return await start(background, next, given);
  },
});

/** `headway stop`. */
const stopCommand = defineCommand({
  name: "stop",
  summary: "stop the session server that runs in the background",
  flags: {},
  async run(invocation) {
    const stopped = await stopServer(backgroundOf(invocation));
    invocation.stdout.write(
      stopped === null ? "no server runs in the background\n" : `stopped process ${stopped.pid}\n`,
    );
    return EXIT.passed;
  },
});

/** `headway status`. */
const statusCommand = defineCommand({
  name: "status",
  summary: "say whether the session server runs in the background, and where it listens",
  description: "The exit code is 0 when it runs and answers, 3 when it does not.",
  flags: { json: { type: "boolean", help: "print it as JSON, and nothing else" } },
  async run(invocation) {
    const { flags, stdout } = invocation;
    const note = await runningServer(backgroundOf(invocation));
    const health = note === null ? null : await askHealth(note.urls["main"]!, null, invocation);
    const state = note === null
      ? "stopped"
      : health?.boot === note.boot
      ? "running"
      : "not answering";
    if (flags.json) {
      const { pid = null, urls = {} } = note ?? {};
      stdout.write(`${JSON.stringify({ state, pid, urls })}\n`);
    } else {
      stdout.write(`${state}${note === null ? "" : `, process ${note.pid}`}\n`);
      stdout.write(listenerLines(note));
    }
    return state === "running" ? EXIT.passed : EXIT.inconclusive;
  },
});

/** The four. */
export const backgroundCommands: readonly Command[] = [
  startCommand,
  stopCommand,
  restartCommand,
  statusCommand,
];

type StartInvocation = Invocation<typeof settings>;

function backgroundOf({ clock, env }: CliContext): Background {
  return { home: homePath(env), clock, processes: systemProcesses };
}

function placeOf({ host, port }: { readonly host?: string; readonly port?: number }): Place {
  return { host: host!, port: port! };
}

function lookAt(place: Place, note: RunNote | null, context: CliContext): Promise<Holding> {
  return holdingOf(place, note, {
    health: (host, port) => askHealth(host, port, context),
    isTaken: (host, port) => tryPort(host, port) === "taken",
    holders: systemProcesses.holders,
  });
}

async function start(
  background: Background,
  invocation: StartInvocation,
  given: Readonly<Record<string, string>>,
): Promise<0> {
  const { home, clock, processes } = background;
  const { flags: { token }, stdout } = invocation;
  const options = serveOptions(forServe(invocation));
  // Made here, where somebody reads what is said about it.
  await keptToken(invocation, { ...options, home });
  // What cannot be asked of this process cannot be asked of the next one, which would then stay.
  await processes.began(Deno.pid);
  const { pid, boot, urls } = await launch(home, argsOf(given), { clock, token });
  const began = await processes.began(pid);
  if (began === null) throw new UsageError("the server ended as soon as it had begun; see its log");
  const note: RunNote = { pid, began, boot, urls, settings: given };
  try {
    await writeRunNote(home, note);
  } catch (error) {
    await endProcess(background, note);
    throw error;
  }
  stdout.write(`running, process ${pid}\n${listenerLines(note)}`);
  return EXIT.passed;
}

/**
 * The settings that stood on the command line, as texts. All others are read anew by each server; the
 * token goes by a way of its own, and force is for once.
 */
function settingsTyped({ flags, typed }: StartInvocation): Record<string, string> {
  const values: Readonly<Record<string, unknown>> = flags;
  return Object.fromEntries(
    [...typed].filter((name) => name !== "token" && name !== "force").map((name) => {
      const value = values[name];
      return [name, Array.isArray(value) ? value.join(",") : String(value)];
    }),
  );
}

/** Settings as a command line, with the token that was given on ours. */
function argsFor(
  given: Readonly<Record<string, string>>,
  { flags, typed }: StartInvocation,
): string[] {
  return [...argsOf(given), ...(typed.has("token") ? [`--token=${flags.token}`] : [])];
}

function argsOf(given: Readonly<Record<string, string>>): string[] {
  return Object.entries(given).map(([name, value]) => `--${name}=${value}`);
}

/** The same call as `headway serve` would have it. */
function forServe({ flags, given }: StartInvocation) {
  return { flags: { ...flags, "log-file": undefined }, given };
}

function listenerLines(note: Pick<RunNote, "urls"> | null): string {
  const urls = Object.entries(note?.urls ?? {});
  return urls.map(([name, url]) => `${name.padEnd(8)} ${url}\n`).join("");
}
