/**
 * Git as whoever reads repositories sees it: a question of arguments, and what came.
 *
 * @module
 */

/** What git is asked. */
export interface GitRequest {
  /** The folder to ask in, an absolute path. */
  readonly cwd: string;
  /** A command of git and its arguments; what changes nothing, as everything here only reads. */
  readonly args: readonly string[];
  /** What it reads from stdin; default nothing. */
  readonly input?: string;
  /** Of a longer answer only the beginning is given, bytes; default 8 MiB. */
  readonly maxBytes?: number;
  /** How long it may take, seconds; default 5. */
  readonly timeoutS?: number;
}

/** What came of it. */
export type GitResult =
  | {
    readonly kind: "done";
    readonly code: number;
    /** What it wrote to stdout. */
    readonly text: string;
    /** Whether there was more. */
    readonly isCut: boolean;
    /** The first line that it wrote to stderr; empty for none. */
    readonly complaint: string;
  }
  /** It took too long and was ended. */
  | { readonly kind: "late" }
  /** It cannot be started. */
  | { readonly kind: "absent"; readonly reason: string };

/** Asks git. Never rejects. */
export interface Git {
  run(request: GitRequest): Promise<GitResult>;
}

/** The answer's text; null when git failed, took too long, or is not there. */
export async function gitText(git: Git, request: GitRequest): Promise<string | null> {
  const result = await git.run(request);
  return result.kind === "done" && result.code === 0 && !result.isCut ? result.text : null;
}
