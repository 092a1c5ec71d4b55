/**
 * Headless clients to measure, as many as asked for, over real sockets.
 *
 * @module
 */
import { DEFAULT_FIXTURE, synthSource } from "../../fixtures/mod.ts";
import { Rng, WallClock } from "../../runtime/mod.ts";
import { type ClientSource, dialWebSocket, HeadlessClient } from "../../sim/mod.ts";
import { answerAll } from "../child.ts";
import { type Lateness, LatenessMeter, watchedClock } from "../lateness.ts";
import { cpuS, medianOf } from "../rounds.ts";

/** Opens sessions, one after the other. */
export interface OpenClients {
  readonly do: "open";
  readonly url: string;
  readonly count: number;
  /** `short`: ten seconds that the client sends; `loop`: the server's default loop. */
  readonly source: "short" | "loop";
}

/** Asks for what happens in the next seconds. */
export interface MeasureClients {
  readonly do: "measure";
  readonly seconds: number;
}

/** Answer to {@link MeasureClients}. */
export interface ClientsReading extends Lateness {
  readonly seconds: number;
  /** Processor time of the whole process, seconds. */
  readonly cpuS: number;
  /** Slices that were applied, by all clients. */
  readonly slices: number;
  /** Median over the clients of their median leads, seconds. */
  readonly leadP50S: number;
}

/** What is kept for a dump, seconds: fifty of them have to fit into memory. */
const RECORD_S = 20;

const meter = new LatenessMeter();
const wall = new WallClock();
const clock = watchedClock(wall, meter);
const rng = new Rng("bench clients");
const clients: HeadlessClient[] = [];
let slices = 0;

async function open({ url, count, source }: OpenClients): Promise<Record<string, never>> {
  const from: ClientSource = source === "loop"
    ? { kind: "fixture", name: DEFAULT_FIXTURE }
    : { kind: "clip", ...synthSource({ seconds: 10 }) };
  for (let i = 0; i < count; i++) {
    const client = new HeadlessClient({
      dial: dialWebSocket(url),
      clock,
      rng: rng.split(`client ${i}`),
      config: { prompt: "warm analogue pads" },
      source: from,
      recordPlaybackS: RECORD_S,
      observer: { onSlice: () => void slices++ },
    });
    await client.start();
    client.setKnobs({ denoise: 0.6 });
    clients.push(client);
  }
  return {};
}

async function measure({ seconds }: MeasureClients): Promise<ClientsReading> {
  meter.take();
  const before = { slices, cpuS: cpuS(), atS: wall.now() };
  await wall.sleep(seconds);
  const tookS = wall.now() - before.atS;
  const usedS = cpuS() - before.cpuS;
  const received = slices - before.slices;
  const leads = clients.map((client) => client.lagReport({ windowS: seconds }).slices.leadS.p50);
  return {
    seconds: tookS,
    cpuS: usedS,
    slices: received,
    leadP50S: medianOf(leads.map((leadS) => leadS ?? 0)),
    ...meter.take(),
  };
}

await answerAll((question) => {
  const asked = question as OpenClients | MeasureClients;
  return asked.do === "open" ? open(asked) : measure(asked);
});
Deno.exit(0);
