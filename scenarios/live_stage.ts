/**
 * A live target: any server at a WebSocket URL, in wall time, with network weather on our side.
 *
 * @module
 */
import { errorMessage, reachReason, type Rng, TargetError, WallClock } from "../runtime/mod.ts";
import { dialWebSocket, type MirrorWitness, ShapedNetwork, wholeMirrorCrc } from "../sim/mod.ts";
import type { EngineProfile } from "../server/streaming/engine/modelled.ts";
import type { NetworkFaults } from "../sim/mod.ts";
import { encodeControlBody, sampleCodec } from "../wire/mod.ts";
import type { Target } from "./result.ts";
import type { Scenario } from "./types.ts";
import { serverSchema } from "./schema.ts";
import type { ServerDrops, Stage } from "./stage.ts";

/** How long the server may take to say what it is, seconds. */
const INFO_TIMEOUT_S = 4;
/** How long one command from outside may take, seconds. */
const COMMAND_TIMEOUT_S = 10;
/** How often and how long the end of a run looks whether anything is under way, seconds. */
const SETTLE_POLL_S = 0.05;
const SETTLE_MAX_S = 5;

/** A private way to our own server, which a foreign one does not have. */
export interface ServerBackdoor {
  readonly witness: MirrorWitness;
  setEngineProfile(profile: EngineProfile): void;
  /** Stops the generator; resolves to the CRC-32 of what the client should have. */
  hold(): Promise<number | null>;
  drops(): ServerDrops;
  close(): Promise<void>;
}

/** Where a live target is. */
export interface LiveStageOptions {
  readonly target: Target;
  /** `ws://host:port/`. */
  readonly url: string;
  /** `http://host:port` of the control bus; null when it is not known. */
  readonly controlUrl: string | null;
  /** Bearer token, if the server wants one. */
  readonly token?: string;
  readonly rng: Rng;
  readonly backdoor?: ServerBackdoor;
}

/**
 * Why a scenario cannot be played on a server that is not ours; null when it can.
 */
export function foreignObstacle(scenario: Scenario, hasControl: boolean): string | null {
  const { steps, server } = scenario;
  if (steps.some((step) => step.do === "engine")) {
    return "it changes the timing of the server's engine, which only `sim` and `self` can";
  }
  if (JSON.stringify(server) !== JSON.stringify(serverSchema.parse(undefined))) {
    return "it needs a server with settings or faults of its own, which only `sim` and `self` have";
  }
  if (scenario.engine.type !== "constant") {
    return "it needs an engine with a timing of its own, which only `sim` and `self` have";
  }
  if (scenario.expectations.some((e) => e.fails && e.metric.startsWith("mirror."))) {
    return "its point is to compare mirrors, and a foreign server's cannot be seen";
  }
  if (!hasControl && steps.some((step) => step.do === "external")) {
    return "it sends commands over the control bus; name its address with --control";
  }
  return null;
}

/** Opens a live target for one scenario. */
export async function liveStage(scenario: Scenario, options: LiveStageOptions): Promise<Stage> {
  const { rng, backdoor, token } = options;
  const clock = new WallClock();
  const fixtures = await serverFixtures(options);
  const dial = dialWebSocket(options.url, token === undefined ? {} : { token });
  const weather = hasWeather(scenario)
    ? new ShapedNetwork({ clock, rng: rng.split("network"), dial, profile: scenario.network })
    : null;
  let commands: Promise<void> = Promise.resolve();
  let commandFailure: Error | null = null;
  return {
    target: options.target,
    clock,
    isSimulated: false,
    codec: sampleCodec,
    dial: weather?.dial ?? dial,
    faults: weather ?? NO_FAULTS,
    witness: backdoor?.witness ?? null,
    hasFixture: (name) => fixtures.has(name),
    setEngineProfile: (profile) => backdoor?.setEngineProfile(profile),
    inject(session, message) {
      // One after the other: the order of commands is part of the scenario.
      commands = commands.then(() => postCommand(options, session, message)).catch((error) => {
        commandFailure ??= error instanceof Error ? error : new Error(errorMessage(error));
      });
    },
    settle(clientMirror, done) {
      const untilS = clock.now() + SETTLE_MAX_S;
      const look = (serverCrc: number | null) => {
        if (backdoor !== undefined && !backdoor.witness.isQuiet && clock.now() < untilS) {
          clock.after(SETTLE_POLL_S, () => look(serverCrc));
          return;
        }
        const client = clientMirror();
        if (backdoor?.witness.isQuiet && client !== null && serverCrc !== null) {
          backdoor.witness.compareWhole(wholeMirrorCrc(client), serverCrc);
        }
        done();
      };
      if (backdoor === undefined) done();
      else backdoor.hold().then(look, () => done());
    },
    drops: () => backdoor?.drops() ?? null,
    async drive(play) {
      await new Promise<void>((resolve) => {
        if (play.isDone) resolve();
        else play.onDone = resolve;
      });
      await commands;
      if (commandFailure !== null) throw commandFailure;
    },
    close: async () => {
      await commands;
      await backdoor?.close();
    },
  };
}

/** Whether the scenario wants more of the network than the real one gives. */
function hasWeather({ network, steps }: Scenario): boolean {
  return Object.keys(network).length > 0 || steps.some((step) => step.do === "network");
}

const NO_FAULTS: NetworkFaults = {
  stall() {},
  halfOpen() {},
  abruptClose() {},
  corruptNextSlice() {},
  setRefusing() {},
  setProfile() {},
};

async function serverFixtures({ url, token }: LiveStageOptions): Promise<ReadonlySet<string>> {
  const address = new URL("/api/server-info", url.replace(/^ws/, "http"));
  let answer: Response;
  try {
    answer = await fetch(address, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(INFO_TIMEOUT_S * 1000),
    });
  } catch (error) {
    // `fetch` refuses some ports whatever listens there; a WebSocket may still be had.
    if (/ports? \d+ (is|are) blocked/i.test(errorMessage(error))) return new Set();
    throw new TargetError(
      `cannot reach ${url}: ${
        reachReason(error, INFO_TIMEOUT_S)
      }; is the server running, and is the port right?`,
      { url },
    );
  }
  try {
    const info = await answer.json();
    const names = info?.server_side_fixtures;
    return new Set(Array.isArray(names) ? names.filter((name) => typeof name === "string") : []);
  } catch {
    // Not every server answers here; without a list the audio is uploaded.
    return new Set();
  }
}

async function postCommand(
  { controlUrl, token }: LiveStageOptions,
  session: string,
  message: Readonly<Record<string, unknown>>,
): Promise<void> {
  const address = URL.parse(`/sessions/${session}/cmd`, controlUrl ?? undefined);
  if (address === null) {
    throw new TargetError(`control bus ${JSON.stringify(controlUrl)} is no http:// address`);
  }
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(address, {
      method: "POST",
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      body: encodeControlBody(message),
      signal: AbortSignal.timeout(COMMAND_TIMEOUT_S * 1000),
    });
    text = await answer.text();
  } catch (error) {
    throw new TargetError(
      `cannot reach the control bus at ${controlUrl}: ${reachReason(error, COMMAND_TIMEOUT_S)}; ` +
        "is it running, and is the port right?",
      { url: controlUrl },
    );
  }
  if (!answer.ok) {
    throw new TargetError(
      `control bus refused "${message["type"]}" with ${answer.status}: ${text.slice(0, 200)}`,
      { status: answer.status },
    );
  }
}
