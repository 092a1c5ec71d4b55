import { HeadwayError } from "../../runtime/mod.ts";

/** A task cannot be had as it was asked for. The message says what to change. */
export class TaskError extends HeadwayError {
  /** The kind of error. */
  override readonly name: string = "TaskError";
}

/** There is no such session, or it takes no task any more. */
export class NoSuchTaskError extends TaskError {
  /** The kind of error. */
  override readonly name = "NoSuchTaskError";
}

/** The session has a task already. */
export class SessionBusyError extends TaskError {
  /** The kind of error. */
  override readonly name = "SessionBusyError";
}
