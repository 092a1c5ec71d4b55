/**
 * Every limit and time of agent tasks, in one place: tests shrink them, settings change some.
 *
 * @module
 */

/** How a server treats its tasks. Times are seconds. */
export interface TaskSettings {
  /** Tasks at a time. Those whose agent has ended do not count. */
  readonly maxConcurrent: number;
  /** How long a task stays in the inbox, from its creation, and on the disk, from its end. */
  readonly ttlS: number;
  /** How long the terminal of a task that has ended stays open, to be looked at and typed into. */
  readonly graceS: number;
  /** How long no progress may be written before a task that is over its time is ended. */
  readonly staleS: number;
  /** How long a task may take at all, whatever it writes. */
  readonly ceilingS: number;
  /** How often a task's files are looked at, should an event have been missed. */
  readonly pollS: number;
  /** How long events of a task's folder are collected before its files are looked at. */
  readonly eventDelayS: number;
  /** How long the result of an agent is waited for that ended with another code than 0. */
  readonly crashWaitS: number;
  /** The same for one that ended with 0. */
  readonly exitWaitS: number;
  /** How long a result that is no JSON may stay as it is: it may be half-written. */
  readonly brokenResultS: number;
  /** How often what is older than `ttlS` is removed. */
  readonly cleanupEveryS: number;
  /** How long the copy for `coda_interactive` may take. */
  readonly copyWithinS: number;
  /** Bytes of transcript that are kept of a task. */
  readonly transcriptCapBytes: number;
  /** Size of a task's terminal until a viewer changes it. */
  readonly cols: number;
  /** See `cols`. */
  readonly rows: number;
  /** Whether addresses of tasks show the recording only; terminals are then closed without grace. */
  readonly isReplayOnly: boolean;
  /** Whether the tool `coda_interactive` is there. */
  readonly hasInteractive: boolean;
  /** Whether `coda_run` takes `workflow_protocol`, and sends it unless told otherwise. */
  readonly hasWorkflow: boolean;
  /** Whether output of the terminal counts as progress. */
  readonly countsOutput: boolean;
}

/** What holds unless somebody says otherwise. */
export const DEFAULT_TASK_SETTINGS: TaskSettings = {
  maxConcurrent: 5,
  ttlS: 86_400,
  graceS: 300,
  staleS: 300,
  ceilingS: 86_400,
  pollS: 5,
  eventDelayS: 0.05,
  crashWaitS: 0.5,
  exitWaitS: 2,
  brokenResultS: 30,
  cleanupEveryS: 900,
  copyWithinS: 60,
  transcriptCapBytes: 10 * 2 ** 20,
  cols: 120,
  rows: 40,
  isReplayOnly: false,
  hasInteractive: false,
  hasWorkflow: false,
  countsOutput: false,
};
