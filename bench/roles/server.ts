/**
 * A server to measure: answers for its processor time and for how punctual its loop is.
 *
 * @module
 */
import { Rng, WallClock } from "../../runtime/mod.ts";
import { type HeadwayServer, serve } from "../../serve/mod.ts";
import { silentLog } from "../../server/log.ts";
import {
  type Engine,
  ModelledEngine,
  PassThroughEngine,
} from "../../server/streaming/engine/mod.ts";
import { answerAll } from "../child.ts";
import { type Lateness, LatenessMeter, watchLoop } from "../lateness.ts";
import { cpuS } from "../rounds.ts";

/** What its sessions are played by. `motion` is what a server has that was told of nothing else. */
export type EngineKind = "motion" | "modelled" | "pass-through";

/** Opens the server. */
export interface StartServer {
  readonly do: "start";
  readonly engine: EngineKind;
  readonly maxSessions: number;
  /** How often a timer asks whether the loop is free, seconds. */
  readonly probeS: number;
}

/** Asks for what happened since the last time. */
export interface ReadServer {
  readonly do: "read";
}

/** What a server that has started says. */
export interface ServerStarted {
  readonly url: string;
}

/** Answer to {@link ReadServer}. */
export interface ServerReading extends Lateness {
  /** Processor time since the last reading, seconds. */
  readonly cpuS: number;
  readonly rssMiB: number;
}

/** How long a modelled window takes, of the 60 ms that it may, milliseconds. */
const RENDER_MS = 30;

const clock = new WallClock();
const meter = new LatenessMeter();
const rng = new Rng("bench");
let server: HeadwayServer | null = null;
let lastCpuS = cpuS();
let engineCount = 0;

const makers: Record<Exclude<EngineKind, "motion">, () => Engine> = {
  "pass-through": () => new PassThroughEngine(),
  modelled: () =>
    new ModelledEngine({
      inner: new PassThroughEngine(),
      clock,
      rng: rng.split(`engine ${engineCount++}`),
      profile: { type: "constant", renderMs: RENDER_MS },
    }),
};

async function start({ engine, maxSessions, probeS }: StartServer): Promise<ServerStarted> {
  server = await serve({
    port: 0,
    controlPort: "off",
    maxSessions,
    idlePauseS: 0,
    log: silentLog,
    ...(engine !== "motion" && { createEngine: makers[engine] }),
  });
  watchLoop(clock, probeS, meter);
  return { url: server.url };
}

function read(): ServerReading {
  const nowS = cpuS();
  const usedS = nowS - lastCpuS;
  lastCpuS = nowS;
  return { cpuS: usedS, rssMiB: Deno.memoryUsage().rss / 2 ** 20, ...meter.take() };
}

await answerAll((question) => {
  const asked = question as StartServer | ReadServer;
  return asked.do === "start" ? start(asked) : read();
});
Deno.exit(0);
