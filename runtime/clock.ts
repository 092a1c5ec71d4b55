/**
 * Time as an argument. Everything that waits, measures or schedules takes a {@link Clock};
 * a live run hands in the wall clock, a simulated run a virtual one.
 *
 * @module
 */

/** A scheduled callback that can be called off. */
export interface Timer {
  /** Calls the callback off. Calling it twice, or after it fired, does nothing. */
  cancel(): void;
}

/** A source of monotonic time and of scheduled callbacks. All times are seconds. */
export interface Clock {
  /** Monotonic time in seconds. Only differences mean anything. */
  now(): number;
  /** Seconds since the Unix epoch; for display and for `started_at`, never for decisions. */
  unixS(): number;
  /** Calls `fn` once, `delayS` seconds from now. A negative delay counts as 0. */
  after(delayS: number, fn: () => void): Timer;
  /** Calls `fn` once at `timeS` on this clock. A time in the past counts as now. */
  at(timeS: number, fn: () => void): Timer;
  /** Resolves `delayS` seconds from now; rejects with the signal's reason when aborted. */
  sleep(delayS: number, options?: { signal?: AbortSignal }): Promise<void>;
}

/** {@link Clock.sleep} in terms of {@link Clock.after}; shared by both clocks. */
export function sleepOn(
  clock: Pick<Clock, "after">,
  delayS: number,
  options: { signal?: AbortSignal } = {},
): Promise<void> {
  const { signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      timer.cancel();
      reject(signal?.reason);
    };
    const timer = clock.after(delayS, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
