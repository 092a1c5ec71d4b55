/**
 * The channel forwarder's listener.
 *
 * @module
 */
import { Hono } from "hono";
import config from "../../deno.json" with { type: "json" };
import type { McpHttp } from "../../mcp/http.ts";
import type { PlayWav } from "../../mcp/voice/channel_tools.ts";
import type { Clock, Rng } from "../../runtime/mod.ts";
import { type App, type AppEnv, createApp } from "../../server/app.ts";
import { CONTROL_LIMITS, type Limits } from "../../server/limits.ts";
import type { Log } from "../../server/log.ts";
import { ownUserOnly, type ReadSocketTables } from "../../server/own_user.ts";
import { NO_SOCKETS } from "../../server/socket_routes.ts";
import { voiceBackend } from "../../server/voice/channel/backend.ts";
import { EventBus } from "../../server/voice/channel/event_bus.ts";
import { ChannelForwarder } from "../../server/voice/channel/forwarder.ts";
import { CHANNEL_PATHS, channelRoutes } from "../../server/voice/channel/routes.ts";
import { mergePaths } from "../../server/path_rules.ts";
import type { Access, ListenerRules } from "../access.ts";
import type { ListenerPlan } from "../listeners.ts";
import { DEFAULT_HOST } from "../options.ts";
import { controlWords } from "../raw_answers.ts";
import {
  DEFAULT_CHANNEL_PORT,
  DEFAULT_VOICE_PORT,
  playsByProgram,
  startsProcesses,
  type VoiceOptions,
  type VoiceParts,
} from "./options.ts";
import { plannedPort } from "./voice_plan.ts";
import type { VoiceRole } from "./voice_role.ts";

/** Its limits: tools and registrations are short. */
export const CHANNEL_LIMITS: Limits = { ...CONTROL_LIMITS, maxBodyBytes: 4 * 2 ** 20 };
/** What it adds to the rules that all listeners share. */
export const CHANNEL_RULES: ListenerRules = { ...mergePaths([CHANNEL_PATHS]), posts: "any" };
/** Stands for the voice server in this process; nothing is ever sent there. */
const IN_PROCESS = "http://in-process";

/** What the forwarder is made of. */
export interface ChannelOptions {
  readonly role: VoiceRole;
  readonly access: Access;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  readonly readTables: ReadSocketTables;
  readonly options: VoiceOptions & VoiceParts;
}

/** The forwarder, its routes and its tools. */
export class ChannelRole {
  /** Its listener. */
  readonly plan: ListenerPlan;
  readonly #events: EventBus;
  #mcp: McpHttp | null = null;

  /** Forwards to the voice server in this process unless another one is named. */
  constructor({ role, access, clock, rng, log, options, readTables }: ChannelOptions) {
    const { voiceUrl, fetch = globalThis.fetch } = options;
    const backend = voiceUrl === undefined
      ? voiceBackend({ baseUrl: IN_PROCESS, clock, send: (request) => askRole(role, request) })
      : voiceBackend({ baseUrl: voiceUrl, clock, token: access.token, send: (it) => fetch(it) });
    const forwarder = new ChannelForwarder({ clock, rng, backend });
    this.#events = new EventBus(clock);
    const play: PlayWav | null = options.voiceMute === true
      ? null
      : (wav, id) => playOn(role, wav, id);
    const { version } = config;
    const routes: App = new Hono<AppEnv>();
    // What it forwards may start a program of this machine's user.
    if (voiceUrl === undefined && startsProcesses(options)) {
      routes.on("POST", "*", ownUserOnly(readTables));
    }
    routes.all("/mcp", async (c) => {
      // The tools are loaded when somebody first asks for them.
      const { channelMcp } = await import("./channel_mcp.ts");
      const byProgram = playsByProgram(options);
      this.#mcp ??= channelMcp({
        ...{ forwarder, play, version, readTables, playsByProgram: byProgram },
      });
      return await this.#mcp.answer(c);
    });
    routes.route("/", channelRoutes({ forwarder, events: this.#events, version }));
    this.plan = {
      name: "channel",
      host: options.channelHost ?? DEFAULT_HOST,
      port: plannedPort(options.channelPort),
      defaultPort: DEFAULT_CHANNEL_PORT,
      isOptional: true,
      flags: { host: "--channel-host", port: "--channel-port" },
      limits: CHANNEL_LIMITS,
      service: (address) => {
        const plain = access.rulesOf(address, CHANNEL_LIMITS, CHANNEL_RULES);
        const origins = voiceOrigins(role, options);
        const allowOrigins = [...plain.site.allowOrigins, ...origins];
        const rules = { ...plain, site: { ...plain.site, allowOrigins } };
        return {
          rules,
          app: createApp({ rules, log, routes, errors: "json", preflights: "empty" }),
          sockets: NO_SOCKETS,
          words: controlWords,
        };
      },
    };
  }

  /** Ends streams and tools. */
  async close(): Promise<void> {
    this.#events.close();
    await this.#mcp?.close();
  }
}

/** The pages of the voice server may register here. */
function voiceOrigins(role: VoiceRole, { voiceUrl, voicePort }: VoiceOptions): string[] {
  if (voiceUrl !== undefined) return [new URL(voiceUrl).origin];
  const isElsewhere = voicePort === "default";
  const port = role.address?.port ?? (isElsewhere ? DEFAULT_VOICE_PORT : null);
  if (port === null) return [];
  return ["127.0.0.1", "localhost", "[::1]"].map((host) => `http://${host}:${port}`);
}

async function askRole(role: VoiceRole, request: Request): Promise<Response> {
  if (role.isClosed) throw new Error("the voice role was shut down");
  return await (await role.load()).all.fetch(request);
}

/** Plays a file when it is its turn on the one loudspeaker. */
async function playOn(
  role: VoiceRole,
  wav: Uint8Array<ArrayBuffer>,
  sessionId: string,
): Promise<void> {
  if (role.isClosed) throw new Error("the voice role was shut down");
  const { voice } = await role.load();
  const ended = Promise.withResolvers<void>();
  voice.playFile(wav, {
    onEnd: ({ failure }) => failure === null ? ended.resolve() : ended.reject(failure),
  }, voice.registry.get(sessionId));
  await ended.promise;
}
