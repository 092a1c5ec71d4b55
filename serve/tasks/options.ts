import type { TaskSettings } from "../../server/tasks/settings.ts";
import type { OpenTerminals } from "./open_terminals.ts";

/** The agent that runs tasks, unless told otherwise. */
export const DEFAULT_AGENT = "hermes";
/** Terminals at a time, unless told otherwise; those in their grace do not count. */
export const DEFAULT_MAX_PTYS = 5;
/** Name that the tools at `/mcp/tasks` go by, unless told otherwise. */
export const DEFAULT_TASKS_NAME = "headway";

/** Options of agent tasks. */
export interface TaskOptions {
  /** Folder of the sessions of agents. Without one there are no tasks. */
  readonly tasksFolder?: string;
  /** Folder that agents start in, and that copies for interactive ones lie in. */
  readonly tasksProjects?: string;
  /** Folder of the files that people hand to agents. */
  readonly uploadsFolder?: string;
  /** Folder that agents start in instead. */
  readonly tasksWorkFolder?: string;
  /** Folder of texts that agents are told, each in place of the one that ships: `safety.txt` and others. */
  readonly tasksTexts?: string;
  /** Name of an agent, or a command line with `{prompt_file}`; default `hermes`. */
  readonly agentCommand?: string;
  /** More agents that callers may name, each `NAME=COMMAND`. */
  readonly agents?: readonly string[];
  /** Names of variables that agents get beside the usual ones. */
  readonly tasksEnv?: readonly string[];
  /** Tasks at a time; default 5. */
  readonly tasksMaxConcurrent?: number;
  /** Terminals at a time; default 5. */
  readonly tasksMaxPtys?: number;
  /** How long tasks stay, seconds; default a day. */
  readonly tasksTtlS?: number;
  /** How long the terminal of a task that has ended stays, seconds; default 300. */
  readonly tasksGraceS?: number;
  /** How often the files of a task are looked at without an event, ms; default 5000. */
  readonly tasksWatchIntervalMs?: number;
  /** Bytes of transcript that are kept of a task; default 10 MiB. */
  readonly tasksTranscriptCapBytes?: number;
  /** Whether addresses of tasks show the recording only. */
  readonly tasksReplayOnly?: boolean;
  /** Whether the tool `coda_interactive` is there. */
  readonly tasksInteractive?: boolean;
  /** Whether agents are told how to work, unless a caller says no. */
  readonly tasksWorkflow?: boolean;
  /** Whether a terminal's output counts as progress. */
  readonly tasksCountOutput?: boolean;
  /** Whether the inbox counts three statuses only. */
  readonly tasksThreeCounts?: boolean;
  /** What the server of `/mcp/tasks` calls itself; default `headway`. */
  readonly tasksServerName?: string;
}

/** Parts that tests put in place of the usual ones. */
export interface TaskParts {
  /** More settings of tasks. */
  readonly taskSettings?: Partial<TaskSettings>;
  /** Terminals, in place of those in a process of their own. */
  readonly terminals?: OpenTerminals;
  /** Every variable of this process, in place of the real ones. */
  readonly environment?: Readonly<Record<string, string>>;
}
