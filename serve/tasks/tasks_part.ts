/**
 * Agent tasks in a server: puts their parts together, and says what the main listener mounts.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Context, Hono } from "hono";
import config from "../../deno.json" with { type: "json" };
import type { BoundTaskTools, McpHttp, TaskTool } from "../../mcp/mod.ts";
import { type Clock, HeadwayError, Rng, UsageError } from "../../runtime/mod.ts";
import type { App, AppEnv } from "../../server/app.ts";
import type { GateRules } from "../../server/gate.ts";
import type { Log } from "../../server/log.ts";
import { mayStartProcesses, ownUserOnly, type ReadSocketTables } from "../../server/own_user.ts";
import type { SocketRoute } from "../../server/socket_routes.ts";
import { AgentTasks } from "../../server/tasks/agent_tasks.ts";
import { agentEnvironment, checkPassed } from "../../server/tasks/agents/agent_env.ts";
import { AgentList, parseAgent } from "../../server/tasks/agents/agent_list.ts";
import { isTypeable } from "../../server/tasks/agents/shell_quote.ts";
import { BaseUrl } from "../../server/tasks/base_url.ts";
import { readTexts } from "../../server/tasks/envelope/texts.ts";
import { TaskError } from "../../server/tasks/errors.ts";
import { copyLocal, InteractiveSessions } from "../../server/tasks/interactive/interactive.ts";
import { mountTasks, type TaskMount } from "../../server/tasks/http/mod.ts";
import { taskHealthRoute } from "../../server/tasks/health_route.ts";
import { recoverTasks, TaskCleanup } from "../../server/tasks/recovery.ts";
import { DEFAULT_TASK_SETTINGS, type TaskSettings } from "../../server/tasks/settings.ts";
import { Shells } from "../../server/tasks/shells.ts";
import { Uploads } from "../../server/tasks/uploads.ts";
import { TASK_PAGES } from "../../web/page/task_pages.ts";
import type { Access } from "../access.ts";
import type { ServerParts } from "../options.ts";
import { readSocketTables } from "../socket_tables.ts";
import { DiskFiles } from "./disk_files.ts";
import { TasksFolder } from "./folder_lock.ts";
import { headwayAgent } from "./headway_agent.ts";
import { type OpenTerminals, openTerminals } from "./open_terminals.ts";
import { DEFAULT_AGENT, DEFAULT_MAX_PTYS, DEFAULT_TASKS_NAME } from "./options.ts";
import { systemDisk, watchSystemFolder } from "./system_disk.ts";

/** What it is made of: the parts of its server. */
export interface TasksPartOptions {
  readonly options: ServerParts;
  readonly clock: Clock;
  readonly log: Log;
  readonly access: Access;
}

/** Tools that are loaded when somebody asks for them. */
export interface MountedTaskTools {
  load(): Promise<void>;
  /** The tools for a caller, once they are loaded. */
  of(caller: Context<AppEnv> | undefined): BoundTaskTools;
}

/** What the main listener mounts. */
export interface MountedTasks {
  /** Before what else answers `/`. */
  readonly routes: App;
  /** WebSockets of viewers. */
  readonly sockets: readonly SocketRoute[];
  /** The tools at `/mcp`. */
  readonly tools: MountedTaskTools;
}

const SHIPPED_TEXTS = new URL("../../server/tasks/envelope/", import.meta.url);
/** A terminal that nobody attends to is closed after a day. */
const IDLE_S = 86_400;
const SHELL: readonly string[] = ["/bin/bash"];

/** Which agents a server has. @throws {UsageError} for some that cannot be. */
export function agentsOf({ agentCommand = DEFAULT_AGENT, agents = [] }: ServerParts): AgentList {
  return new AgentList(agentCommand, [headwayAgent(), ...agents.map(parseAgent)]);
}

/** Agent tasks. */
export class TasksPart {
  readonly tasks: AgentTasks;
  readonly terminals: OpenTerminals;
  readonly #options: TasksPartOptions;
  readonly #folder: TasksFolder;
  readonly #readTables: ReadSocketTables;
  /** Null where `coda_interactive` is not offered. */
  readonly interactive: InteractiveSessions | null;
  readonly #shells: Shells;
  readonly #uploads: Uploads;
  readonly #cleanup: TaskCleanup;
  readonly #log: Log;
  readonly #endpoints: Promise<McpHttp>[] = [];
  readonly #viewers: TaskMount[] = [];
  #tools: readonly TaskTool[] | null = null;

  private constructor(
    parts: TasksPartOptions,
    made: {
      readonly tasks: AgentTasks;
      readonly terminals: OpenTerminals;
      readonly interactive: InteractiveSessions | null;
      readonly folder: TasksFolder;
      readonly shells: Shells;
      readonly uploads: Uploads;
    },
  ) {
    const { options, clock, log } = parts;
    this.#options = parts;
    this.#log = log.part("tasks");
    this.#folder = made.folder;
    this.tasks = made.tasks;
    this.terminals = made.terminals;
    this.interactive = made.interactive;
    this.#shells = made.shells;
    this.#uploads = made.uploads;
    this.#readTables = options.readSocketTables ?? readSocketTables;
    this.#cleanup = new TaskCleanup(this.tasks, { uploads: made.uploads, clock, log: this.#log });
  }

  /**
   * Makes them, and ends what a server before this one left running; null for a server without tasks,
   * and where another server has their folder.
   *
   * @throws {UsageError} for options that cannot be.
   */
  static async open(parts: TasksPartOptions): Promise<TasksPart | null> {
    const { options, clock, access } = parts;
    const { tasksFolder: path, terminals: given } = options;
    if (path === undefined) return null;
    const folder = new TasksFolder(path);
    const log = parts.log.part("tasks");
    const settings = settingsOf(options);
    const agents = agentsOf(options);
    const environment = agentEnvironment(
      options.environment ?? ownEnvironment(),
      options.tasksEnv,
      access.token,
    );
    const projects = options.tasksProjects ?? join(dirname(path), "projects");
    if (![path, projects].every(isTypeable)) {
      throw new UsageError(`the folder of tasks ${JSON.stringify(path)} has control characters`);
    }
    const texts = await readTexts((file) => readText(file, options.tasksTexts));
    const terminals = given ??
      openTerminals({
        clock,
        log,
        maxTerminals: options.tasksMaxPtys ?? DEFAULT_MAX_PTYS,
        idleS: IDLE_S,
      });
    const rng = (options.rng ?? new Rng(crypto.randomUUID())).split("tasks");
    const shared = {
      ...{ disk: systemDisk, clock, log, settings, terminals, environment, shell: SHELL },
      prepare: folder.take,
    };
    const workFolder = options.tasksWorkFolder ?? projects;
    const shells = new Shells({ ...shared, workFolder, rng: rng.split("shells") });
    const uploads = new Uploads({
      ...{ disk: systemDisk, clock, rng: rng.split("uploads"), ttlS: settings.ttlS },
      folder: options.uploadsFolder ?? join(dirname(path), "uploads"),
    });
    const tasks = new AgentTasks({
      ...shared,
      ...{ root: path, workFolder, agents, texts },
      rng: rng.split("tasks"),
      watchFolder: watchSystemFolder,
    });
    const interactive = settings.hasInteractive
      ? new InteractiveSessions({
        ...{ ...shared, projects, copy: copyLocal },
        rng: rng.split("interactive"),
      })
      : null;
    const part = new TasksPart(parts, { tasks, terminals, interactive, folder, shells, uploads });
    try {
      await part.#recover();
    } catch (error) {
      await part.close();
      if (!(error instanceof TaskError)) throw error;
      log.warn("tasks left out", { why: error.message, flag: "--tasks-dir" });
      return null;
    }
    return part;
  }

  /** What the main listener mounts, once its rules are known. */
  mount(rules: GateRules): MountedTasks {
    const { access: { publicUrl }, options, clock } = this.#options;
    const base = new BaseUrl({
      publicUrl: publicUrl?.href ?? null,
      site: rules.site,
      proxies: rules.proxies,
    });
    const bind = (caller: Context<AppEnv> | undefined): Omit<BoundTaskTools, "tools"> => ({
      call: {
        viewerUrl: (pty) => base.viewerUrl(pty, caller?.env.facts ?? null),
        permit: () => this.#permit(caller),
      },
    });
    const routes: App = new Hono<AppEnv>();
    routes.use(async (c, next) => {
      base.capture(c.env.facts);
      await next();
    });
    routes.use("/mcp/tasks", ownUserOnly(this.#readTables));
    let endpoint: Promise<McpHttp> | null = null;
    routes.all("/mcp/tasks", async (c) => {
      endpoint ??= this.#endpoint(bind, options.tasksServerName ?? DEFAULT_TASKS_NAME);
      return await (await endpoint).answer(c);
    });
    const viewer = mountTasks({
      ...{ terminals: this.terminals, tasks: this.tasks, clock, log: this.#log },
      ...{ readTables: this.#readTables, files: new DiskFiles(), pages: TASK_PAGES },
      keptS: this.tasks.settings.ttlS,
      openShell: (order) => this.#shells.open(order),
      saveUpload: (name, bytes) => this.#uploads.save(name, bytes),
      isReplayOnly: this.#options.options.tasksReplayOnly ?? false,
    });
    this.#viewers.push(viewer);
    routes.route("/", viewer.routes);
    routes.route("/", taskHealthRoute(this.terminals, { version: config.version, idleS: IDLE_S }));
    return {
      routes,
      sockets: viewer.sockets,
      tools: {
        load: () => this.#load(),
        of: (caller) => ({ tools: this.#toolsNow(), ...bind(caller) }),
      },
    };
  }

  async #load(): Promise<void> {
    const { taskTools } = await import("../../mcp/mod.ts");
    this.#tools ??= taskTools({
      tasks: this.tasks,
      clock: this.#options.clock,
      interactive: this.interactive,
      hasThreeCounts: this.#options.options.tasksThreeCounts ?? false,
    });
  }

  /** Ends what runs: says so in each result, closes every terminal. */
  async close(): Promise<void> {
    this.#cleanup.close();
    await Promise.all(this.#viewers.map((viewer) => viewer.close()));
    for (const endpoint of this.#endpoints) await (await endpoint.catch(() => null))?.close();
    await this.tasks.close();
    await this.terminals.shutdown();
    await this.#folder.release();
  }

  async #endpoint(
    bind: (caller: Context<AppEnv> | undefined) => Omit<BoundTaskTools, "tools">,
    name: string,
  ): Promise<McpHttp> {
    const opening = (async () => {
      const { lenientHandshake, mcpEndpoint, taskServer } = await import("../../mcp/mod.ts");
      await this.#load();
      return mcpEndpoint(
        (caller) =>
          taskServer({ name, version: config.version }, {
            tools: this.#toolsNow(),
            ...bind(caller),
          }),
        { path: "/mcp/tasks", mend: lenientHandshake },
      );
    })();
    this.#endpoints.push(opening);
    return await opening;
  }

  #toolsNow(): readonly TaskTool[] {
    return this.#tools ?? [];
  }

  async #permit(caller: Context<AppEnv> | undefined): Promise<void> {
    const isAllowed = caller !== undefined &&
      await mayStartProcesses(caller.var.standing, caller.env.facts, this.#readTables);
    if (isAllowed) return;
    throw new HeadwayError(
      "tasks start processes: they need the server's token, or a caller of its own user; " +
        "set HEADWAY_TOKEN on both sides",
    );
  }

  /** Where there is nothing yet, nothing is made before it is needed. */
  async #recover(): Promise<void> {
    if (!await this.#folder.exists()) return await this.#cleanup.run();
    await this.#folder.take();
    await recoverTasks(this.tasks, {
      ...{ disk: systemDisk, clock: this.#options.clock, log: this.#log },
      sweep: async ({ id, pid, pidStart }) =>
        pidStart !== null && await this.terminals.sweepLeftovers([{ id, pid, pidStart }]) > 0,
    });
    await this.interactive?.sweep();
    await this.#cleanup.run();
  }
}

/** The settings of tasks. Throws {@link UsageError} for what cannot be. */
function settingsOf(options: ServerParts): TaskSettings {
  checkPassed(options.tasksEnv ?? []);
  const set = <T>(name: keyof TaskSettings, value: T | undefined) =>
    value === undefined ? {} : { [name]: value };
  const { tasksWatchIntervalMs: watchMs } = options;
  return {
    ...DEFAULT_TASK_SETTINGS,
    ...set("maxConcurrent", options.tasksMaxConcurrent),
    ...set("ttlS", options.tasksTtlS),
    ...set("graceS", options.tasksGraceS),
    ...set("pollS", watchMs === undefined ? undefined : watchMs / 1000),
    ...set("transcriptCapBytes", options.tasksTranscriptCapBytes),
    ...set("isReplayOnly", options.tasksReplayOnly),
    ...set("hasInteractive", options.tasksInteractive),
    ...set("hasWorkflow", options.tasksWorkflow),
    ...set("countsOutput", options.tasksCountOutput),
    ...options.taskSettings,
  };
}

/** A text of the user's own, else the one that ships. */
async function readText(file: string, own: string | undefined): Promise<string | null> {
  const places = [
    ...(own === undefined ? [] : [join(own, file)]),
    fileURLToPath(new URL(file, SHIPPED_TEXTS)),
  ];
  for (const place of places) {
    try {
      return await Deno.readTextFile(place);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

/** Every variable of this process that it may read. */
function ownEnvironment(): Record<string, string> {
  try {
    return Deno.env.toObject();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return {};
    throw error;
  }
}
