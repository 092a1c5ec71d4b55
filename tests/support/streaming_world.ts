/**
 * A whole streaming server on a virtual clock and a simulated network, for tests.
 *
 * @module
 */
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import {
  DEFAULT_STREAM_SETTINGS,
  type LibraryTrack,
  NO_FAULTS,
  type OutboxObserver,
  type SourcePreparer,
  type SplitStems,
  type StreamFaults,
  type StreamingSession,
  type StreamSettings,
} from "../../server/streaming/mod.ts";
import {
  type AudioClip,
  type Engine,
  type EngineProfile,
  PassThroughEngine,
  type RenderRequest,
  type RenderResult,
} from "../../server/streaming/engine/mod.ts";
import type { NetworkProfileInput } from "../../sim/network/mod.ts";
import { World } from "../../sim/world.ts";
import { type LoraEntry, type PacketCodec, sampleCodec } from "../../wire/mod.ts";
import { RawClient } from "./raw_client.ts";

const TICK_HZ = 30;

/** What can be different from an idle, perfect world. */
export interface StreamingWorldOptions {
  readonly settings?: Partial<StreamSettings>;
  /** Defences that are switched off. */
  readonly faults?: Partial<StreamFaults>;
  readonly network?: NetworkProfileInput;
  /** Default: 10 ms for every window. */
  readonly engine?: EngineProfile;
  /** Default: the source with one more step of level at every window. */
  readonly createEngine?: () => Engine;
  readonly tracks?: readonly LibraryTrack[];
  readonly splitStems?: SplitStems;
  /** Default: at once. */
  readonly preparer?: SourcePreparer;
  readonly loras?: readonly string[];
  readonly codec?: PacketCodec;
  readonly observer?: OutboxObserver;
  /** Told of each new session, and says who observes its outbox. */
  readonly onSession?: (session: StreamingSession) => OutboxObserver | undefined;
}

/** A running world and what it logged. */
export interface StreamingWorld {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly sessions: StreamingSession[];
  readonly log: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[];
  /** A client that has dialled and sent nothing. */
  dial(): RawClient;
  /** Lets that much time pass. */
  run(durationS: number): void;
  /** The same, while the client ticks 30 times a second and plays at the time of the clock. */
  play(client: RawClient, durationS: number, raw?: Readonly<Record<string, unknown>>): void;
  /** A client with a running session. */
  start(config?: Readonly<Record<string, unknown>>, clip?: AudioClip): RawClient;
}

/** An engine whose windows are never twice the same: the source, each time a little quieter. */
export class SteppingEngine extends PassThroughEngine {
  #windows = 0;

  override render(request: RenderRequest, done: (result: RenderResult) => void): void {
    super.render(request, (result) => {
      const gain = 1 / (1 + (++this.#windows % 64) / 64);
      for (let i = 0; i < request.out.length; i++) request.out[i]! *= gain;
      done(result);
    });
  }
}

/** Stereo by default: a slow ramp that repeats every 1000 frames, right channel negated. */
export function rampClip(durationS: number, channels = 2): AudioClip {
  const frames = Math.round(durationS * 48000);
  const audio = new Float32Array(frames * channels);
  for (let i = 0; i < frames; i++) {
    for (let c = 0; c < channels; c++) {
      audio[i * channels + c] = (c === 0 ? 1 : -1) * (i % 1000) / 2000;
    }
  }
  return { audio, channels, frames };
}

/** A clip in which every sample has the same value. */
export function levelClip(durationS: number, level: number, channels = 2): AudioClip {
  const frames = Math.round(durationS * 48000);
  return { audio: new Float32Array(frames * channels).fill(level), channels, frames };
}

/** A stereo clip that is only a length, as at timing fidelity. */
export function emptyClip(durationS: number): AudioClip {
  return { audio: new Float32Array(0), channels: 2, frames: Math.round(durationS * 48000) };
}

/** A track as a library lists it. */
export function track(name: string, load: () => AudioClip | Promise<AudioClip>): LibraryTrack {
  return { name, facts: { bpm: 120, key: "G minor", timeSignature: "3" }, load };
}

/** A LoRA as a catalog lists it, not enabled. */
export function loraEntry(id: string): LoraEntry {
  return {
    id,
    name: id,
    path: `${id}.safetensors`,
    state: "registered",
    strength: 0,
    materialized_bytes: 0,
    metadata: {},
  };
}

/** Builds a world in which nobody has dialled yet. */
export function streamingWorld(options: StreamingWorldOptions = {}): StreamingWorld {
  const clock = new VirtualClock();
  const sessions: StreamingSession[] = [];
  const log: StreamingWorld["log"] = [];
  const world = new World({
    clock,
    rng: new Rng(1),
    codec: options.codec ?? sampleCodec,
    network: options.network ?? {},
    engine: options.engine ?? { type: "constant", renderMs: 10 },
    createEngine: options.createEngine ?? (() => new SteppingEngine()),
    settings: {
      ...DEFAULT_STREAM_SETTINGS,
      ...options.settings,
      faults: { ...NO_FAULTS, ...options.faults },
    },
    tracks: options.tracks ?? [],
    splitStems: options.splitStems ?? ((clip) => ({ vocals: clip, instruments: clip })),
    ...(options.preparer && { preparer: options.preparer }),
    loraCatalog: (options.loras ?? []).map(loraEntry),
    log: (event, fields) => void log.push({ event, fields }),
    observer: {
      onSession(session) {
        sessions.push(session);
        return options.onSession?.(session) ?? options.observer;
      },
    },
  });
  const run = (durationS: number) => clock.runUntil(clock.now() + durationS);
  const dial = () => new RawClient(world.network.dial, () => clock.now());
  return {
    clock,
    world,
    sessions,
    log,
    dial,
    run,
    play(client, durationS, raw = {}) {
      const ticks = Math.round(durationS * TICK_HZ);
      const lengthS = client.mirror.length / client.channels / 48_000;
      for (let i = 0; i < ticks; i++) {
        client.params(clock.now() % lengthS, raw, { slice_bytes_rx: client.sliceBytes });
        run(1 / TICK_HZ);
      }
    },
    start(config = {}, clip = rampClip(2)) {
      const client = dial();
      client.send(config);
      client.sendAudio(clip);
      for (let i = 0; i < 200 && !client.kinds.includes("buffer"); i++) run(0.05);
      return client;
    },
  };
}
