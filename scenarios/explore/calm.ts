/**
 * Since when nothing has been the matter: what a listener may expect of a session depends on it.
 *
 * Everything that disturbs is known, because it is done by steps or told by the client. So the same
 * rule judges a run while faults come and go (safety) and after they were healed (liveness).
 *
 * @module
 */
import type { EngineProfile } from "../../server/streaming/engine/modelled.ts";
import type { LinkProfile, NetworkProfileInput } from "../../sim/mod.ts";
import {
  type ClientMessage,
  CLOSE,
  COMMANDS,
  LATENT_FRAME,
  needsBinary,
  SAMPLE_RATE,
  VAE_WINDOW_RANGE_S,
} from "../../wire/mod.ts";
import type { Scenario, Step, WireMessage } from "../types.ts";

/**
 * A session that nothing disturbs has recovered after this time, seconds: the longest lead (the
 * ceiling of 1.35 s and what transport may add, 3 s) has been played, and all that came late is gone.
 */
export const RECOVER_S = 8;

/** Most of a window's length that a turn of the generator may take, if it is to keep up. */
const KEEP_UP_SHARE = 0.5;
/** Slowest ticks by which a server can follow the playhead and its acknowledgements, 1/s. */
const MIN_PARAMS_HZ = 10;
/** Furthest from nominal speed at which reports still tell where the playhead is. */
const MAX_RATE_ERROR = 0.1;
/** Most that a road may cost, ms: with telemetry the server finds it out, without it cannot. */
const MAX_ROAD_MS = { telemetry: 200, reference: 60 } as const;
/** Least bandwidth that carries slices and whole buffers in good time, bytes a second. */
const MIN_BYTES_PER_S = 2_000_000;
/** Steps after which the session is what it was. */
const HARMLESS: ReadonlySet<Step["do"]> = new Set(["knobs", "prompt", "promptBlend", "lora"]);

/** Length of the decode window of a session, frames; 0 when it decodes the whole buffer. */
export function windowFramesOf({ client }: Pick<Scenario, "client">): number {
  const asked = client.config["vae_window"];
  const windowS = typeof asked === "number" ? asked : VAE_WINDOW_RANGE_S.max;
  if (windowS <= 0) return 0;
  const clampedS = Math.min(VAE_WINDOW_RANGE_S.max, Math.max(VAE_WINDOW_RANGE_S.min, windowS));
  return Math.max(1, Math.round(clampedS * SAMPLE_RATE / LATENT_FRAME)) * LATENT_FRAME;
}

/** Watches what is done to a session. */
export class Calm {
  readonly #scenario: Scenario;
  readonly #windowMs: number;
  #engine: EngineProfile;
  #engineSetS = 0;
  #isNetworkFine: boolean;
  #rate: number;
  #isPaused = false;
  #readAgainS = -Infinity;
  #disturbedS = 0;
  #isForsaken = false;
  #isSpoilt = false;
  /** The client drops what it has, to dial anew: the end of that is no end. */
  #isReturning = false;
  #areFaultsOff = true;

  /** A scenario of which nothing has happened yet. */
  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.#windowMs = windowFramesOf(scenario) / SAMPLE_RATE * 1000;
    this.#engine = scenario.engine;
    this.#isNetworkFine = this.#isFineNetwork(scenario.network);
    this.#rate = scenario.client.rate;
  }

  /** A step is carried out at `nowS`. */
  onStep(step: Step, nowS: number): void {
    this.#isReturning = false;
    if (!HARMLESS.has(step.do)) this.disturb(nowS);
    switch (step.do) {
      case "engine":
        // A window under way keeps the time that it was given.
        this.disturb(nowS + slowestWindowS(this.#engine));
        this.#engine = step.profile;
        this.#engineSetS = nowS;
        return;
      case "network":
        return this.#onNetwork(step.fault, nowS);
      case "rate":
        this.#rate = step.rate;
        return;
      case "pause":
      case "resume":
        this.#isPaused = step.do === "pause";
        return;
      case "stopReading":
        return this.disturb(this.#readAgainS = Math.max(this.#readAgainS, nowS + step.durationS));
      case "faults":
        this.#areFaultsOff = Object.values(step.faults).every((it) => it === false || it === 0);
        return;
      case "disconnect":
        this.#isForsaken = true;
        return;
      case "send":
        // Audio that is announced and never comes swallows whatever is sent next.
        if (isAnnouncement(step.message)) this.#isSpoilt = true;
        return;
      case "external":
        // A band that the listener knows nothing of.
        if (step.message.type === "loop_band") this.#isSpoilt = true;
        return;
      case "reconnect":
        this.#isForsaken = false;
        this.#isReturning = true;
    }
  }

  /**
   * The connection is gone. After a normal end, or for a newer session, nobody comes back; a server
   * that refuses has to have a reason, which no world gives it.
   */
  onClose(nowS: number, code: number, willReconnect: boolean): void {
    if (!willReconnect && code !== CLOSE.internal && !this.#isReturning) this.#isForsaken = true;
    this.disturb(nowS);
  }

  /** A buffer was taken over, a connection was lost, a frame was damaged. */
  disturb(nowS: number): void {
    this.#disturbedS = Math.max(this.#disturbedS, nowS);
  }

  /** The client dials. */
  onDial(): void {
    this.#isReturning = false;
  }

  /** A new session has a new engine, whose profile begins anew. */
  onSession(nowS: number): void {
    this.#engineSetS = nowS;
    this.disturb(nowS);
  }

  /** Whether the client was told to leave, or thrown out, and not to come back. */
  get isForsaken(): boolean {
    return this.#isForsaken;
  }

  /** Whether the session decodes windows that the generator can make in time. */
  get keepsUp(): boolean {
    const turnMs = Math.max(this.#scenario.server.tickMs, slowestMs(this.#engine));
    return this.#windowMs > 0 && turnMs <= KEEP_UP_SHARE * this.#windowMs;
  }

  /** For how long nothing has been the matter, seconds; 0 while something is. */
  lastsS(nowS: number): number {
    const { client } = this.#scenario;
    const isFine = this.#isNetworkFine && this.#areFaultsOff && !this.#isPaused &&
      !this.#isForsaken && !this.#isSpoilt && this.keepsUp && client.paramsHz >= MIN_PARAMS_HZ &&
      Math.abs(this.#rate - 1) <= MAX_RATE_ERROR;
    if (!isFine) return 0;
    const engineFineS = this.#engineSetS + troubledS(this.#engine);
    return Math.max(0, nowS - Math.max(this.#disturbedS, engineFineS));
  }

  #onNetwork(fault: Extract<Step, { do: "network" }>["fault"], nowS: number): void {
    if (fault === "halfOpen") this.#isForsaken = true;
    else if (fault === "abruptClose") {
      if (!this.#scenario.client.reconnect) this.#isForsaken = true;
    } else if (fault === "corruptSlice") return;
    else if ("stallS" in fault) this.disturb(nowS + fault.stallS);
    else this.#isNetworkFine = this.#isFineNetwork(fault.profile);
  }

  #isFineNetwork({ up = {}, down = {}, windowBytes }: NetworkProfileInput): boolean {
    const roadMs = costMs(up) + costMs(down);
    return roadMs <= MAX_ROAD_MS[this.#scenario.client.profile] && isOpen(up) && isOpen(down) &&
      (windowBytes ?? Infinity) >= 65_536;
  }
}

function isAnnouncement(message: WireMessage): boolean {
  const { type } = message;
  return type in COMMANDS && needsBinary(message as unknown as ClientMessage);
}

function costMs({ latencyMs = 0, jitterMs = 0 }: Partial<LinkProfile>): number {
  return latencyMs + 3 * jitterMs;
}

function isOpen({ bytesPerS = null, stalls = [], randomStalls = null }: Partial<LinkProfile>) {
  return (bytesPerS ?? Infinity) >= MIN_BYTES_PER_S && stalls.length === 0 && randomStalls === null;
}

/** The longest that a window may take, ms, apart from what {@link troubledS} covers. */
function slowestMs(profile: EngineProfile): number {
  switch (profile.type) {
    case "jittered":
      return profile.renderMs + 4 * profile.jitterMs;
    case "warmup":
      return profile.toMs;
    case "gc":
      return Infinity;
    default:
      return profile.renderMs;
  }
}

/** The longest that one window can take, in trouble too, seconds. */
function slowestWindowS(profile: EngineProfile): number {
  switch (profile.type) {
    case "stall":
      return Math.max(0, ...profile.stalls.map(({ durationS }) => durationS));
    case "gc":
      return profile.pauseMs / 1000;
    case "warmup":
      return profile.fromMs / 1000;
    default:
      return slowestMs(profile) / 1000;
  }
}

/** How long after it was set a profile is in trouble, seconds. */
function troubledS(profile: EngineProfile): number {
  switch (profile.type) {
    case "warmup":
      return profile.overS;
    case "stall":
      return Math.max(0, ...profile.stalls.map(({ atS, durationS }) => atS + durationS));
    default:
      return 0;
  }
}
