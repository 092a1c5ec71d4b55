/**
 * The voice server as a part of this process. Its code is loaded when somebody first asks it
 * something; its workers start when somebody registers or speaks.
 *
 * @module
 */
import { Hono } from "hono";
import config from "../../deno.json" with { type: "json" };
import type { Clock, Rng } from "../../runtime/mod.ts";
import type { App, AppBindings, AppEnv } from "../../server/app.ts";
import type { Standing } from "../../server/auth.ts";
import type { Log } from "../../server/log.ts";
import { ownUserOnly, ownUserSocket, type ReadSocketTables } from "../../server/own_user.ts";
import type { SocketRoutes } from "../../server/socket_routes.ts";
import type { VoiceServer } from "../../server/voice/voice_server.ts";
import { voiceSocketOf } from "../../server/voice/sockets.ts";
import type { ListenerAddress } from "../listener.ts";
import type { LoadedVoice } from "./load_voice.ts";
import { playsByProgram, startsProcesses, type VoiceOptions, type VoiceParts } from "./options.ts";

/** Methods that may start something. */
const UNSAFE = ["POST", "PUT", "DELETE"];

/** What the role is made of. */
export interface VoiceRoleOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  readonly options: VoiceOptions & VoiceParts;
  readonly readTables: ReadSocketTables;
  /** Its pages, which need nothing of the voice server to be loaded. */
  readonly pages: App;
  /** More routes of the voice listener: the tools for agents. */
  readonly mount?: (voice: LoadedVoice) => Promise<App>;
}

/** A request of the listener, with what its gate found out. */
interface AskedEnv extends AppBindings {
  readonly standing: Standing | null;
}

/** What there is once it is loaded. */
interface Loaded extends LoadedVoice {
  /** Every route, the tools for agents among them. */
  readonly all: App;
}

/** The voice role of a server. */
export class VoiceRole {
  /** Every request of the voice listener. */
  readonly routes: App = new Hono<AppEnv>();
  /** Where its listener is; null before it is open, and without one. */
  address: ListenerAddress | null = null;
  readonly #options: VoiceRoleOptions;
  readonly #ended = Promise.withResolvers<void>();
  #loaded: Promise<Loaded> | null = null;
  #isClosed = false;
  /** The voice server; null before somebody has asked it something. */
  server: VoiceServer | null = null;

  /** Nothing is loaded. */
  constructor(options: VoiceRoleOptions) {
    this.#options = options;
    if (startsProcesses(options.options)) {
      this.routes.on(UNSAFE, "*", ownUserOnly(options.readTables));
    }
    if (playsByProgram(options.options)) {
      this.routes.post("/v1/speak", ownUserOnly(options.readTables));
    }
    this.routes.route("/", options.pages);
    this.routes.all("*", async (c) => {
      const { all } = await this.load();
      const env: AskedEnv = { ...c.env, standing: c.var.standing };
      return await all.fetch(c.req.raw, env);
    });
  }

  /** Resolves when somebody has shut the voice role down, and it may end. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** Whether it has ended: nobody answers any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The voice server; made at the first call. */
  load(): Promise<Loaded> {
    this.#loaded ??= this.#load().catch((error) => {
      this.#loaded = null;
      throw error;
    });
    return this.#loaded;
  }

  /** Who takes which WebSocket. */
  readonly sockets: SocketRoutes = async (target, peer) => {
    const asked = voiceSocketOf(target);
    if ("status" in asked) return asked;
    const { options, readTables } = this.#options;
    if (asked.kind === "chat" && startsProcesses(options)) {
      const taker = await ownUserSocket(() => {}, readTables)(peer);
      if (typeof taker !== "function") return taker;
    }
    const loaded = await this.load();
    if (loaded.isShuttingDown()) return { status: 503, text: "server is shutting down" };
    return (connection) => loaded.sockets.take(asked, connection);
  };

  /** Ends what runs. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.server = null;
    const loaded = await this.#loaded?.catch(() => null);
    await loaded?.close();
  }

  async #load(): Promise<Loaded> {
    const { loadVoice } = await import("./load_voice.ts");
    const { mount } = this.#options;
    const loaded = loadVoice({
      ...this.#options,
      version: config.version,
      onShutdown: () => this.#ended.resolve(),
    });
    this.server = loaded.server;
    if (this.#isClosed) await loaded.close();
    const all: App = new Hono<AppEnv>();
    all.use(async (c, next) => {
      // What the gate found out does not come along by itself. Who was not at the gate is nobody.
      c.set("standing", (c.env as Partial<AskedEnv> | undefined)?.standing ?? null);
      await next();
    });
    if (mount !== undefined) all.route("/", await mount(loaded));
    all.route("/", loaded.routes);
    all.notFound((c) => loaded.nowhere(c.req.path));
    return { ...loaded, all };
  }
}
