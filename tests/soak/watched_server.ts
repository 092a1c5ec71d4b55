/**
 * A `headway serve` with a board, as a user starts it, and what the system and the server itself say
 * of it.
 *
 * @module
 */
import { getJson } from "../../bench/parts/board_client.ts";
import { type Clock, HeadwayError } from "../../runtime/mod.ts";
import type { LoopState } from "../../server/board/debug/loop_monitor.ts";
import { ServeProcess } from "../support/headway_server.ts";

/** What `/api/debug/loop` answers, as far as it is looked at. */
export interface WatchedLoop extends LoopState {
  readonly streams: readonly unknown[];
  readonly rss: number;
  readonly heapUsed: number;
}

/** What a process has used. */
export interface ProcessUsage {
  /** Processor time of all its threads so far, seconds. */
  readonly cpuS: number;
  readonly rssBytes: number;
}

/** How the system counts processor time for programs, on every machine that Deno runs on. */
const TICKS_PER_S = 100;
/** What is kept of transcripts that were looked at: full before memory is judged, as the default is after hours. */
const PARSE_CACHE_BYTES = 16 * 2 ** 20;
/** What `deno task serve` may. */
const PERMISSIONS = ["--allow-write", "--allow-run"];

/** Reads `/proc/<pid>/stat` and `/proc/<pid>/status`, one after the other; null for what is no such text. */
export function usageOf(text: string): ProcessUsage | null {
  // The name of the program, in brackets, may hold anything but line breaks.
  const [stat = ""] = text.split("\n", 1);
  const [user, system] = stat.slice(stat.lastIndexOf(")") + 2).split(" ").slice(11, 13).map(Number);
  const kB = Number(/^VmRSS:\s+(\d+) kB$/m.exec(text)?.[1]);
  if (user === undefined || system === undefined || Number.isNaN(user + system + kB)) return null;
  return { cpuS: (user + system) / TICKS_PER_S, rssBytes: kB * 1024 };
}

/** The server. */
export class WatchedServer implements AsyncDisposable {
  /** `http://127.0.0.1:…`. */
  readonly url: string;
  readonly #process: ServeProcess;
  readonly #clock: Clock;

  private constructor(process: ServeProcess, port: number, clock: Clock) {
    this.#process = process;
    this.#clock = clock;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** Starts one over a folder of transcripts; its database is in `home`. Resolves when all is read. */
  static async start(root: string, home: string, clock: Clock): Promise<WatchedServer> {
    if (Deno.build.os !== "linux") {
      throw new HeadwayError("a live board needs Linux, which tells what a process uses in /proc");
    }
    const process = new ServeProcess(
      [
        ...["--port", "0", "--control-port", "off", "--no-backend", "--transcript-roots", root],
        ...["--parse-cache-bytes", `${PARSE_CACHE_BYTES}`],
      ],
      { HEADWAY_HOME: home },
      PERMISSIONS,
    );
    const port = await process.port("main");
    if (Number.isNaN(port)) {
      const { stderr } = await process.finished();
      throw new HeadwayError(`the server did not start: ${stderr.slice(-500)}`);
    }
    const server = new WatchedServer(process, port, clock);
    while (!(await getJson(`${server.url}/api/debug/ingest`)).isCaughtUp) await clock.sleep(0.1);
    return server;
  }

  /** Its process id. */
  get pid(): number {
    return this.#process.pid;
  }

  /** What it says of its main thread. */
  loop(): Promise<WatchedLoop> {
    return getJson(`${this.url}/api/debug/loop`);
  }

  /** What it has used so far. */
  async usage(): Promise<ProcessUsage> {
    const args = [`/proc/${this.pid}/stat`, `/proc/${this.pid}/status`];
    const { stdout } = await new Deno.Command("cat", { args, stderr: "null" }).output();
    const usage = usageOf(new TextDecoder().decode(stdout));
    if (usage === null) throw new HeadwayError("the server has ended before its time");
    return usage;
  }

  /** How much of a processor it takes meanwhile, percent. */
  async sharePct(seconds: number): Promise<number> {
    const beganS = this.#clock.now();
    const before = await this.usage();
    await this.#clock.sleep(seconds);
    const after = await this.usage();
    return (after.cpuS - before.cpuS) / (this.#clock.now() - beganS) * 100;
  }

  /** Ends it in order, and says what was wrong with that or with its log. */
  async end(): Promise<string[]> {
    this.#process.kill("SIGTERM");
    const { code, stderr } = await this.#process.finished();
    const complaints = stderr.split("\n").filter((line) => / (warn|error) /.test(line));
    return [
      ...(code === 0 ? [] : [`the server ended with ${code}`]),
      ...complaints.slice(0, 3).map((line) => `the server said: ${line}`),
    ];
  }

  /** Ends it, whatever it does. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.#process[Symbol.asyncDispose]();
  }
}
