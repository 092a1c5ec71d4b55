/**
 * The tools for agents: start-up of `deno task mcp`, latency of a call and calls a second, over stdio
 * and over HTTP, with one session running. Calls wait for other processes, so the figures tell of the
 * machine as much as of us, and stand beside no peer.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { HeadwayError, WallClock } from "../../runtime/mod.ts";
import { Child } from "../child.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import type { ServerStarted } from "../roles/server.ts";
import { medianOf, quantileOf } from "../rounds.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const SERVER = new URL("../roles/server.ts", import.meta.url);
const STARTS = 5;
const WARM_UP = 50;
const CALLS = 500;
/** Calls under way at a time where throughput is measured. */
const LANES = 16;
/** A tool that asks nobody, one that asks the server, and one that looks at a running session. */
const TOOLS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  headless_status: {},
  list_fixtures: {},
  get_knob: { name: "denoise" },
};
const FIXTURE = "low_fi_Gm_loop_60s_gnm.wav";

type Road = Parameters<Client["connect"]>[0];

const clock = new WallClock();

/** Measures the tools. */
export async function mcpPart({ say }: PartOptions): Promise<PartResult> {
  const starts: { readonly listedMs: number; readonly servedMs: number }[] = [];
  for (let i = 0; i < STARTS; i++) {
    say(`start ${i + 1} of ${STARTS}`);
    starts.push(await startUp());
  }
  const figures = [
    figure(
      "start-up of stdio, to the list of tools",
      medianOf(starts.map((it) => it.listedMs)),
      "ms",
    ),
    figure(
      "start-up of stdio, to an answer of its own server",
      medianOf(starts.map((it) => it.servedMs)),
      "ms",
    ),
  ];
  figures.push(...await callFigures("stdio", await connected(stdio()), say));
  await using server = Child.deno(SERVER);
  const start = { do: "start", engine: "motion", maxSessions: 1, probeS: 1 };
  const { url } = await server.ask<ServerStarted>(start);
  const address = new URL(`${url.replace(/^ws/, "http").replace(/\/$/, "")}/mcp`);
  const http = await connected(new StreamableHTTPClientTransport(address));
  figures.push(...await callFigures("HTTP", http, say));
  return { figures, notes: [] };
}

function figure(name: string, value: number, unit: string): Figure {
  return { part: "mcp", name, value, unit, goal: null, ratio: null };
}

/** `deno task mcp`, as a client starts it. */
function stdio(): Road {
  return new StdioClientTransport({
    command: "deno",
    args: ["task", "--quiet", "mcp"],
    cwd: ROOT,
    env: Deno.env.toObject(),
  }) as Road;
}

async function connected(road: Road): Promise<Client> {
  const client = new Client({ name: "bench", version: "1.0.0" });
  await client.connect(road);
  return client;
}

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startS = clock.now();
  await work();
  return (clock.now() - startS) * 1000;
}

/** Milliseconds from nothing to the first answer, and to the first answer of the tools' own server. */
async function startUp(): Promise<{ readonly listedMs: number; readonly servedMs: number }> {
  const startS = clock.now();
  const client = await connected(stdio());
  await client.listTools();
  const listedMs = (clock.now() - startS) * 1000;
  await called(client, "list_fixtures");
  const servedMs = (clock.now() - startS) * 1000;
  await client.close();
  return { listedMs, servedMs };
}

/** Calls a tool. A refusal would be fast, and no figure. */
async function called(
  client: Client,
  name: string,
  args: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  if (isError) throw new HeadwayError(`${name} failed: ${JSON.stringify(content)}`);
}

/** Latency and throughput of some tools while a session runs. */
async function callFigures(
  road: string,
  client: Client,
  say: PartOptions["say"],
): Promise<Figure[]> {
  await called(client, "headless_start", { fixture: FIXTURE });
  const figures: Figure[] = [];
  for (const [tool, args] of Object.entries(TOOLS)) {
    say(`${road}, ${tool}`);
    const call = () => called(client, tool, args);
    for (let i = 0; i < WARM_UP; i++) await call();
    const alone: number[] = [];
    for (let i = 0; i < CALLS; i++) alone.push(await timeMs(call));
    const perLane = Math.floor(CALLS / LANES);
    const totalMs = await timeMs(() =>
      Promise.all(Array.from({ length: LANES }, async () => {
        for (let i = 0; i < perLane; i++) await call();
      }))
    );
    figures.push(
      figure(`${tool} over ${road}, p50`, quantileOf(alone, 0.5), "ms"),
      figure(`${tool} over ${road}, p99`, quantileOf(alone, 0.99), "ms"),
      figure(
        `${tool} over ${road}, ${LANES} at a time`,
        LANES * perLane / totalMs * 1000,
        "calls/s",
      ),
    );
  }
  await called(client, "headless_stop");
  await client.close();
  return figures;
}
