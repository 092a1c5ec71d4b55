/**
 * Who may come in, as one table: every row is asked of the pure decision and of real sockets, on
 * every listener and every kind of WebSocket.
 *
 * A peer from elsewhere cannot be had on loopback: where a request comes from is put in at the
 * outermost edge, by a header that the listener's test hook reads and the gate never sees as such.
 */
import { assert, assertEquals } from "@std/assert";
import { WallClock } from "../runtime/mod.ts";
import { COOKIE_NAME, signCookie } from "../server/cookie.ts";
import { decide, type RequestFacts } from "../server/gate.ts";
import { CONTROL_LIMITS, MAIN_LIMITS } from "../server/limits.ts";
import { PassThroughEngine } from "../server/streaming/engine/mod.ts";
import { Access, type AccessOptions } from "../serve/access.ts";
import { type HeadwayServer, serve } from "../serve/mod.ts";
import { CONTROL_RULES, MAIN_RULES } from "../serve/rules.ts";
import { CHANNEL_LIMITS, CHANNEL_RULES } from "../serve/voice/channel_plan.ts";
import { VOICE_RULES } from "../serve/voice/voice_plan.ts";
import { VOICE_LIMITS } from "../server/voice/limits.ts";
import { encodeControlBody, encodePcm } from "../wire/mod.ts";
import type { OpenTerminals } from "../serve/tasks/open_terminals.ts";
import { ptyId } from "./support/memory_tasks.ts";
import { MemoryTerminals, openMemoryTerminals } from "./support/memory_terminals.ts";
import { MemoryLog } from "./support/memory_log.ts";
import { rawHttp, RawPeer } from "./support/raw_peer.ts";
import { TOKEN } from "./support/request_facts.ts";
import { tempFolder } from "./support/temp_folder.ts";
import { ownTables } from "./support/terminal_server.ts";

/** How a server is set up. */
interface Setup {
  readonly host?: string;
  readonly access?: AccessOptions;
}

const LOOPBACK: Setup = {};
const LOOPBACK_T: Setup = { access: { token: TOKEN } };
const OPEN_T: Setup = { host: "0.0.0.0", access: { token: TOKEN } };
const OPEN_NO_BYPASS: Setup = { host: "0.0.0.0", access: { token: TOKEN, loopbackBypass: false } };
const PUBLIC: Setup = {
  host: "0.0.0.0",
  access: { token: TOKEN, allowHost: ["studio.example"], loopbackBypass: true },
};
const LISTED: Setup = { access: { token: TOKEN, allowOrigin: ["http://localhost:6660"] } };
const OPEN_6: Setup = { host: "::", access: { token: TOKEN } };
const OPEN_LISTED: Setup = {
  host: "0.0.0.0",
  access: { token: TOKEN, allowOrigin: ["http://localhost:6660"] },
};
const SETUPS = [
  ...[LOOPBACK, LOOPBACK_T, OPEN_T, OPEN_NO_BYPASS, OPEN_6, PUBLIC, LISTED, OPEN_LISTED],
];

const LOCAL = "127.0.0.1";
const REMOTE = "203.0.113.7";
/** The terminal that is there. */
const PTY = ptyId(1);
/** Stands for the port of the listener that is asked. */
const PORT = "PORT";

const good = `Authorization: Bearer ${TOKEN}`;
const wrong = "Authorization: Bearer not-the-token-at-all";
const FAR_S = 4_000_000_000;
const login = `Cookie: ${COOKIE_NAME}=${signCookie(TOKEN, FAR_S, "n".repeat(32))}`;
const expired = `Cookie: ${COOKIE_NAME}=${signCookie(TOKEN, 1, "n".repeat(32))}`;
const tampered = `${login.slice(0, -3)}AAA`;
const rotated = `Cookie: ${COOKIE_NAME}=${signCookie(`${TOKEN}2`, FAR_S, "n".repeat(32))}`;
const evil = "Origin: http://evil.example";
const own = `Origin: http://localhost:${PORT}`;
const json = "Content-Type: application/json";
const form = "Content-Type: application/x-www-form-urlencoded";

/** Tasks and terminals: what starts processes, presses keys, or shows what they wrote. */
type TaskAsk =
  | "GET /api/tasks"
  | "GET /api/tasks/TASK"
  | "GET /api/terminals"
  | "POST /api/terminals"
  | "POST /api/upload"
  | `GET /api/terminals/PTY/${"output" | "transcript" | "recording"}`
  | `POST /api/terminals/PTY/${"attach" | "close" | "heartbeat" | "input" | "keyboard"}`
  | `POST /api/terminals/PTY/${"leave" | "resize"}`
  | "POST /mcp/tasks"
  | "WS /ws/terminal";

/** What is asked for. Paths with `ID`, `PTY`, `TASK` name the session and the terminal that are there. */
type Ask =
  | "GET /"
  | "GET /api/streams"
  | "GET /api/streams/ID"
  | "GET /sessions"
  | "GET /api/server-info"
  | "GET /api/board"
  | "GET /api/board/stream"
  | "GET /api/sessions"
  | "GET /api/sessions/none/stream"
  | "GET /api/insights"
  | "GET /api/journal"
  | "GET /debug"
  | "POST /api/sessions/none/respond"
  | "POST /api/sessions/none/seen"
  | "POST /api/sessions/none/notes"
  | "PUT /api/sessions/none/autopilot"
  | "POST /api/autopilot/halt"
  | "GET /api/debug/loop"
  | "GET /api/%64ebug/loop"
  | "GET /x/../api/debug/tasks"
  | "POST /api/hooks/claude"
  | "GET /fixtures/no-such.wav"
  | "GET /healthz"
  | "GET /api/auth/status"
  | "POST /api/auth/logout"
  | "POST /mcp"
  | "WS /"
  | "WS /watch/ID"
  | "WS /watch/nobody"
  | "GET /tasks"
  | "GET /tasks/TASK"
  | TaskAsk
  | "CONTROL GET /sessions"
  | "CONTROL GET /sessions/ID"
  | "CONTROL POST /sessions/ID/cmd"
  | "CONTROL WS /"
  | "VOICE GET /dashboard"
  | "VOICE GET /assets/voice.js"
  | "VOICE GET /v1/sessions"
  | "VOICE POST /v1/stop"
  | "VOICE POST /mcp"
  | "VOICE WS /ws/audio/ID"
  | "VOICE WS /ws/chat"
  | "VOICE WS /ws/roster"
  | "CHANNEL GET /v1/channel-sessions"
  | "CHANNEL GET /v1/events/nothing"
  | "CHANNEL POST /v1/channel-sessions/ID/deregister";

/** One row: name, set-up, peer, Host, further headers, what is asked for, the status. */
type Row = readonly [
  string,
  Setup,
  string,
  string,
  readonly string[],
  Ask | readonly Ask[],
  number,
];

/** Of these a body that is no object is 400: whoever hears that was let in. */
const TASK_POSTS: readonly TaskAsk[] = [
  ...["POST /api/terminals", "POST /api/upload", "POST /mcp/tasks"] as const,
  ...["POST /api/terminals/PTY/attach", "POST /api/terminals/PTY/input"] as const,
  ...["POST /api/terminals/PTY/resize", "POST /api/terminals/PTY/keyboard"] as const,
  ...["POST /api/terminals/PTY/heartbeat", "POST /api/terminals/PTY/leave"] as const,
];
const TASK_READS: readonly TaskAsk[] = [
  ...["GET /api/tasks", "GET /api/terminals", "GET /api/terminals/PTY/output"] as const,
];
/** Of a task that is not there. */
const TASK_KEPT: readonly TaskAsk[] = [
  ...["GET /api/tasks/TASK", "GET /api/terminals/PTY/transcript"] as const,
  "GET /api/terminals/PTY/recording",
];
/** All that has to do with tasks and terminals, but for the pages, which hold nothing. */
const TASK_ASKS: readonly TaskAsk[] = [
  ...[...TASK_POSTS, ...TASK_READS, ...TASK_KEPT],
  ...["POST /api/terminals/PTY/close", "WS /ws/terminal"] as const,
];

/** Everything that is not for everybody, on every listener, as a program asks for it. */
const PROTECTED: readonly Ask[] = [
  "GET /api/streams",
  "GET /api/streams/ID",
  "GET /sessions",
  "GET /api/server-info",
  "GET /fixtures/no-such.wav",
  "GET /api/board",
  "GET /api/board/stream",
  "GET /api/sessions",
  "GET /api/sessions/none/stream",
  "GET /api/insights",
  "GET /api/journal",
  "GET /debug",
  "POST /api/sessions/none/respond",
  "POST /api/sessions/none/seen",
  "POST /api/sessions/none/notes",
  "PUT /api/sessions/none/autopilot",
  "POST /api/autopilot/halt",
  "GET /api/debug/loop",
  "POST /api/hooks/claude",
  "WS /",
  "WS /watch/ID",
  "WS /watch/nobody",
  "GET /tasks",
  "GET /tasks/TASK",
  ...TASK_ASKS,
  "CONTROL GET /sessions",
  "CONTROL GET /sessions/ID",
  "CONTROL POST /sessions/ID/cmd",
  "CONTROL WS /",
  "VOICE GET /assets/voice.js",
  "VOICE GET /v1/sessions",
  "VOICE POST /v1/stop",
  "VOICE POST /mcp",
  "VOICE WS /ws/audio/ID",
  "VOICE WS /ws/chat",
  "VOICE WS /ws/roster",
  "CHANNEL GET /v1/channel-sessions",
  "CHANNEL GET /v1/events/nothing",
  "CHANNEL POST /v1/channel-sessions/ID/deregister",
];
const READS: readonly Ask[] = [
  ...["GET /api/streams", "GET /api/streams/ID", "CONTROL GET /sessions"] as const,
  ...["GET /api/board", "GET /api/board/stream"] as const,
  ...["VOICE GET /v1/sessions", "CHANNEL GET /v1/channel-sessions"] as const,
  ...["GET /tasks", "GET /tasks/TASK", "GET /debug"] as const,
  ...TASK_READS,
];
const SOCKETS: readonly Ask[] = [
  ...["WS /", "WS /watch/ID", "WS /ws/terminal"] as const,
  ...["VOICE WS /ws/audio/ID", "VOICE WS /ws/chat", "VOICE WS /ws/roster"] as const,
];
const ALL_SOCKETS: readonly Ask[] = [...SOCKETS, "WS /watch/nobody", "CONTROL WS /"];
const POST: Ask = "CONTROL POST /sessions/ID/cmd";
/** What speaks or stops it; programs may post it as anything. */
const STOP: Ask = "VOICE POST /v1/stop";
const LEAVE: Ask = "CHANNEL POST /v1/channel-sessions/ID/deregister";
const LOGOUT: Ask = "POST /api/auth/logout";
/** What it is asked is no message of the protocol: 400 says that it was let in. */
const MCP: Ask = "POST /mcp";
const HOOK: Ask = "POST /api/hooks/claude";
/** What answers, silences and annotates sessions of the board. */
const BOARD_POSTS: readonly Ask[] = [
  ...["POST /api/sessions/none/respond", "POST /api/sessions/none/seen"] as const,
  ...["POST /api/sessions/none/notes", "PUT /api/sessions/none/autopilot"] as const,
];
const HALT: Ask = "POST /api/autopilot/halt";
/** What this machine alone is told, however the path is written. */
const DEBUG: readonly Ask[] = [
  ...["GET /api/debug/loop", "GET /api/%64ebug/loop", "GET /x/../api/debug/tasks"] as const,
];
const ONE = "Content-Length: 1";
/** Statuses that a route gives, so that whoever gets them was let in. */
const FROM_ROUTES: ReadonlySet<number> = new Set([101, 200, 204, 400, 404]);

// deno-fmt-ignore: a row a line is what makes it a table
const ROWS: readonly Row[] = [
  ["1 a local program", LOOPBACK, LOCAL, "localhost", [], READS, 200],
  ["1 a local program's WebSockets", LOOPBACK, LOCAL, "localhost", [], SOCKETS, 101],
  ["2 a foreign name", LOOPBACK, LOCAL, "evil.example", [], PROTECTED, 421],
  ["3 a foreign name, at open paths", LOOPBACK, LOCAL, "evil.example", [], ["GET /", "GET /healthz", "GET /api/auth/status", LOGOUT], 421],
  ["3 a foreign name with the token", LOOPBACK_T, LOCAL, "evil.example", [good], PROTECTED, 421],
  ["4 behind a proxy", LOOPBACK, LOCAL, "localhost", ["X-Forwarded-For: 1.2.3.4"], PROTECTED, 401],
  ["5 behind a proxy that names loopback", LOOPBACK, LOCAL, "localhost", ["X-Forwarded-For: 127.0.0.1"], PROTECTED, 401],
  ["5 behind a proxy that says Forwarded", LOOPBACK, LOCAL, "localhost", ["Forwarded: for=127.0.0.1"], PROTECTED, 401],
  ["5 behind a proxy that says Via", LOOPBACK, LOCAL, "localhost", ["Via: 1.1 front"], PROTECTED, 401],
  ["5 behind a proxy that knows the user", LOOPBACK, LOCAL, "localhost", ["Tailscale-User-Login: me"], PROTECTED, 401],
  ["5 behind a proxy, with the token", LOOPBACK_T, LOCAL, "localhost", ["X-Forwarded-For: 1.2.3.4", good], READS, 200],
  ["5 the same, WebSockets", LOOPBACK_T, LOCAL, "localhost", ["X-Forwarded-For: 1.2.3.4", good], SOCKETS, 101],
  ["6 a stranger at the door", OPEN_T, REMOTE, "192.0.2.1", [], ["GET /", "GET /healthz", "GET /api/auth/status"], 200],
  ["6 a stranger at the page of voices", OPEN_T, REMOTE, "192.0.2.1", [], "VOICE GET /dashboard", 200],
  ["6 a link from elsewhere to the page of voices", LOOPBACK, LOCAL, "localhost", ["Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"], "VOICE GET /dashboard", 200],
  ["7 a stranger", OPEN_T, REMOTE, "192.0.2.1", [], PROTECTED, 401],
  ["8 a stranger who claims to be local", OPEN_T, REMOTE, "192.0.2.1", ["X-Forwarded-For: 127.0.0.1"], PROTECTED, 401],
  ["8 a stranger who claims a local Host", OPEN_T, REMOTE, "localhost", [], PROTECTED, 401],
  ["9 a stranger with the token", OPEN_T, REMOTE, "192.0.2.1", [good], READS, 200],
  ["9 the same, WebSockets", OPEN_T, REMOTE, "192.0.2.1", [good], SOCKETS, 101],
  ["10 a stranger with a wrong token", OPEN_T, REMOTE, "192.0.2.1", [wrong], PROTECTED, 401],
  ["10 a local program with a wrong token", LOOPBACK_T, LOCAL, "localhost", [wrong], PROTECTED, 401],
  ["10 the token as another scheme", OPEN_T, REMOTE, "192.0.2.1", [`Authorization: Basic ${TOKEN}`], PROTECTED, 401],
  ["11 a stranger with a login", OPEN_T, REMOTE, "192.0.2.1", [login], READS, 200],
  ["11 the same, WebSockets", OPEN_T, REMOTE, "192.0.2.1", [login], SOCKETS, 101],
  ["12 a stranger's WebSockets", OPEN_T, REMOTE, "192.0.2.1", [], ALL_SOCKETS, 401],
  ["13 a login that is over", OPEN_T, REMOTE, "192.0.2.1", [expired], PROTECTED, 401],
  ["13 a login that was changed", OPEN_T, REMOTE, "192.0.2.1", [tampered], PROTECTED, 401],
  ["13 a login by an older token", OPEN_T, REMOTE, "192.0.2.1", [rotated], PROTECTED, 401],
  ["13 the token as a cookie", OPEN_T, REMOTE, "192.0.2.1", [`Cookie: ${COOKIE_NAME}=${TOKEN}`], PROTECTED, 401],
  ["14 a local program of a public server", OPEN_T, LOCAL, "localhost", [], READS, 200],
  ["15 the same without the bypass", OPEN_NO_BYPASS, LOCAL, "localhost", [], PROTECTED, 401],
  ["15 the same with the token", OPEN_NO_BYPASS, LOCAL, "localhost", [good], READS, 200],
  ["16 a local peer as dual-stack sockets say it", OPEN_T, "::ffff:127.0.0.1", "localhost", [], READS, 200],
  ["16 the same, where all addresses are listened on", OPEN_6, "::ffff:127.0.0.1", "localhost", [], READS, 200],
  ["16 the same, WebSockets", OPEN_6, "::ffff:127.0.0.1", "localhost", [], SOCKETS, 101],
  ["16 a stranger's, where all addresses are listened on", OPEN_6, "2001:db8::7", "192.0.2.1", [], PROTECTED, 401],
  ["16 a stranger as dual-stack sockets say it", OPEN_T, `::ffff:${REMOTE}`, "localhost", [], PROTECTED, 401],
  ["16 a local peer over IPv6", OPEN_T, "::1", `[::1]:${PORT}`, [], READS, 200],
  ["14 a local peer at a name that only a proxy asks for", PUBLIC, LOCAL, "studio.example", [], PROTECTED, 401],
  ["17 a login that a foreign page uses", PUBLIC, REMOTE, "studio.example", [login, evil, json], [POST, LOGOUT, STOP, LEAVE, HALT, ...BOARD_POSTS, ...TASK_POSTS], 403],
  ["18 a login that another site uses", PUBLIC, REMOTE, "studio.example", [login, "Sec-Fetch-Site: cross-site", json], [POST, LOGOUT, STOP, LEAVE, HALT, ...BOARD_POSTS, ...TASK_POSTS], 403],
  ["18 a login that another port uses", PUBLIC, REMOTE, "studio.example", [login, "Sec-Fetch-Site: same-site", json], [POST, LOGOUT, STOP, LEAVE, ...TASK_POSTS], 403],
  ["18 a login that our page uses", PUBLIC, REMOTE, "studio.example", [login, "Sec-Fetch-Site: same-origin", json], POST, 200],
  ["18 a login that says nothing and posts a form", PUBLIC, REMOTE, "studio.example", [login, form], POST, 403],
  ["19 a local form without an Origin", LOOPBACK, LOCAL, "localhost", [form, "Content-Length: 0"], LOGOUT, 204],
  ["19 the same with a body", LOOPBACK, LOCAL, "localhost", [form, ONE], LOGOUT, 403],
  ["19 the same in chunks", LOOPBACK, LOCAL, "localhost", [form, "Transfer-Encoding: chunked"], LOGOUT, 403],
  ["19 a form that answers a session", LOOPBACK, LOCAL, "localhost", [form, ONE], [HALT, ...BOARD_POSTS], 403],
  ["20 a local program's answer to a session, which says nothing", LOOPBACK, LOCAL, "localhost", [json, ONE], "POST /api/sessions/none/respond", 400],
  ["21 a foreign page's answer to a session", LOOPBACK, LOCAL, "localhost", [evil, json, ONE], [HALT, ...BOARD_POSTS], 401],
  ["19 the same on the control bus, where programs post anything", LOOPBACK, LOCAL, "localhost", [form], [POST, STOP], 200],
  ["20 a local program's JSON", LOOPBACK, LOCAL, "localhost", [json, ONE], LOGOUT, 204],
  ["20 a local program's command", LOOPBACK, LOCAL, "localhost", [], [POST, STOP], 200],
  ["20 a local program's farewell, of a session that is not there", LOOPBACK, LOCAL, "localhost", [], LEAVE, 404],
  ["21 a foreign page's requests", LOOPBACK, LOCAL, "localhost", [evil], [...READS, "GET /sessions", "GET /fixtures/no-such.wav", POST, STOP, LEAVE], 401],
  ["21 a page without an origin", LOOPBACK, LOCAL, "localhost", ["Origin: null"], [...READS, POST], 401],
  ["21 a page on another local port", LOOPBACK, LOCAL, "localhost", ["Origin: http://localhost:3000"], [...READS, POST, STOP, LEAVE], 401],
  ["21 another site, without an Origin", LOOPBACK, LOCAL, "localhost", ["Sec-Fetch-Site: cross-site"], [...READS, POST], 401],
  ["21 our own page", LOOPBACK, LOCAL, `localhost:${PORT}`, [own, "Sec-Fetch-Site: same-origin"], READS, 200],
  ["21 what any page may read", LOOPBACK, LOCAL, "localhost", [evil, "Sec-Fetch-Site: cross-site"], "GET /api/server-info", 200],
  ["21 what any page may read, but no stranger", OPEN_T, REMOTE, "192.0.2.1", [evil], "GET /api/server-info", 401],
  ["21 a page that was named", LISTED, LOCAL, "localhost", ["Origin: http://localhost:6660", "Sec-Fetch-Site: same-site"], [...READS, POST], 200],
  ["21 its WebSockets", LISTED, LOCAL, "localhost", ["Origin: http://localhost:6660"], SOCKETS, 101],
  ["21 a page that was named, from elsewhere", OPEN_LISTED, REMOTE, "192.0.2.1", ["Origin: http://localhost:6660"], PROTECTED, 401],
  ["21 the same with the token", OPEN_LISTED, REMOTE, "192.0.2.1", ["Origin: http://localhost:6660", good], [...READS, POST], 200],
  ["21 a page that was not named", LISTED, LOCAL, "localhost", ["Origin: http://localhost:6661"], READS, 401],
  ["28 WebSockets of a foreign page", LOOPBACK, LOCAL, "localhost", [evil], ALL_SOCKETS, 403],
  ["28 the same with the token", LOOPBACK_T, LOCAL, "localhost", [evil, good], ALL_SOCKETS, 403],
  ["28 the same with a login", OPEN_T, REMOTE, "192.0.2.1", [evil, login], ALL_SOCKETS, 403],
  ["28 WebSockets of a page without an origin", LOOPBACK, LOCAL, "localhost", ["Origin: null"], ALL_SOCKETS, 403],
  ["28 WebSockets of a page on another local port", LOOPBACK, LOCAL, "localhost", ["Origin: http://localhost:3000"], ALL_SOCKETS, 403],
  ["28 WebSockets of our page, said to be over TLS", LOOPBACK, LOCAL, `localhost:${PORT}`, [`Origin: https://localhost:${PORT}`], ALL_SOCKETS, 403],
  ["28 WebSockets of our own page", LOOPBACK, LOCAL, `localhost:${PORT}`, [own], SOCKETS, 101],
  ["27 tasks and terminals, with the token", OPEN_T, REMOTE, "192.0.2.1", [good, json, ONE], TASK_POSTS, 400],
  ["27 the same, with a login from our page", OPEN_T, REMOTE, "192.0.2.1", [login, json, ONE, "Sec-Fetch-Site: same-origin"], TASK_POSTS, 400],
  ["27 the same, for a local program", LOOPBACK, LOCAL, "localhost", [json, ONE], TASK_POSTS, 400],
  ["27 what a task left that is not there", LOOPBACK, LOCAL, "localhost", [], TASK_KEPT, 404],
  ["27 a terminal is closed by a local program", LISTED, LOCAL, "localhost", [json], "POST /api/terminals/PTY/close", 200],
  ["28 tasks and terminals, for a stranger", OPEN_T, REMOTE, "192.0.2.1", [json, ONE], TASK_POSTS, 401],
  ["28 the same, for a foreign page", LOOPBACK, LOCAL, "localhost", [evil, json, ONE], TASK_POSTS, 401],
  ["28 the same, for a page on another local port", LOOPBACK, LOCAL, "localhost", ["Origin: http://localhost:3000", json, ONE], TASK_POSTS, 401],
  ["28 the same, behind a proxy", LOOPBACK, LOCAL, "localhost", ["X-Forwarded-For: 127.0.0.1", json, ONE], TASK_POSTS, 401],
  ["28 the same, by a form", LOOPBACK, LOCAL, "localhost", [form, ONE], TASK_POSTS, 403],
  ["19 a hook, by a form", LOOPBACK, LOCAL, "localhost", [form, ONE], HOOK, 403],
  ["20 a hook of a local program, which says nothing", LOOPBACK, LOCAL, "localhost", [json, ONE], HOOK, 204],
  ["21 a hook that a foreign page sends", LOOPBACK, LOCAL, "localhost", [evil, json, ONE], HOOK, 401],
  ["17 a hook that a foreign page sends with a login", PUBLIC, REMOTE, "studio.example", [login, evil, json, ONE], HOOK, 403],
  ["22 what a server is busy with, for a local program", LOOPBACK, LOCAL, "localhost", [], "GET /api/debug/loop", 200],
  ["22 the same with the token", OPEN_NO_BYPASS, LOCAL, "localhost", [good], "GET /api/debug/loop", 200],
  ["22 the same for a stranger with the token", OPEN_T, REMOTE, "192.0.2.1", [good], DEBUG, 403],
  ["22 the same for a stranger with a login", OPEN_T, REMOTE, "192.0.2.1", [login], DEBUG, 403],
  ["22 the same behind a proxy, with the token", LOOPBACK_T, LOCAL, "localhost", ["X-Forwarded-For: 127.0.0.1", good], DEBUG, 403],
  ["27 tools, with the token", OPEN_T, REMOTE, "192.0.2.1", [good, json, ONE], MCP, 400],
  ["27 tools, with a login from our page", OPEN_T, REMOTE, "192.0.2.1", [login, json, ONE, "Sec-Fetch-Site: same-origin"], MCP, 400],
  ["27 tools, for a local program", LOOPBACK, LOCAL, "localhost", [json, ONE], MCP, 400],
  ["27 tools, for a page that was named", LISTED, LOCAL, "localhost", [json, ONE, "Origin: http://localhost:6660"], MCP, 400],
  ["28 tools, for a stranger", OPEN_T, REMOTE, "192.0.2.1", [json, ONE], MCP, 401],
  ["28 tools, for a foreign page", LOOPBACK, LOCAL, "localhost", [evil, json, ONE], MCP, 401],
  ["28 tools, for a foreign page with a login", OPEN_T, REMOTE, "192.0.2.1", [evil, login, json, ONE], MCP, 403],
  ["28 tools, behind a proxy", LOOPBACK, LOCAL, "localhost", ["X-Forwarded-For: 127.0.0.1", json, ONE], MCP, 401],
  ["28 tools, for a foreign name", LOOPBACK, LOCAL, "evil.example", [json, ONE], MCP, 421],
  ["28 tools, by a form", LOOPBACK, LOCAL, "localhost", [form, ONE], MCP, 403],
  ["28 where no session is", LOOPBACK, LOCAL, "localhost", [], ["WS /watch/nobody", "CONTROL WS /"], 404],
];

/** A server with a session that streams. */
interface Running extends AsyncDisposable {
  readonly main: number;
  readonly control: number;
  readonly voice: number;
  readonly channel: number;
  readonly id: string;
}

/** The terminal that is there, in memory. */
async function terminalsOfTest(): Promise<OpenTerminals> {
  const terminals = new MemoryTerminals(new WallClock(), 64);
  await terminals.create({
    ...{ id: PTY, label: "shell", argv: ["bash"], cwd: "/", env: {}, cols: 80, rows: 24 },
    ...{ files: null, secrets: [] },
  });
  return openMemoryTerminals(terminals);
}

async function start(
  { host = "127.0.0.1", access = {} }: Setup,
  whose: "own" | "nobody knows" = "own",
): Promise<Running> {
  const isEverywhere = host !== "127.0.0.1";
  const folder = await tempFolder();
  const connections = new Map<number, number>();
  const server: HeadwayServer = await serve({
    tasksFolder: `${folder.path}/tasks/sessions`,
    terminals: await terminalsOfTest(),
    readSocketTables: () => Promise.resolve(whose === "own" ? ownTables(connections) : null),
    ...access,
    // Tests may listen on loopback only. What another bind changes is which Hosts are ours.
    allowHost: [...(access.allowHost ?? []), ...(isEverywhere ? ["192.0.2.1"] : [])],
    port: 0,
    controlPort: 0,
    voicePort: 0,
    channelPort: 0,
    voiceMute: true,
    maxSessions: 64,
    log: new MemoryLog(),
    createEngine: () => new PassThroughEngine(),
    peerAddress: ({ headers, socket }) => {
      connections.set(socket.remotePort ?? 0, socket.localPort ?? 0);
      return headers["x-test-peer"] as string | undefined;
    },
  });
  const [main, control, voice, channel] = server.addresses.map(({ port }) => port);
  const peer = await RawPeer.connect(main!, "/", [good]);
  await peer.sendText("{}");
  await peer.send(2, encodePcm(new Float32Array(96_000).fill(0.01), 2));
  const bytes = await peer.readUntil((bytes) =>
    new TextDecoder("latin1").decode(bytes).includes("params_update")
  );
  const id = /"session_id":"([^"]+)"/.exec(new TextDecoder("latin1").decode(bytes))![1]!;
  return {
    main: main!,
    control: control!,
    voice: voice!,
    channel: channel!,
    id,
    async [Symbol.asyncDispose]() {
      peer[Symbol.dispose]();
      await server.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const UPGRADE = [
  "Upgrade: websocket",
  "Connection: Upgrade",
  "Sec-WebSocket-Version: 13",
  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
];

interface Parts {
  readonly listener: "main" | "control" | "voice" | "channel";
  readonly isUpgrade: boolean;
  readonly method: string;
  readonly target: string;
}

function partsOf(ask: Ask, id: string): Parts {
  const named = /^(CONTROL|VOICE|CHANNEL) /.exec(ask)?.[1];
  const listener = (named ?? "MAIN").toLowerCase() as Parts["listener"];
  const [verb, path] = ask.slice(named === undefined ? 0 : named.length + 1).split(" ") as [
    string,
    string,
  ];
  const isUpgrade = verb === "WS";
  return {
    listener,
    isUpgrade,
    method: isUpgrade ? "GET" : verb,
    target: path.replace(/\bID\b/, id).replace("PTY", PTY).replace("TASK", "task-00000001"),
  };
}

/** Asks over a socket, by hand: no library tidies anything up. */
async function askServer(running: Running, row: Row, ask: Ask): Promise<number> {
  const [, , peer, host, headers] = row;
  const { listener, isUpgrade, method, target } = partsOf(ask, running.id);
  const port = running[listener];
  const isCommand = listener === "control" && method === "POST";
  const body = isCommand
    ? new TextDecoder("latin1").decode(encodeControlBody({ type: "params", raw: {} }))
    : headers.includes(ONE)
    ? "1"
    : headers.includes("Transfer-Encoding: chunked")
    ? "1\r\nx\r\n0\r\n\r\n"
    : "";
  const lines = [
    `${method} ${target} HTTP/1.1`,
    `Host: ${host}`,
    ...headers,
    ...(peer === LOCAL ? [] : [`X-Test-Peer: ${peer}`]),
    ...(isCommand ? [`Content-Length: ${body.length}`] : []),
    ...(isUpgrade ? UPGRADE : ["Connection: close"]),
  ];
  const request = lines.join("\r\n").replaceAll(PORT, String(port));
  return await statusOf(port, `${request}\r\n\r\n${body}`);
}

/** The status of an answer whose rest nobody reads. */
async function statusOf(port: number, request: string): Promise<number> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(Uint8Array.from(request, (char) => char.charCodeAt(0)));
  const bytes = new Uint8Array(64);
  const size = await conn.read(bytes);
  return Number(
    /^HTTP\/1\.1 (\d+)/.exec(new TextDecoder().decode(bytes.subarray(0, size ?? 0)))?.[1],
  );
}

/** Asks the pure decision; what it lets in gets the status that the row expects of the route. */
function askDecision(row: Row, ask: Ask): number {
  const [, { host: bindHost = "127.0.0.1", access = {} }, peerAddress, host, headers, , status] =
    row;
  const port = 1318;
  const { listener, isUpgrade, method, target } = partsOf(ask, "k3J_x9aQ");
  const pairs = [`Host: ${host}`, ...headers, ...(isUpgrade ? UPGRADE : [])].map((line) => {
    const at = line.indexOf(": ");
    return [
      line.slice(0, at).toLowerCase(),
      line.slice(at + 2).replaceAll(PORT, String(port)),
    ] as const;
  });
  const facts: RequestFacts = {
    ...{ method, target, peerAddress, isUpgrade, hostCount: 1, headerCount: pairs.length },
    headers: {
      ...(listener === "control" && method === "POST" ? { "content-length": "6" } : {}),
      ...Object.fromEntries(pairs),
    },
    ...{ peerPort: 50_000, localPort: port, unixS: 1_750_000_000 },
  };
  const address = { host: bindHost, port, url: "" };
  const rules = new Access(access).rulesOf(address, ...RULES[listener]);
  const decision = decide(facts, rules);
  if (!decision.isAllowed) return decision.status;
  // The wall before what this machine alone is told stands behind the gate.
  if (DEBUG.includes(ask)) return status;
  return FROM_ROUTES.has(status) ? status : 200;
}

/** What each listener adds to the rules that all share. */
const RULES = {
  main: [MAIN_LIMITS, MAIN_RULES],
  control: [CONTROL_LIMITS, CONTROL_RULES],
  voice: [VOICE_LIMITS, VOICE_RULES],
  channel: [CHANNEL_LIMITS, CHANNEL_RULES],
} as const;

const asksOf = (row: Row) => typeof row[5] === "string" ? [row[5]] : row[5];

for (const row of ROWS) {
  Deno.test(`auth matrix, decided: ${row[0]}`, () => {
    for (const ask of asksOf(row)) assertEquals(askDecision(row, ask), row[6], ask);
  });
}

Deno.test("auth matrix, over sockets: every row on every listener and WebSocket", async (t) => {
  for (const setup of SETUPS) {
    await using running = await start(setup);
    for (const row of ROWS.filter((row) => row[1] === setup)) {
      await t.step(row[0], async () => {
        for (const ask of asksOf(row)) {
          assertEquals(await askServer(running, row, ask), row[6], ask);
        }
      });
    }
  }
});

Deno.test("auth matrix: every row belongs to a set-up that is asked", () => {
  for (const row of ROWS) assert(SETUPS.includes(row[1]), row[0]);
});

Deno.test("auth matrix: another user of this machine gets nothing of tasks and terminals without the token", async () => {
  await using running = await start(LOOPBACK_T, "nobody knows");
  const ask = (what: TaskAsk, ...headers: string[]) =>
    askServer(running, ["", LOOPBACK_T, LOCAL, "localhost", headers, what, 0], what);
  for (const what of TASK_ASKS) {
    assertEquals(await ask(what, json), 401, what);
    assert(![401, 403].includes(await ask(what, json, good)), what);
  }
  assertEquals(await ask("GET /api/tasks", login), 200);
});

Deno.test("auth matrix 23: a token in the query is no token", async () => {
  await using running = await start(OPEN_T);
  const query = `token=${TOKEN}&access_token=${TOKEN}&apiKey=${TOKEN}`;
  for (const target of ["/api/streams", "/sessions", `/watch/${running.id}`, "/"]) {
    const upgrade = target === "/" || target.startsWith("/watch")
      ? `${UPGRADE.join("\r\n")}\r\n`
      : "";
    const request =
      `GET ${target}?${query} HTTP/1.1\r\nHost: 192.0.2.1\r\nX-Test-Peer: ${REMOTE}\r\n`;
    assertEquals(await statusOf(running.main, `${request}${upgrade}\r\n`), 401, target);
  }
});

Deno.test("auth matrix 24: two Hosts, or none, are 400 on every listener", async () => {
  await using running = await start(LOOPBACK);
  for (const port of [running.main, running.control, running.voice, running.channel]) {
    for (const hosts of ["", "Host: localhost\r\nHost: localhost\r\n", "Host: a\r\nhOST: b\r\n"]) {
      for (const upgrade of ["", `${UPGRADE.join("\r\n")}\r\n`]) {
        const request = `GET /healthz HTTP/1.1\r\n${hosts}${upgrade}\r\n`;
        assertEquals(await statusOf(port, request), 400, `${hosts}${upgrade}`);
      }
    }
  }
});

Deno.test("auth matrix 25: a target that names another server is 421 on every listener", async () => {
  await using running = await start(LOOPBACK);
  for (const port of [running.main, running.control, running.voice, running.channel]) {
    const ask = (target: string, host: string, more = "") =>
      statusOf(port, `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${more}\r\n`);
    const upgrade = `${UPGRADE.join("\r\n")}\r\n`;
    assertEquals(await ask("http://evil.example/sessions", "localhost"), 421);
    assertEquals(await ask("http://evil.example/sessions", "localhost", upgrade), 421);
    assertEquals(await ask("http://localhost/sessions", "evil.example"), 421);
    assertEquals(await ask("http://evil.example/sessions", "evil.example"), 421);
    const isThere = port === running.main || port === running.control;
    assertEquals(await ask("http://localhost/sessions", "localhost"), isThere ? 200 : 404);
  }
});

Deno.test("auth matrix 26: the eleventh bad login of a peer within a minute is 429", async () => {
  await using running = await start(OPEN_T);
  const login = (token: string, peer: string) => {
    const body = JSON.stringify({ token });
    return rawHttp(
      running.main,
      `POST /api/auth/login HTTP/1.1\r\nHost: 192.0.2.1\r\nX-Test-Peer: ${peer}\r\n${json}\r\n` +
        `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
  };
  const bad = await Promise.all(Array.from({ length: 10 }, () => login("guess", REMOTE)));
  assertEquals(bad.map(({ status }) => status), Array(10).fill(401));
  const refused = await login(TOKEN, REMOTE);
  assertEquals(refused.status, 429);
  assert(/^retry-after: \d+$/im.test(refused.head), refused.head);
  const { status, head } = await login(TOKEN, "203.0.113.8");
  assertEquals(status, 204);
  const cookie = /^set-cookie: ([^;]+)/im.exec(head)![1]!;
  const request = `GET /api/streams HTTP/1.1\r\nHost: 192.0.2.1\r\nX-Test-Peer: ${REMOTE}\r\n`;
  assertEquals(await statusOf(running.main, `${request}Cookie: ${cookie}\r\n\r\n`), 200);
});

Deno.test("auth matrix: a second request that hides in the first one's body is not answered", async () => {
  await using running = await start(LOOPBACK);
  const hidden = "GET /sessions HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const heads = [
    "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
    "Content-Length: 0\r\nContent-Length: 53\r\n",
    "Transfer-Encoding: chunked, identity\r\n",
    "Transfer-Encoding: xchunked\r\n",
    "Content-Length: +5\r\n",
    "Content-Length : 0\r\n",
    " Content-Length: 0\r\n",
  ];
  for (const port of [running.main, running.control, running.voice, running.channel]) {
    for (const head of heads) {
      const { status, body } = await rawHttp(
        port,
        `POST /sessions/x/cmd HTTP/1.1\r\nHost: localhost\r\n${json}\r\n${head}\r\n0\r\n\r\n${hidden}`,
      );
      assertEquals(status, 400, head);
      assert(!body.includes("HTTP/1.1 200"), `${head}${body}`);
    }
  }
});

Deno.test("auth matrix: nothing of a refused request comes back in the answer", async () => {
  await using running = await start(LOOPBACK_T);
  const mark = "refl3ct3d";
  for (const port of [running.main, running.control, running.voice, running.channel]) {
    for (
      const [target, headers] of [
        [`/${mark}?${mark}`, "Host: localhost"],
        [`/api/${mark}`, `Host: ${mark}.example`],
        [`/api/${mark}`, `Host: localhost\r\nOrigin: http://${mark}.example`],
        [`/${mark}`, `Host: localhost\r\nAuthorization: Bearer ${mark}-${mark}`],
        [`http://${mark}/`, "Host: localhost"],
      ]
    ) {
      for (const accept of ["*/*", "text/html"]) {
        const { status, head, body } = await rawHttp(
          port,
          `GET ${target} HTTP/1.1\r\n${headers}\r\nAccept: ${accept}\r\nConnection: close\r\n\r\n`,
        );
        assert(status >= 400);
        assert(!`${head}${body}`.includes(mark), `${target} ${headers}: ${head}${body}`);
      }
    }
  }
});

Deno.test("auth matrix: what is open to everybody is known, and nothing else", () => {
  assertEquals([...MAIN_RULES.openPaths!].sort(), [
    "/",
    "/api/auth/login",
    "/api/auth/logout",
    "/api/auth/status",
    "/api/health",
    // A browser asks for what an app is made of without credentials.
    "/apple-touch-icon.png",
    "/health",
    "/healthz",
    "/icon-192.png",
    "/icon-512.png",
    "/icon-maskable-512.png",
    "/login",
    "/login.js",
    "/manifest.webmanifest",
    "/style.css",
  ]);
  assertEquals(CONTROL_RULES.openPaths, undefined);
});
