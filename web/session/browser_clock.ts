import { type Clock, sleepOn, type Timer } from "../../runtime/clock.ts";

/** Real time in a browser, the same in a page and in its workers. */
export class BrowserClock implements Clock {
  readonly #shiftMs: number;

  /**
   * A clock that was 0 when the page began.
   *
   * @param originMs The page's `performance.timeOrigin`: a worker's own is later.
   */
  constructor(originMs: number) {
    this.#shiftMs = performance.timeOrigin - originMs;
  }

  now(): number {
    return (performance.now() + this.#shiftMs) / 1000;
  }

  unixS(): number {
    return Date.now() / 1000;
  }

  after(delayS: number, fn: () => void): Timer {
    return this.at(this.now() + Math.max(0, delayS), fn);
  }

  /** Never calls before `timeS`: browsers may fire a little early. */
  at(timeS: number, fn: () => void): Timer {
    let handle: ReturnType<typeof setTimeout>;
    const arm = () => {
      handle = setTimeout(() => this.now() < timeS ? arm() : fn(), (timeS - this.now()) * 1000);
    };
    arm();
    return { cancel: () => clearTimeout(handle) };
  }

  sleep(delayS: number, options: { signal?: AbortSignal } = {}): Promise<void> {
    return sleepOn(this, delayS, options);
  }
}
