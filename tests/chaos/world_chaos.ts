/**
 * An hour of trouble in the simulated world: everything that the network, the engine and the listener
 * can do to a session, in random order. Then the world is healed, and has to converge; then everybody
 * leaves, and nothing may be left.
 *
 * @module
 */
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import { PassThroughEngine } from "../../server/streaming/engine/mod.ts";
import { DEFAULT_STREAM_SETTINGS } from "../../server/streaming/mod.ts";
import { HeadlessClient, type ReconnectPolicy, type SliceRecord } from "../../sim/mod.ts";
import { World } from "../../sim/world.ts";
import { cellCodec } from "../../wire/mod.ts";

/** What came of it. */
export interface WorldChaos {
  readonly seed: number;
  readonly sessionS: number;
  readonly troubles: number;
  readonly reconnects: number;
  readonly slices: number;
  /** What went wrong, one sentence each. */
  readonly problems: readonly string[];
  /** One number of all that happened: the same seed gives the same. */
  readonly fingerprint: string;
}

/** Whoever gives up cannot show that it comes back. */
const FOR_EVER: ReconnectPolicy = { attempts: 1e6, firstDelayS: 0.5, maxDelayS: 4 };
/** Frames of the source: 20 s. */
const FRAMES = 960_000;
const EVERY_S: readonly [number, number] = [2, 12];
/** Peace after the trouble, seconds: more than any trouble lasts. */
const HEAL_S = 90;
/** The last part of it, in which nothing may be wrong any more. */
const JUDGED_S = 20;
/** So long after everybody has left nothing may be scheduled any more, seconds. */
const SILENT_AFTER_S = 120;

const QUIET = { up: { latencyMs: 20, jitterMs: 4 }, down: { latencyMs: 20, jitterMs: 4 } };
const HEALTHY = { type: "jittered", renderMs: 15, jitterMs: 4 } as const;

/** Plays it. */
export function worldChaos(sessionS: number, seed: number): WorldChaos {
  const clock = new VirtualClock();
  const rng = new Rng(seed);
  const draw = rng.split("chaos");
  const world = new World({
    clock,
    rng: rng.split("world"),
    codec: cellCodec,
    network: QUIET,
    engine: HEALTHY,
    createEngine: () => new PassThroughEngine(),
    settings: DEFAULT_STREAM_SETTINGS,
    tracks: [],
    splitStems: (clip) => ({ vocals: clip, instruments: clip }),
    loraCatalog: [],
  });
  const problems: string[] = [];
  const recent: SliceRecord[] = [];
  const counts = { slices: 0, troubles: 0, opened: 0, checksum: 0 };
  const clip = { audio: new Float32Array(0), channels: 2, frames: FRAMES };
  const client = new HeadlessClient({
    dial: world.network.dial,
    clock,
    rng: rng.split("client"),
    fidelity: "timing",
    codec: cellCodec,
    config: { prompt: "pads" },
    source: { kind: "clip", ...clip },
    reconnect: FOR_EVER,
    observer: {
      onSlice: ({ record }) => {
        counts.slices++;
        const mixed = counts.checksum * 31 + record.startSample + Math.round(record.wallS * 1e6);
        counts.checksum = mixed % 4294967291;
        if (clock.now() > sessionS + HEAL_S - JUDGED_S) recent.push(record);
        if (client.state !== "streaming") problems.push("a slice came to a client without session");
      },
      onBuffer: () => void counts.opened++,
    },
  });

  const troubles: readonly (() => void)[] = [
    () => client.seek(draw.between(0, 20)),
    () => client.setPaused(draw.chance(0.3)),
    () => client.setKnobs({ denoise: draw.between(0, 1) }),
    () => client.setRate(draw.between(0.98, 1.02)),
    () => void client.send({ type: "prompt", tags: `prompt ${draw.int(5)}` }),
    () => client.setLoopBand(draw.chance(0.5) ? { startS: 2, endS: draw.between(3, 9) } : null),
    () => void client.swap({ kind: "clip", ...clip }),
    () => client.disconnect(),
    () => client.reconnect(),
    () => {
      client.setReadPaused(true);
      clock.after(draw.between(0.2, 8), () => client.setReadPaused(false));
    },
    () => world.network.abruptClose(),
    () => {
      world.network.halfOpen();
      // Nobody is told; a listener who hears nothing new loads the page again.
      clock.after(draw.between(1, 10), () => client.reconnect());
    },
    () => world.network.corruptNextSlice(),
    () => world.network.stall(draw.between(0.1, 6), draw.pick(["up", "down", "both"])),
    () => {
      world.network.setRefusing(true);
      clock.after(draw.between(0.5, 10), () => world.network.setRefusing(false));
    },
    () => world.network.setProfile({ down: { latencyMs: draw.between(5, 400), jitterMs: 60 } }),
    () => world.setEngineProfile({ type: "overload", renderMs: draw.between(40, 900) }),
    () => world.setEngineProfile(HEALTHY),
  ];
  const trouble = () => {
    if (clock.now() >= sessionS) return;
    counts.troubles++;
    draw.pick(troubles)();
    clock.after(draw.between(...EVERY_S), trouble);
  };
  client.open();
  clock.after(1, trouble);
  clock.runUntil(sessionS);

  world.network.setRefusing(false);
  world.network.setProfile(QUIET);
  world.setEngineProfile(HEALTHY);
  client.setReadPaused(false);
  client.setPaused(false);
  client.setRate(1);
  client.setLoopBand(null);
  if (client.state === "disconnected") client.reconnect();
  const nudge = () => {
    client.setKnobs({ denoise: draw.between(0, 1) });
    if (clock.now() < sessionS + HEAL_S) clock.after(5, nudge);
  };
  nudge();
  clock.runUntil(sessionS + HEAL_S);
  problems.push(...unhealed(client, recent, world));
  const { reconnects } = client.status();

  client.stop();
  clock.runUntil(clock.now() + SILENT_AFTER_S);
  const { connections } = world.registry;
  if (connections > 0) {
    problems.push(`${connections} connections are open after everybody has left`);
  }
  const sessions = world.registry.list().length;
  if (sessions > 0) problems.push(`${sessions} sessions run after everybody has left`);
  if (clock.step()) problems.push(`something is still scheduled ${SILENT_AFTER_S} s after the end`);
  const fingerprint = `${counts.checksum.toString(16)}-${counts.slices}-${counts.opened}`;
  return { seed, sessionS, problems, fingerprint, reconnects, ...counts };
}

/** What is wrong with a session that nobody troubles any more. */
function unhealed(client: HeadlessClient, recent: readonly SliceRecord[], world: World): string[] {
  const problems: string[] = [];
  const { state, decodeErrors, sliceCount } = client.status();
  if (state !== "streaming") problems.push(`the client is ${state} after ${HEAL_S} s of peace`);
  if (recent.length < 14 * JUDGED_S) {
    problems.push(`only ${recent.length} slices came in the last ${JUDGED_S} s of peace`);
  }
  const late = recent.filter(({ leadS, tags }) => leadS < 0 && tags === 0).length;
  if (late > 0) problems.push(`${late} slices were late in the last ${JUDGED_S} s of peace`);
  if (world.registry.list().length !== 1) {
    problems.push(`${world.registry.list().length} sessions run for one client`);
  }
  if (!(sliceCount >= 0 && decodeErrors >= 0)) problems.push("the client's own figures are none");
  return problems;
}
