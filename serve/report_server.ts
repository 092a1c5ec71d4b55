/**
 * A small server for the reports in a folder: one loopback listener behind the gate of all others.
 *
 * @module
 */
import { join } from "node:path";
import { type Clock, UsageError } from "../runtime/mod.ts";
import { createApp } from "../server/app.ts";
import { MAIN_LIMITS } from "../server/limits.ts";
import type { Log } from "../server/log.ts";
import { type ReadReportFile, reportRoutes } from "../server/report_routes.ts";
import { NO_SOCKETS } from "../server/socket_routes.ts";
import { Access } from "./access.ts";
import { Listener } from "./listener.ts";
import { mainWords } from "./raw_answers.ts";

/** A longer file is none that we wrote. */
const MAX_FILE_BYTES = 256 * 2 ** 20;
/** Pages to begin with, the first that is there. */
const FIRST_PAGES = ["review.html", "index.html", "history.html"] as const;

/** What {@link serveReports} is told. */
export interface ReportServerOptions {
  /** The folder. */
  readonly folder: string;
  /** Port on loopback; 0 takes a free one. */
  readonly port: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A report server that runs. */
export interface ReportServer extends AsyncDisposable {
  /** `http://127.0.0.1:port/`. */
  readonly url: string;
  /** The page at `/`. */
  readonly page: string;
}

/**
 * Opens it.
 *
 * @throws {UsageError} when the folder holds no page to begin with, or the port is taken.
 */
export async function serveReports(options: ReportServerOptions): Promise<ReportServer> {
  const { folder, port, clock, log } = options;
  const page = await firstPage(folder);
  const access = new Access({ loopbackBypass: true });
  const read = await filesOf(folder);
  const listener = await Listener.open({
    host: "127.0.0.1",
    port,
    flags: { host: "--port", port: "--port" },
    limits: MAIN_LIMITS,
    clock,
    log,
    peers: access.peers,
    service: (address) => {
      // A page in a sandbox is a stranger to its own server: its links come as from another site.
      const rules = access.rulesOf(address, MAIN_LIMITS, { posts: "json", isLinkable: true });
      return {
        rules,
        app: createApp({ rules, log, routes: reportRoutes(read, page), errors: "text" }),
        sockets: NO_SOCKETS,
        words: mainWords,
      };
    },
  });
  return {
    url: `${listener.address.url}/`,
    page,
    async [Symbol.asyncDispose]() {
      const closed = listener.close();
      listener.terminate();
      await closed;
    },
  };
}

async function firstPage(folder: string): Promise<string> {
  for (const name of FIRST_PAGES) {
    try {
      if ((await Deno.stat(join(folder, name))).isFile) return name;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory)) {
        throw error;
      }
    }
  }
  throw new UsageError(
    `${folder} holds none of ${FIRST_PAGES.join(", ")}; ` +
      "name the --out folder of a run or of a comparison",
    { folder },
  );
}

/** Reads below the folder only, whatever links lie there. */
export async function filesOf(folder: string): Promise<ReadReportFile> {
  const root = await Deno.realPath(folder);
  return async (parts) => {
    try {
      const path = await Deno.realPath(join(root, ...parts));
      if (!path.startsWith(`${root}/`) && !path.startsWith(`${root}\\`)) return null;
      const { isFile, size } = await Deno.stat(path);
      if (!isFile || size > MAX_FILE_BYTES) return null;
      return { bytes: await Deno.readFile(path) };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
        return null;
      }
      throw error;
    }
  };
}
