/**
 * A listener with the pages and routes of tasks and terminals.
 *
 * @module
 */
import { Hono } from "hono";
import { type Clock, Rng, WallClock } from "../../runtime/mod.ts";
import { Access } from "../../serve/access.ts";
import { Listener } from "../../serve/listener.ts";
import { PageScripts } from "../../serve/page_scripts.ts";
import { mainWords } from "../../serve/raw_answers.ts";
import { type AppEnv, createApp } from "../../server/app.ts";
import { MAIN_LIMITS } from "../../server/limits.ts";
import { STYLESHEET } from "../../server/page.ts";
import { mergePaths } from "../../server/path_rules.ts";
import { socketRoutes } from "../../server/socket_routes.ts";
import { mountTasks, type TaskMountOptions } from "../../server/tasks/http/mod.ts";
import { Shells } from "../../server/tasks/shells.ts";
import { Uploads } from "../../server/tasks/uploads.ts";
import { TASK_PAGES } from "../../web/page/task_pages.ts";
import { MemoryDisk } from "./memory_disk.ts";
import { MemoryLog } from "./memory_log.ts";
import { TerminalWorld } from "./terminal_world.ts";

/** What may be put in place of the usual. */
export interface TerminalServerOptions
  extends Partial<Pick<TaskMountOptions, "readTables" | "terminals" | "isReplayOnly">> {
  readonly clock?: Clock;
  readonly world?: TerminalWorld;
  readonly token?: string;
  readonly bundleScripts?: ConstructorParameters<typeof PageScripts>[1];
}

/** The server, and what it shows. */
export interface TerminalServer extends AsyncDisposable {
  /** `http://127.0.0.1:…`. */
  readonly httpUrl: string;
  /** `ws://127.0.0.1:…`. */
  readonly url: string;
  readonly world: TerminalWorld;
  readonly log: MemoryLog;
  /** Where files lie that people hand in. */
  readonly disk: MemoryDisk;
  /** Says that it stops, as a server that closes does. */
  stop(): Promise<void>;
}

/** Starts one on a free port, whose terminals and tasks the test makes. */
export async function terminalServer(options: TerminalServerOptions = {}): Promise<TerminalServer> {
  const clock = options.clock ?? new WallClock();
  const log = new MemoryLog();
  const world = options.world ?? new TerminalWorld(clock);
  const { tasks, files } = world;
  const access = new Access(options.token === undefined ? {} : { token: options.token });
  const scripts = new PageScripts(log, options.bundleScripts);
  const connections = new Map<number, number>();
  const disk = new MemoryDisk(clock);
  const [shells, uploads] = [shellsOf(world, disk), uploadsOf(clock, disk)];
  const mount = mountTasks({
    keptS: 86_400,
    openShell: (order) => shells.open(order),
    saveUpload: (name, bytes) => uploads.save(name, bytes),
    ...{ tasks, clock, log, pages: TASK_PAGES },
    terminals: options.terminals ?? world.terminals,
    isReplayOnly: options.isReplayOnly ?? false,
    files,
    readTables: options.readTables ?? (() => Promise.resolve(ownTables(connections))),
  });
  const listener = await Listener.open({
    host: "127.0.0.1",
    port: 0,
    flags: { host: "--host", port: "--port" },
    limits: MAIN_LIMITS,
    clock: new WallClock(),
    log,
    peers: access.peers,
    peerAddress: ({ socket }) => {
      connections.set(socket.remotePort ?? 0, socket.localPort ?? 0);
      return undefined;
    },
    service: (address) => {
      const rules = access.rulesOf(address, MAIN_LIMITS, {
        ...mergePaths([{ open: ["/", "/style.css"] }, mount.paths]),
        posts: "json",
      });
      const routes = new Hono<AppEnv>();
      routes.route("/", mount.routes);
      routes.route("/", scripts.routes);
      routes.get("/", (c) => c.text("home"));
      routes.get(
        "/style.css",
        () => new Response(STYLESHEET, { headers: { "Content-Type": "text/css" } }),
      );
      return {
        rules,
        app: createApp({ rules, log, routes, errors: "text" }),
        sockets: socketRoutes(mount.sockets, () => ({ status: 404, text: "no session here" })),
        words: mainWords,
      };
    },
  });
  const httpUrl = listener.address.url;
  return {
    ...{ httpUrl, url: httpUrl.replace("http", "ws"), world, log, disk },
    stop: () => mount.close(),
    [Symbol.asyncDispose]: async () => {
      await mount.close();
      await world.terminals.closeAll();
      const closed = listener.close();
      listener.terminate();
      await Promise.all([closed, scripts.close()]);
    },
  };
}

/** Shells, as a server opens them for people. */
function shellsOf({ terminals }: TerminalWorld, disk: MemoryDisk): Shells {
  return new Shells({
    ...{ terminals, disk, rng: new Rng("shells"), shell: ["/bin/bash"] },
    ...{ settings: { cols: 120, rows: 40 }, workFolder: "/work" },
    environment: { env: { PATH: "/bin" }, secrets: ["a-secret-of-the-server"] },
  });
}

/** Uploads, as a server keeps them. */
function uploadsOf(clock: Clock, disk: MemoryDisk): Uploads {
  return new Uploads({ disk, clock, folder: "/uploads", rng: new Rng("uploads"), ttlS: 86_400 });
}

/**
 * The system's table of sockets, as it says that both ends of these connections are one user's: the
 * real one needs more permissions than tests have.
 */
export function ownTables(connections: ReadonlyMap<number, number>): string {
  const port = (number: number) => `0100007F:${number.toString(16).toUpperCase().padStart(4, "0")}`;
  const line = (own: number, other: number) =>
    `   0: ${port(own)} ${port(other)} 01 00000000:00000000 00:00000000 00000000  1000        0 1`;
  return [...connections].flatMap(([peer, own]) => [line(peer, own), line(own, peer)]).join("\n");
}
