/**
 * One streaming session on a virtual clock, without any network, for tests.
 *
 * @module
 */
import { Rng, VirtualClock } from "../../runtime/mod.ts";
import {
  ControlBank,
  DEFAULT_SESSION_SETTINGS,
  InProcessPreparer,
  type LibraryTrack,
  type SessionEvent,
  type SessionSettings,
  type SliceEvent,
  SourceLibrary,
  type SourcePreparer,
  type SplitStems,
  StreamingSession,
} from "../../server/streaming/mod.ts";
import {
  type AudioClip,
  type Engine,
  ModelledEngine,
  type RenderRequest,
} from "../../server/streaming/engine/mod.ts";
import { coerceClientMessage, type ConfigMessage, parseConfig } from "../../wire/mod.ts";
import { emptyClip, loraEntry, SteppingEngine } from "./streaming_world.ts";
import { streamId } from "./stream_id.ts";

/** What can be different from a plain session. */
export interface SessionRigOptions {
  readonly config?: ConfigMessage;
  /** Default: ten seconds without samples. */
  readonly source?: AudioClip;
  readonly settings?: Partial<SessionSettings>;
  /** Default: 10 ms for every window. */
  readonly renderMs?: number;
  readonly engine?: Engine;
  readonly tracks?: readonly LibraryTrack[];
  readonly loras?: readonly string[];
  readonly splitStems?: SplitStems;
  /** Default: at once. */
  readonly preparer?: SourcePreparer;
}

/** A running session. */
export interface SessionRig {
  readonly clock: VirtualClock;
  readonly session: StreamingSession;
  readonly engine: ModelledEngine;
  /** Every window that the engine was asked for, and when. */
  readonly requests: { readonly atS: number; readonly request: RenderRequest }[];
  /** Everything that was published, oldest first. */
  readonly events: SessionEvent[];
  /** The slices among it. */
  readonly slices: SliceEvent[];
  /** Types of the control messages among it, swaps and echoes included. */
  types(): string[];
  /** The newest control message of a type. */
  last(type: string): Readonly<Record<string, unknown>> | undefined;
  run(durationS: number): void;
  /** A command as it comes from the client, or from outside. */
  command(
    message: Readonly<Record<string, unknown>>,
    audio?: AudioClip | Error | null,
    origin?: "PRIMARY" | "EXTERNAL",
  ): void;
}

class WatchedEngine extends SteppingEngine {
  onRequest: (request: RenderRequest) => void = () => {};

  override render(...args: Parameters<SteppingEngine["render"]>): void {
    this.onRequest(args[0]);
    super.render(...args);
  }
}

/** Makes a session that has started. */
export function sessionRig(options: SessionRigOptions = {}): SessionRig {
  const clock = new VirtualClock();
  const opening = parseConfig(JSON.stringify(options.config ?? {}));
  if (opening.kind !== "session") throw new TypeError("a rig is a session");
  const { config } = opening;
  const watched = new WatchedEngine();
  const requests: SessionRig["requests"] = [];
  watched.onRequest = (request) => void requests.push({ atS: clock.now(), request });
  const engine = new ModelledEngine({
    inner: options.engine ?? watched,
    clock,
    rng: new Rng(1),
    profile: { type: "constant", renderMs: options.renderMs ?? 10 },
  });
  const clip = options.source ?? emptyClip(10);
  const session = new StreamingSession({
    id: streamId("rig"),
    clock,
    config,
    source: {
      clip,
      facts: { bpm: 100, key: "C major", timeSignature: "4" },
      fixtureName: config.fixtureName,
      stemMode: "full",
    },
    buffer: clip.audio.slice(),
    preparer: options.preparer ?? new InProcessPreparer(),
    engine,
    library: new SourceLibrary(options.tracks ?? []),
    splitStems: options.splitStems ?? ((clip) => ({ vocals: clip, instruments: clip })),
    bank: new ControlBank({
      sde: config.sde,
      prompt: config.prompt,
      promptB: config.promptB,
      loraCatalog: (options.loras ?? []).map(loraEntry),
      enabledLoras: config.enabledLoras,
      loraStrengths: config.loraStrengths,
    }),
    settings: { ...DEFAULT_SESSION_SETTINGS, ...options.settings },
  });
  const events: SessionEvent[] = [];
  const subscription = session.bus.subscribe();
  subscription.onReady = () => {
    for (let event = subscription.take(); event !== null; event = subscription.take()) {
      if (event.type !== "subscriberDropped") events.push(event);
    }
  };
  session.start();
  const messages = () => events.flatMap((event) => "message" in event ? [event.message] : []);
  return {
    clock,
    session,
    engine,
    requests,
    events,
    get slices() {
      return events.filter((event) => event.type === "slice");
    },
    types: () => messages().map((message) => message.type),
    last: (type) => {
      const message = messages().findLast((one) => one.type === type);
      return message && { ...message };
    },
    run: (durationS) => clock.runUntil(clock.now() + durationS),
    command(message, audio = null, origin = "PRIMARY") {
      const parsed = coerceClientMessage(message);
      if (!parsed.ok) throw new TypeError(parsed.reason);
      const given = audio === null || audio instanceof Error
        ? audio
        : { kind: "clip", clip: audio } as const;
      session.command(origin, parsed.message, given);
    },
  };
}
