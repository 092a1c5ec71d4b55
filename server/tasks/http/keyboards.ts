import type { Clock, Timer } from "../../../runtime/mod.ts";
import type { PtyId } from "../ids.ts";
import { Keyboard, type KeyboardState, type ViewerKey } from "./keyboard.ts";

/** What nobody has looked at. */
const UNSEEN: KeyboardState = { holder: null, viewers: 0 };

/** The keyboards of all terminals that are looked at, by HTTP or by WebSocket. */
export class Keyboards {
  readonly #clock: Clock;
  readonly #keyboards = new Map<PtyId, Keyboard>();
  readonly #watchers = new Map<PtyId, Set<() => void>>();
  #timer: Timer | null = null;

  /** Nobody looks yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Who has the keyboard of a terminal. */
  stateOf(id: PtyId): KeyboardState {
    return this.#keyboards.get(id)?.state ?? UNSEEN;
  }

  /** The number of a viewer of a terminal; null if it does not look. */
  numberOf(id: PtyId, key: ViewerKey | null): number | null {
    return this.#keyboards.get(id)?.numberOf(key) ?? null;
  }

  /** Why a viewer may not type or resize; null if it may. */
  refusalOf(id: PtyId, key: ViewerKey | null): string | null {
    return (this.#keyboards.get(id) ?? new Keyboard()).refusalOf(key);
  }

  /** A viewer is here. @returns Its number; null if as many look as may. */
  see(id: PtyId, key: ViewerKey): number | null {
    let keyboard = this.#keyboards.get(id);
    if (keyboard === undefined) this.#keyboards.set(id, keyboard = new Keyboard());
    return this.#change(id, keyboard, () => keyboard.see(key, this.#clock.now()));
  }

  /** A viewer takes the keyboard. @returns Whether it looks at the terminal at all. */
  take(id: PtyId, key: ViewerKey): boolean {
    return this.#with(id, (keyboard) => keyboard.take(key)) ?? false;
  }

  /** A viewer gives the keyboard back. */
  release(id: PtyId, key: ViewerKey): void {
    this.#with(id, (keyboard) => keyboard.release(key));
  }

  /** A viewer goes for good. */
  leave(id: PtyId, key: ViewerKey): void {
    this.#with(id, (keyboard) => keyboard.leave(key));
  }

  /** A viewer's connection broke. */
  fade(id: PtyId, key: ViewerKey): void {
    this.#with(id, (keyboard) => keyboard.fade(key, this.#clock.now()));
  }

  /** The terminal is gone. */
  forget(id: PtyId): void {
    this.#keyboards.delete(id);
    this.#watchers.delete(id);
  }

  /** Calls when the state of a terminal's keyboard changed. @returns Ends it. */
  watch(id: PtyId, on: () => void): () => void {
    const watchers = this.#watchers.get(id) ?? new Set();
    this.#watchers.set(id, watchers.add(on));
    return () => {
      watchers.delete(on);
      if (watchers.size === 0 && this.#watchers.get(id) === watchers) this.#watchers.delete(id);
    };
  }

  /** Forgets all. */
  close(): void {
    this.#timer?.cancel();
    this.#timer = null;
    this.#keyboards.clear();
    this.#watchers.clear();
  }

  #with<T>(id: PtyId, act: (keyboard: Keyboard) => T): T | undefined {
    const keyboard = this.#keyboards.get(id);
    return keyboard === undefined ? undefined : this.#change(id, keyboard, () => act(keyboard));
  }

  #change<T>(id: PtyId, keyboard: Keyboard, act: () => T): T {
    const before = keyboard.state;
    const result = act();
    const { holder, viewers } = keyboard.state;
    if (viewers === 0) this.#keyboards.delete(id);
    if (holder !== before.holder || viewers !== before.viewers) {
      for (const on of [...this.#watchers.get(id) ?? []]) on();
    }
    this.#arm();
    return result;
  }

  /** Looks again when the next viewer is due to go. */
  #arm(): void {
    this.#timer?.cancel();
    this.#timer = null;
    const due = [...this.#keyboards.values()].map(({ nextExpiryS }) => nextExpiryS ?? Infinity);
    const nextS = Math.min(Infinity, ...due);
    if (nextS === Infinity) return;
    this.#timer = this.#clock.at(nextS, () => {
      this.#timer = null;
      const nowS = this.#clock.now();
      for (const [id, keyboard] of [...this.#keyboards]) {
        this.#change(id, keyboard, () => keyboard.expire(nowS));
      }
      this.#arm();
    });
  }
}
