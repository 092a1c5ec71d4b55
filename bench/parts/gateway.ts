/**
 * The recording gateway: how much later a message comes for going through it, and how many go through.
 * In the same rounds the same messages go the direct way, for the time, and through a relay that only
 * passes them on, for the number: three processes on both sides, so that neither has a core more.
 *
 * @module
 */
// @ts-types="@types/ws"
import { WebSocket } from "ws";
import type { GatewayReport } from "../../serve/gateway/mod.ts";
import { Child } from "../child.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import { medianOf, quantileOf, Rounds } from "../rounds.ts";

const ROLE = new URL("../roles/gateway.ts", import.meta.url);
/** How often all is set up anew: two processes of a kind differ more than two rounds of one. */
const LAUNCHES = 5;
/** Rounds of each launch, after those that warm up. */
const ROUNDS = 6;
const WARM_UP = 2;
const ECHOES = 150;
/** Between two echoes, ms: messages of a session do not come in bunches. */
const PAUSE_MS = 2;
const BURST = 2000;
/** Unanswered messages of a burst at a time. */
const IN_FLIGHT = 64;
/** Target of the design: ms later, 99 % of messages on loopback. */
const ADDED = { most: 1 };

/** What goes through: a tick, and a slice. */
const MESSAGES = [
  {
    name: "tick",
    data: `{"type":"params","raw":{},"playback_pos":1.5,"pad":"${"x".repeat(200)}"}`,
  },
  { name: "slice of 32 KiB", data: new Uint8Array(32_768).fill(7) },
] as const;

/** What the rounds of one message found. */
interface Found {
  readonly rounds: Rounds;
  /** Milliseconds that a message takes longer, by round. */
  readonly added: { readonly p50: number[]; readonly p99: number[] };
}

/** Measures the gateway. */
export async function gatewayPart({ say }: PartOptions): Promise<PartResult> {
  const found = MESSAGES.map((): Found => ({
    rounds: new Rounds("gateway"),
    added: { p50: [], p99: [] },
  }));
  const inside: number[] = [];
  for (let launch = 1; launch <= LAUNCHES; launch++) {
    say(`${launch} of ${LAUNCHES}`);
    inside.push(await play(found));
  }
  const figures = MESSAGES.flatMap((message, i) => figuresOf(message, found[i]!));
  const own = plain("time in the gateway as it says itself, p99", medianOf(inside), "ms");
  return { figures: [...figures, own], notes: [] };
}

/** Sets the three ways up and adds what their rounds find; the gateway's own p99, ms. */
async function play(found: readonly Found[]): Promise<number> {
  const folder = await Deno.makeTempDir({ prefix: "headway-bench-" });
  try {
    await using server = Child.deno(ROLE);
    await using gateway = Child.deno(ROLE);
    await using relay = Child.deno(ROLE);
    const direct = (await server.ask<{ url: string }>({ do: "echo" })).url;
    const question = { do: "gateway", upstream: direct, out: `${folder}/bench.ndjson` };
    const through = (await gateway.ask<{ url: string }>(question)).url;
    const plainly = (await relay.ask<{ url: string }>({ do: "relay", upstream: direct })).url;
    using near = await Echo.open(direct);
    using far = await Echo.open(through);
    using peer = await Echo.open(plainly);
    for (const [i, { data }] of MESSAGES.entries()) {
      await measure(data, found[i]!, { near, far, peer });
    }
    return (await gateway.ask<GatewayReport>({ do: "figures" })).figures.latencyMs.p99;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(
  data: string | Uint8Array,
  { rounds, added }: Found,
  { near, far, peer }: Record<"near" | "far" | "peer", Echo>,
): Promise<void> {
  for (let i = -WARM_UP; i < ROUNDS; i++) {
    const direct = await near.times(data, ECHOES);
    const through = await far.times(data, ECHOES);
    const [peerS, throughS] = [await peer.burst(data, BURST), await far.burst(data, BURST)];
    if (i < 0) continue;
    // There and back is twice through the gateway.
    added.p50.push((medianOf(through) - medianOf(direct)) / 2);
    added.p99.push((quantileOf(through, 0.99) - quantileOf(direct, 0.99)) / 2);
    rounds.add("relay", BURST / peerS);
    rounds.add("through", BURST / throughS);
  }
}

function figuresOf({ name }: typeof MESSAGES[number], { rounds, added }: Found): Figure[] {
  return [
    plain(`added latency p50, ${name}`, medianOf(added.p50), "ms"),
    plain(`added latency p99, ${name}`, medianOf(added.p99), "ms", ADDED),
    {
      ...rounds.figure("through", {
        unit: "messages/s",
        peer: { name: "relay", to: "a plain relay", better: "more" },
      }),
      name: `there and back through the gateway, ${name}`,
    },
  ];
}

function plain(name: string, value: number, unit: string, goal: Figure["goal"] = null): Figure {
  return { part: "gateway", name, value, unit, goal, ratio: null };
}

/** A connection to a server that sends back what it gets. */
class Echo implements Disposable {
  readonly #socket: WebSocket;
  #onAnswer: () => void = () => {};

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", () => this.#onAnswer());
  }

  static async open(url: string): Promise<Echo> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return new Echo(socket);
  }

  /** Milliseconds that each of so many messages took there and back. */
  async times(data: string | Uint8Array, count: number): Promise<number[]> {
    const times: number[] = [];
    for (let i = 0; i < count; i++) {
      const answered = new Promise<void>((resolve) => this.#onAnswer = resolve);
      const sentMs = performance.now();
      this.#socket.send(data);
      await answered;
      times.push(performance.now() - sentMs);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    return times;
  }

  /** Seconds that so many messages took, some of them under way at a time. */
  burst(data: string | Uint8Array, count: number): Promise<number> {
    const startMs = performance.now();
    return new Promise((resolve) => {
      let [sent, answered] = [0, 0];
      const fill = () => {
        while (sent < count && sent - answered < IN_FLIGHT) {
          this.#socket.send(data);
          sent++;
        }
      };
      this.#onAnswer = () => {
        answered++;
        if (answered === count) resolve((performance.now() - startMs) / 1000);
        else fill();
      };
      fill();
    });
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}
