/**
 * A server with a copilot over one transcript, asked over HTTP. The table of sockets and the model are
 * played.
 *
 * @module
 */
import { serve } from "../../serve/mod.ts";
import type { ServerParts } from "../../serve/options.ts";
import type { AskAi } from "../../server/copilot/ai_answer.ts";
import { noTruth, transcriptLines } from "../../fixtures/transcripts/mod.ts";
import { MemoryLog } from "./memory_log.ts";

const TOKEN = "a-token-of-this-test";

/** Starts it, and waits until the session is on the board. */
export async function copilotServer(folder: string, more: Partial<ServerParts> = {}) {
  const projects = `${folder}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  const lines = [...transcriptLines(
    { seed: 3, session: "one", startMs: Date.now() - 3600_000, records: 40 },
    noTruth(),
  )];
  Deno.writeTextFileSync(`${projects}/one.jsonl`, lines.map((line) => `${line}\n`).join(""));
  const ai: AskAi & { availability: AskAi["availability"] } = {
    availability: { available: true },
    ask: () =>
      Promise.resolve({ kind: "answer", text: "Yes, push it.", costUsd: 0.02, model: "sonnet" }),
  };
  const state = { isOwnUser: true };
  const peers = new Set<number>();
  const server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true, token: TOKEN, ai },
    transcriptRoots: [folder],
    boardFolder: `${folder}/home`,
    readSocketTables: () => Promise.resolve(state.isOwnUser ? everySocket() : ""),
    peerAddress: ({ socket }) => {
      peers.add(socket.remotePort ?? 0);
      return socket.remoteAddress;
    },
    processes: { chain: () => Promise.resolve([]) },
    ...more,
  });
  const { port } = new URL(server.httpUrl);
  const call = async (
    method: string,
    path: string,
    body?: string,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const response = await fetch(server.httpUrl + path, {
      method,
      headers: { "Content-Type": "application/json", ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const allow = response.headers.get("Allow");
    return { status: response.status, allow, body: text === "" ? null : JSON.parse(text) };
  };
  const isSeen = async () => (await call("GET", "/api/board")).body.cards.length > 0;
  while (more.transcriptRoots === undefined && !await isSeen());
  return Object.assign(state, {
    ...{ server, call, ai, token: TOKEN },
    [Symbol.asyncDispose]: () => server.close(),
  });

  /** A table in which each connection to the server is our own user's. */
  function everySocket(): string {
    const hex = (it: number) => it.toString(16).toUpperCase().padStart(4, "0");
    const line = (own: number, other: number) =>
      `   0: 0100007F:${hex(own)} 0100007F:${hex(other)} 01 0:0 0:0 0 1000 0 0`;
    const ours = Number(port);
    return [...peers].flatMap((peer) => [line(peer, ours), line(ours, peer)]).join("\n");
  }
}
