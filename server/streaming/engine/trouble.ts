/**
 * What can go wrong with an engine that lives outside of this process, as data.
 *
 * @module
 */

/** One thing that went wrong. Times are seconds, offsets bytes of the engine's stdout. */
export type EngineTrouble =
  /** The process could not be started. */
  | { readonly code: "not_started"; readonly reason: string }
  /** It runs, and has not said hello. */
  | { readonly code: "no_hello"; readonly waitedS: number }
  /** It ended though nobody asked it to. `signal` is null when it ended by itself. */
  | { readonly code: "crashed"; readonly exitCode: number; readonly signal: string | null }
  /** It takes nothing in (`reading`), or gives no answer to a source or a request. */
  | {
    readonly code: "hung";
    readonly during: "reading" | "loading" | "rendering";
    readonly waitedS: number;
  }
  /** What it sent is not the protocol: which field, and where the frame began. */
  | {
    readonly code: "garbage";
    readonly field: string;
    readonly offset: number;
    readonly reason: string;
  }
  /** A window of another size than was asked for, or with samples that nobody could play. */
  | { readonly code: "wrong_window"; readonly reason: string }
  /** It said itself that it cannot. */
  | { readonly code: "refused"; readonly reason: string };

/** A trouble and what follows from it. */
export interface TroubleReport {
  /** What went wrong. */
  readonly trouble: EngineTrouble;
  /** Troubles in a row, this one included, since the last good window. */
  readonly failures: number;
  /** When the engine is tried again, seconds from now; null when it is given up. */
  readonly retryS: number | null;
}

const HUNG = {
  reading: (waitedS: number) => `engine read nothing for ${waitedS} s`,
  loading: (waitedS: number) => `engine did not load the source within ${waitedS} s`,
  rendering: (waitedS: number) => `engine did not answer a request within ${waitedS} s`,
} as const;

/**
 * The trouble as a plain sentence.
 *
 * @example
 * ```ts
 * import { troubleMessage } from "./trouble.ts";
 *
 * console.log(troubleMessage({ code: "no_hello", waitedS: 30 })); // engine said no hello within 30 s
 * ```
 */
export function troubleMessage(trouble: EngineTrouble): string {
  switch (trouble.code) {
    case "not_started":
      return `engine could not be started: ${trouble.reason}`;
    case "no_hello":
      return `engine said no hello within ${trouble.waitedS} s`;
    case "crashed":
      return trouble.signal === null
        ? `engine ended by itself with exit code ${trouble.exitCode}`
        : `engine was ended by ${trouble.signal}`;
    case "hung":
      return HUNG[trouble.during](trouble.waitedS);
    case "garbage":
      return `engine broke the protocol at byte ${trouble.offset} (${trouble.field}): ${trouble.reason}`;
    case "wrong_window":
      return `engine made a window that cannot be played: ${trouble.reason}`;
    case "refused":
      return `engine refused: ${trouble.reason}`;
  }
}
