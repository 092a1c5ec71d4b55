/**
 * Terminals whose programs are the test, and tasks of its choice.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { TaskView } from "../../server/tasks/task_view.ts";
import {
  type FakeProgram,
  FakePtyBackend,
  MemorySinks,
} from "../../server/tasks/terminal/fake_backend.ts";
import { TerminalSet } from "../../server/tasks/terminal/terminal_set.ts";
import { MemoryFileAccess, MemoryTasks, ptyId, taskView } from "./memory_tasks.ts";

/** Terminals whose programs are the test, and tasks of its choice. */
export class TerminalWorld {
  readonly backend = new FakePtyBackend();
  readonly sinks = new MemorySinks();
  readonly files = new MemoryFileAccess(this.sinks);
  readonly tasks = new MemoryTasks();
  readonly terminals: TerminalSet;

  constructor(clock: Clock, { ringBytes }: { readonly ringBytes?: number } = {}) {
    this.terminals = new TerminalSet({
      ...{ clock, backend: this.backend, processes: this.backend, maxTerminals: 8 },
      openSink: this.sinks.openSink,
      ...(ringBytes !== undefined && { ringBytes }),
    });
  }

  /** Starts the program of a task, and the task. */
  async task(number: number, changes: Partial<TaskView> = {}): Promise<FakeProgram> {
    const task = taskView(number, changes);
    const program = await this.program(number, "hermes-mcp", task);
    this.tasks.put(task);
    return program;
  }

  /** Starts a program. */
  async program(number: number, label: string, task: TaskView | null = null): Promise<FakeProgram> {
    await this.terminals.create({
      ...{ id: ptyId(number), label, argv: ["bash"], cwd: "/", env: {}, cols: 80, rows: 24 },
      files: task === null ? null : {
        transcriptPath: task.files.transcript,
        recordingPath: task.files.recording,
        transcriptCapBytes: 10_485_760,
        title: task.title,
        command: task.agent,
      },
      secrets: [],
    });
    return this.backend.programs.at(-1)!;
  }
}
