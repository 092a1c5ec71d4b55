/**
 * The GET routes of the main port: what this server can do, what it plays, what runs on it.
 *
 * @module
 */
import { Hono } from "hono";
import type { LoraEntry, ProtocolTables } from "../../wire/mod.ts";
import { type App, type AppEnv, jsonResponse, textResponse } from "../app.ts";
import type { RequestFacts } from "../gate.ts";
import { type Markup, STYLESHEET } from "../page.ts";
import type { PathRules } from "../path_rules.ts";

/** What `/api/server-info` tells. Names are those of the protocol. */
export interface ServerInfo {
  /** True when it cannot run sessions. */
  readonly no_backend: boolean;
  /** Whether pages should hide what a visitor must not touch; never here. */
  readonly kiosk: boolean;
  /** Which player a page should open with. */
  readonly default_mode: "graph" | "video";
  /** How far the warm-up is; null where there is none. */
  readonly warmup:
    | { readonly done: boolean; readonly error: string | null; readonly seconds: number }
    | null;
  /** Names that `use_server_fixture` takes. */
  readonly server_side_fixtures: readonly string[];
  /** Sessions at a time; a name of ours, which no foreign server tells. */
  readonly max_sessions: number;
}

/** A WAV file on its way out. */
export interface WavFile {
  /** Bytes of the whole file. */
  readonly byteLength: number;
  /** The file in order. */
  readonly pieces: Iterable<Uint8Array> | AsyncIterable<Uint8Array>;
}

/** Where the answers come from. */
export interface MainRouteData {
  /** What this server can do. */
  serverInfo(): ServerInfo;
  /** Names of fixtures, sorted. */
  fixtures(): readonly string[];
  /** Names of uploads. */
  uploads(): readonly string[];
  /** A fixture or an upload as a WAV file; null for an unknown name. */
  wav(kind: "fixture" | "upload", name: string): Promise<WavFile | null>;
  /** The LoRAs that sessions may enable. */
  loras(): readonly LoraEntry[];
  /** The knob registry of a session with default settings. */
  knobs(): object;
  /** The protocol as tables. */
  protocol(): ProtocolTables;
  /** The page at `/`, for those who may come in and for those who may not, by how they came. */
  home(isIn: boolean, facts: RequestFacts): Markup;
}

/** What {@link mainRoutes} asks of the gate. */
export const MAIN_PATHS: PathRules = {
  open: ["/", "/style.css", "/healthz"],
  cors: { "/api/server-info": { readers: "any" } },
};

/** The routes of the main listener. */
export function mainRoutes(data: MainRouteData): App {
  const routes: App = new Hono<AppEnv>();
  routes.get("/", (c) => c.html(data.home(c.var.standing !== null, c.env.facts)));
  routes.get("/style.css", (c) => {
    c.header("Content-Type", "text/css; charset=utf-8");
    return c.body(STYLESHEET);
  });
  routes.get("/healthz", () => textResponse("ok"));
  routes.get("/api/server-info", () => {
    const response = jsonResponse(data.serverInfo());
    response.headers.set("Access-Control-Allow-Origin", "*");
    return response;
  });
  routes.get("/api/fixtures", () => jsonResponse(data.fixtures()));
  routes.get("/api/user_uploads", () => jsonResponse(data.uploads()));
  routes.get("/api/videos", () => jsonResponse([]));
  routes.get("/api/loras", () => jsonResponse(loraAnswer(data.loras())));
  routes.get("/api/knobs", () => jsonResponse(data.knobs()));
  routes.get("/api/protocol", () => jsonResponse(data.protocol()));
  routes.get(
    "/fixtures/:name",
    async (c) => wavResponse(await data.wav("fixture", c.req.param("name"))),
  );
  routes.get("/user_uploads/:name", async (c) => {
    const response = wavResponse(await data.wav("upload", c.req.param("name")));
    // A file of unknown origin is to be saved, never shown as part of this site.
    response.headers.set("Content-Disposition", "attachment");
    return response;
  });
  return routes;
}

/** Entries as a client finds them before a session: registered, at rest. */
function loraAnswer(loras: readonly LoraEntry[]): object {
  return {
    dir: "",
    extra_dirs: [],
    checkpoint: "",
    checkpoint_scale: null,
    loras: loras.map((entry) => ({
      ...entry,
      state: "registered",
      strength: 0,
      materialized_bytes: 0,
    })),
  };
}

function wavResponse(wav: WavFile | null): Response {
  if (wav === null) return textResponse("not found", 404);
  const { byteLength, pieces } = wav;
  const body = ReadableStream.from(pieces);
  return new Response(body, {
    headers: { "Content-Type": "audio/wav", "Content-Length": String(byteLength) },
  });
}
