/**
 * The routes of a voice server, as its listener and a forwarder in the same process ask them.
 *
 * @module
 */
import { Hono } from "hono";
import { errorMessage, type Timer } from "../../../runtime/mod.ts";
import type { App, AppEnv } from "../../app.ts";
import { BargeIn } from "../barge_in.ts";
import { VoiceBus } from "../bus.ts";
import type { Recognizer } from "../recognizer.ts";
import type { VoiceServer } from "../voice_server.ts";
import { Fields, invalid, json, readObject } from "./body.ts";
import { listeningRoutes } from "./listening_routes.ts";
import { sessionRoutes } from "./session_routes.ts";
import { speechRoutes } from "./speech_routes.ts";
import { statusRoutes } from "./status_routes.ts";

/** What the routes work on. */
export interface VoiceApp {
  readonly voice: VoiceServer;
  readonly bus: VoiceBus;
  readonly bargeIn: BargeIn;
  /** Null where none is attached. */
  readonly recognizer: Recognizer | null;
  /** Headway's. */
  readonly version: string;
}

/** Routes, and whether they still answer. */
export interface VoiceRoutes extends VoiceApp {
  readonly routes: App;
  readonly isShuttingDown: () => boolean;
}

/** How often a voice server that shuts down looks whether it may, seconds. */
const SHUTDOWN_CHECK_S = 0.25;

/**
 * Makes the routes.
 *
 * @param onShutdown Is called when the voice role may end: no job runs, or the time is up.
 */
export function voiceRoutes(
  options: Pick<VoiceApp, "voice" | "recognizer" | "version"> & { readonly onShutdown: () => void },
): VoiceRoutes {
  const { voice, onShutdown } = options;
  const { clock, log } = voice.options;
  const app: VoiceApp = {
    ...options,
    bus: new VoiceBus(clock),
    bargeIn: new BargeIn({
      ...{ clock, log },
      interrupt: () => voice.stop()!.interrupted,
      setRecording: (source, isRecording) => voice.setRecording(`/barge-in/${source}`, isRecording),
    }),
  };
  let shutdown: Timer | null = null;
  const routes: App = new Hono<AppEnv>();
  routes.use(async (c, next) => {
    const isAlways = c.req.path === "/health" || c.req.path === "/shutdown";
    if (shutdown !== null && !isAlways) return json({ error: "server is shutting down" }, 503);
    return await next();
  });
  for (
    const table of [
      sessionRoutes(voice),
      speechRoutes(voice),
      statusRoutes(app),
      listeningRoutes(app),
    ]
  ) {
    routes.route("/", table);
  }
  routes.post("/shutdown", async (c) => {
    const body = await readObject(c, {});
    if ("refused" in body) return body.refused;
    const fields = new Fields(body.value);
    const timeoutS = fields.number("timeout_sec", 5, { min: 0, max: 60 });
    const reason = fields.text("reason", "shutdown-requested");
    if (fields.problems.length > 0) return invalid(fields.problems);
    if (shutdown !== null) return json({ status: "already_shutting_down" }, 409);
    const endS = clock.now() + timeoutS;
    const check = () => {
      if (voice.activeJobs === 0 || clock.now() >= endS) onShutdown();
      else shutdown = clock.after(SHUTDOWN_CHECK_S, check);
    };
    shutdown = clock.after(SHUTDOWN_CHECK_S, check);
    return json({ status: "shutting_down", reason, timeout_sec: timeoutS });
  });
  routes.onError((error, c) => {
    voice.options.log.error("request failed", { path: c.req.path, reason: errorMessage(error) });
    return json({ error: "the server failed to answer; its log says why" }, 500);
  });
  return { ...app, routes, isShuttingDown: () => shutdown !== null };
}

/** The methods of every path, for `Allow`; the table of what there is. */
const METHODS: readonly (readonly [RegExp, string])[] = [
  [/^\/v1\/(synthesize|audio\/speech|speak|vad|filter|stop)$/, "POST"],
  [/^\/v1\/sessions\/register$/, "POST"],
  [/^\/v1\/sessions\/[^/]+\/deregister$/, "POST"],
  [/^\/v1\/bus\/(perceive|act)$/, "POST"],
  [/^\/shutdown$/, "POST"],
  [/^\/v1\/policy$/, "GET, PUT"],
  [/^\/v1\/(jobs|voices|sessions|bus\/hud|bus\/health)$/, "GET"],
  [/^\/v1\/(jobs|sessions)\/[^/]+$/, "GET"],
  [/^\/v1\/sessions\/[^/]+\/subscribers(\/[^/]+)?$/, "GET"],
  [/^\/(health|capabilities|diagnostics)$/, "GET"],
];

/** The answer where no route is: another method of a path that there is, or no such path. */
export function nowhere(path: string): Response {
  const methods = METHODS.find(([pattern]) => pattern.test(path))?.[1];
  return methods === undefined
    ? json({ detail: "Not Found" }, 404)
    : json({ detail: "Method Not Allowed" }, 405, { allow: methods });
}
