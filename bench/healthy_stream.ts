import {
  defineScenario,
  type Fidelity,
  keepAwake,
  playScenario,
  Studio,
} from "../scenarios/mod.ts";
import { healthyStream } from "../scenarios/shipped/streaming.scenario.ts";

/** `healthy-stream` as shipped, or longer, again and again with one studio. */
export class HealthyStream {
  readonly #studio = new Studio();

  /** Plays it once; how many seconds of session went by in a second of ours. */
  async speedup(
    { fidelity, durationS }: { fidelity: Fidelity; durationS: number },
  ): Promise<number> {
    const { name, description, expectations } = healthyStream;
    const steps = keepAwake(durationS);
    const scenario = defineScenario({ name, description, durationS, steps, expectations });
    const { timing } = await playScenario(scenario, { fidelity, studio: this.#studio });
    return timing.speedup;
  }
}
