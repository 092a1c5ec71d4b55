/**
 * Measures the tools for agents: start-up of `deno task mcp`, latency of a call and calls a second,
 * over stdio and over HTTP. The row of `docs/mcp.md` comes from here:
 *
 * ```sh
 * deno run --allow-net --allow-env --allow-read --allow-run bench/measure_mcp.ts
 * ```
 *
 * Server and client are on one machine; the tools' server is a process of its own each time.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { WallClock } from "../runtime/mod.ts";
import { percentileOfSorted } from "../sim/mod.ts";
import { ServeProcess } from "../tests/support/headway_server.ts";
import { markdownTable } from "./table.ts";

const ROOT = fileURLToPath(new URL("../", import.meta.url));
const STARTS = 5;
const CALLS = 500;
/** Calls under way at a time where throughput is measured. */
const LANES = 16;

const clock = new WallClock();
/** A tool that asks nobody, one that asks the server, and one that looks at a running session. */
const TOOLS = ["headless_status", "list_fixtures", "get_knob"] as const;

type Road = Parameters<Client["connect"]>[0];

async function timeMs(work: () => Promise<unknown>): Promise<number> {
  const startS = clock.now();
  await work();
  return (clock.now() - startS) * 1000;
}

async function connected(road: Road): Promise<Client> {
  const client = new Client({ name: "bench", version: "1.0.0" });
  await client.connect(road);
  return client;
}

const stdio = () =>
  new StdioClientTransport({
    command: "deno",
    args: ["task", "--quiet", "mcp"],
    cwd: ROOT,
    env: Deno.env.toObject(),
  }) as Road;

/** Milliseconds from nothing to the first answer, and to the first answer of the tools' own server. */
async function startUp(): Promise<{ readonly listedMs: number; readonly servedMs: number }> {
  const startS = clock.now();
  const client = await connected(stdio());
  await client.listTools();
  const listedMs = (clock.now() - startS) * 1000;
  await client.callTool({ name: "list_fixtures" });
  const servedMs = (clock.now() - startS) * 1000;
  await client.close();
  return { listedMs, servedMs };
}

async function callRows(name: string, client: Client): Promise<string[][]> {
  const { content } = await client.callTool({
    name: "headless_start",
    arguments: { fixture: "low_fi_Gm_loop_60s_gnm.wav" },
  });
  if (content[0]?.type !== "text" || !content[0].text.includes("plays")) {
    throw new Error(`no session: ${JSON.stringify(content)}`);
  }
  const rows: string[][] = [];
  for (const tool of TOOLS) {
    const args = tool === "get_knob" ? { name: "denoise" } : {};
    const call = () => client.callTool({ name: tool, arguments: args });
    for (let i = 0; i < 50; i++) await call();
    const alone: number[] = [];
    for (let i = 0; i < CALLS; i++) alone.push(await timeMs(call));
    alone.sort((a, b) => a - b);
    const totalMs = await timeMs(() =>
      Promise.all(Array.from({ length: LANES }, async () => {
        for (let i = 0; i < CALLS / LANES; i++) await call();
      }))
    );
    const at = (q: number) => percentileOfSorted(alone, q).toFixed(2);
    const perS = Math.floor(CALLS / LANES) * LANES / totalMs * 1000;
    rows.push([name, `\`${tool}\``, at(50), at(99), perS.toFixed(0)]);
  }
  await client.callTool({ name: "headless_stop" });
  await client.close();
  return rows;
}

const median = (values: number[]) =>
  percentileOfSorted(values.toSorted((a, b) => a - b), 50).toFixed(0);

const starts = [];
for (let i = 0; i < STARTS; i++) starts.push(await startUp());
console.log(
  `start-up of deno task mcp, median of ${STARTS}: ` +
    `${median(starts.map(({ listedMs }) => listedMs))} ms to the list of tools, ` +
    `${median(starts.map(({ servedMs }) => servedMs))} ms to an answer of its own server\n`,
);

const rows = await callRows("stdio", await connected(stdio()));
{
  await using server = new ServeProcess(["--port", "0", "--control-port", "0"]);
  const url = new URL(`http://127.0.0.1:${await server.port("main")}/mcp`);
  rows.push(...await callRows("HTTP", await connected(new StreamableHTTPClientTransport(url))));
  server.kill("SIGTERM");
  await server.finished();
}
console.log(
  markdownTable(["road", "tool", "p50 ms", "p99 ms", `calls/s, ${LANES} at a time`], rows, 2),
);
