/**
 * The live client: its share of a core and the punctuality of its ticks with 1, 10 and 50 sessions,
 * the server in another process; and one session of real music.
 *
 * @module
 */
import { Child } from "../child.ts";
import { CodecYardstick } from "../codec_work.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import { SLICES_PER_S } from "../music_windows.ts";
import type { ClientsReading } from "../roles/clients.ts";
import type { EngineKind, ServerReading, ServerStarted } from "../roles/server.ts";
import { medianOf, Rounds } from "../rounds.ts";

const SERVER = new URL("../roles/server.ts", import.meta.url);
const CLIENTS = new URL("../roles/clients.ts", import.meta.url);

const ROUNDS = 8;
const ROUND_S = 1.25;
/** Until compilers and caches have settled: a single session takes longer to compile. */
const SETTLE_S = 4;
const SETTLE_ALONE_S = 8;
/** Rare enough to cost the server nothing that would show. */
const PROBE_S = 0.1;
/** Sessions whose pace the yardstick keeps; more would load the machine. */
const MOST_PACED = 10;
const CODEC = `${CodecYardstick.NAME}, at this pace`;
/** Targets of the design: a client's share of a core in %, its tick lateness in ms. */
const CLIENT_SHARE = { most: 3 };
const TICK_LATENESS = { most: 2 };
/** A built-in engine's server with one session, % of a core. */
const MOTION_SHARE = { most: 25 };
/** 95 % of what is due. */
const HELD = { least: 15.8 };

/** One constellation. */
interface Case {
  readonly name: string;
  readonly sessions: number;
  readonly engine: EngineKind;
}

const CASES: readonly Case[] = [
  { name: "1 session", sessions: 1, engine: "modelled" },
  { name: "10 sessions", sessions: 10, engine: "modelled" },
  { name: "50 sessions", sessions: 50, engine: "modelled" },
  { name: "1 session of music", sessions: 1, engine: "motion" },
];

/** Measures live sessions. */
export async function livePart({ say }: PartOptions): Promise<PartResult> {
  const yardstick = new CodecYardstick(1);
  const figures: Figure[] = [];
  for (const one of CASES) {
    say(one.name);
    figures.push(...await playCase(one, yardstick));
  }
  return { figures, notes: [] };
}

async function playCase(
  { name, sessions, engine }: Case,
  yardstick: CodecYardstick,
): Promise<Figure[]> {
  await using server = Child.deno(SERVER);
  const start = { do: "start", engine, maxSessions: sessions, probeS: PROBE_S };
  const { url } = await server.ask<ServerStarted>(start);
  await using clients = Child.deno(CLIENTS);
  const source = engine === "motion" ? "loop" : "short";
  await clients.ask({ do: "open", url, count: sessions, source });
  const measure = async (seconds: number) => {
    await server.ask({ do: "read" });
    const client = await clients.ask<ClientsReading>({ do: "measure", seconds });
    return { client, server: await server.ask<ServerReading>({ do: "read" }) };
  };
  await measure(sessions === 1 ? SETTLE_ALONE_S : SETTLE_S);
  const rounds = new Rounds("live");
  const late: ClientsReading[] = [];
  for (let i = 0; i < ROUNDS; i++) {
    // At the same time and pace: what a process pays for waking up is in both.
    const paced = yardstick.pacedCpuPerSlice(
      ROUND_S,
      SLICES_PER_S * Math.min(sessions, MOST_PACED),
    );
    const reading = await measure(ROUND_S);
    const { client } = reading;
    late.push(client);
    rounds.add("client per slice", client.cpuS / client.slices);
    rounds.add("server per slice", reading.server.cpuS / client.slices);
    rounds.add(CODEC, await paced);
    rounds.add("client", client.cpuS / client.seconds / sessions);
    rounds.add("server", reading.server.cpuS / client.seconds / sessions);
    rounds.add("slices", client.slices / client.seconds / sessions);
  }
  const share = (who: "client" | "server", goal: Figure["goal"]): Figure => ({
    ...rounds.figure(who, { unit: "% of a core", scale: 100, goal }),
    name: `${who}, ${name}${sessions === 1 ? "" : ", each"}`,
    ratio: rounds.figure(`${who} per slice`, { unit: "", peer: { name: CODEC, to: CODEC } }).ratio,
  });
  const plain = (what: string, value: number, unit: string, goal: Figure["goal"] = null) => ({
    ...{ part: "live", name: `${what}, ${name}`, value, unit, goal, ratio: null },
  });
  const isMusic = engine === "motion";
  return [
    share("client", CLIENT_SHARE),
    share("server", isMusic ? MOTION_SHARE : null),
    plain("tick lateness p50", medianOf(late.map(({ p50Ms }) => p50Ms)), "ms"),
    plain(
      "tick lateness p99",
      medianOf(late.map(({ p99Ms }) => p99Ms)),
      "ms",
      sessions === 1 ? TICK_LATENESS : null,
    ),
    plain("slices received, each", medianOf(rounds.of("slices")), "/s", HELD),
    plain("lead p50", medianOf(late.map(({ leadP50S }) => leadP50S)), "s"),
  ];
}
