/**
 * Speech in a server: the listeners that it opens, and the end of each.
 *
 * @module
 */
import type { McpHttp } from "../../mcp/http.ts";
import { type Clock, Rng } from "../../runtime/mod.ts";
import type { Log } from "../../server/log.ts";
import type { VoiceServer } from "../../server/voice/voice_server.ts";
import type { Access } from "../access.ts";
import type { ListenerPlan, OpenListener } from "../listeners.ts";
import type { ListenerAddress } from "../listener.ts";
import type { ServerParts } from "../options.ts";
import { PageScripts } from "../page_scripts.ts";
import { readSocketTables } from "../socket_tables.ts";
import { ChannelRole } from "./channel_plan.ts";
import { dashboardRoutes } from "./dashboard.ts";
import type { ForeignDashboard } from "./foreign_dashboard.ts";
import { type OptionalPort, playsByProgram } from "./options.ts";
import { voicePlan } from "./voice_plan.ts";
import { VoiceRole } from "./voice_role.ts";

/** What it is made of: the parts of its server. */
export interface VoicePartOptions {
  readonly options: ServerParts;
  readonly clock: Clock;
  readonly log: Log;
  readonly access: Access;
  /** The page that stands in place of ours; null for ours. */
  readonly dashboard: ForeignDashboard | null;
}

/** The voice role of a server, and what forwards to it. */
export class VoicePart {
  /** The listeners to open. */
  readonly plans: readonly ListenerPlan[];
  readonly #role: VoiceRole;
  readonly #channel: ChannelRole | null;
  readonly #log: Log;
  readonly #scripts: PageScripts;
  #channelAddress: ListenerAddress | null = null;
  #mcp: McpHttp | null = null;

  /** Opens nothing. */
  constructor({ options, clock, log, access, dashboard }: VoicePartOptions) {
    this.#log = log.part("voice");
    this.#scripts = new PageScripts(this.#log, options.bundleScripts);
    const rng = options.rng ?? new Rng(crypto.randomUUID());
    const { readSocketTables: readTables = readSocketTables } = options;
    const role = new VoiceRole({
      ...{ clock, rng: rng.split("voice"), log: this.#log, options, readTables },
      pages: dashboardRoutes({
        scripts: this.#scripts,
        foreign: dashboard,
        channel: () => ({
          channelPort: this.#channelAddress?.port ?? null,
          channelUrl: this.#channelAddress === null ? options.kernelUrl ?? null : null,
        }),
      }),
      mount: async (app) => {
        const { voiceMcp } = await import("./voice_mcp.ts");
        const nameSession = () => crypto.randomUUID();
        this.#mcp = voiceMcp(app, {
          ...{ readTables, nameSession, playsByProgram: playsByProgram(options) },
        });
        return this.#mcp.routes;
      },
    });
    this.#role = role;
    this.#channel = isOpen(options.channelPort)
      ? new ChannelRole({
        role,
        access,
        clock,
        rng: rng.split("channel"),
        log: log.part("channel"),
        options,
        readTables,
      })
      : null;
    this.plans = [
      ...(isOpen(options.voicePort) ? [voicePlan(role, { access, log: this.#log, options })] : []),
      ...(this.#channel === null ? [] : [this.#channel.plan]),
    ];
  }

  /** The voice server; null before somebody has asked it something, and after its end. */
  get server(): VoiceServer | null {
    return this.#role.server;
  }

  /**
   * Tells our page where the forwarder is, if it is open. Closes the voice listener when somebody shuts the voice role down; the rest goes on.
   */
  watch(open: readonly OpenListener[]): void {
    const channel = open.find(({ name }) => name === "channel")?.listener;
    this.#channelAddress = channel?.address ?? null;
    const listener = open.find(({ name }) => name === "voice")?.listener;
    if (listener === undefined) return;
    this.#role.ended.then(async () => {
      if (this.#role.isClosed) return;
      this.#log.info("voice role shut down");
      const gone = listener.close();
      await this.#endRole();
      listener.terminate();
      await gone;
    });
  }

  /** Ends what runs. */
  async close(): Promise<void> {
    await Promise.all([this.#endRole(), this.#channel?.close(), this.#scripts.close()]);
  }

  async #endRole(): Promise<void> {
    await this.#mcp?.close();
    await this.#role.close();
  }
}

const isOpen = (port: OptionalPort = "off") => port !== "off";
