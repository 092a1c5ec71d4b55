/**
 * One run of a scenario about voices on one stage, from the first step to the last answer.
 *
 * @module
 */
import type { Play } from "../stage.ts";
import { VoiceBook } from "./book.ts";
import { VoiceDirector } from "./director.ts";
import { Lateness } from "./lateness.ts";
import type { VoiceStage } from "./stage.ts";
import type { VoiceScenario } from "./types.ts";

/** A scenario being played. */
export class VoicePerformance implements Play {
  readonly book: VoiceBook;
  readonly lateness: Lateness;
  readonly #scenario: VoiceScenario;
  readonly #stage: VoiceStage;
  readonly #director: VoiceDirector;
  #isDone = false;
  /** Called once when everything has happened. */
  onDone: (() => void) | null = null;

  /** A performance that has not begun. */
  constructor(scenario: VoiceScenario, stage: VoiceStage) {
    this.#scenario = scenario;
    this.#stage = stage;
    this.book = new VoiceBook(stage.clock);
    this.lateness = new Lateness(stage.clock);
    this.#director = new VoiceDirector(scenario, stage, this.book);
    stage.onSpeaker = (event) => this.book.speaks(event);
  }

  /** Whether everything has happened. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** Plays the scenario to its end. */
  async play(): Promise<void> {
    const { clock } = this.#stage;
    const { durationS, server } = this.#scenario;
    this.book.beganS = clock.now();
    this.book.policies.push({ atS: clock.now(), policy: server.policy });
    this.#director.begin();
    this.lateness.begin();
    // Once more at the same instant: what else happens there still counts.
    clock.at(clock.now() + durationS, () => clock.after(0, () => this.#end()));
    await this.#stage.drive(this, () => this.#director.pending());
    if (this.#director.failure !== null) throw this.#director.failure;
  }

  #end(): void {
    this.lateness.stop();
    this.book.endedS = this.#stage.clock.now();
    this.#director.end(() => {
      this.#isDone = true;
      this.onDone?.();
    });
  }
}
