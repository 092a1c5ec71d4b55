/**
 * What was said of sessions' autopilots, and how each goes.
 *
 * @module
 */
import { AUTOPILOT_OFF, type AutopilotConfig, type AutopilotKept } from "./autopilot_config.ts";

const MAX_SESSIONS = 200;

const NEW: AutopilotKept = {
  ...{ config: AUTOPILOT_OFF, rev: 0, sends: 0, failures: 0, lastSent: [], paused: null },
  ...{ left: null, stoppedMs: 0, pausedUntilMs: 0, resumeAtMs: null },
};

/** The book. */
export class AutopilotBook {
  readonly #kept: Map<string, AutopilotKept>;
  readonly #onChange: (id: string) => void;

  /** Goes on from what was kept; `onChange` is told of every session that changes. */
  constructor(
    kept: Readonly<Record<string, AutopilotKept>>,
    onChange: (id: string) => void,
  ) {
    this.#kept = new Map(Object.entries(kept));
    this.#onChange = onChange;
  }

  /** All of it, to be kept. */
  get all(): Readonly<Record<string, AutopilotKept>> {
    return Object.fromEntries(this.#kept);
  }

  /** Sessions that are to be looked at. */
  get on(): readonly string[] {
    return [...this.#kept].flatMap(([id, kept]) => isOn(kept) ? [id] : []);
  }

  /** What is known of a session. */
  of(id: string): AutopilotKept {
    return this.#kept.get(id) ?? NEW;
  }

  /** Notes what has changed. */
  set(id: string, kept: AutopilotKept): void {
    this.#kept.set(id, kept);
    this.#onChange(id);
  }

  /** Takes what a person says; false when too many sessions have an autopilot that is on. */
  configure(id: string, config: AutopilotConfig): boolean {
    if (!this.#kept.has(id) && this.#kept.size >= MAX_SESSIONS && !this.#dropOff()) return false;
    const { rev, lastSent } = this.of(id);
    this.set(id, { ...NEW, config, rev: rev + 1, lastSent });
    return true;
  }

  /** A person has spoken: it begins to count anew. */
  noteHuman(id: string): void {
    const known = this.#kept.get(id);
    if (known === undefined) return;
    const paused = known.config.mode === "off" ? null : known.paused;
    this.set(id, { ...known, sends: 0, failures: 0, left: null, paused });
  }

  /** Forgets a session whose autopilot is off. */
  #dropOff(): boolean {
    for (const [id, kept] of this.#kept) if (!isOn(kept)) return this.#kept.delete(id);
    return false;
  }
}

function isOn({ config }: AutopilotKept): boolean {
  return config.mode !== "off" || config.resumeOnReset;
}
