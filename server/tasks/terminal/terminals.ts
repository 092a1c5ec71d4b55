/**
 * Terminals as the rest of the server sees them: processes on pseudo-terminals that somebody else holds
 * (in a server a child process, in tests memory). Tasks start them, pages look at them.
 *
 * @module
 */
import type { PtyId } from "../ids.ts";

/** What runs on a new terminal, and what is kept of it. */
export interface TerminalSpec {
  readonly id: PtyId;
  /** For lists: `task`, `interactive`, a name. */
  readonly label: string;
  /** Program and arguments; the program is the leader of a process session of its own. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cols: number;
  readonly rows: number;
  /** Where its output is kept, or null for a terminal that leaves nothing. */
  readonly files: TerminalFiles | null;
  /** Texts that must not appear in output, anywhere: each is masked with as many `*` bytes. */
  readonly secrets: readonly string[];
}

/** Files that a terminal writes, mode 0600. */
export interface TerminalFiles {
  /** Raw bytes as the program wrote them, secrets masked. */
  readonly transcriptPath: string;
  /** The same with times: asciicast, version 3. */
  readonly recordingPath: string;
  /** Bytes of transcript at most; the recording may have three times as many. */
  readonly transcriptCapBytes: number;
  /** `title` of the recording. */
  readonly title: string;
  /** `command` of the recording. */
  readonly command: string;
}

/** How the leader of a terminal ended. With a signal the code says nothing. */
export interface TerminalExit {
  readonly code: number;
  readonly signal: number | null;
}

/** A terminal that is there. One that ended is not, but for its files. */
export interface TerminalInfo {
  readonly id: PtyId;
  readonly label: string;
  /** The leader, and when the system says it began (field 22 of its stat line), to tell it from a later one. */
  readonly pid: number;
  readonly pidStart: string | null;
  /** Unix time, seconds. */
  readonly createdAt: number;
  /** Unix time of the last sign of life, seconds: output, input, a viewer. */
  readonly lastActiveAt: number;
  readonly cols: number;
  readonly rows: number;
  /** Name of the program in the foreground, or `unknown`. */
  readonly process: string;
  /** Bytes of output so far; a place in the output is such a number. */
  readonly seq: number;
  /** Unix time at which it will be closed, when it is in its grace; null before. Grace does not count for the cap. */
  readonly graceEndsAt: number | null;
}

/** Something that happened to a terminal. */
export type TerminalEvent =
  /** Bytes; `seq` is the place of the first. */
  | { readonly kind: "output"; readonly seq: number; readonly bytes: Uint8Array }
  /** Output between was dropped for this subscriber: take a snapshot and go on from there. */
  | { readonly kind: "gap"; readonly seq: number }
  | { readonly kind: "resized"; readonly cols: number; readonly rows: number }
  | { readonly kind: "grace"; readonly endsAt: number }
  /** The leader ended. `closed` follows. */
  | { readonly kind: "exited"; readonly exit: TerminalExit }
  /** It is gone. The last event. */
  | { readonly kind: "closed" };

/** The screen as text that paints it on an empty terminal of that size. */
export interface ScreenSnapshot {
  readonly cols: number;
  readonly rows: number;
  /** Escape sequences and text. */
  readonly paint: string;
  /** The same without the lines above the screen, which is drawn sooner; null where there are none. */
  readonly viewport: string | null;
  /** The place in the output that it shows; go on from here. */
  readonly seq: number;
}

/** All terminals of a server. */
export interface Terminals {
  /**
   * Starts a program.
   *
   * @throws {TerminalLimitError} if as many as allowed run already.
   * @throws {HeadwayError} if the system refuses.
   */
  create(spec: TerminalSpec): Promise<TerminalInfo>;
  /** Those that are there, oldest first. */
  list(): readonly TerminalInfo[];
  /** One that is there. */
  get(id: PtyId): TerminalInfo | undefined;
  /**
   * Types. Resolves when the bytes are with the program's terminal.
   *
   * @throws {TerminalGoneError} if there is none.
   * @throws {HeadwayError} if over 1 MiB waits to be typed already.
   */
  input(id: PtyId, bytes: Uint8Array): Promise<void>;
  /** Changes its size (2..1000 columns, 1..500 rows). @throws {TerminalGoneError} if there is none. */
  resize(id: PtyId, cols: number, rows: number): Promise<void>;
  /** Puts a marker into the recording. None there: nothing happens. */
  mark(id: PtyId, label: string): void;
  /** Says that a viewer is there, so that it counts as active. None there: nothing happens. */
  touch(id: PtyId): void;
  /** No longer counts for the cap, and is closed after so many seconds. None there: nothing happens. */
  beginGrace(id: PtyId, graceS: number): void;
  /** Ends it: hang-up, then by force, with all processes of its session. Resolves when it is gone. */
  close(id: PtyId): Promise<void>;
  /** What is on its screen now. @throws {TerminalGoneError} if there is none. */
  snapshot(id: PtyId): Promise<ScreenSnapshot>;
  /**
   * Output from the ring that is still there after `fromSeq` comes first, then what happens. A subscriber
   * that does not keep up gets a `gap`. With `fromSeq` Infinity there is no output, only the rest. One
   * that ended a moment ago (five seconds) can be followed still: its last output and its end are told.
   *
   * @returns Ends it.
   * @throws {TerminalGoneError} if there is none.
   */
  subscribe(id: PtyId, fromSeq: number, on: (event: TerminalEvent) => void): () => void;
}
