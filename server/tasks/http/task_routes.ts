/**
 * Tasks over HTTP: what there is, and news of it for those who wait.
 *
 * @module
 */
import { Hono } from "hono";
import type { Clock } from "../../../runtime/mod.ts";
import { type App, type AppEnv, errorResponse, jsonResponse } from "../../app.ts";
import { taskIdOf } from "../ids.ts";
import type { TaskReader, TaskStatus } from "../task_view.ts";
import { FieldError, wholeField } from "./fields.ts";
import { taskRecord } from "./records.ts";
import { refusingBadFields } from "./request_body.ts";

/** How long a request may wait for news, ms. */
const MAX_WAIT_MS = 25_000;
/** Tasks in one answer. */
const MAX_LISTED = 500;

/** What the routes work on. */
export interface TaskRouteParts {
  readonly tasks: TaskReader;
  readonly clock: Clock;
  readonly stopping: AbortSignal;
  /** How long tasks are kept after their end, seconds. */
  readonly keptS: number;
}

/** Counts the changes of all tasks, and lets others wait for the next. */
export class TaskNews {
  /** Begins anew with each start of the server, so it starts where no other did. */
  #version: number;
  readonly #waiting = new Set<() => void>();
  readonly #unwatch: () => void;

  /** Watches from now on. */
  constructor(tasks: TaskReader, clock: Pick<Clock, "unixS">) {
    this.#version = Math.floor(clock.unixS() * 1000);
    this.#unwatch = tasks.watch(() => {
      this.#version++;
      for (const wake of [...this.#waiting]) wake();
    });
  }

  /** Grows with each change. */
  get version(): number {
    return this.#version;
  }

  /** Resolves when the version is another than this one, or the time is up. */
  wait(
    version: number,
    { clock, waitS, signal }: {
      readonly clock: Pick<Clock, "after">;
      readonly waitS: number;
      readonly signal: AbortSignal;
    },
  ): Promise<void> {
    if (version !== this.#version || waitS === 0 || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        this.#waiting.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = clock.after(waitS, done);
      this.#waiting.add(done);
      signal.addEventListener("abort", done);
    });
  }

  /** Ends it. */
  close(): void {
    this.#unwatch();
    for (const wake of [...this.#waiting]) wake();
  }
}

/** The routes. */
export function taskRoutes({ tasks, clock, stopping, keptS }: TaskRouteParts, news: TaskNews): App {
  const routes: App = new Hono<AppEnv>();
  routes.get("/api/tasks", (c) =>
    refusingBadFields(async () => {
      const version = wholeQuery(c.req.query("version"), "version", Number.MAX_SAFE_INTEGER);
      const waitMs = wholeQuery(c.req.query("wait_ms"), "wait_ms", MAX_WAIT_MS) ?? 0;
      if (version !== null) {
        const signal = AbortSignal.any([stopping, c.req.raw.signal]);
        await news.wait(version, { clock, waitS: waitMs / 1000, signal });
      }
      // Before the list is read: what changes meanwhile is asked for again.
      const at = news.version;
      const all = await tasks.list();
      const nowS = clock.unixS();
      return jsonResponse({
        tasks: all.slice(0, MAX_LISTED).map((task) => taskRecord(task, nowS)),
        counts: countsOf(all.map(({ status }) => status)),
        total: all.length,
        version: at,
        kept_s: keptS,
        now: nowS,
      });
    }));
  routes.get("/api/tasks/:id", async (c) => {
    const id = taskIdOf(c.req.param("id"));
    const task = id === null ? undefined : await tasks.byTask(id);
    return task === undefined
      ? errorResponse(404, "unknown_task", "there is no such task")
      : jsonResponse(taskRecord(task, clock.unixS()));
  });
  return routes;
}

/** How many there are of each status; a timeout is a failure. */
function countsOf(statuses: readonly TaskStatus[]): Record<string, number> {
  const counts = { running: 0, completed: 0, failed: 0, info_needed: 0, needs_approval: 0 };
  for (const status of statuses) counts[status === "timeout" ? "failed" : status]++;
  return counts;
}

function wholeQuery(text: string | undefined, name: string, max: number): number | null {
  if (text === undefined) return null;
  if (!/^\d{1,16}$/.test(text)) throw new FieldError(`"${name}" must be a whole number`);
  return wholeField({ [name]: Number(text) }, name, { min: 0, max });
}
