/**
 * What goes between the thread that reads and the process that runs git: a line of JSON each.
 *
 * @module
 */
import type { GitRequest, GitResult } from "../../server/board/commits/git.ts";

/** A question. */
export interface GitQuestion extends GitRequest {
  readonly no: number;
}

/** Its answer. */
export interface GitAnswer {
  readonly no: number;
  readonly result: GitResult;
}
