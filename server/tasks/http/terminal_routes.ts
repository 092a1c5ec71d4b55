/**
 * Terminals over HTTP: to look at them without a WebSocket, and what they leave.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { type Clock, errorMessage } from "../../../runtime/mod.ts";
import { type App, type AppEnv, errorResponse, jsonResponse } from "../../app.ts";
import type { Log } from "../../log.ts";
import { type PtyId, ptyIdOf, taskIdOf } from "../ids.ts";
import type { TaskReader, TaskView } from "../task_view.ts";
import { CastError } from "../terminal/asciicast.ts";
import { TerminalGoneError } from "../terminal/errors.ts";
import type { TerminalInfo, Terminals } from "../terminal/terminals.ts";
import {
  inputField,
  type JsonObject,
  sizeFields,
  textField,
  viewerField,
  wholeField,
} from "./fields.ts";
import { type Content, contentAnswer } from "./file_answer.ts";
import { MAX_INPUT_BYTES } from "./frames.ts";
import { viewerKeyOf } from "./keyboard.ts";
import type { Keyboards } from "./keyboards.ts";
import type { KeptFiles } from "./kept_files.ts";
import { pollOutput } from "./poll_output.ts";
import { keyboardRecord, snapshotRecord, taskRecord, terminalRecord } from "./records.ts";
import { replayAnswer } from "./replay_answer.ts";
import { refusingBadFields, withBody } from "./request_body.ts";

/** How long a poll may wait, ms. */
const MAX_WAIT_MS = 25_000;
/** The label of a task's terminal that is gone. */
const REPLAY_LABEL = "hermes-mcp (replay)";

/** What the routes work on. */
export interface TerminalRouteParts {
  readonly terminals: Terminals;
  readonly tasks: TaskReader;
  readonly keyboards: Keyboards;
  readonly files: KeptFiles;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborts when the server stops: nobody waits any more. */
  readonly stopping: AbortSignal;
  /** Whether terminals of tasks are shown by their recordings only. */
  readonly isReplayOnly: boolean;
}

/** The routes. */
export function terminalRoutes(parts: TerminalRouteParts): App {
  const { terminals, keyboards, clock } = parts;
  const routes: App = new Hono<AppEnv>();

  /** A route of one terminal that is there. */
  const post = (
    path: string,
    answer: (info: TerminalInfo, body: JsonObject) => Response | Promise<Response>,
  ) =>
    routes.post(`/api/terminals/:id/${path}`, (c) =>
      withBody(c, async (body) => {
        const id = ptyIdOf(c.req.param("id") ?? "");
        const info = id === null ? undefined : terminals.get(id);
        if (info === undefined) return gone();
        try {
          return await answer(info, body);
        } catch (error) {
          if (error instanceof TerminalGoneError) return gone();
          throw error;
        }
      }));

  routes.get("/api/terminals", () => {
    const nowS = clock.unixS();
    return jsonResponse(terminals.list().map((info) => terminalRecord(info, nowS, keyboards)));
  });
  routes.post(
    "/api/terminals/:id/attach",
    (c) => withBody(c, (body) => attach(parts, c.req.param("id"), body)),
  );
  routes.get("/api/terminals/:id/output", (c) => refusingBadFields(() => output(parts, c)));

  post("input", async ({ id }, body) => {
    const input = inputField(body, MAX_INPUT_BYTES);
    const refusal = keyboards.refusalOf(id, viewerField(body));
    if (refusal !== null) return errorResponse(409, "not_the_holder", refusal);
    try {
      await terminals.input(id, input);
    } catch (error) {
      if (error instanceof TerminalGoneError) throw error;
      return errorResponse(503, "input_full", errorMessage(error));
    }
    return jsonResponse({ status: "ok" });
  });
  post("resize", async ({ id }, body) => {
    const { cols, rows } = sizeFields(body);
    const refusal = keyboards.refusalOf(id, viewerField(body));
    if (refusal !== null) return errorResponse(409, "not_the_holder", refusal);
    await terminals.resize(id, cols, rows);
    return jsonResponse({ status: "ok", cols, rows });
  });
  post("keyboard", ({ id }, body) => {
    const viewer = viewerField(body);
    const action = textField(body, "action");
    if (action !== "take" && action !== "release") {
      return errorResponse(400, "bad_field", '"action" must be take or release');
    }
    if (viewer === null) return errorResponse(400, "bad_field", '"viewer" is missing');
    if (keyboards.see(id, viewer) === null) return tooManyViewers();
    if (action === "take") keyboards.take(id, viewer);
    else keyboards.release(id, viewer);
    return jsonResponse({ status: "ok", keyboard: keyboardRecord(keyboards, id, viewer) });
  });
  post("heartbeat", (info, body) => {
    const viewer = viewerField(body);
    const record = terminalRecord(info, clock.unixS(), keyboards, viewer);
    if (viewer !== null) keyboards.see(info.id, viewer);
    terminals.touch(info.id);
    return jsonResponse({ status: "ok", ...record });
  });
  post("leave", ({ id }, body) => {
    const viewer = viewerField(body);
    if (viewer !== null) keyboards.leave(id, viewer);
    return jsonResponse({ status: "ok" });
  });

  routes.post("/api/terminals/:id/close", async (c) => {
    const id = ptyIdOf(c.req.param("id"));
    if (id === null || terminals.get(id) === undefined) {
      return jsonResponse({ status: "ok", detail: "there is no such terminal" });
    }
    await terminals.close(id);
    return jsonResponse({ status: "ok" });
  });
  keptRoutes(routes, parts);
  return routes;
}

/** What terminals leave. `GET` also answers `HEAD`. */
function keptRoutes(routes: App, { tasks, files, log }: TerminalRouteParts): void {
  const get = (
    path: string,
    find: (task: TaskView, c: Context<AppEnv>) => Promise<Content | null>,
  ) =>
    routes.get(`/api/terminals/:id/${path}`, async (c) => {
      const task = await taskOf(tasks, c.req.param("id") ?? "");
      try {
        const content = task === undefined ? null : await find(task, c);
        if (content === null) return gone("nothing is kept of such a terminal");
        return contentAnswer(content, {
          range: c.req.header("Range"),
          ifRange: c.req.header("If-Range"),
          ifNoneMatch: c.req.header("If-None-Match"),
        }, c.req.method === "HEAD");
      } catch (error) {
        if (!(error instanceof CastError)) throw error;
        log.warn("recording cannot be read", { task: task?.taskId, reason: error.message });
        return errorResponse(500, "bad_recording", error.message);
      }
    });
  get("transcript", (task) => files.transcript(task));
  get("recording", (task, c) => {
    const version = c.req.query("version") ?? "3";
    if (version === "3") return files.recording(task);
    return version === "2" ? files.recordingV2(task) : Promise.resolve(null);
  });
}

async function output(
  { terminals, keyboards, clock, stopping }: TerminalRouteParts,
  c: Context<AppEnv>,
): Promise<Response> {
  const id = ptyIdOf(c.req.param("id") ?? "");
  const info = id === null ? undefined : terminals.get(id);
  if (id === null || info === undefined) return gone();
  const query: JsonObject = {
    seq: numberOf(c.req.query("seq")),
    wait_ms: numberOf(c.req.query("wait_ms")),
  };
  const seq = wholeField(query, "seq", { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? 0;
  const waitMs = wholeField(query, "wait_ms", { min: 0, max: MAX_WAIT_MS }) ?? 0;
  const viewer = viewerKeyOf(c.req.query("viewer") ?? "");
  if (viewer !== null && keyboards.see(id, viewer) === null) return tooManyViewers();
  terminals.touch(id);
  const place = { seq, endSeq: info.seq };
  try {
    const signal = AbortSignal.any([stopping, c.req.raw.signal]);
    const polled = await pollOutput(terminals, id, place, { clock, waitS: waitMs / 1000, signal });
    const now = terminals.get(id);
    return jsonResponse({
      output: polled.output,
      seq,
      next_seq: polled.nextSeq,
      gap: polled.hasGap,
      exited: polled.exit !== null || polled.isClosed,
      exit: polled.exit,
      closed: polled.isClosed,
      shutting_down: stopping.aborted,
      timeout_warning: false,
      terminal: now === undefined ? null : terminalRecord(now, clock.unixS(), keyboards, viewer),
    });
  } catch (error) {
    if (error instanceof TerminalGoneError) return gone();
    throw error;
  }
}

async function attach(
  { terminals, tasks, keyboards, files, clock, isReplayOnly }: TerminalRouteParts,
  named: string,
  body: JsonObject,
): Promise<Response> {
  const viewer = viewerField(body);
  const tailBytes = wholeField(body, "tail_bytes", { min: 0, max: 64 * 2 ** 20 });
  const task = await taskOf(tasks, named);
  const id: PtyId | null = ptyIdOf(named) ?? task?.ptyId ?? null;
  const nowS = clock.unixS();
  const taskFields = task === undefined ? null : taskRecord(task, nowS);
  const isShown = id !== null && !(isReplayOnly && task !== undefined);
  const info = isShown ? terminals.get(id) : undefined;
  if (info !== undefined) {
    if (viewer !== null && keyboards.see(info.id, viewer) === null) return tooManyViewers();
    terminals.touch(info.id);
    try {
      const snapshot = await terminals.snapshot(info.id);
      return jsonResponse({
        ...terminalRecord(terminals.get(info.id) ?? info, nowS, keyboards, viewer),
        task: taskFields,
        snapshot: snapshotRecord(snapshot),
        output: [snapshot.paint],
      });
    } catch (error) {
      // It ended meanwhile: what it left is there.
      if (!(error instanceof TerminalGoneError)) throw error;
    }
  }
  const tail = task === undefined ? null : await files.tail(task, tailBytes ?? Infinity);
  if (task === undefined || taskFields === null || tail === null) return gone();
  const { file, from } = tail;
  const size = await files.recordedSize(task);
  const base = `/api/terminals/${task.ptyId ?? task.taskId}`;
  return replayAnswer(
    {
      session_id: task.ptyId,
      label: REPLAY_LABEL,
      replay: true,
      process: null,
      created_at: null,
      task_id: task.taskId,
      agent_session_id: task.sessionId,
      status: task.status,
      task: taskFields,
      truncated: from > 0,
      bytes: file.sizeBytes,
      transcript: `${base}/transcript`,
      recording: size === null ? null : `${base}/recording`,
      ...{ cols: size?.cols ?? null, rows: size?.rows ?? null },
      now: nowS,
    },
    file,
    from,
  );
}

/** The task that a terminal's id or its own id names. */
async function taskOf(tasks: TaskReader, named: string): Promise<TaskView | undefined> {
  const pty = ptyIdOf(named);
  if (pty !== null) return await tasks.byPty(pty);
  const id = taskIdOf(named);
  return id === null ? undefined : await tasks.byTask(id);
}

function numberOf(text: string | undefined): number | string | null {
  if (text === undefined) return null;
  return /^\d{1,16}$/.test(text) ? Number(text) : text;
}

function gone(message = "there is no such terminal; it may have been closed long ago"): Response {
  return errorResponse(404, "gone", message);
}

function tooManyViewers(): Response {
  return errorResponse(429, "too_many_viewers", "too many look at this terminal already");
}
