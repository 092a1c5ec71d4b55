/**
 * Errors that carry their data, and the exit codes that the command line maps them to.
 *
 * @module
 */

/** What went wrong, for programs: the fields of the error as data. */
export type ErrorFields = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The base of all errors that Headway throws on purpose.
 *
 * `message` is one plain sentence: what was found, what was expected, how to mend it.
 */
export class HeadwayError extends Error {
  /** The kind of error. */
  override readonly name: string = "HeadwayError";
  /** The error's data, named. */
  readonly fields: ErrorFields;

  /** Makes an error with a plain sentence and its data. */
  constructor(message: string, fields: ErrorFields = {}, options?: ErrorOptions) {
    super(message, options);
    this.fields = fields;
  }
}

/** The caller asked for something that cannot be: a flag, a file, a value. Exit code 2. */
export class UsageError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "UsageError";
}

/** The server under test cannot be reached, or refused the session. Exit code 3. */
export class TargetError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "TargetError";
}

/** The text of anything that was thrown. */
export function errorMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // Of a request that reached nobody, only the cause says why.
  const isMute = error.message === "fetch failed" && error.cause instanceof Error;
  return isMute ? errorMessage(error.cause) : error.message;
}
