/**
 * The routes of a voice server, as its listener and a forwarder in the same process ask them.
 *
 * @module
 */
import { Hono } from "hono";
import { errorMessage } from "../../../runtime/mod.ts";
import type { App, AppEnv } from "../../app.ts";
import { BargeIn } from "../barge_in.ts";
import { VoiceBus } from "../bus.ts";
import type { Recognizer } from "../recognizer.ts";
import type { VoiceServer } from "../voice_server.ts";
import { json } from "./body.ts";
import { listeningRoutes } from "./listening_routes.ts";
import { openApiRoutes } from "./openapi.ts";
import { sessionRoutes } from "./session_routes.ts";
import { Shutdown } from "./shutdown.ts";
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
  const shutdown = new Shutdown(voice, onShutdown);
  const routes: App = new Hono<AppEnv>();
  routes.use(async (c, next) => {
    const isAlways = c.req.path === "/health" || c.req.path === "/shutdown";
    if (shutdown.isUnderWay && !isAlways) return json({ error: "server is shutting down" }, 503);
    return await next();
  });
  for (
    const table of [
      sessionRoutes(voice),
      speechRoutes(voice),
      statusRoutes(app),
      listeningRoutes(app),
      openApiRoutes(options.version),
      shutdown.routes,
    ]
  ) {
    routes.route("/", table);
  }
  routes.onError((error, c) => {
    voice.options.log.error("request failed", { path: c.req.path, reason: errorMessage(error) });
    return json({ error: "the server failed to answer; its log says why" }, 500);
  });
  return { ...app, routes, isShuttingDown: () => shutdown.isUnderWay };
}
