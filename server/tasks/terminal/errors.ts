/**
 * What can be wrong with a terminal.
 *
 * @module
 */
import { HeadwayError } from "../../../runtime/mod.ts";

/** No terminal has that id. */
export class TerminalGoneError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "TerminalGoneError";
}

/** As many terminals as allowed are there. */
export class TerminalLimitError extends HeadwayError {
  /** The kind of error. */
  override readonly name = "TerminalLimitError";
}
