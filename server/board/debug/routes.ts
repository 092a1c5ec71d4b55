/**
 * What a server is busy with, over HTTP. Nothing here reads a file or waits for anybody.
 *
 * @module
 */
import { Hono } from "hono";
import type { Clock } from "../../../runtime/mod.ts";
import { type App, type AppEnv, jsonResponse } from "../../app.ts";
import { localOnly } from "../../local_only.ts";
import type { StreamFacts } from "../stream/stream_hub.ts";
import type { CountedClocks } from "./counted_clocks.ts";
import type { LoopMonitor, WatchedWorker } from "./loop_monitor.ts";
import type { RequestBook } from "./request_book.ts";
import type { Work, WorkBoard } from "./work_board.ts";

/** What the routes need. */
export interface DebugRouteData {
  readonly boot: string;
  readonly clock: Clock;
  readonly monitor: LoopMonitor;
  readonly timers: CountedClocks;
  readonly requests: RequestBook;
  /** Work of the main thread. */
  readonly work: WorkBoard;
  readonly workers: () => readonly WatchedWorker[];
  readonly streams: () => readonly StreamFacts[];
  readonly tailers: () => readonly { readonly file: string; readonly subs: number }[];
  /** How many words of hooks came that said something, and how many others. */
  readonly hooks: () => { readonly heard: number; readonly ignored: number };
  /** Memory of the process, bytes. */
  readonly memory: () => { readonly rss: number; readonly heapUsed: number };
}

/** Keeps every debug route for this machine. Stands before all of them. */
export function debugWall(): App {
  const routes: App = new Hono<AppEnv>();
  routes.use("/api/debug", localOnly);
  routes.use("/api/debug/*", localOnly);
  return routes;
}

/** The routes. */
export function debugRoutes(data: DebugRouteData): App {
  const { boot, clock, hooks, memory, monitor, requests, streams, tailers, timers, work, workers } =
    data;
  const beganS = clock.now();
  const routes: App = new Hono<AppEnv>();
  routes.get("/api/debug/loop", () =>
    jsonResponse({
      boot,
      uptimeS: Math.round(clock.now() - beganS),
      ...monitor.state(),
      inflight: requests.inflight(),
      streams: streams(),
      tailers: tailers(),
      timers: timers.list(),
      tasks: allRunning(data),
      workers: workers().map(({ name, queue, work: board }) => {
        const [job] = board.running();
        return {
          ...{ name, queue, busyMs: Math.round(board.busyS * 1000) },
          ...(job !== undefined && { currentJob: job.what }),
        };
      }),
      ...memory(),
    }));
  routes.get("/api/debug/tasks", () =>
    jsonResponse({
      running: allRunning(data),
      ended: [["main", work] as const, ...workers().map((it) => [it.name, it.work] as const)]
        .flatMap(([thread, board]) => board.list().flatMap((it) => endedFacts(thread, it)))
        .sort((a, b) => b.ms - a.ms),
      timers: timers.list(),
      streams: streams(),
      hooks: hooks(),
    }));
  return routes;
}

/** What runs in all threads, that which began first at the beginning. */
function allRunning({ clock, work, workers }: DebugRouteData) {
  const nowS = clock.unixS();
  return [{ name: "main", work }, ...workers()].flatMap(({ name: thread, work: board }) =>
    board.running().map(({ what, startedS }) => ({ thread, name: what, ageS: age(startedS, nowS) }))
  ).sort((a, b) => b.ageS - a.ageS);
}

function age(startedS: number, nowS: number): number {
  return Math.round(Math.max(0, nowS - startedS) * 1000) / 1000;
}

function endedFacts(thread: string, { what, startedS, endedS }: Work) {
  if (endedS === null) return [];
  const at = new Date(endedS * 1000).toISOString();
  return [{ thread, name: what, ms: Math.round((endedS - startedS) * 10_000) / 10, endedAt: at }];
}
