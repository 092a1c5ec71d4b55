import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/mod.ts";
import { testContext } from "../tests/support/cli_context.ts";
import { aliasesOf } from "./aliases.ts";
import { settingsFrom } from "./command.ts";
import { serveOptions } from "./serve_options.ts";
import { taskFolders } from "./task_options.ts";
import { aliasesInUse, configKey, SETTINGS } from "./settings.ts";

/** The value of a setting, from what is said where. */
function read(
  name: keyof typeof SETTINGS,
  from: {
    readonly args?: readonly string[];
    readonly env?: Readonly<Record<string, string>>;
    readonly config?: Readonly<Record<string, unknown>>;
  },
) {
  const { flags, given } = settingsFrom(from.args ?? [], SETTINGS, testContext(from));
  return [flags[name], given.has(name)];
}

Deno.test("a flag beats the variable, that beats config.json, and that beats the default", () => {
  const args = ["--max-sessions", "2"];
  const env = { HEADWAY_MAX_SESSIONS: "3" };
  const config = { maxSessions: 4 };
  assertEquals(read("max-sessions", { args, env, config }), [2, true]);
  assertEquals(read("max-sessions", { env, config }), [3, true]);
  assertEquals(read("max-sessions", { config }), [4, true]);
  assertEquals(read("max-sessions", {}), [1, false]);
  assertEquals(read("max-sessions", { env: { HEADWAY_MAX_SESSIONS: "" }, config }), [4, true]);
});

Deno.test("a malformed value is refused in one line with its name, the value, and the form", () => {
  const refused = (from: Parameters<typeof read>[1]) =>
    assertThrows(() => read("port", from), UsageError).message;
  const form = "expected a port from 0 (any free one) to 65535";
  assertEquals(refused({ args: ["--port", "x"] }), `--port is "x", ${form}`);
  assertEquals(refused({ env: { HEADWAY_PORT: "x" } }), `HEADWAY_PORT is "x", ${form}`);
  assertEquals(refused({ config: { port: "x" } }), `port in config.json is "x", ${form}`);
  assertEquals(refused({ config: { port: [1] } }), `port in config.json is [1], ${form}`);
  assertEquals(refused({ env: { DEMON_PORT: "x" } }), `DEMON_PORT is "x", ${form}`);
  assertEquals(
    refused({ config: { allowOrigin: [1] } }),
    "allowOrigin in config.json is [1], expected a list of texts",
  );
  assertEquals(
    refused({ config: { maxSesions: 1 } }),
    "unknown setting in config.json: maxSesions: did you mean maxSessions?",
  );
});

Deno.test("config.json may say things as JSON does", () => {
  assertEquals(read("no-backend", { config: { noBackend: true } })[0], true);
  assertEquals(read("control-port", { config: { controlPort: "off" } })[0], "off");
  assertEquals(read("allow-origin", { config: { allowOrigin: ["a", "b"] } })[0], ["a", "b"]);
  assertEquals(read("allow-origin", { config: { allowOrigin: "a, b" } })[0], ["a", "b"]);
  assertEquals(read("host", { config: { host: null } }), ["127.0.0.1", false]);
});

Deno.test("config.json holds no secrets, and nothing of Object's own counts as a key", () => {
  assertThrows(() => read("token", { config: { token: "s" } }), UsageError, "unknown setting");
  assertThrows(() => read("host", { config: JSON.parse('{"__proto__":"x"}') }), UsageError);
  assertEquals(read("host", { config: {} }), ["127.0.0.1", false]);
});

Deno.test("names of other programs are read only when ours is not set, and are told", () => {
  const env = { HEADWAY_HOST: "::1", HEADWAY_BIND: "127.0.0.2", CODA_APP_URL: "https://a.example" };
  assertEquals(read("host", { env })[0], "::1");
  assertEquals(read("host", { env: { HEADWAY_BIND: "127.0.0.2" } })[0], "127.0.0.2");
  assertEquals(read("public-url", { env })[0], "https://a.example");
  assertEquals(aliasesInUse((name) => (env as Record<string, string>)[name]), [
    { name: "HEADWAY_PUBLIC_URL", alias: "CODA_APP_URL" },
  ]);
});

Deno.test("default voice ports are left out where they are taken, and a player can be off", () => {
  const { voicePort, channelPort, voiceMute } = serveOptions(
    settingsFrom(["--voice-player=off"], SETTINGS, testContext()),
  );
  assertEquals([voicePort, channelPort, voiceMute], ["default", "default", true]);
  const refused = settingsFrom(["--voice-url=nowhere"], SETTINGS, testContext());
  assertThrows(() => serveOptions(refused), UsageError, "--voice-url");
});

Deno.test("aliasesOf has the names that the other programs use", () => {
  const first = (name: string) => aliasesOf(name)[0];
  assertEquals(first("HEADWAY_TASKS_DIR"), "CODA_SESSIONS_DIR");
  assertEquals(first("HEADWAY_AGENT_COMMAND"), "CODA_AGENT_CMD");
  assertEquals(first("HEADWAY_TASKS_MAX_PTYS"), "MAX_CONCURRENT_SESSIONS");
  assertEquals(first("HEADWAY_TASKS_COLS"), "CODA_COLS");
  assertEquals(aliasesOf("HEADWAY_VOICE_URL"), ["COGOS_MOD3_URL", "MOD3_URL", "DEMON_VOICE_URL"]);
  assertEquals(aliasesOf("HEADWAY_PORT"), ["DEMON_PORT"]);
  assertEquals(aliasesOf("PATH"), []);
});

Deno.test("every setting has a variable and, unless it is secret, a key", () => {
  for (const [name, { env, config }] of Object.entries(SETTINGS)) {
    assertEquals(env, `HEADWAY_${name.toUpperCase().replaceAll("-", "_")}`);
    assertEquals(config, /^(ntfy-)?token$/.test(name) ? undefined : configKey(name));
  }
});

Deno.test("every setting but the log file's path reaches the server", () => {
  const args = [
    ...["--host=::1", "--port=5", "--control-host=127.0.0.2", "--control-port=6"],
    ...["--token=t", "--loopback-bypass=off", "--public-url=https://a.example", "--allow-host=b"],
    ...["--allow-origin=c", "--trusted-proxies=10.0.0.1", "--max-sessions=7", "--tick-ms=8"],
    ...["--idle-pause-s=9", "--engine-command=x y", "--engine-start-s=10", "--engine-window-s=11"],
    ...["--no-backend", "--log=json", "--log-file=/l"],
    ...["--voice-host=127.0.0.3", "--voice-port=12", "--voice-policy=priority"],
    ...["--voice-workers=3", "--voice-expiry-s=13", "--voice-player=p q", "--voice-signal=/f"],
    ...["--channel-host=127.0.0.4", "--channel-port=14", "--voice-url=http://v.example/"],
    ...["--speech-command=s t", "--speech-url=http://s.example", "--speech-espeak=/e"],
    ...["--recognizer-command=r", "--recognizer-url=http://r.example", "--responder-command=w"],
    ...["--kernel-url=http://k.example", "--voice-dashboard=/d"],
    ...["--tasks=on", "--agent-command=codex", "--agent=m=n {prompt_file}", "--tasks-dir=/d"],
    ...["--tasks-work-dir=/w", "--tasks-texts=/x", "--tasks-env=A,B", "--tasks-max-concurrent=15"],
    ...["--tasks-max-ptys=16", "--tasks-ttl-s=170", "--tasks-grace-s=18"],
    ...["--tasks-watch-interval-ms=190", "--tasks-transcript-cap-bytes=20", "--tasks-replay-only"],
    ...["--tasks-interactive", "--tasks-workflow", "--tasks-count-output", "--tasks-counts=3"],
    "--tasks-server-name=coda",
    ...["--transcript-roots=/a,/b", "--max-parse-bytes=15", "--parse-cache-bytes=2000000"],
    ...["--max-line-bytes=70000", "--prices=/p", "--tz=Europe/Oslo"],
    ...["--sse-max-seconds=0", "--sse-ping-seconds=21", "--sse-max-streams=22", "--debug-remote"],
    ...["--tmux=tmux -L work", '--ai-command=["claude"]', "--ai-model=sonnet"],
    ...["--ai-daily-budget-usd=3", "--ai-job-max-usd=0.4", "--ai-timeout-seconds=50"],
    ...["--ntfy-url=https://n.example/t", "--ntfy-token=n", "--ntfy-detail"],
    "--ntfy-quiet=22:00-07:00",
  ];
  const parsed = settingsFrom(args, SETTINGS, testContext());
  assertEquals(parsed.given.size, Object.keys(SETTINGS).length);
  assertEquals(serveOptions(parsed), {
    ...{ host: "::1", port: 5, controlHost: "127.0.0.2", controlPort: 6, token: "t" },
    ...{ loopbackBypass: false, publicUrl: "https://a.example", allowHost: ["b"] },
    ...{ allowOrigin: ["c"], trustedProxies: ["10.0.0.1"], maxSessions: 7, tickMs: 8 },
    ...{ idlePauseS: 9, engineCommand: ["x", "y"], engineStartS: 10, engineWindowS: 11 },
    ...{ noBackend: true, logFormat: "json" },
    ...{ transcriptRoots: ["/a", "/b"], maxParseBytes: 15, parseCacheBytes: 2_000_000 },
    ...{ maxLineBytes: 70_000, prices: "/p", timeZone: "Europe/Oslo", debugRemote: true },
    streams: { maxSeconds: 0, pingSeconds: 21, maxStreams: 22 },
    ...{ tmuxCommand: ["tmux", "-L", "work"], aiCommand: ["claude"], aiModel: "sonnet" },
    ...{ aiDailyBudgetUsd: 3, aiJobMaxUsd: 0.4, aiTimeoutS: 50 },
    ...{ ntfyUrl: "https://n.example/t", ntfyToken: "n", ntfyDetail: true },
    ntfyQuiet: { fromMinute: 1320, toMinute: 420 },
    ...{ voiceHost: "127.0.0.3", voicePort: 12, voicePolicy: "priority", voiceWorkers: 3 },
    ...{
      voiceExpiryS: 13,
      voicePlayer: ["p", "q"],
      voiceSignal: "/f",
      channelHost: "127.0.0.4",
      channelPort: 14,
    },
    ...{ voiceUrl: "http://v.example", speechCommand: ["s", "t"] },
    ...{ speechUrl: "http://s.example", speechEspeak: "/e", recognizerCommand: ["r"] },
    ...{ recognizerUrl: "http://r.example", responderCommand: ["w"] },
    ...{ kernelUrl: "http://k.example", voiceDashboard: "/d" },
    ...{ agentCommand: "codex", agents: ["m=n {prompt_file}"], tasksWorkFolder: "/w" },
    ...{ tasksTexts: "/x", tasksEnv: ["A", "B"], tasksMaxConcurrent: 15, tasksMaxPtys: 16 },
    ...{ tasksTtlS: 170, tasksGraceS: 18, tasksWatchIntervalMs: 190, tasksTranscriptCapBytes: 20 },
    ...{ tasksReplayOnly: true, tasksInteractive: true, tasksWorkflow: true },
    ...{ tasksCountOutput: true, tasksThreeCounts: true, tasksServerName: "coda" },
  });
});

Deno.test("tasks are kept in the home folder, elsewhere if that is said, or nowhere", () => {
  const of = (args: string[], home: string | null) =>
    taskFolders(settingsFrom(args, SETTINGS, testContext()).flags, home);
  const usual = {
    tasksFolder: "/h/tasks/sessions",
    tasksProjects: "/h/tasks/projects",
    uploadsFolder: "/h/uploads",
  };
  assertEquals(of([], "/h"), usual);
  assertEquals(of(["--tasks-dir=/d"], "/h"), { ...usual, tasksFolder: "/d" });
  assertEquals(of(["--tasks=off"], "/h"), {});
  assertEquals(of([], null), {});
  assertThrows(() => of(["--tasks-dir=d"], "/h"), UsageError, "expected an absolute path");
});

Deno.test("settings of tasks are read by the names that other programs have for them", () => {
  const env = {
    CODA_MAX_CONCURRENT: "9",
    MAX_CONCURRENT_SESSIONS: "8",
    CODA_TASK_TTL: "700",
    CODA_GRACE_S: "6",
    CODA_WATCH_INTERVAL_MS: "500",
    CODA_TRANSCRIPT_CAP: "1024",
    CODA_AGENT_CMD: "codex",
    CODA_SESSIONS_DIR: "/s",
  };
  assertEquals(read("tasks-max-concurrent", { env })[0], 9);
  assertEquals(read("tasks-max-ptys", { env })[0], 8);
  assertEquals(read("tasks-ttl-s", { env })[0], 700);
  assertEquals(read("tasks-grace-s", { env })[0], 6);
  assertEquals(read("tasks-watch-interval-ms", { env })[0], 500);
  assertEquals(read("tasks-transcript-cap-bytes", { env })[0], 1024);
  assertEquals(read("agent-command", { env })[0], "codex");
  assertEquals(read("tasks-dir", { env })[0], "/s");
});
