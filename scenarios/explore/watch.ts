/**
 * Watches over all invariants during one run: looks at the world from inside, and tells each checker
 * what it asks for. It keeps no records, so that it can follow many thousand runs.
 *
 * @module
 */
import { type Clock, errorMessage } from "../../runtime/mod.ts";
import type { OutboxObserver, StreamingSession } from "../../server/streaming/mod.ts";
import {
  type AppliedSlice,
  type ClientState,
  type HeadlessClient,
  LAG_TAGS,
  type TakenBuffer,
} from "../../sim/mod.ts";
import type { World } from "../../sim/world.ts";
import type { ClientMessage, Dial, ReadyMessage, ServerMessage } from "../../wire/mod.ts";
import { MAIN_CLIENT_ID } from "../mirror_watch.ts";
import type { Fidelity } from "../result.ts";
import type { Scenario, Step } from "../types.ts";
import type { RunWatcher } from "../watcher.ts";
import type { WorldTap } from "../world_tap.ts";
import type { AnyMessage, Checker, Invariant } from "./checker.ts";
import { Fingerprint } from "./fingerprint.ts";
import { INVARIANTS } from "./invariants.ts";
import type { InvariantName } from "./names.ts";
import { Scene } from "./scene.ts";
import { SITUATIONS } from "./situations.ts";
import { tapped } from "./tapped_dial.ts";

/** How long a world may take to come to rest after its clients are gone, seconds. */
const REST_S = 600;
/** How long the server waits before it gives up a peer that was cut off without a word, seconds. */
const GIVE_UP_S = 10;

/** An invariant that did not hold. */
export interface Breach {
  readonly invariant: InvariantName;
  /** How it was broken. */
  readonly message: string;
  /** When, seconds after streaming began. */
  readonly atS: number;
}

/** What is watched. */
export interface InvariantWatchOptions {
  readonly scenario: Scenario;
  readonly fidelity: Fidelity;
  /** The watched client. */
  readonly client: () => HeadlessClient;
  /** Told of the first breach of each invariant, as it happens. */
  readonly onBreach?: (breach: Breach) => void;
  /** Which invariants; all of them by default. */
  readonly invariants?: readonly Invariant[];
}

/** A {@link Checker} hook by its name. */
type Hook = Exclude<keyof Checker, "isQuiet">;

/** One run under watch. */
export class InvariantWatch implements RunWatcher, WorldTap {
  readonly #options: InvariantWatchOptions;
  readonly #breaches = new Map<InvariantName, Breach>();
  /** Marks that were hit, by what they belong to: joined late, as they are hit often. */
  readonly #marks = new Map<string, Set<string>>();
  readonly #fingerprint = new Fingerprint();
  readonly #events = new Map<string, number>();
  #scene: Scene | null = null;
  #checkers: readonly Checker[] = [];
  #hooks = new Map<Hook, readonly Checker[]>();
  #wasCutOff = false;
  #wasIdle = false;
  #isOver = false;
  onChange: (() => void) | null = null;
  sliceCount = 0;
  behindPlayhead = 0;
  playheadS = 0;
  sessionId: string | null = null;
  failure: Error | null = null;

  /** A watch over a run whose world is not made yet. */
  constructor(options: InvariantWatchOptions) {
    this.#options = options;
  }

  /** The first breach of each invariant that was broken, in order. */
  get breaches(): readonly Breach[] {
    return [...this.#breaches.values()];
  }

  /** Every mark that was hit. */
  get marks(): string[] {
    return [...this.#marks].flatMap(([name, hit]) => [...hit].map((mark) => `${name}: ${mark}`));
  }

  /** A number that differs when the run does. */
  get fingerprint(): string {
    return this.#fingerprint.text;
  }

  /** Whether an error escaped from the world. */
  get hasThrown(): boolean {
    return this.#breaches.has("nothing-throws");
  }

  get streamingS(): number | null {
    return this.#scene?.streamingS ?? null;
  }

  get isQuiet(): boolean {
    return this.#checkers.every((checker) => checker.isQuiet !== false);
  }

  eventCount(type: string): number {
    return this.#events.get(type) ?? 0;
  }

  onWorld(world: World, clock: Clock): void {
    const { scenario, fidelity, client, invariants = INVARIANTS } = this.#options;
    const scene = new Scene({ scenario, fidelity, world, clock, client });
    this.#scene = scene;
    this.#checkers = [
      ...invariants.map((invariant) =>
        invariant.create({
          scene,
          cover: this.#coverOf(invariant.name),
          breach: (message) => this.#breach(invariant.name, message),
        })
      ),
      SITUATIONS.create(scene, this.#coverOf("situation")),
    ];
    this.#hooks = new Map();
  }

  onSession(session: StreamingSession): OutboxObserver | undefined {
    for (const checker of this.#with("onAnySession")) checker.onAnySession!(session);
    if (session.config.clientId !== MAIN_CLIENT_ID) return undefined;
    const scene = this.#scene!;
    scene.onSession(session);
    for (const checker of this.#with("onSession")) checker.onSession!(session);
    const published = this.#with("onPublished");
    const tap = session.bus.subscribe({ capacity: Infinity });
    tap.onReady = () => {
      for (let event = tap.take(); event !== null; event = tap.take()) {
        if (event.type === "subscriberDropped") continue;
        for (const checker of published) checker.onPublished!(event, session);
      }
    };
    const [slices, buffers, drops] = [
      this.#with("onServerSlice"),
      this.#with("onServerBuffer"),
      this.#with("onServerDrop"),
    ];
    return {
      onSliceSent: (event, _packet, sender) => {
        for (const checker of slices) checker.onServerSlice!(event, sender, session);
      },
      onBufferSent: (clip, sender) => {
        for (const checker of buffers) checker.onServerBuffer!(clip, sender, session);
      },
      onSliceDropped: (_event, cause) => {
        for (const checker of drops) checker.onServerDrop!(cause);
      },
    };
  }

  dial(dial: Dial): Dial {
    return tapped(dial, {
      onDial: () => {
        this.#scene!.calm.onDial();
        for (const checker of this.#with("onDial")) checker.onDial!();
      },
      incoming: this.#with("onPacket"),
      outgoing: this.#with("onSending"),
    });
  }

  aroundInject(message: AnyMessage, inject: () => void): void {
    const after = this.#with("onExternal").map((checker) => checker.onExternal!(message));
    inject();
    for (const look of after) look?.();
  }

  onStep(step: Step): void {
    const scene = this.#scene!;
    if (step.do === "network" && step.fault === "halfOpen") this.#wasCutOff = true;
    for (const checker of this.#with("onStep")) checker.onStep!(step);
    scene.calm.onStep(step, scene.nowS);
  }

  onState(state: ClientState): void {
    for (const checker of this.#with("onState")) checker.onState!(state);
  }

  onReady(message: ReadyMessage): void {
    this.sessionId = message.session_id;
    for (const checker of this.#with("onReady")) checker.onReady!(message);
  }

  onLeave(): void {
    for (const checker of this.#with("onLeave")) checker.onLeave!();
  }

  onBuffer(buffer: TakenBuffer): void {
    const scene = this.#scene!;
    scene.streamingS ??= scene.nowS;
    scene.calm.disturb(scene.nowS);
    this.#fingerprint.add(buffer.frames, buffer.epoch, scene.nowS);
    for (const checker of this.#with("onBuffer")) checker.onBuffer!(buffer);
    this.onChange?.();
  }

  onSlice(slice: AppliedSlice): void {
    const { record } = slice;
    this.sliceCount++;
    if (record.leadS < 0) this.behindPlayhead++;
    this.#fingerprint.add(record.startSample, slice.payloadCrc ?? slice.bytes, record.wallS);
    for (const checker of this.#with("onSlice")) checker.onSlice!(slice);
    if (!this.#isOver) this.onChange?.();
  }

  onTick(record: Parameters<NonNullable<Checker["onTick"]>>[0]): void {
    const { session, calm } = this.#scene!;
    const isIdle = (record.tags & LAG_TAGS.idle) !== 0;
    // A server that wakes up begins anew, as after a seek; and it may rest before the client knows.
    const restsUnseen = !isIdle && session !== null && session.generator !== "active";
    if ((this.#wasIdle && !isIdle) || restsUnseen) calm.disturb(record.wallS);
    this.#wasIdle = isIdle;
    for (const checker of this.#with("onTick")) checker.onTick!(record);
    if (this.#isOver) return;
    this.playheadS = record.playheadS;
    this.#fingerprint.add(record.playheadS * 48000, record.tags, record.stalenessS);
    this.onChange?.();
  }

  onEvent(message: ServerMessage | { readonly type: string }): void {
    for (const checker of this.#with("onEvent")) checker.onEvent!(message);
    if (this.#isOver || message.type === "params_update") return;
    this.#events.set(message.type, this.eventCount(message.type) + 1);
    this.onChange?.();
  }

  onSent(message: ClientMessage): void {
    for (const checker of this.#with("onSent")) checker.onSent!(message);
  }

  onDecodeError(error: Error): void {
    this.#scene!.calm.disturb(this.#scene!.nowS);
    for (const checker of this.#with("onDecodeError")) checker.onDecodeError!(error);
  }

  onFailure(error: Error): void {
    this.failure ??= error;
    for (const checker of this.#with("onFailure")) checker.onFailure!(error);
    this.onChange?.();
  }

  onClose(code: number, reason: string, willReconnect: boolean): void {
    this.#scene!.calm.onClose(this.#scene!.nowS, code, willReconnect);
    this.#fingerprint.add(code, willReconnect ? 1 : 0, this.#scene!.nowS);
    for (const checker of this.#with("onClose")) checker.onClose!(code, reason, willReconnect);
    if (!this.#isOver) this.onChange?.();
  }

  finish(): void {
    this.#isOver = true;
    this.#scene!.endS = this.#scene!.nowS;
  }

  /** An error escaped from the world, which is over with that. */
  onThrown(error: unknown): void {
    this.finish();
    this.#breach("nothing-throws", errorMessage(error));
  }

  onSettled(): void {
    for (const checker of this.#with("onSettled")) checker.onSettled!();
  }

  /**
   * The play is over and its clients are told to stop: lets the world come to rest, and has the last
   * word on it. `step` runs the next thing that happens up to a time; false when there is none.
   */
  rest(step: (limitS: number) => boolean): void {
    const scene = this.#scene!;
    const startS = scene.nowS;
    if (this.#wasCutOff) {
      // A real server pings its peers; a simulated one has to be told that they are gone.
      while (step(startS + GIVE_UP_S));
      scene.world.registry.terminate();
    }
    let isAtRest = false;
    while (!(isAtRest = !step(Infinity)) && scene.nowS < startS + REST_S);
    for (const checker of this.#with("onRest")) checker.onRest!(isAtRest);
  }

  /** The checkers that have a hook, found once. */
  #with(hook: Hook): readonly Checker[] {
    let found = this.#hooks.get(hook);
    if (found === undefined) {
      found = this.#checkers.filter((checker) => checker[hook] !== undefined);
      this.#hooks.set(hook, found);
    }
    return found;
  }

  #coverOf(name: string): (mark: string) => void {
    const hit = new Set<string>();
    this.#marks.set(name, hit);
    return (mark) => void hit.add(mark);
  }

  #breach(invariant: InvariantName, message: string): void {
    if (this.#breaches.has(invariant)) return;
    const { endS, nowS, streamingS } = this.#scene!;
    const atS = Math.round(Math.max(0, (endS ?? nowS) - (streamingS ?? 0)) * 1e6) / 1e6;
    const breach = { invariant, message, atS };
    this.#breaches.set(invariant, breach);
    this.#options.onBreach?.(breach);
  }
}
