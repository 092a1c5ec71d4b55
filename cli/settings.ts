/**
 * Every setting of a server, once: flags, variables, keys of `config.json`, help and documentation
 * are all drawn from here. A flag beats its variable, that beats `config.json`, that beats the
 * default.
 *
 * @module
 */
import { DEFAULT_CONTROL_PORT, DEFAULT_HOST, DEFAULT_PORT } from "../serve/mod.ts";
import {
  DEFAULT_MAX_LINE_BYTES,
  DEFAULT_MAX_PARSE_BYTES,
  DEFAULT_PARSE_CACHE_BYTES,
} from "../serve/board/options.ts";
import {
  DEFAULT_AI_DAILY_BUDGET_USD,
  DEFAULT_AI_JOB_MAX_USD,
  DEFAULT_AI_TIMEOUT_S,
} from "../serve/copilot/options.ts";
import {
  DEFAULT_CHANNEL_PORT,
  DEFAULT_VOICE_EXPIRY_S,
  DEFAULT_VOICE_PORT,
  DEFAULT_VOICE_WORKERS,
} from "../serve/voice/options.ts";
import { DEFAULT_AGENT, DEFAULT_MAX_PTYS, DEFAULT_TASKS_NAME } from "../serve/tasks/options.ts";
import { DEFAULT_STREAM_LIMITS } from "../server/board/stream/limits.ts";
import { DEFAULT_TASK_SETTINGS } from "../server/tasks/settings.ts";
import { VOICE_POLICIES } from "../server/voice/policy_queue.ts";
import { DEFAULT_COMMAND_LIMITS } from "../server/streaming/engine/mod.ts";
import { aliasesOf } from "./aliases.ts";
import type { Flag, FlagBase, Flags } from "./flags.ts";

/** Settings that may not stand in `config.json`: secrets have a file of their own. */
const SECRETS: ReadonlySet<string> = new Set(["token", "ntfy-token"]);

const settings = {
  host: {
    type: "string",
    placeholder: "ADDRESS",
    default: DEFAULT_HOST,
    help: "address of the main listener; beyond this machine it needs a token",
  },
  port: { type: "port", required: true, default: DEFAULT_PORT, help: "main port" },
  "control-host": {
    type: "string",
    placeholder: "ADDRESS",
    default: DEFAULT_HOST,
    help: "address of the control bus; beyond this machine it needs a token",
  },
  "control-port": {
    type: "port",
    default: DEFAULT_CONTROL_PORT,
    help: "port of the control bus",
  },
  "voice-host": {
    type: "string",
    placeholder: "ADDRESS",
    default: DEFAULT_HOST,
    help: "address of the voice server; beyond this machine it needs a token",
  },
  "voice-port": {
    type: "port",
    default: DEFAULT_VOICE_PORT,
    help: "port of the voice server",
  },
  "voice-policy": {
    type: "enum",
    values: VOICE_POLICIES,
    default: VOICE_POLICIES[0]!,
    help: "whose speech is made and played first",
  },
  "voice-workers": {
    type: "number",
    placeholder: "N",
    default: DEFAULT_VOICE_WORKERS,
    min: 1,
    max: 16,
    integer: true,
    help: "jobs whose speech is made at a time",
  },
  "voice-expiry-s": {
    type: "number",
    placeholder: "S",
    default: DEFAULT_VOICE_EXPIRY_S,
    min: 0,
    max: 86400,
    help: "seconds after which a voice session goes whose last listener has left; 0 keeps it",
  },
  "voice-player": {
    type: "string",
    placeholder: "COMMAND",
    help: "program that plays WAV files, instead of the one that this system has; off for none",
  },
  "voice-signal": {
    type: "string",
    placeholder: "FILE",
    help:
      "file by which other programs tell that somebody speaks, instead of voice/barge-in.json in HEADWAY_HOME; off for none",
  },
  "voice-dashboard": {
    type: "string",
    placeholder: "DIR",
    help: "folder of a foreign page that stands at /dashboard in place of ours",
  },
  "channel-host": {
    type: "string",
    placeholder: "ADDRESS",
    default: DEFAULT_HOST,
    help: "address of the channel forwarder; beyond this machine it needs a token",
  },
  "channel-port": {
    type: "port",
    default: DEFAULT_CHANNEL_PORT,
    help: "port of the channel forwarder",
  },
  "voice-url": {
    type: "string",
    placeholder: "URL",
    help: "voice server that the channel forwarder asks, instead of the one in this process",
  },
  "speech-command": {
    type: "string",
    placeholder: "COMMAND",
    help: "program that reads a text and writes a WAV file: the voice named command",
  },
  "speech-url": {
    type: "string",
    placeholder: "URL",
    help: "speech service in OpenAI's form: the voices alloy, echo, fable, onyx, nova, shimmer",
  },
  "speech-espeak": {
    type: "string",
    placeholder: "PROGRAM",
    help: "eSpeak NG where you have installed it: the voices en-us, en-gb, de, fr and others",
  },
  "recognizer-command": {
    type: "string",
    placeholder: "COMMAND",
    help: "program that reads a WAV file and writes what was said",
  },
  "recognizer-url": {
    type: "string",
    placeholder: "URL",
    help: "recogniser in OpenAI's form, …/v1/audio/transcriptions",
  },
  "kernel-url": {
    type: "string",
    placeholder: "URL",
    help: "kernel whose bus answers chats, instead of a program",
  },
  "responder-command": {
    type: "string",
    placeholder: "COMMAND",
    help: "program that reads what was said in a chat and writes the reply",
  },
  tasks: {
    type: "enum",
    values: ["on", "off"],
    default: "on",
    help: "whether agents can be given tasks",
  },
  "agent-command": {
    type: "string",
    placeholder: "AGENT",
    default: DEFAULT_AGENT,
    help: "agent that runs tasks: a name, or a command line with {prompt_file}",
  },
  agent: {
    type: "list",
    placeholder: "NAME=COMMAND",
    help: "more agents that a task may name; hermes, claude, codex and headway are known",
  },
  "tasks-dir": {
    type: "string",
    placeholder: "DIR",
    help: "folder of tasks, instead of tasks/sessions in the home folder",
  },
  "tasks-work-dir": {
    type: "string",
    placeholder: "DIR",
    help: "folder that agents start in, instead of tasks/projects in the home folder",
  },
  "tasks-texts": {
    type: "string",
    placeholder: "DIR",
    help: "folder with texts of your own that agents are told, such as safety.txt",
  },
  "tasks-env": {
    type: "list",
    placeholder: "NAME",
    help: "variables that agents get beside the usual ones, such as the key of a model",
  },
  "tasks-max-concurrent": {
    type: "number",
    placeholder: "N",
    default: DEFAULT_TASK_SETTINGS.maxConcurrent,
    min: 1,
    max: 100,
    integer: true,
    help: "tasks at a time",
  },
  "tasks-max-ptys": {
    type: "number",
    placeholder: "N",
    default: DEFAULT_MAX_PTYS,
    min: 1,
    max: 100,
    integer: true,
    help: "terminals at a time; those of tasks that have ended do not count",
  },
  "tasks-ttl-s": {
    type: "number",
    placeholder: "S",
    default: DEFAULT_TASK_SETTINGS.ttlS,
    min: 60,
    max: 31_536_000,
    help: "seconds that tasks stay in the inbox and on the disk",
  },
  "tasks-grace-s": {
    type: "number",
    placeholder: "S",
    default: DEFAULT_TASK_SETTINGS.graceS,
    min: 0,
    max: 86_400,
    help: "seconds that the terminal of a task stays open after its end",
  },
  "tasks-watch-interval-ms": {
    type: "number",
    placeholder: "MS",
    default: 1000 * DEFAULT_TASK_SETTINGS.pollS,
    min: 100,
    max: 60_000,
    help: "how often the files of a task are looked at, should no event come",
  },
  "tasks-transcript-cap-bytes": {
    type: "number",
    placeholder: "BYTES",
    default: DEFAULT_TASK_SETTINGS.transcriptCapBytes,
    min: 16,
    max: 1_073_741_824,
    integer: true,
    help: "bytes of a task's output that are kept; three times as many of its recording",
  },
  "tasks-replay-only": {
    type: "boolean",
    help: "close a task's terminal with the task, and show its recording only",
  },
  "tasks-interactive": {
    type: "boolean",
    help: "offer the tool coda_interactive, which copies a folder and opens an agent in it",
  },
  "tasks-workflow": {
    type: "boolean",
    help: "tell agents to plan, execute and synthesize, unless a task says no",
  },
  "tasks-count-output": {
    type: "boolean",
    help: "count a terminal's output as progress, so that it keeps a task from its timeout",
  },
  "tasks-counts": {
    type: "enum",
    values: ["5", "3"],
    default: "5",
    help: "statuses that the inbox counts; 3 for clients that compare them exactly",
  },
  "tasks-server-name": {
    type: "string",
    placeholder: "NAME",
    default: DEFAULT_TASKS_NAME,
    help: "what the tools at /mcp/tasks call their server",
  },
  token: {
    type: "string",
    placeholder: "TOKEN",
    help: "what requests must show that are not local, 16 characters or more",
  },
  "loopback-bypass": {
    type: "enum",
    values: ["on", "off"],
    default: "on",
    help: "whether local programs need no token",
  },
  "public-url": {
    type: "string",
    placeholder: "URL",
    help: "where the server is reached from elsewhere; its host and its pages are then ours",
  },
  "allow-host": {
    type: "list",
    placeholder: "NAME",
    help: "more names that the server is reached by; .example allows all that end so",
  },
  "allow-origin": {
    type: "list",
    placeholder: "ORIGIN",
    help: "origins of foreign pages that may use the server",
  },
  "trusted-proxies": {
    type: "list",
    placeholder: "ADDRESS",
    help: "proxies whose forwarding headers count, as addresses or networks",
  },
  "max-sessions": {
    type: "number",
    placeholder: "N",
    default: 1,
    min: 1,
    max: 64,
    integer: true,
    help: "sessions at a time; the newest connection takes the oldest one's place",
  },
  "tick-ms": {
    type: "number",
    placeholder: "MS",
    default: 60,
    min: 5,
    max: 1000,
    help: "pace of generation: one window per this time",
  },
  "idle-pause-s": {
    type: "number",
    placeholder: "S",
    default: 20,
    min: 0,
    max: 86400,
    help: "seconds without activity after which generation rests; 0 never rests",
  },
  "engine-command": {
    type: "string",
    placeholder: "COMMAND",
    help: "program and arguments that make the audio, instead of the built-in engine",
  },
  "engine-start-s": {
    type: "number",
    placeholder: "S",
    default: DEFAULT_COMMAND_LIMITS.startS,
    min: 0.1,
    max: 3600,
    help: "seconds that the engine's process may take to say hello",
  },
  "engine-window-s": {
    type: "number",
    placeholder: "S",
    default: DEFAULT_COMMAND_LIMITS.windowS,
    min: 0.1,
    max: 3600,
    help: "seconds that the engine's process may take for a window",
  },
  "transcript-roots": {
    type: "list",
    placeholder: "DIR",
    help:
      "folders of coding agents whose transcripts are on the board, instead of ~/.claude and ~/.config/claude; off for none",
  },
  "max-parse-bytes": {
    type: "number",
    placeholder: "BYTES",
    default: DEFAULT_MAX_PARSE_BYTES,
    min: 0,
    max: 2 ** 40,
    integer: true,
    help: "of a longer transcript only the end is read; 0 reads all of it",
  },
  "parse-cache-bytes": {
    type: "number",
    placeholder: "BYTES",
    default: DEFAULT_PARSE_CACHE_BYTES,
    min: 2 ** 20,
    max: 2 ** 36,
    integer: true,
    help: "what is kept of transcripts that somebody looked at",
  },
  "max-line-bytes": {
    type: "number",
    placeholder: "BYTES",
    default: DEFAULT_MAX_LINE_BYTES,
    min: 65_536,
    max: 2 ** 29,
    integer: true,
    help: "longer lines of transcripts are shown as their beginning only",
  },
  "sse-max-seconds": {
    type: "number",
    placeholder: "S",
    default: DEFAULT_STREAM_LIMITS.maxSeconds,
    min: 0,
    max: 86_400,
    help:
      "seconds after which a stream of the board's events ends, and browsers come again; 0 never",
  },
  "sse-ping-seconds": {
    type: "number",
    placeholder: "S",
    default: DEFAULT_STREAM_LIMITS.pingSeconds,
    min: 1,
    max: 3600,
    help: "how often a silent stream of events says that it lives",
  },
  "sse-max-streams": {
    type: "number",
    placeholder: "N",
    default: DEFAULT_STREAM_LIMITS.maxStreams,
    min: 1,
    max: 10_000,
    integer: true,
    help: "streams of events at a time; the next one is 503",
  },
  "debug-remote": {
    type: "boolean",
    help: "tell programs on other machines, too, what the server is busy with",
  },
  prices: {
    type: "string",
    placeholder: "FILE",
    help: "a table of what models cost, instead of the built-in one",
  },
  tz: {
    type: "string",
    placeholder: "ZONE",
    help: "time zone of days, such as Europe/Oslo, instead of this machine's",
  },
  tmux: {
    type: "string",
    placeholder: "COMMAND",
    default: "tmux",
    help: 'tmux that agents run in, such as "tmux -L work"; off types nowhere',
  },
  "ai-command": {
    type: "string",
    placeholder: "COMMAND",
    default: "claude",
    help: "program that reads a prompt and writes a draft; off for none",
  },
  "ai-model": {
    type: "string",
    placeholder: "MODEL",
    help: "model that claude is told to use for drafts",
  },
  "ai-daily-budget-usd": {
    type: "number",
    placeholder: "USD",
    default: DEFAULT_AI_DAILY_BUDGET_USD,
    min: 0,
    max: 10_000,
    help: "what the autopilot may spend in a day; 0 lets it ask no model",
  },
  "ai-job-max-usd": {
    type: "number",
    placeholder: "USD",
    default: DEFAULT_AI_JOB_MAX_USD,
    min: 0.01,
    max: 100,
    help: "the most that one draft may cost",
  },
  "ai-timeout-seconds": {
    type: "number",
    placeholder: "S",
    default: DEFAULT_AI_TIMEOUT_S,
    min: 1,
    max: 3600,
    help: "seconds that a draft may take",
  },
  "ntfy-url": {
    type: "string",
    placeholder: "URL",
    help: "topic of ntfy that is told what needs you, such as https://ntfy.example/my-topic",
  },
  "ntfy-token": { type: "string", placeholder: "TOKEN", help: "what ntfy asks for" },
  "ntfy-detail": {
    type: "boolean",
    help: "tell ntfy also the title and last words of a session",
  },
  "ntfy-quiet": {
    type: "string",
    placeholder: "HOURS",
    help: "when ntfy is told nothing, such as 22:00-07:00 in --tz",
  },
  "no-backend": { type: "boolean", help: "show pages only; every WebSocket is turned away" },
  log: { type: "enum", values: ["text", "json"], default: "text", help: "how log lines look" },
  "log-file": {
    type: "string",
    placeholder: "FILE",
    help: "write log lines to a file instead of stderr, 10 MiB and two older ones",
  },
} as const satisfies Flags;

/** A table with the names that each setting has elsewhere. */
type Named<F extends Flags> = { readonly [Name in keyof F]: F[Name] & FlagBase };

/** Every setting, as the flag that sets it. */
export const SETTINGS: Named<typeof settings> = named(settings);

function named<F extends Flags>(flags: F): Named<F> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => {
      const env = `HEADWAY_${name.toUpperCase().replaceAll("-", "_")}`;
      const more = { env, aliases: aliasesOf(env) };
      return [name, { ...flag, ...more, ...(!SECRETS.has(name) && { config: configKey(name) }) }];
    }),
  ) as Named<F>;
}

/** `max-sessions` is `maxSessions` in `config.json`. */
export function configKey(name: string): string {
  return name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** A variable that was read by another name than ours. */
export interface AliasInUse {
  /** Our name. */
  readonly name: string;
  /** The name that is set. */
  readonly alias: string;
}

/** Which of them are read by another name. */
export function aliasesInUse(
  env: (name: string) => string | undefined,
  flags: Flags = SETTINGS,
): AliasInUse[] {
  const isSet = (name: string) => (env(name) ?? "") !== "";
  return Object.values(flags).flatMap((flag: Flag) => {
    if (flag.env === undefined || isSet(flag.env)) return [];
    const alias = flag.aliases?.find(isSet);
    return alias === undefined ? [] : [{ name: flag.env, alias }];
  });
}
