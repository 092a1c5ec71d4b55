/**
 * Our own server in another process, so that its work does not make the harness late.
 *
 * @module
 */
import type { Rng } from "../runtime/mod.ts";
import { MirrorWitness } from "../sim/mod.ts";
import { HarnessProcess, within } from "./harness_process.ts";
import type { HarnessCommand, HarnessEvent } from "./harness_protocol.ts";
import { liveStage, type ServerBackdoor } from "./live_stage.ts";
import type { Scenario } from "./types.ts";
import type { Stage } from "./stage.ts";

/** How long it may take to come to rest, seconds. */
const HOLD_TIMEOUT_S = 5;

/** Starts our server with the scenario's settings and opens it as a live target. */
export async function selfStage(scenario: Scenario, options: { rng: Rng }): Promise<Stage> {
  const server = new StreamBackdoor(scenario);
  try {
    const { url, controlUrl } = await server.process.listening;
    return await liveStage(scenario, {
      target: "self",
      url,
      controlUrl,
      rng: options.rng,
      backdoor: server,
    });
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** What a runner of streaming wants of our server beside its sockets. */
class StreamBackdoor implements ServerBackdoor {
  readonly witness: MirrorWitness = new MirrorWitness();
  readonly process: HarnessProcess;
  readonly #drops = { window: 0, age: 0 };
  readonly #held = Promise.withResolvers<number | null>();

  constructor({ server, engine }: Scenario) {
    this.process = new HarnessProcess({ do: "start", server, engine }, (it) => this.#take(it));
    this.process.silent.then(() => this.#held.resolve(null));
  }

  setEngineProfile(profile: Extract<HarnessCommand, { do: "engine" }>["profile"]): void {
    this.process.send({ do: "engine", profile });
  }

  async hold(): Promise<number | null> {
    this.process.send({ do: "hold" });
    return await within(this.#held.promise, HOLD_TIMEOUT_S, null);
  }

  drops(): { window: number; age: number } {
    return { ...this.#drops };
  }

  close(): Promise<void> {
    return this.process.close();
  }

  #take(event: HarnessEvent): void {
    switch (event.ev) {
      case "mark":
        return this.witness.onServer(event.mark);
      case "drop":
        this.#drops[event.cause]++;
        return;
      case "held":
        return this.#held.resolve(event.crc);
      case "listening":
      case "speaker":
        return;
    }
  }
}
