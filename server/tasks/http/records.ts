/**
 * Terminals and tasks as JSON tells them.
 *
 * @module
 */
import type { PtyId } from "../ids.ts";
import type { TaskView } from "../task_view.ts";
import type { ScreenSnapshot, TerminalInfo } from "../terminal/terminals.ts";
import type { ViewerKey } from "./keyboard.ts";
import type { Keyboards } from "./keyboards.ts";

/** A terminal without a sign of life is ended after so long, seconds; told from four fifths of it on. */
const IDLE_S = 86_400;
const IDLE_WARNING_S = 0.8 * IDLE_S;

/** Who has the keyboard, as one viewer is told. */
export function keyboardRecord(keyboards: Keyboards, id: PtyId, viewer: ViewerKey | null): object {
  const { holder, viewers } = keyboards.stateOf(id);
  const you = keyboards.numberOf(id, viewer);
  return { holder, viewers, you, is_yours: you !== null && you === holder };
}

/** A terminal that is there. */
export function terminalRecord(
  info: TerminalInfo,
  nowS: number,
  keyboards: Keyboards,
  viewer: ViewerKey | null = null,
) {
  const idleS = Math.max(0, nowS - info.lastActiveAt);
  return {
    session_id: info.id,
    label: info.label,
    process: info.process,
    created_at: info.createdAt,
    last_poll_time: info.lastActiveAt,
    idle_seconds: Math.round(idleS * 10) / 10,
    timeout_warning: idleS > IDLE_WARNING_S,
    exited: false,
    cols: info.cols,
    rows: info.rows,
    seq: info.seq,
    grace_ends_at: info.graceEndsAt,
    now: nowS,
    keyboard: keyboardRecord(keyboards, info.id, viewer),
  };
}

/** A screen. */
export function snapshotRecord({ cols, rows, paint, viewport, seq }: ScreenSnapshot) {
  return { cols, rows, paint, viewport, seq };
}

/** A task. Where its files are is nobody's business. */
export function taskRecord(task: TaskView, nowS: number) {
  const endS = task.endedAt ?? nowS;
  return {
    task_id: task.taskId,
    session_id: task.sessionId,
    pty_id: task.ptyId,
    status: task.status,
    agent: task.agent,
    title: task.title,
    email: task.email,
    previous_session_id: task.previousSessionId ?? "",
    created_at: task.createdAt,
    ended_at: task.endedAt,
    elapsed_s: Math.round(Math.max(0, endS - task.createdAt) * 10) / 10,
    progress: task.progress,
    summary: task.summary,
    errors: task.errors,
    exit_code: task.exitCode,
    viewer_path: `/tasks/${task.taskId}`,
  };
}
