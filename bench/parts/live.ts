/**
 * The live client: its share of a core and the punctuality of its ticks with 1, 10 and 50 sessions,
 * the server in another process; and one session of real music. Its peer are as many clients without a
 * harness, in a process of their own, on the same server at the same time.
 *
 * @module
 */
import { Child } from "../child.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import type { ClientsReading } from "../roles/clients.ts";
import type { LoadReading } from "../roles/load.ts";
import type { EngineKind, ServerReading, ServerStarted } from "../roles/server.ts";
import { medianOf, Rounds } from "../rounds.ts";

const SERVER = new URL("../roles/server.ts", import.meta.url);
const CLIENTS = new URL("../roles/clients.ts", import.meta.url);
const BARE = new URL("../roles/load.ts", import.meta.url);

const ROUNDS = 8;
const ROUND_S = 1.25;
/** Until compilers and caches have settled: a single session takes longer to compile. */
const SETTLE_S = 4;
const SETTLE_ALONE_S = 8;
/** Rare enough to cost the server nothing that would show. */
const PROBE_S = 0.1;
/** What tables call the peer. */
const PEER = "client without a harness";
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
  /** How often it is set up anew: two processes of a kind differ more than two rounds of one. */
  readonly launches: number;
}

const CASES: readonly Case[] = [
  { name: "1 session", sessions: 1, engine: "modelled", launches: 5 },
  { name: "10 sessions", sessions: 10, engine: "modelled", launches: 3 },
  { name: "50 sessions", sessions: 50, engine: "modelled", launches: 2 },
  { name: "1 session of music", sessions: 1, engine: "motion", launches: 5 },
];

/** Measures live sessions. */
export async function livePart({ say }: PartOptions): Promise<PartResult> {
  const figures: Figure[] = [];
  for (const one of CASES) {
    const rounds = new Rounds("live");
    for (let launch = 1; launch <= one.launches; launch++) {
      say(`${one.name}, ${launch} of ${one.launches}`);
      await play(one, rounds);
    }
    figures.push(...figuresOf(one, rounds));
  }
  return { figures, notes: [] };
}

/** Sets a constellation up, and adds what its rounds find. */
async function play({ sessions, engine }: Case, rounds: Rounds): Promise<void> {
  await using server = Child.deno(SERVER);
  const start = { do: "start", engine, maxSessions: 2 * sessions, probeS: PROBE_S };
  const { url } = await server.ask<ServerStarted>(start);
  await using clients = Child.deno(CLIENTS);
  await using bare = Child.deno(BARE);
  const source = engine === "motion" ? "loop" : "short";
  await clients.ask({ do: "open", url, count: sessions, source });
  await bare.ask({ do: "resize", url, count: sessions, source, decodes: true });
  const measure = async (seconds: number) => {
    await server.ask({ do: "read" });
    const [client, peer] = await Promise.all([
      clients.ask<ClientsReading>({ do: "measure", seconds }),
      bare.ask<LoadReading>({ do: "measure", seconds }),
    ]);
    return { client, peer, server: await server.ask<ServerReading>({ do: "read" }) };
  };
  await measure(sessions === 1 ? SETTLE_ALONE_S : SETTLE_S);
  for (let i = 0; i < ROUNDS; i++) {
    const { client, peer, server: served } = await measure(ROUND_S);
    const peerSlices = peer.seconds * peer.slicesPerS.reduce((sum, one) => sum + one, 0);
    rounds.add("client per slice", client.cpuS / client.slices);
    rounds.add("server per slice", served.cpuS / (client.slices + peerSlices));
    rounds.add(PEER, peer.cpuS / peerSlices);
    rounds.add("client", client.cpuS / client.seconds / sessions);
    rounds.add("server", served.cpuS / client.seconds / (2 * sessions));
    rounds.add("slices", client.slices / client.seconds / sessions);
    rounds.add("late p50", client.p50Ms);
    rounds.add("late p99", client.p99Ms);
    rounds.add("lead", client.leadP50S);
  }
}

function figuresOf({ name, sessions, engine }: Case, rounds: Rounds): Figure[] {
  const share = (who: "client" | "server", title: string, goal: Figure["goal"]): Figure => ({
    ...rounds.figure(who, { unit: "% of a core", scale: 100, goal }),
    name: title,
    ratio: rounds.figure(`${who} per slice`, { unit: "", peer: { name: PEER, to: PEER } }).ratio,
  });
  const plain = (what: string, of: string, unit: string, goal: Figure["goal"] = null) => ({
    ...{ part: "live", name: `${what}, ${name}`, value: medianOf(rounds.of(of)), unit, goal },
    ratio: null,
  });
  const isMusic = engine === "motion";
  const kind = isMusic ? " of music" : "";
  return [
    share("client", `client, ${name}${sessions === 1 ? "" : ", each"}`, CLIENT_SHARE),
    share(
      "server",
      `server, each of ${2 * sessions} sessions${kind}`,
      isMusic ? MOTION_SHARE : null,
    ),
    plain("tick lateness p50", "late p50", "ms"),
    plain("tick lateness p99", "late p99", "ms", sessions === 1 ? TICK_LATENESS : null),
    plain("slices received, each", "slices", "/s", HELD),
    plain("lead p50", "lead", "s"),
  ];
}
