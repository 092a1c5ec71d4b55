/**
 * The simulated target: client, network, server and engine in one process under one virtual clock.
 *
 * @module
 */
import { HeadwayError, type Rng, VirtualClock } from "../runtime/mod.ts";
import type { Engine } from "../server/streaming/engine/mod.ts";
import { parseStreamId } from "../server/streaming/mod.ts";
import { type MirrorMark, MirrorWitness, wholeMirrorCrc } from "../sim/mod.ts";
import { World } from "../sim/world.ts";
import { cellCodec, type LoraEntry, simulatedSampleCodec } from "../wire/mod.ts";
import { bothOutboxes, MirrorWatch } from "./mirror_watch.ts";
import type { Fidelity } from "./result.ts";
import type { Scenario } from "./types.ts";
import { serverSettings } from "./server_settings.ts";
import type { Shelf } from "./shelf.ts";
import type { Stage } from "./stage.ts";
import type { WorldTap } from "./world_tap.ts";

/** How often the end of a run looks whether anything is under way, seconds. */
const SETTLE_POLL_S = 0.05;
/** How long it looks at the most, seconds. */
const SETTLE_MAX_S = 5;

/** What a simulated stage is made of. */
export interface SimStageOptions {
  readonly fidelity: Fidelity;
  readonly rng: Rng;
  readonly shelf: Shelf;
  readonly loraCatalog: readonly LoraEntry[];
  /** Makes the audio part of a session's engine. */
  readonly createEngine: () => Engine;
  /** Looks at the world from inside. */
  readonly tap?: WorldTap;
  /** Whether the stage itself compares mirrors, at full fidelity; true by default. */
  readonly comparesMirrors?: boolean;
}

/** Sets the simulated target up for one scenario. */
export function simStage(scenario: Scenario, options: SimStageOptions): Stage {
  const { fidelity, rng, shelf, tap, comparesMirrors = true } = options;
  const clock = new VirtualClock();
  const witness = fidelity === "full" && comparesMirrors ? new MirrorWitness() : null;
  const codec = fidelity === "full" ? simulatedSampleCodec : cellCodec;
  const drops = { window: 0, age: 0 };
  const watch = new MirrorWatch({
    ...(witness === null ? {} : { onMark: (mark: MirrorMark) => witness.onServer(mark) }),
    onDrop: (cause) => drops[cause]++,
  });
  const world = new World({
    clock,
    rng,
    codec,
    network: scenario.network,
    engine: scenario.engine,
    createEngine: options.createEngine,
    settings: serverSettings(scenario),
    tracks: shelf.tracks,
    splitStems: shelf.stems,
    loraCatalog: options.loraCatalog,
    observer: {
      onSession: (session) => bothOutboxes(watch.onSession(session), tap?.onSession(session)),
    },
  });
  tap?.onWorld(world, clock);
  return {
    target: "sim",
    clock,
    isSimulated: true,
    codec,
    dial: tap === undefined ? world.network.dial : tap.dial(world.network.dial),
    faults: world.network,
    witness,
    setEngineProfile: (profile) => world.setEngineProfile(profile),
    hasFixture: (name) => shelf.tracks.some((track) => track.name === name),
    inject(session, message) {
      const id = parseStreamId(session);
      if (id === null) return;
      const inject = () => void world.registry.inject(id, message, null);
      if (tap === undefined) inject();
      else tap.aroundInject(message, inject);
    },
    settle(clientMirror, done) {
      watch.hold();
      const untilS = clock.now() + SETTLE_MAX_S;
      const look = () => {
        const isQuiet = (witness?.isQuiet ?? true) && (tap?.isQuiet ?? true);
        if (!isQuiet && clock.now() < untilS) {
          clock.after(SETTLE_POLL_S, look);
          return;
        }
        const [client, server] = [clientMirror(), watch.wholeCrc()];
        if (witness?.isQuiet && client !== null && server !== null) {
          witness.compareWhole(wholeMirrorCrc(client), server);
        }
        tap?.onSettled();
        done();
      };
      look();
    },
    drops: () => ({ ...drops }),
    drive(play) {
      while (!play.isDone) {
        if (!clock.step()) {
          throw new HeadwayError(
            `the simulated world came to rest at ${clock.now()} s before the run was over`,
          );
        }
      }
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
  };
}
