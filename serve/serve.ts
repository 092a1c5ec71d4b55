/**
 * The composition root: makes the parts, puts them together, opens and closes the listeners.
 *
 * @module
 */
import { Hono } from "hono";
import { FIXTURES } from "../fixtures/mod.ts";
import { type Clock, Rng, WallClock } from "../runtime/mod.ts";
import { type App, type AppEnv, createApp } from "../server/app.ts";
import { checkBind } from "../server/auth.ts";
import { authRoutes } from "../server/auth_routes.ts";
import { healthRoutes } from "../server/health.ts";
import { CONTROL_LIMITS, MAIN_LIMITS } from "../server/limits.ts";
import { withLineLimit } from "../server/line_limit.ts";
import { createLog, type Log } from "../server/log.ts";
import { LoginThrottle } from "../server/login_throttle.ts";
import { ownUserSocket } from "../server/own_user.ts";
import { PublicProbe } from "../server/public_probe.ts";
import { NO_SOCKETS, socketRoutes } from "../server/socket_routes.ts";
import { controlRoutes } from "../server/streaming/control_routes.ts";
import { loraCatalog } from "../server/streaming/loras.ts";
import { mainRoutes } from "../server/streaming/main_routes.ts";
import { SourceLibrary, StreamRegistry, type StreamSettings } from "../server/streaming/mod.ts";
import { Spectators } from "../server/streaming/spectator.ts";
import { streamRoutes } from "../server/streaming/stream_routes.ts";
import { BaseUrl } from "../server/tasks/base_url.ts";
import { NO_TASK_SOCKETS } from "../server/tasks/http/mod.ts";
import { CLOSE, type Connection, sampleCodec } from "../wire/mod.ts";
import { Access } from "./access.ts";
import { BoardPart } from "./board/board_part.ts";
import { CopilotPart } from "./copilot/copilot_part.ts";
import { showOwnSessions } from "./board/own_sessions.ts";
import { checkSettings } from "./check_options.ts";
import { EngineProcesses } from "./engine_processes.ts";
import { builtInEngine, commandEngine, withEngineProfiles } from "./engines.ts";
import { FixtureMaker } from "./fixture_maker.ts";
import type { ListenerAddress } from "./listener.ts";
import { type ListenerPlan, type OpenListener, openListeners } from "./listeners.ts";
import { mainRouteData } from "./main_data.ts";
import { neighbourUrl } from "./neighbour_url.ts";
import { McpMount } from "./mcp_mount.ts";
import {
  DEFAULT_CONTROL_PORT,
  DEFAULT_HOST,
  DEFAULT_PORT,
  type HeadwayServer,
  type ServerParts,
} from "./options.ts";
import { ownReportRoutes } from "./own_reports.ts";
import { PageScripts } from "./page_scripts.ts";
import { ServerDebug } from "./server_debug.ts";
import { controlWords, mainWords } from "./raw_answers.ts";
import { CONTROL_RULES, MAIN_RULES } from "./rules.ts";
import { readSocketTables } from "./socket_tables.ts";
import { StemMaker } from "./stem_maker.ts";
import { WorkerPreparer } from "./worker_preparer.ts";
import { ForeignDashboard } from "./voice/foreign_dashboard.ts";
import { TasksPart } from "./tasks/tasks_part.ts";
import { VoicePart } from "./voice/voice_part.ts";

/** How long a closing server waits for its connections, seconds. */
const DRAIN_S = 3;

/**
 * Starts a Headway server: the main listener with its WebSockets, and the control bus.
 *
 * @throws {UsageError} for options that cannot be: a taken port, a public address without a token.
 *
 * @example
 * ```ts
 * import { serve } from "./serve.ts";
 *
 * await using server = await serve({ port: 0, controlPort: "off" });
 * console.log(server.url); // ws://127.0.0.1:40123
 * ```
 */
export async function serve(options: ServerParts = {}): Promise<HeadwayServer> {
  const settings = checkSettings(options);
  const clock = options.clock ?? new WallClock();
  const log = withLineLimit(options.log ?? stderrLog(options, clock), clock);
  const debug = new ServerDebug(clock);
  const access = new Access(options);
  const fixtures = new FixtureMaker();
  const library = new SourceLibrary(FIXTURES.map((fixture) => ({
    name: fixture.name,
    facts: fixture,
    load: () => fixtures.load(fixture.name),
  })));
  const processes = new EngineProcesses(clock);
  const preparer = new WorkerPreparer({ clock, log: log.part("sources") });
  const stems = new StemMaker(clock);
  const registry = options.noBackend ? null : makeRegistry(options, {
    ...{ settings, clock: debug.clock("streaming"), log, library, processes, preparer, stems },
  });
  const spectators = registry === null ? null : makeSpectators(registry);
  const boot = nonce();
  const board = await BoardPart.open({
    options,
    clock,
    log: log.part("board"),
    boot,
    rng: new Rng(boot),
    debug,
  });
  // That takes as long as all the rest.
  board.load();
  const made = {
    ...{ options, settings, clock, log, access, library, preparer, stems, processes },
    ...{ registry, spectators, board, boot, debug },
  };
  try {
    return await openServer(made);
  } catch (error) {
    await board.close();
    throw error;
  }
}

/** Makes what needs the board, and opens the listeners. */
async function openServer(
  made: Omit<ServerCore, "copilot" | "open" | "mounts" | "tasks">,
): Promise<HeadwayServer> {
  const { access, board, clock, debug, log, options, registry } = made;
  const { model, ask } = board;
  const mainUrl = () => urlOf(parts, "main");
  const copilot = await CopilotPart.open({
    options,
    clock: debug.clock("copilot"),
    log,
    model,
    ask,
    tell: (news) => board.hear(news),
    nonce,
    mainUrl,
  });
  board.onAgents = (pids) => copilot.setAgents(pids);
  board.onHook = (news) => copilot.hearHook(news);
  const parts: ServerCore = {
    ...made,
    copilot,
    open: [],
    mounts: [copilot, board, debug],
    tasks: null,
  };
  await warnOfStrangers(parts);
  const { voiceDashboard: folder } = options;
  const dashboard = folder === undefined ? null : await ForeignDashboard.read(folder);
  const voice = new VoicePart({ ...parts, clock: debug.clock("voice"), dashboard });
  parts.mounts.push(voice);
  const plans = [
    mainPlan(parts),
    ...(registry === null ? [] : [controlPlan(parts, registry)]),
    ...voice.plans,
  ];
  for (const { host, port, flags } of plans) {
    if (port !== "off") checkBind(host, access.token, flags.host);
  }
  const { peerAddress, peers = access.peers } = options;
  parts.tasks = await TasksPart.open({ ...parts, clock: debug.clock("tasks") });
  if (parts.tasks !== null) parts.mounts.push(parts.tasks);
  try {
    parts.open.push(...await openListeners(plans, { clock, log, peers, peerAddress }));
  } catch (error) {
    await parts.tasks?.close();
    throw error;
  }
  voice.watch(parts.open);
  board.start();
  copilot.start();
  // What needs somebody already when the server starts is told by no push.
  board.caughtUp.then(() => copilot.startPushes());
  debug.start();
  const hide = showOwnSessions(board, {
    clock: debug.clock("own sessions"),
    ...{ registry, voice, tasks: parts.tasks?.tasks ?? null },
  });
  parts.mounts.push({ close: () => Promise.resolve(hide()) });
  return running(parts);
}

/** Where nobody can tell whose a local connection is, sessions that start processes are not for all. */
async function warnOfStrangers({ access, log, options }: ServerCore): Promise<void> {
  const { engineCommand, readSocketTables: readTables = readSocketTables } = options;
  if (engineCommand === undefined || !access.bypass.isOn || await readTables() !== null) return;
  log.warn("sessions need the token", {
    why: "each starts a process, and whose a local connection is cannot be told here",
    flag: "--token",
  });
}

/** The parts of a server, before and while its listeners are open. */
interface ServerCore {
  readonly options: ServerParts;
  readonly settings: StreamSettings;
  readonly clock: Clock;
  readonly log: Log;
  readonly access: Access;
  readonly library: SourceLibrary;
  readonly preparer: WorkerPreparer;
  readonly stems: StemMaker;
  readonly processes: EngineProcesses;
  readonly registry: StreamRegistry | null;
  readonly spectators: Spectators | null;
  readonly board: BoardPart;
  readonly copilot: CopilotPart;
  /** Tells this start of the process from others. */
  readonly boot: string;
  readonly debug: ServerDebug;
  /** Filled when they are open. */
  readonly open: OpenListener[];
  /** What has to be ended beside listeners and sessions. */
  readonly mounts: { close(): Promise<void> }[];
  /** Agent tasks; null before they are made, and without them. */
  tasks: TasksPart | null;
}

function addressOf({ open }: ServerCore, name: string): ListenerAddress | null {
  return open.find((it) => it.name === name)?.listener.address ?? null;
}

function urlOf(core: ServerCore, name: string): string | null {
  return addressOf(core, name)?.url ?? null;
}

/** Sessions, their spectators, pages, and the GET routes. */
function mainPlan(core: ServerCore): ListenerPlan {
  const { options, settings, clock, access, library, registry, spectators } = core;
  const log = core.log.part("main");
  const { engineCommand, readSocketTables: readTables = readSocketTables } = options;
  return {
    name: "main",
    host: options.host ?? DEFAULT_HOST,
    port: options.port,
    defaultPort: DEFAULT_PORT,
    isOptional: false,
    flags: { host: "--host", port: "--port" },
    limits: MAIN_LIMITS,
    service: (address) => {
      const rules = access.rulesOf(address, MAIN_LIMITS, MAIN_RULES);
      const { publicUrl } = access;
      const routes: App = new Hono<AppEnv>();
      routes.use(core.debug.requests.watch);
      const tasks = core.tasks?.mount(rules) ?? null;
      if (tasks !== null) routes.route("/", tasks.routes);
      const main = mainRoutes(mainRouteData(library, registry, {
        maxSessions: settings.maxSessions,
        controlUrl: () => urlOf(core, "control"),
        voiceUrl: ({ headers }) => {
          const voice = addressOf(core, "voice");
          return voice === null ? null : neighbourUrl(voice, headers, rules.site);
        },
      }, clock));
      routes.route("/", main);
      routes.route("/", healthRoutes(core.boot, Deno.pid));
      routes.route("/", core.board.routes);
      routes.route("/", core.copilot.routes);
      routes.route("/", ownReportRoutes(options.mcpFolder ?? "."));
      const throttle = new LoginThrottle(clock);
      routes.route("/", authRoutes({ rules, throttle, clock, nonce, log, publicUrl }));
      if (registry !== null) {
        routes.route("/", streamRoutes(registry, clock));
      }
      if (registry !== null || tasks !== null) {
        const scripts = new PageScripts(log, options.bundleScripts);
        core.mounts.push(scripts);
        routes.route("/", scripts.routes);
      }
      const mcp = new McpMount({
        clock,
        mainUrl: address.url,
        controlUrl: () => urlOf(core, "control"),
        token: access.token,
        base: new BaseUrl({
          publicUrl: publicUrl?.href ?? null,
          site: rules.site,
          proxies: rules.proxies,
        }),
        mainRoutes: routes,
        controlRoutes: registry === null ? null : controlRoutes(registry),
        folder: options.mcpFolder ?? ".",
        sessionsStartProcesses: options.engineCommand !== undefined,
        readSocketTables: readTables,
        tasks: tasks?.tools ?? null,
      });
      core.mounts.push(mcp);
      routes.route("/", mcp.routes);
      const accept = (connection: Connection) =>
        registry === null ? turnAway(connection) : registry.accept(connection);
      // Each of its sessions is a process.
      const primary = engineCommand === undefined
        ? () => accept
        : ownUserSocket(accept, readTables);
      const watch = (id: string) => spectators?.open(id) ?? turnAway;
      return {
        rules,
        app: createApp({ rules, log, routes, errors: "text" }),
        sockets: socketRoutes(
          [
            { path: /^\/watch\/([^/]*)$/, open: ([id = ""]) => watch(id) },
            ...tasks?.sockets ?? NO_TASK_SOCKETS,
          ],
          primary,
        ),
        words: mainWords,
      };
    },
  };
}

/** The control bus. */
function controlPlan(core: ServerCore, registry: StreamRegistry): ListenerPlan {
  const { options, access } = core;
  return {
    name: "control",
    host: options.controlHost ?? DEFAULT_HOST,
    port: options.controlPort,
    defaultPort: DEFAULT_CONTROL_PORT,
    isOptional: true,
    flags: { host: "--control-host", port: "--control-port" },
    limits: CONTROL_LIMITS,
    service: (address) => {
      const rules = access.rulesOf(address, CONTROL_LIMITS, CONTROL_RULES);
      const routes = controlRoutes(registry);
      return {
        rules,
        app: createApp({ rules, log: core.log.part("control"), routes, errors: "json" }),
        sockets: NO_SOCKETS,
        words: controlWords,
      };
    },
  };
}

function makeSpectators(registry: StreamRegistry): Spectators {
  const { clock, codec, log, settings } = registry.options;
  return new Spectators({
    find: (id) => registry.get(id)?.session ?? null,
    clock,
    codec,
    flow: settings.flow,
    log,
  });
}

/** A text that never comes twice, of 32 URL-safe characters. */
function nonce(): string {
  return crypto.randomUUID().replaceAll("-", "");
}

function makeRegistry(
  options: ServerParts,
  parts: {
    settings: StreamSettings;
    clock: Clock;
    log: Log;
    library: SourceLibrary;
    processes: EngineProcesses;
    preparer: WorkerPreparer;
    stems: StemMaker;
  },
): StreamRegistry {
  const { settings, clock, log, library, preparer, processes, stems } = parts;
  const streamLog = log.part("streaming");
  const { engineCommand: command, engineLimits, engineStartS, engineWindowS } = options;
  const limits = {
    ...engineLimits,
    ...(engineStartS !== undefined && { startS: engineStartS }),
    ...(engineWindowS !== undefined && { windowS: engineWindowS }),
  };
  const createEngine = command === undefined
    ? builtInEngine(clock)
    : commandEngine({ command, spawn: processes.spawn, clock, log, limits });
  const rng = options.rng ?? new Rng(crypto.randomUUID());
  return new StreamRegistry({
    clock,
    rng,
    log: (event, fields) => streamLog.info(event, fields),
    library,
    splitStems: options.splitStems ?? stems.split,
    preparer,
    codec: sampleCodec,
    loraCatalog: loraCatalog(),
    createEngine: withEngineProfiles(options.createEngine ?? createEngine, { clock, rng }),
    settings,
    ...(options.onSession && { observer: { onSession: options.onSession } }),
  });
}

/** What is open, as a server that can be closed. */
function running(core: ServerCore): HeadwayServer {
  const { access, boot, clock, log, open, options, preparer, processes, registry, spectators } =
    core;
  const { signal } = options;
  const httpUrl = urlOf(core, "main")!;
  const url = httpUrl.replace(/^http/, "ws");
  for (const { name, listener } of open) {
    log.info("listening", {
      listener: name,
      url: listener.address.url,
      ...(name === "main" && registry !== null && { sessions: url }),
    });
  }
  for (const alias of options.aliases ?? []) log.warn("setting by another name", { alias });
  const probe = startProbe(core);
  const closed = Promise.withResolvers<void>();
  let isClosing = false;
  const close = (): Promise<void> => {
    if (isClosing) return closed.promise;
    isClosing = true;
    signal?.removeEventListener("abort", close);
    probe?.stop();
    log.info("closing", { connections: registry?.connections ?? 0 });
    const deadline = clock.after(DRAIN_S, () => {
      log.warn("dropping what is left", { connections: registry?.connections ?? 0 });
      registry?.terminate();
      processes.terminate();
      for (const { listener } of open) listener.terminate();
    });
    const gone = open.map(({ listener }) => listener.close());
    spectators?.close();
    const unmounted = core.mounts.map((mount) => mount.close());
    const ended = new Promise<void>((resolve) =>
      registry === null ? resolve() : registry.close(resolve)
    );
    // Engines go with their sessions, so nobody starts one any more once those have ended.
    const processesGone = ended.then(() =>
      new Promise<void>((resolve) => processes.whenNone(resolve))
    );
    Promise.all([...gone, ...unmounted, processesGone]).then(() => {
      deadline.cancel();
      preparer.close();
      core.stems.close();
      log.info("closed");
      closed.resolve();
    });
    return closed.promise;
  };
  if (signal?.aborted) close();
  else signal?.addEventListener("abort", close, { once: true });
  return {
    url,
    httpUrl,
    controlUrl: urlOf(core, "control"),
    voiceUrl: urlOf(core, "voice"),
    channelUrl: urlOf(core, "channel"),
    addresses: open.map(({ name, listener: { address: { host, port } } }) => ({
      name,
      host,
      port,
    })),
    boot,
    isBypassOn: () => access.bypass.isOn,
    closed: closed.promise,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** Watches whether the public address makes strangers look local, which ends the bypass. */
function startProbe({ access, clock, log, options }: ServerCore): PublicProbe | null {
  const { bypass, publicUrl } = access;
  if (publicUrl === null || !bypass.isOn) return null;
  return new PublicProbe({
    publicUrl,
    clock,
    nonce,
    log,
    fetch: options.fetch ?? fetch,
    onBypassed: () => void (bypass.isOn = false),
  });
}

/** A server that only shows pages takes every WebSocket, to say so. */
function turnAway(connection: Connection): void {
  connection.attach({ onPacket: () => {}, onClose: () => {} });
  connection.close(CLOSE.internal, "this server was started without a generative backend");
}

function stderrLog(options: ServerParts, clock: Clock): Log {
  const encoder = new TextEncoder();
  const write = options.write ??
    ((text: string) => void Deno.stderr.writeSync(encoder.encode(text)));
  return createLog({ format: options.logFormat ?? "text", clock, write });
}
