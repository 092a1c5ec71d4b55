/**
 * A live target: any voice server at an address, in wall time, with network weather on our side.
 *
 * @module
 */
import { type Clock, reachReason, type Rng, TargetError, WallClock } from "../../runtime/mod.ts";
import type { SpeechProfile } from "../../server/voice/speech/modelled_engine.ts";
import { dialWebSocket, type NetworkFaults, ShapedNetwork } from "../../sim/mod.ts";
import type { Dial } from "../../wire/mod.ts";
import type { Target } from "../result.ts";
import { speechProfileSchema, voiceServerSchema } from "./schema.ts";
import type { VoiceStage } from "./stage.ts";
import type { VoiceScenario } from "./types.ts";
import type { AskVoice, VoiceBackdoor } from "./voice_api.ts";

/** How long a request may take, seconds. */
const REQUEST_TIMEOUT_S = 10;
/** How long the first one may take, which has the server load what speaks; seconds. */
const OPEN_TIMEOUT_S = 30;

/** Where a live target is. */
export interface LiveVoiceOptions {
  readonly target: Target;
  /** `http://host:port`. */
  readonly url: string;
  /** Bearer token, if the server wants one. */
  readonly token?: string;
  readonly rng: Rng;
  readonly clock?: Clock;
  /** A private way into our own server. */
  readonly backdoor?: VoiceBackdoor<SpeechProfile> & { close(): Promise<void> };
}

/** Why a scenario cannot be played on a voice server that is not ours; null when it can. */
export function foreignVoiceObstacle(scenario: VoiceScenario): string | null {
  const { steps, server, engine } = scenario;
  const isUsual = (value: unknown, usual: unknown) =>
    JSON.stringify(value) === JSON.stringify(usual);
  if (steps.some((step) => step.do === "deviceChange")) {
    return "it changes the devices of the server's machine, which only `sim` and `self` can";
  }
  if (!isUsual(server, voiceServerSchema.parse(undefined))) {
    return "it needs a server with settings or faults of its own, which only `sim` and `self` have";
  }
  if (
    !isUsual(engine, speechProfileSchema.parse({})) || steps.some((step) => step.do === "engine")
  ) {
    return "it needs speech with a timing of its own, which only `sim` and `self` have";
  }
  const heard = new Set(steps.flatMap((step) => step.do === "subscribe" ? step.session : []));
  const silent = new Set(
    steps.flatMap((step) =>
      step.do === "speak" && (step.session === null || !heard.has(step.session)) ? step.job : []
    ),
  );
  const waitsForSpeaker = steps.some(({ when }) =>
    when !== undefined && Object.values(when).some((name) => silent.has(name))
  );
  return waitsForSpeaker
    ? "it waits for what the server's loudspeaker plays, which only `sim` and `self` can see"
    : null;
}

/** Opens a live target for one scenario. */
export async function liveVoiceStage(
  scenario: VoiceScenario,
  options: LiveVoiceOptions,
): Promise<VoiceStage> {
  const { rng, backdoor, token, clock = new WallClock() } = options;
  const base = options.url.replace(/\/+$/, "");
  const authorization = token === undefined ? null : { authorization: `Bearer ${token}` };
  let timeoutS = OPEN_TIMEOUT_S;
  const ask: AskVoice = async (method, path, body) => {
    try {
      return await fetch(`${base}${path}`, {
        method,
        headers: {
          ...authorization,
          ...(body === null ? {} : { "content-type": "application/json" }),
        },
        ...(body === null ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(timeoutS * 1000),
      });
    } catch (error) {
      throw new TargetError(
        `cannot reach ${base}: ${reachReason(error, timeoutS)}; ` +
          "is the voice server running, and is the port right?",
        { url: base },
      );
    }
  };
  const health = await ask("GET", "/health", null);
  await health.body?.cancel();
  timeoutS = REQUEST_TIMEOUT_S;
  if (!health.ok) {
    throw new TargetError(
      `${base}/health answered ${health.status}; is this a voice server, and is a token needed?`,
      { status: health.status },
    );
  }
  const roads = new Roads();
  const hasWeather = Object.keys(scenario.network).length > 0 ||
    scenario.steps.some((step) => step.do === "network");
  return {
    target: options.target,
    clock,
    isSimulated: false,
    // Sessions of two runs on one server must not meet.
    prefix: `lab-${Math.round(clock.unixS() * 1000).toString(36)}-`,
    ask,
    dial: (path): Dial => {
      const dial = dialWebSocket(
        `${base.replace(/^http/, "ws")}${path}`,
        token === undefined ? {} : { token },
      );
      if (!hasWeather) return dial;
      const road = new ShapedNetwork({
        ...{ clock, dial, profile: scenario.network, rng: rng.split(`network ${roads.count}`) },
      });
      roads.add(road);
      return road.dial;
    },
    faults: roads,
    backdoor: backdoor ?? null,
    onSpeaker: null,
    onSpeakerSound: null,
    drive: async (play) => {
      await new Promise<void>((resolve) => {
        if (play.isDone) resolve();
        else play.onDone = resolve;
      });
    },
    close: async () => await backdoor?.close(),
  };
}

/** Several roads to one server, in the same weather. */
class Roads implements NetworkFaults {
  readonly #roads: NetworkFaults[] = [];

  get count(): number {
    return this.#roads.length;
  }

  add(road: NetworkFaults): void {
    this.#roads.push(road);
  }

  stall(...given: Parameters<NetworkFaults["stall"]>): void {
    for (const road of this.#roads) road.stall(...given);
  }

  halfOpen(): void {
    for (const road of this.#roads) road.halfOpen();
  }

  abruptClose(): void {
    for (const road of this.#roads) road.abruptClose();
  }

  corruptNextSlice(): void {}

  setRefusing(isRefusing: boolean): void {
    for (const road of this.#roads) road.setRefusing(isRefusing);
  }

  setProfile(...given: Parameters<NetworkFaults["setProfile"]>): void {
    for (const road of this.#roads) road.setProfile(...given);
  }
}
