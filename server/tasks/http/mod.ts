/**
 * Tasks and their terminals as browsers and programs see them over HTTP and WebSocket. `mountTasks`
 * gives everything that the main listener has to mount.
 *
 * @module
 */
import { Hono } from "hono";
import type { Clock } from "../../../runtime/mod.ts";
import { CLOSE } from "../../../wire/mod.ts";
import type { App, AppEnv } from "../../app.ts";
import type { Log } from "../../log.ts";
import { ownUserOnly, ownUserSocket, type ReadSocketTables } from "../../own_user.ts";
import type { Markup } from "../../page.ts";
import type { PathRules } from "../../path_rules.ts";
import type { SocketRoute } from "../../socket_routes.ts";
import type { TaskReader } from "../task_view.ts";
import type { Terminals } from "../terminal/terminals.ts";
import type { FileAccess } from "./files.ts";
import { KeptFiles } from "./kept_files.ts";
import { Keyboards } from "./keyboards.ts";
import { pageRoutes } from "./page_routes.ts";
import { TaskNews, taskRoutes } from "./task_routes.ts";
import { MAX_UPLOAD_REQUEST_BYTES, type ShellRouteParts, shellRoutes } from "./shell_routes.ts";
import { terminalRoutes } from "./terminal_routes.ts";
import { TerminalSocket } from "./terminal_socket.ts";

export type { FileAccess, OpenFile } from "./files.ts";

/** WebSockets of viewers at a time. */
const MAX_SOCKETS = 64;

/** The pages; they hold nothing of anybody's. */
export interface TaskPages {
  /** One terminal: live, replayed, or gone. */
  terminal(): Markup;
  /** All tasks. */
  inbox(): Markup;
  /** The small files beside them, by path. */
  readonly files: Readonly<Record<string, { readonly type: string; readonly text: string }>>;
}

/** What is mounted. */
export interface TaskMountOptions extends ShellRouteParts {
  readonly terminals: Terminals;
  readonly tasks: TaskReader;
  readonly clock: Clock;
  readonly log: Log;
  /** Whose a local connection is: terminals are for our own user, or the token. */
  readonly readTables: ReadSocketTables;
  /** Transcripts and recordings. */
  readonly files: FileAccess;
  readonly pages: TaskPages;
  /** How long tasks are kept after their end, seconds. */
  readonly keptS: number;
  /** Whether terminals of tasks are shown by their recordings only, also while they run. */
  readonly isReplayOnly?: boolean;
}

/** What the main listener mounts. */
export interface TaskMount {
  /** To be mounted before whatever else answers `/`. */
  readonly routes: App;
  readonly sockets: readonly SocketRoute[];
  readonly paths: PathRules;
  /** Lets everybody go who waits or looks. */
  close(): Promise<void>;
}

/** What {@link mountTasks} asks of the gate: the address `/?session=…` is open as `/` is. */
export const TASK_PATHS: PathRules = { maxBodyBytes: { "/api/upload": MAX_UPLOAD_REQUEST_BYTES } };

/** Where viewers open their WebSockets. */
const TERMINAL_SOCKET = /^\/ws\/terminal$/;

/** The same path on a server without tasks, where it is nobody's: no stream may be taken for a terminal. */
export const NO_TASK_SOCKETS: readonly SocketRoute[] = [{
  path: TERMINAL_SOCKET,
  open: () => ({ status: 404, text: "this server has no tasks, and so no terminals" }),
}];

/** Makes the routes and WebSockets of tasks and terminals. */
export function mountTasks(options: TaskMountOptions): TaskMount {
  const { terminals, tasks, clock, log, readTables, pages, isReplayOnly = false } = options;
  const stop = new AbortController();
  const keyboards = new Keyboards(clock);
  const news = new TaskNews(tasks, clock);
  const files = new KeptFiles(options.files);
  const stopping = stop.signal;
  const sockets = new Set<TerminalSocket>();

  const routes: App = new Hono<AppEnv>();
  routes.use("/api/terminals/*", ownUserOnly(readTables));
  routes.use("/api/tasks/*", ownUserOnly(readTables));
  routes.use("/api/upload", ownUserOnly(readTables));
  routes.route("/", shellRoutes(options));
  routes.route(
    "/",
    terminalRoutes({
      ...{ terminals, tasks, keyboards, files, clock, log, stopping, isReplayOnly },
    }),
  );
  routes.route("/", taskRoutes({ tasks, clock, stopping, keptS: options.keptS }, news));
  routes.route("/", pageRoutes(pages));

  const take = ownUserSocket((connection) => {
    if (stopping.aborted) return connection.close(CLOSE.goingAway, "server is shutting down");
    const socket = new TerminalSocket(
      { terminals, keyboards, clock },
      connection,
      () => sockets.delete(socket),
    );
    sockets.add(socket);
  }, readTables);
  return {
    routes,
    sockets: [{
      path: TERMINAL_SOCKET,
      open: (_groups, peer) =>
        sockets.size < MAX_SOCKETS
          ? take(peer)
          : { status: 503, text: `${MAX_SOCKETS} look at terminals already, try again later` },
    }],
    paths: TASK_PATHS,
    close: () => {
      stop.abort();
      news.close();
      keyboards.close();
      for (const socket of [...sockets]) socket.shutDown();
      return Promise.resolve();
    },
  };
}
