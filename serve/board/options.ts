import type { StreamLimits } from "../../server/board/stream/limits.ts";

/** Options of the board; all have defaults. */
export interface BoardOptions {
  /**
   * Folders of coding agents, such as `~/.claude`, whose transcripts are on the board; none unless
   * said.
   */
  readonly transcriptRoots?: readonly string[];
  /** Where the board is kept, an absolute path; without one nothing outlives the process. */
  readonly boardFolder?: string;
  /** Of a longer transcript only the end is read, bytes; default 128 MiB, 0 for no such limit. */
  readonly maxParseBytes?: number;
  /** What is kept of transcripts that were looked at, bytes; default 256 MiB. */
  readonly parseCacheBytes?: number;
  /** Longer lines of transcripts are shown as their beginning only, bytes; default 32 MiB. */
  readonly maxLineBytes?: number;
  /** A file of prices in place of the built-in ones. */
  readonly prices?: string;
  /** Limits of streams of events. */
  readonly streams?: Partial<StreamLimits>;
  /** Whether programs on other machines that have the token may see what the server is busy with. */
  readonly debugRemote?: boolean;
  /** The time zone of days, such as `Europe/Oslo`; default the host's. */
  readonly timeZone?: string;
}

/** The default of {@link BoardOptions.maxParseBytes}. */
export const DEFAULT_MAX_PARSE_BYTES = 128 * 2 ** 20;
/** The default of {@link BoardOptions.parseCacheBytes}. */
export const DEFAULT_PARSE_CACHE_BYTES = 256 * 2 ** 20;
/** The default of {@link BoardOptions.maxLineBytes}. */
export const DEFAULT_MAX_LINE_BYTES = 32 * 2 ** 20;
