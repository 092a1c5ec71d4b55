/**
 * What a checker is: the watch over one invariant during one run.
 *
 * @module
 */
import type { AudioClip } from "../../audio/clip.ts";
import type { SessionEvent, SliceEvent, StreamingSession } from "../../server/streaming/mod.ts";
import type { Packet, SliceSender } from "../../wire/mod.ts";
import type { RunCompanion } from "../watcher.ts";
import type { InvariantName } from "./names.ts";
import type { Scene } from "./scene.ts";

/** A message of any kind, as steps have it. */
export type AnyMessage = Readonly<Record<string, unknown>>;

/**
 * Watches over one invariant. It sees what the client tells its observer, and on top of that both
 * ends of the road and the server's sessions. All callbacks are optional; none may change anything.
 */
export interface Checker extends RunCompanion {
  /** Whether it waits for nothing that is under way; true where it is absent. */
  readonly isQuiet?: boolean;
  /** The client dials a new connection. */
  onDial?(): void;
  /** A packet has come, and the client has not seen it yet. */
  onPacket?(packet: Packet): void;
  /** The client is about to send; so many bytes wait before it. */
  onSending?(packet: Packet, bufferedBytes: number): void;
  /** A session of the watched client is about to start. */
  onSession?(session: StreamingSession): void;
  /** A session of any client is about to start. */
  onAnySession?(session: StreamingSession): void;
  /** A session of the watched client published something. */
  onPublished?(event: SessionEvent, session: StreamingSession): void;
  /** The server sent a slice. */
  onServerSlice?(event: SliceEvent, sender: SliceSender, session: StreamingSession): void;
  /** The server sent a whole buffer. */
  onServerBuffer?(clip: AudioClip, sender: SliceSender, session: StreamingSession): void;
  /** The server dropped a slice before it encoded it. */
  onServerDrop?(cause: "window" | "age" | "unfit"): void;
  /** A command from outside is about to be handed to the server; what is returned runs after it. */
  onExternal?(message: AnyMessage): (() => void) | undefined;
  /** The generator is held, and nothing is under way any more where the network is well. */
  onSettled?(): void;
  /** The client is gone, and the world has come to rest (or will not). */
  onRest?(isAtRest: boolean): void;
}

/** What a checker is given. */
export interface CheckerParts<Mark extends string> {
  /** The run. */
  readonly scene: Scene;
  /** A rare path was really taken. */
  readonly cover: (mark: Mark) => void;
  /** The invariant does not hold; says how it was broken. */
  readonly breach: (message: string) => void;
}

/** An invariant: what always holds, why it matters, and how it is watched over. */
export interface Invariant<Mark extends string = string> {
  readonly name: InvariantName;
  /** What always holds, in one sentence. */
  readonly promise: string;
  /** What a listener would suffer without it. */
  readonly reason: string;
  /** Paths that have to be taken for the check to mean something. */
  readonly marks: readonly Mark[];
  /** Those of them that need samples. */
  readonly fullMarks?: readonly Mark[];
  /** Those that worlds with samples are too short for. */
  readonly timingMarks?: readonly Mark[];
  /** Watches over one run. */
  readonly create: (parts: CheckerParts<Mark>) => Checker;
}

/** Declares an invariant; its marks are known by their names. */
export function defineInvariant<const Mark extends string>(
  invariant: Invariant<Mark>,
): Invariant {
  return invariant as unknown as Invariant;
}
