/**
 * The tools for agents on the main listener. They live in the server: its routes are asked without a
 * socket, and only headless sessions connect to it, as any client does.
 *
 * @module
 */
import { join } from "node:path";
import { Hono } from "hono";
import config from "../deno.json" with { type: "json" };
import type { McpHttp, Target } from "../mcp/mod.ts";
import { type Clock, Rng } from "../runtime/mod.ts";
import { type App, type AppEnv, errorResponse, jsonResponse } from "../server/app.ts";
import { REPORTS_FOLDER } from "./own_reports.ts";
import type { MountedTaskTools } from "./tasks/tasks_part.ts";
import type { RequestFacts } from "../server/gate.ts";
import { mayStartProcesses, type ReadSocketTables } from "../server/own_user.ts";
import type { BaseUrl } from "../server/tasks/base_url.ts";

/** A headless session that no tool asked for is stopped after so long, seconds. */
const IDLE_S = 600;
/** What a report on one covers, and above which age of what is heard it is stale, seconds. */
const REPORT_WINDOW_S = 60;
const STALE_S = 3;
/** Stands for the server's own sessions in addresses; nothing is ever sent there. */
const COMMANDS_URL = "http://in-process";

/** What the routes see of a request of our own: no socket brought it, and nobody is let in by it. */
const OF_OUR_OWN: Omit<RequestFacts, "method" | "target"> = {
  ...{ headers: {}, hostCount: 0, headerCount: 0, unixS: 0, isUpgrade: false },
  ...{ peerAddress: "", peerPort: 0, localPort: 0 },
};

/** What the mount is made of. */
export interface McpMountOptions {
  readonly clock: Clock;
  /** The main listener's address, `http://host:port`. */
  readonly mainUrl: string;
  /** The control bus's; null without one. */
  readonly controlUrl: () => string | null;
  readonly token: string | null;
  /** Where people open the server's pages. */
  readonly base: BaseUrl;
  /** The routes of the main port. */
  readonly mainRoutes: App;
  /** The routes of the control bus; null for a server without sessions. */
  readonly controlRoutes: App | null;
  /** Callers may name files below this folder; reports go to `out/reports` in it. */
  readonly folder: string;
  /** Whether each session is a process, so that starting one is for our own user. */
  readonly sessionsStartProcesses: boolean;
  readonly readSocketTables: ReadSocketTables;
  /** The tools for agent tasks; none without them. */
  readonly tasks: MountedTaskTools | null;
}

/** The route `/mcp`. Its code is loaded when the first request comes. */
export class McpMount {
  /** Answers `/mcp`. */
  readonly routes: App = new Hono<AppEnv>();
  readonly #options: McpMountOptions;
  #http: Promise<McpHttp> | null = null;
  /** Reports on a session that the tools have started; null for one that does not run. */
  #report: ((id: string) => Promise<Response | null>) | null = null;

  /** Nothing is loaded. */
  constructor(options: McpMountOptions) {
    this.#options = options;
    this.routes.all("/mcp", async (c) => {
      this.#http ??= this.#load().catch((error) => {
        // What could not be loaded now may be there at the next request.
        this.#http = null;
        throw error;
      });
      return await (await this.#http).answer(c);
    });
    this.routes.get(
      "/api/headless/:id/report",
      async (c) =>
        await this.#report?.(c.req.param("id")) ??
          errorResponse(404, "unknown_session", "no such headless session runs"),
    );
  }

  /** Ends what the tools have started. */
  async close(): Promise<void> {
    // Code that cannot be loaded was told to whoever asked for it.
    const http = await this.#http?.catch(() => null);
    await http?.close();
  }

  async #load(): Promise<McpHttp> {
    const { lagReportData, mcpRoutes, mcpServices, mcpSessionId, ToolError } = await import(
      "../mcp/mod.ts"
    );
    const { folder, readSocketTables } = this.#options;
    const { openGateway } = await import("./gateway/mod.ts");
    const services = mcpServices({
      version: config.version,
      clock: this.#options.clock,
      rng: new Rng(crypto.randomUUID()),
      target: () => Promise.resolve(this.#target()),
      openGateway,
      idleS: IDLE_S,
      filesBelow: folder,
      reports: join(folder, REPORTS_FOLDER),
    });
    this.#report = async (id) => {
      try {
        const about = { windowS: REPORT_WINDOW_S, staleThresholdS: STALE_S, includeTimeline: true };
        const { headless } = services;
        const report = await headless.use(mcpSessionId(id), (client) => client.lagReport(about));
        return jsonResponse(lagReportData(report));
      } catch (error) {
        if (error instanceof ToolError) return null;
        throw error;
      }
    };
    const { tasks } = this.#options;
    await tasks?.load();
    return mcpRoutes(services, {
      pages: (c) => this.#options.base.at(c.env.facts),
      taskTools: (c) => tasks?.of(c) ?? null,
      mayReachOutside: (c) => mayStartProcesses(c.var.standing, c.env.facts, readSocketTables),
    });
  }

  #target(): Target {
    const { mainUrl, controlUrl, token, mainRoutes, controlRoutes, sessionsStartProcesses } =
      this.#options;
    return {
      url: mainUrl.replace(/^http/, "ws"),
      mainUrl,
      controlUrl: controlUrl(),
      commandsUrl: controlRoutes === null ? null : COMMANDS_URL,
      token,
      sessionsStartProcesses,
      fetch: async (request) => {
        const isCommand = request.url.startsWith(`${COMMANDS_URL}/`);
        if (isCommand && controlRoutes !== null) return await controlRoutes.fetch(request);
        const { body, method, url } = request;
        const facts = { ...OF_OUR_OWN, method, target: url.slice(mainUrl.length) };
        return await mainRoutes.fetch(request, { facts, ...(body !== null && { body }) });
      },
    };
  }
}
