import type { RecorderState } from "./recorder_tasks.ts";

/** Tells what a person in front of the gateway wants to know; trouble with the file once. */
export class News {
  readonly #tell: (text: string) => void;
  #last: Pick<RecorderState, "isFull" | "failure"> = { isFull: false, failure: null };

  /** `tell` shows a line to whoever started the gateway. */
  constructor(tell: (text: string) => void = () => {}) {
    this.#tell = tell;
  }

  /** Tells. */
  tell(text: string): void {
    this.#tell(text);
  }

  /** The recording stands like this now. */
  onState(state: RecorderState): void {
    const last = this.#last;
    this.#last = state;
    if (state.failure !== null && last.failure === null) {
      this.#tell(`${state.failure}; sessions go on without it`);
    }
    if (state.isFull && !last.isFull) {
      this.#tell("the recording is as long as it may be; sessions go on without it (--max-mb)");
    }
  }
}
