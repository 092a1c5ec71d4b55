/**
 * A server over a folder of transcripts, and somebody who writes them.
 *
 * @module
 */
import type { ServerParts } from "../../serve/options.ts";
import { parseStreamCursor } from "../../server/board/items/cursor.ts";
import { playerServer } from "./browser.ts";

/** Opens a server over transcripts in a folder. */
export async function boardWorld(folder: string, parts: Partial<ServerParts> = {}) {
  const projects = `${folder}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  const server = await playerServer({
    transcriptRoots: [folder],
    boardFolder: `${folder}/home`,
    ...parts,
  });
  const pathOf = (session: string) => `${projects}/${session}.jsonl`;
  const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");
  return {
    server,
    /** Appends to a transcript. */
    write(session: string, lines: readonly string[]): void {
      Deno.writeTextFileSync(pathOf(session), text(lines), { append: true });
    },
    /** Writes the transcript of an agent that a session sent to work. */
    async writeAgent(session: string, agent: string, lines: readonly string[]): Promise<void> {
      const agents = `${projects}/${session}/subagents`;
      await Deno.mkdir(agents, { recursive: true });
      Deno.writeTextFileSync(`${agents}/agent-${agent}.jsonl`, text(lines), { append: true });
    },
    /** Puts another file in place of a transcript. */
    replace(session: string, lines: readonly string[]): void {
      Deno.writeTextFileSync(`${pathOf(session)}.new`, text(lines));
      Deno.renameSync(`${pathOf(session)}.new`, pathOf(session));
    },
    /** Writes a transcript piece by piece. */
    writePieces(session: string, pieces: Iterable<Uint8Array<ArrayBuffer>>): void {
      using file = Deno.openSync(pathOf(session), { append: true, create: true });
      for (const piece of pieces) file.writeSync(piece);
    },
    /** Waits until the server knows a session, and has all of it. */
    async known(session: string): Promise<void> {
      const url = `${server.httpUrl}/api/sessions/${session}`;
      const { size } = Deno.statSync(pathOf(session));
      for (let offset = 0; offset < size;) {
        // Without an index the end of the file would be read for the answer, and nothing else.
        const outline = await fetch(`${url}/outline`);
        await outline.body?.cancel();
        if (!outline.ok) continue;
        const { streamCursor } = await (await fetch(`${url}?anchor=tail&limit=1`)).json();
        offset = parseStreamCursor(streamCursor)!.offset;
      }
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** A record of a session that goes on now. */
export const record = (session: string, more: object) =>
  JSON.stringify({
    uuid: crypto.randomUUID(),
    parentUuid: null,
    sessionId: session,
    timestamp: new Date().toISOString(),
    cwd: "/home/dev/project",
    version: "2.1.200",
    userType: "external",
    isSidechain: false,
    ...more,
  });

/** What a person says. */
export const prompt = (session: string, content: string) =>
  record(session, { type: "user", message: { role: "user", content } });

/** What an agent answers: a text, or blocks. */
export const answer = (session: string, content: string | readonly object[]) =>
  record(session, {
    type: "assistant",
    requestId: `req-${crypto.randomUUID()}`,
    message: {
      id: `msg-${crypto.randomUUID()}`,
      role: "assistant",
      model: "claude-sonnet-5",
      content: typeof content === "string" ? [{ type: "text", text: content }] : content,
      stop_reason: "end_turn",
      usage: { input_tokens: 10, output_tokens: 20 },
    },
  });
