/**
 * The composition root: makes the parts, puts them together, opens and closes the listeners.
 *
 * @module
 */
import { FIXTURES } from "../fixtures/mod.ts";
import { type Clock, Rng, UsageError, WallClock } from "../runtime/mod.ts";
import { createApp } from "../server/app.ts";
import { checkBind, checkToken } from "../server/auth.ts";
import { CONTROL_LIMITS, MAIN_LIMITS } from "../server/limits.ts";
import { createLog, type Log } from "../server/log.ts";
import { parseAllowHosts, parseAllowOrigins } from "../server/origin.ts";
import { controlRoutes } from "../server/streaming/control_routes.ts";
import { loraCatalog } from "../server/streaming/loras.ts";
import { mainRoutes, PUBLIC_PATHS } from "../server/streaming/main_routes.ts";
import {
  DEFAULT_STREAM_SETTINGS,
  SourceLibrary,
  StreamRegistry,
  type StreamSettings,
} from "../server/streaming/mod.ts";
import { CLOSE, type Connection, sampleCodec } from "../wire/mod.ts";
import { builtInEngine, builtInStems } from "./engines.ts";
import { FixtureMaker } from "./fixture_maker.ts";
import { Listener, type ListenerAddress, PortTakenError } from "./listener.ts";
import { mainRouteData } from "./main_data.ts";
import {
  DEFAULT_CONTROL_PORT,
  DEFAULT_HOST,
  DEFAULT_PORT,
  type HeadwayServer,
  type ServerParts,
} from "./options.ts";
import { controlWords, mainWords } from "./raw_answers.ts";

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
  const log = options.log ?? stderrLog(options, clock);
  const token = checkToken(options.token);
  const access = {
    allowHosts: parseAllowHosts(options.allowHost ?? []),
    allowOrigins: parseAllowOrigins(options.allowOrigin ?? []),
  };
  const host = options.host ?? DEFAULT_HOST;
  const controlHost = options.controlHost ?? DEFAULT_HOST;
  const hasControl = options.controlPort !== "off" && options.noBackend !== true;
  checkBind(host, token, "--host");
  if (hasControl) checkBind(controlHost, token, "--control-host");

  const fixtures = new FixtureMaker();
  const library = new SourceLibrary(FIXTURES.map((fixture) => ({
    name: fixture.name,
    facts: fixture,
    load: () => fixtures.load(fixture.name),
  })));
  const registry = options.noBackend ? null : makeRegistry(options, settings, clock, log, library);

  let control: Listener | null = null;
  const rulesOf = (address: ListenerAddress) => ({
    site: { bindHost: address.host, port: address.port, ...access },
    token,
    publicPaths: PUBLIC_PATHS,
  });
  const main = await Listener.open({
    host,
    port: options.port ?? DEFAULT_PORT,
    flags: { host: "--host", port: "--port" },
    limits: MAIN_LIMITS,
    clock,
    log: log.part("main"),
    service: (address) => {
      const rules = { ...rulesOf(address), limits: MAIN_LIMITS };
      const data = mainRouteData(library, registry, {
        maxSessions: settings.maxSessions,
        controlUrl: () => control?.address.url ?? null,
      }, clock);
      return {
        rules,
        app: createApp({ rules, log: log.part("main"), routes: mainRoutes(data), errors: "text" }),
        onConnection: (connection) =>
          registry === null ? turnAway(connection) : registry.accept(connection),
        words: mainWords,
      };
    },
  });
  try {
    if (registry !== null && hasControl) {
      control = await openControl(options, controlHost, clock, log, (address) => {
        const rules = { ...rulesOf(address), limits: CONTROL_LIMITS };
        const routes = controlRoutes(registry);
        return {
          rules,
          app: createApp({ rules, log: log.part("control"), routes, errors: "json" }),
          onConnection: null,
          words: controlWords,
        };
      });
    }
  } catch (error) {
    await main.close();
    throw error;
  }
  return running({ main, control, registry, clock, log, signal: options.signal });
}

function makeRegistry(
  options: ServerParts,
  settings: StreamSettings,
  clock: Clock,
  log: Log,
  library: SourceLibrary,
): StreamRegistry {
  const streamLog = log.part("streaming");
  return new StreamRegistry({
    clock,
    rng: options.rng ?? new Rng(crypto.randomUUID()),
    log: (event, fields) => streamLog.info(event, fields),
    library,
    splitStems: options.splitStems ?? builtInStems(clock),
    codec: sampleCodec,
    loraCatalog: loraCatalog(),
    createEngine: options.createEngine ?? builtInEngine(clock),
    settings,
    ...(options.onSession && { observer: { onSession: options.onSession } }),
  });
}

/** Opens the control bus; null when its default port is taken. */
async function openControl(
  options: ServerParts,
  host: string,
  clock: Clock,
  log: Log,
  service: Parameters<typeof Listener.open>[0]["service"],
): Promise<Listener | null> {
  const asked = options.controlPort === "off" ? undefined : options.controlPort;
  const port = asked ?? DEFAULT_CONTROL_PORT;
  try {
    return await Listener.open({
      host,
      port,
      flags: { host: "--control-host", port: "--control-port" },
      limits: CONTROL_LIMITS,
      clock,
      log: log.part("control"),
      service,
    });
  } catch (error) {
    if (asked !== undefined || !(error instanceof PortTakenError)) throw error;
    log.warn("control bus left out", { port, why: "port is taken", flag: "--control-port" });
    return null;
  }
}

/** What is open, as a server that can be closed. */
function running(parts: {
  main: Listener;
  control: Listener | null;
  registry: StreamRegistry | null;
  clock: Clock;
  log: Log;
  signal: AbortSignal | undefined;
}): HeadwayServer {
  const { main, control, registry, clock, log, signal } = parts;
  const listeners = control === null ? [main] : [main, control];
  const names = ["main", "control"];
  for (const [i, { address }] of listeners.entries()) {
    log.info("listening", { listener: names[i], url: address.url });
  }
  const closed = Promise.withResolvers<void>();
  let isClosing = false;
  const close = (): Promise<void> => {
    if (isClosing) return closed.promise;
    isClosing = true;
    signal?.removeEventListener("abort", close);
    log.info("closing", { connections: registry?.connections ?? 0 });
    const deadline = clock.after(DRAIN_S, () => {
      log.warn("dropping what is left", { connections: registry?.connections ?? 0 });
      registry?.terminate();
      for (const listener of listeners) listener.terminate();
    });
    const gone = listeners.map((listener) => listener.close());
    const ended = new Promise<void>((resolve) =>
      registry === null ? resolve() : registry.close(resolve)
    );
    Promise.all([...gone, ended]).then(() => {
      deadline.cancel();
      log.info("closed");
      closed.resolve();
    });
    return closed.promise;
  };
  if (signal?.aborted) close();
  else signal?.addEventListener("abort", close, { once: true });
  return {
    url: main.address.url.replace(/^http/, "ws"),
    httpUrl: main.address.url,
    controlUrl: control?.address.url ?? null,
    addresses: listeners.map(({ address }, i) => ({
      name: names[i]!,
      host: address.host,
      port: address.port,
    })),
    closed: closed.promise,
    close,
    [Symbol.asyncDispose]: close,
  };
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

function checkSettings(options: ServerParts): StreamSettings {
  checkPort("--port", options.port);
  checkPort("--control-port", options.controlPort === "off" ? undefined : options.controlPort);
  const settings: StreamSettings = {
    ...DEFAULT_STREAM_SETTINGS,
    ...options.settings,
    ...(options.maxSessions !== undefined && { maxSessions: options.maxSessions }),
    ...(options.tickMs !== undefined && { tickMs: options.tickMs }),
    ...(options.idlePauseS !== undefined && { idlePauseS: options.idlePauseS }),
  };
  const { maxSessions, tickMs, idlePauseS } = settings;
  if (!Number.isInteger(maxSessions) || maxSessions < 1) {
    throw new UsageError(
      `--max-sessions is ${maxSessions}, it must be a whole number of at least 1`,
    );
  }
  if (!(tickMs > 0 && tickMs <= 10_000)) {
    throw new UsageError(`--tick-ms is ${tickMs}, it must be above 0 and at most 10000`);
  }
  if (!(idlePauseS >= 0 && Number.isFinite(idlePauseS))) {
    throw new UsageError(`--idle-pause-s is ${idlePauseS}, it must be 0 or more`);
  }
  return settings;
}

function checkPort(flag: string, port: number | undefined): void {
  if (port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)) return;
  throw new UsageError(`${flag} is ${port}, it must be a whole number from 0 to 65535`);
}
