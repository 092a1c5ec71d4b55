/**
 * The built-in loops of a running server. Making one takes a third of a second, which no session may
 * feel: it happens in a worker.
 *
 * @module
 */
import type { AudioClip } from "../audio/mod.ts";
import { HeadwayError } from "../runtime/mod.ts";
import type { FixtureAnswer } from "./fixture_worker.ts";

/** Makes a loop by name. */
export type MakeFixture = (name: string) => Promise<AudioClip>;

/** Loops that were made are kept, 23 MB each. */
export class FixtureMaker {
  readonly #make: MakeFixture;
  readonly #clips = new Map<string, AudioClip | Promise<AudioClip>>();

  /** A maker with nothing made; `make` is for tests. */
  constructor(make: MakeFixture = makeInWorker) {
    this.#make = make;
  }

  /** A loop: at once if it is there. Who asks while it is being made waits for the same one. */
  load(name: string): AudioClip | Promise<AudioClip> {
    const there = this.#clips.get(name);
    if (there !== undefined) return there;
    const making = this.#make(name).then((clip) => {
      this.#clips.set(name, clip);
      return clip;
    }, (error) => {
      this.#clips.delete(name);
      throw error;
    });
    this.#clips.set(name, making);
    return making;
  }
}

/** Makes a loop in a worker that lives as long as that takes. */
export function makeInWorker(name: string): Promise<AudioClip> {
  const worker = new Worker(new URL("./fixture_worker.ts", import.meta.url), { type: "module" });
  return new Promise<AudioClip>((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new HeadwayError(`the loop "${name}" could not be made: ${reason}`, { name }));
    worker.onmessage = ({ data }: MessageEvent<FixtureAnswer>) =>
      "clip" in data ? resolve(data.clip) : fail(data.error);
    worker.onerror = (event) => {
      event.preventDefault();
      fail(event.message);
    };
    worker.postMessage(name);
  }).finally(() => worker.terminate());
}
