import type { Clock, Timer } from "../../../runtime/clock.ts";
import type { Rng } from "../../../runtime/rng.ts";
import type { AudioClip, Engine, RenderRequest, RenderResult, StemMode } from "./engine.ts";
import { type EngineProfile, ProfileTimer } from "./engine_profile.ts";
import type { TroubleReport } from "./trouble.ts";

export { type EngineProfile, engineProfileSchema, type EngineStall } from "./engine_profile.ts";

/** What part of a modelled render is reported as decoding. */
const DECODE_SHARE = 0.25;

/** What a {@link ModelledEngine} needs. */
export interface ModelledOptions {
  /** What makes the audio; its own time does not count unless it ends later than the model. */
  readonly inner: Engine;
  /** Where the modelled time passes. */
  readonly clock: Clock;
  /** Its own stream, for jitter and pauses. */
  readonly rng: Rng;
  /** How long windows take while the engine is healthy. */
  readonly profile: EngineProfile;
}

/**
 * Any engine with the timing of a model: the audio is made when it is asked for, `done` comes when
 * the profile says so.
 *
 * @example
 * ```ts
 * import { Rng, VirtualClock } from "../../../runtime/mod.ts";
 * import { ModelledEngine } from "./modelled.ts";
 * import { PassThroughEngine } from "./pass_through.ts";
 *
 * const engine = new ModelledEngine({
 *   inner: new PassThroughEngine(),
 *   clock: new VirtualClock(),
 *   rng: new Rng(1).split("engine"),
 *   profile: { type: "constant", renderMs: 60 },
 * });
 * engine.setProfile({ type: "overload", renderMs: 1000 });
 * engine.heal();
 * ```
 */
export class ModelledEngine implements Engine {
  /** `modelled(inner)`. */
  readonly name: string;
  readonly #inner: Engine;
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #healthy: EngineProfile;
  #timer: ProfileTimer;
  #changes = 0;
  #pending: Timer | null = null;
  #disposed = false;

  /** The profile begins now: its times of the run count from here. */
  constructor(options: ModelledOptions) {
    this.#inner = options.inner;
    this.#clock = options.clock;
    this.#rng = options.rng;
    this.#healthy = options.profile;
    this.#timer = this.#start(options.profile);
    this.name = `modelled(${options.inner.name})`;
  }

  /** Another profile from now on; a window under way keeps the time it was given. */
  setProfile(profile: EngineProfile): void {
    this.#changes++;
    this.#timer = this.#start(profile);
  }

  /** Back to the profile that it was made with, which begins anew. */
  heal(): void {
    this.setProfile(this.#healthy);
  }

  /** Listens to the inner engine's troubles. */
  watch(onTrouble: (report: TroubleReport) => void): void {
    this.#inner.watch?.(onTrouble);
  }

  /** Hands the source to the inner engine; takes no modelled time. */
  load(source: AudioClip, stemMode: StemMode): void {
    this.#inner.load(source, stemMode);
  }

  /** Makes the window now and calls `done` when the model is through, or the inner engine if later. */
  render(
    request: RenderRequest,
    done: (result: RenderResult) => void,
    failed: (error: Error) => void,
  ): void {
    const startS = this.#clock.now();
    const finishS = this.#timer.finishS(startS);
    const renderMs = (finishS - startS) * 1000;
    let waitingFor = 2;
    const arrive = () => {
      if (--waitingFor > 0 || this.#disposed) return;
      done({ tickMs: renderMs * (1 - DECODE_SHARE), decMs: renderMs * DECODE_SHARE });
    };
    this.#pending = this.#clock.at(finishS, arrive);
    this.#inner.render(request, arrive, (error) => {
      this.#pending?.cancel();
      failed(error);
    });
  }

  /** Disposes of the inner engine too; a window under way is never finished. */
  dispose(): void {
    this.#disposed = true;
    this.#pending?.cancel();
    this.#inner.dispose();
  }

  #start(profile: EngineProfile): ProfileTimer {
    return new ProfileTimer(
      profile,
      this.#clock.now(),
      this.#rng.split(`profile ${this.#changes}`),
    );
  }
}
