/**
 * What has to be known of a run while it is played: where it stands, for the steps that wait for
 * something. A {@link RunWatcher} gathers it, and whatever else it is there for.
 *
 * @module
 */
import type { ClientObserver } from "../sim/mod.ts";
import type { Step } from "./types.ts";

/** Watches the client of one run. */
export interface RunWatcher extends ClientObserver {
  /** Called after anything happened that a step may wait for. */
  onChange: (() => void) | null;
  /** When streaming began, on the run's clock; null before. */
  readonly streamingS: number | null;
  /** Slices that were applied. */
  readonly sliceCount: number;
  /** Slices that landed behind the playhead. */
  readonly behindPlayhead: number;
  /** The playhead at the last tick, seconds of the source. */
  readonly playheadS: number;
  /** Id of the present session. */
  readonly sessionId: string | null;
  /** Why there is no session. */
  readonly failure: Error | null;
  /** How many events of a type came. */
  eventCount(type: string): number;
}

/** Looks on beside the watcher, step by step. */
export interface RunCompanion extends ClientObserver {
  /** A step is about to be carried out. */
  onStep?(step: Step): void;
}

/** What a client tells, told to both. */
export function both(first: RunWatcher, second: RunCompanion): ClientObserver {
  return {
    onState(state) {
      first.onState?.(state);
      second.onState?.(state);
    },
    onReady(message) {
      first.onReady?.(message);
      second.onReady?.(message);
    },
    onLeave() {
      first.onLeave?.();
      second.onLeave?.();
    },
    onBuffer(buffer) {
      first.onBuffer?.(buffer);
      second.onBuffer?.(buffer);
    },
    onSlice(slice) {
      first.onSlice?.(slice);
      second.onSlice?.(slice);
    },
    onTick(record) {
      first.onTick?.(record);
      second.onTick?.(record);
    },
    onEvent(message) {
      first.onEvent?.(message);
      second.onEvent?.(message);
    },
    onSent(message) {
      first.onSent?.(message);
      second.onSent?.(message);
    },
    onDecodeError(error) {
      first.onDecodeError?.(error);
      second.onDecodeError?.(error);
    },
    onFailure(error) {
      first.onFailure?.(error);
      second.onFailure?.(error);
    },
    onClose(code, reason, willReconnect) {
      first.onClose?.(code, reason, willReconnect);
      second.onClose?.(code, reason, willReconnect);
    },
    onResumed(gapS) {
      first.onResumed?.(gapS);
      second.onResumed?.(gapS);
    },
  };
}
