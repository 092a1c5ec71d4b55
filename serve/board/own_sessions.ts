/**
 * What the parts of a server tell the board of their sessions. They know nothing of the board; it looks
 * at them.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { OwnSession, OwnTaskStatus } from "../../server/board/headway_sessions.ts";
import type { StreamRegistry } from "../../server/streaming/mod.ts";
import type { TaskReader, TaskStatus, TaskView } from "../../server/tasks/task_view.ts";
import type { VoiceServer } from "../../server/voice/voice_server.ts";
import type { ListOwnSessions } from "./board_part.ts";

/** The parts; null for those that a server does not have. */
export interface OwnParts {
  readonly clock: Clock;
  readonly registry: Pick<StreamRegistry, "sessions"> | null;
  /** Asked again and again: there is no voice server before somebody needs it. */
  readonly voice: { readonly server: VoiceServer | null };
  readonly tasks: TaskReader | null;
}

/** Tasks are read anew when one changes, and so often in any case: they leave the list by age. */
const TASKS_EVERY_S = 60;
/** Changes that come close together are one. */
const TASKS_SOON_S = 0.2;

/** Shows all of them. What it returns ends the looking after tasks. */
export function showOwnSessions(
  board: { show(list: ListOwnSessions): void },
  { clock, registry, voice, tasks }: OwnParts,
): () => void {
  if (registry !== null) board.show(() => streams(registry, clock));
  board.show(() => voice.server === null ? [] : voices(voice.server));
  if (tasks === null) return () => {};
  const list = new TaskList(tasks, clock);
  board.show(() => list.sessions);
  return () => list.close();
}

function streams({ sessions }: Pick<StreamRegistry, "sessions">, clock: Clock): OwnSession[] {
  const nowMs = clock.unixS() * 1000;
  return sessions.map(({ session }) => {
    const { lastSliceS } = session;
    const { fixtureName } = session.source;
    return {
      kind: "stream",
      id: session.id,
      title: fixtureName ? `Stream of ${fixtureName}` : `Stream ${session.id}`,
      startedMs: session.startedAtS * 1000,
      href: "/sessions",
      tickedMs: lastSliceS === null ? null : nowMs - (session.clock.now() - lastSliceS) * 1000,
      isResting: session.generator === "stopped",
    };
  });
}

function voices(voice: VoiceServer): OwnSession[] {
  return voice.registry.list().map((session) => ({
    kind: "voice",
    id: session.id,
    title: `Voice of ${session.participantId}`,
    startedMs: session.registeredUnixS * 1000,
    href: "/board",
    isSpeaking: voice.stateOf(session.id) === "speaking",
  }));
}

const STATUSES: Readonly<Record<TaskStatus, OwnTaskStatus>> = {
  running: "running",
  completed: "finished",
  failed: "failed",
  timeout: "failed",
  info_needed: "waiting",
  needs_approval: "waiting",
};

/** Tasks as they were read last. Reading walks through folders, so it happens when there is a reason. */
class TaskList {
  sessions: readonly OwnSession[] = [];
  readonly #tasks: TaskReader;
  readonly #clock: Clock;
  readonly #leave: () => void;
  #timer: ReturnType<Clock["after"]> | null = null;
  #dueS = Infinity;
  #isReading = false;
  #isClosed = false;

  constructor(tasks: TaskReader, clock: Clock) {
    this.#tasks = tasks;
    this.#clock = clock;
    this.#leave = tasks.watch(() => this.#soon(TASKS_SOON_S));
    this.#read();
  }

  close(): void {
    this.#isClosed = true;
    this.#leave();
    this.#timer?.cancel();
  }

  #soon(delayS: number): void {
    const dueS = this.#clock.now() + delayS;
    if (this.#isClosed || this.#isReading || this.#dueS <= dueS) {
      if (this.#isReading) this.#dueS = Math.min(this.#dueS, dueS);
      return;
    }
    this.#dueS = dueS;
    this.#timer?.cancel();
    this.#timer = this.#clock.at(dueS, () => this.#read());
  }

  async #read(): Promise<void> {
    this.#isReading = true;
    this.#dueS = Infinity;
    try {
      this.sessions = (await this.#tasks.list()).map(ownTask);
    } catch {
      // What was read before is still the best that is known.
    }
    this.#isReading = false;
    const againS = this.#dueS === Infinity ? TASKS_EVERY_S : TASKS_SOON_S;
    this.#dueS = Infinity;
    this.#soon(againS);
  }
}

function ownTask({ taskId, title, status, createdAt, endedAt }: TaskView): OwnSession {
  return {
    kind: "task",
    id: taskId,
    title,
    startedMs: createdAt * 1000,
    href: `/tasks/${taskId}`,
    status: STATUSES[status],
    endedMs: endedAt === null ? null : endedAt * 1000,
  };
}
