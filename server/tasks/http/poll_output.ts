import type { Clock } from "../../../runtime/mod.ts";
import type { PtyId } from "../ids.ts";
import type { TerminalEvent, TerminalExit, Terminals } from "../terminal/terminals.ts";
import { OutputDecoder } from "./output_text.ts";

/** Bytes of output in one answer at most. */
export const MAX_POLLED_BYTES = 262_144;

/** What came after a place of the output. */
export interface Polled {
  /** The text, whole characters only. */
  readonly output: string;
  /** Where to go on. */
  readonly nextSeq: number;
  /** Whether something between was dropped: take the screen. */
  readonly hasGap: boolean;
  /** How the leader ended, if it has. */
  readonly exit: TerminalExit | null;
  /** Whether the terminal is gone. */
  readonly isClosed: boolean;
}

/** How a poll waits. */
export interface PollOptions {
  readonly clock: Pick<Clock, "after">;
  /** How long to wait for something to happen when there is nothing, seconds. */
  readonly waitS: number;
  /** Ends the wait. */
  readonly signal: AbortSignal;
}

/**
 * Asks what came after a place of a terminal's output, without taking it from anybody else; waits a
 * while if there is nothing yet.
 *
 * @param endSeq How much output there is at least: so much is waited for in any case.
 * @throws {TerminalGoneError} if there is no such terminal.
 */
export function pollOutput(
  terminals: Terminals,
  id: PtyId,
  { seq, endSeq }: { readonly seq: number; readonly endSeq: number },
  { clock, waitS, signal }: PollOptions,
): Promise<Polled> {
  const decoder = new OutputDecoder(seq);
  let [output, hasGap, isClosed] = ["", false, false];
  let exit: TerminalExit | null = null;
  const answer = Promise.withResolvers<Polled>();
  let end = () => {};
  const finish = () => {
    end();
    if (isClosed) output += decoder.flush()?.text ?? "";
    answer.resolve({ output, nextSeq: decoder.nextSeq, hasGap, exit, isClosed });
  };
  let isFull = false;
  const receive = (event: TerminalEvent): boolean => {
    switch (event.kind) {
      case "output": {
        // Not what was asked for: something between is gone, or the place was none of this output.
        if (event.seq > decoder.endSeq || event.seq + event.bytes.length < decoder.endSeq) {
          hasGap = true;
          return true;
        }
        const fresh = event.bytes.subarray(decoder.endSeq - event.seq);
        const room = MAX_POLLED_BYTES - (decoder.endSeq - seq);
        if (fresh.length > 0) output += decoder.push(fresh.subarray(0, room))?.text ?? "";
        isFull ||= fresh.length >= room;
        // A character of which only a part is here is nothing yet.
        return isFull || decoder.endSeq >= endSeq && output !== "";
      }
      case "gap":
        hasGap = true;
        return true;
      case "exited":
        exit = event.exit;
        return true;
      case "closed":
        isClosed = true;
        return true;
      case "resized":
      case "grace":
        return true;
    }
  };
  let isDone = false;
  const unsubscribe = terminals.subscribe(id, seq, (event) => {
    if (isDone || !receive(event)) return;
    isDone = true;
    finish();
  });
  if (isDone) unsubscribe();
  else {
    const stop = () => {
      isDone = true;
      finish();
    };
    const timer = clock.after(waitS, stop);
    signal.addEventListener("abort", stop, { once: true });
    end = () => {
      timer.cancel();
      signal.removeEventListener("abort", stop);
      unsubscribe();
    };
    if (signal.aborted) stop();
  }
  return answer.promise;
}
