/**
 * Network and server in one process on one clock: everything that a simulated client talks to.
 *
 * @module
 */
import type { Clock, Rng } from "../runtime/mod.ts";
import type { Engine, EngineProfile } from "../server/streaming/engine/mod.ts";
import { ModelledEngine } from "../server/streaming/engine/mod.ts";
import {
  InProcessPreparer,
  type LibraryTrack,
  SourceLibrary,
  type SourcePreparer,
  type SplitStems,
  type StreamLog,
  type StreamObserver,
  StreamRegistry,
  type StreamSettings,
} from "../server/streaming/mod.ts";
import type { LoraEntry, PacketCodec } from "../wire/mod.ts";
import type { NetworkProfileInput } from "./network/profile.ts";
import { SimNetwork } from "./network/sim_network.ts";

/** What a world is made of. */
export interface WorldOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly codec: PacketCodec;
  readonly network: NetworkProfileInput;
  /** Timing of the engine at the start. */
  readonly engine: EngineProfile;
  /** Makes the audio part of a session's engine. */
  readonly createEngine: () => Engine;
  readonly settings: StreamSettings;
  readonly tracks: readonly LibraryTrack[];
  readonly splitStems: SplitStems;
  /** Prepares audio that comes in; default at once. */
  readonly preparer?: SourcePreparer;
  readonly loraCatalog: readonly LoraEntry[];
  readonly log?: StreamLog;
  readonly observer?: StreamObserver;
}

/** A running world. */
export class World {
  readonly network: SimNetwork;
  readonly registry: StreamRegistry;
  readonly #engines = new Set<ModelledEngine>();
  #profile: EngineProfile;

  /** A world in which nobody has dialled yet. */
  constructor(options: WorldOptions) {
    const { clock, rng } = options;
    this.#profile = options.engine;
    this.network = new SimNetwork({ clock, rng: rng.split("network"), profile: options.network });
    this.registry = new StreamRegistry({
      clock,
      rng: rng.split("server"),
      log: options.log ?? (() => {}),
      library: new SourceLibrary(options.tracks),
      splitStems: options.splitStems,
      preparer: options.preparer ?? new InProcessPreparer(),
      codec: options.codec,
      loraCatalog: options.loraCatalog,
      settings: options.settings,
      ...(options.observer === undefined ? {} : { observer: options.observer }),
      createEngine: () => {
        const engine = new ModelledEngine({
          inner: options.createEngine(),
          clock,
          rng: rng.split(`engine ${this.#engines.size}`),
          profile: this.#profile,
        });
        this.#engines.add(engine);
        return engine;
      },
    });
    this.network.listen((connection) => this.registry.accept(connection));
  }

  /** Another timing for the engines of all sessions, present and future. */
  setEngineProfile(profile: EngineProfile): void {
    this.#profile = profile;
    for (const engine of this.#engines) engine.setProfile(profile);
  }
}
