/**
 * What expectations of scenarios about voices can look at, by name: anything in a report's
 * `voice.summary`, and the harness.
 *
 * @module
 */
import { ScenarioError } from "../errors.ts";
import { lookUp, type Measured } from "../expectations.ts";
import type { LagWindow } from "../lag_summary.ts";
import type { HarnessSummary } from "../result.ts";
import type { VoiceBook } from "./book.ts";
import type { VoiceSummary } from "./result.ts";
import { voiceSummary } from "./summary.ts";

/** Measures over windows, each of which is summed up once. */
export class VoiceMeasures {
  readonly #book: VoiceBook;
  readonly #harness: HarnessSummary;
  readonly #summaries = new Map<string, VoiceSummary>();

  /** For a run that is over. */
  constructor(book: VoiceBook, harness: HarnessSummary) {
    this.#book = book;
    this.#harness = harness;
  }

  /** The figures of a window. */
  summary(window: LagWindow): VoiceSummary {
    const key = `${window.fromS} ${window.toS}`;
    const known = this.#summaries.get(key) ?? voiceSummary(this.#book, window);
    this.#summaries.set(key, known);
    return known;
  }

  /** One figure of a window. */
  measure(metric: string, window: LagWindow): Measured {
    const [group, ...path] = metric.split(".");
    const value = group === "harness"
      ? lookUp(this.#harness, path)
      : lookUp(this.summary(window), path);
    if (value === undefined && path[0] === "speaker" && path[1] === "on") return 0;
    // A session that is not spoken of in this run has no figures.
    if (value === undefined && path[0] === "sessions") return null;
    if (value === null || typeof value === "number" || typeof value === "string") return value;
    throw new ScenarioError(
      `expectation measures "${metric}", which does not exist; docs/writing-scenarios.md lists what does`,
      { metric },
    );
  }
}
