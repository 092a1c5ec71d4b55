/**
 * The voice server's own tools on its listener.
 *
 * @module
 */
import { mcpEndpoint, type McpHttp } from "../../mcp/http.ts";
import { sessionOf, SessionWatch } from "../../mcp/session_watch.ts";
import { plainServer } from "../../mcp/voice/plain_tools.ts";
import { turnTools } from "../../mcp/voice/turn_tools.ts";
import { voiceTools } from "../../mcp/voice/voice_tools.ts";
import { HeadwayError } from "../../runtime/mod.ts";
import { mayStartProcesses, type ReadSocketTables } from "../../server/own_user.ts";
import type { LoadedVoice } from "./load_voice.ts";

/** What the endpoint is made of. */
export interface VoiceMcpOptions {
  readonly readTables: ReadSocketTables;
  readonly nameSession: () => string;
  /** Whether what is played here is played by a program. */
  readonly playsByProgram: boolean;
}

/**
 * Makes the endpoint. Naming files of this machine, and starting its player, is for its own user, or
 * needs the token.
 */
export function voiceMcp(app: LoadedVoice, options: VoiceMcpOptions): McpHttp {
  const { readTables, nameSession, playsByProgram } = options;
  const watch = new SessionWatch({
    clock: app.voice.options.clock,
    onEnd: (id) => app.attached?.leave(id),
  });
  return mcpEndpoint((caller) => {
    const isOwn = async () =>
      caller !== undefined &&
      await mayStartProcesses(caller.var.standing, caller.env.facts, readTables);
    const mayPlay = async () => !playsByProgram || await isOwn();
    const readFile = async (path: string) => {
      if (await isOwn()) return await Deno.readFile(path);
      throw new HeadwayError(
        "naming files needs the server's token, or a caller of its own user; set HEADWAY_TOKEN",
      );
    };
    return plainServer({ name: "mod3", version: app.version }, [
      ...voiceTools({ app, readFile, mayPlay }),
      ...turnTools(
        app.attached ?? app.responder,
        caller === undefined ? null : sessionOf(caller.req.raw),
      ),
    ]);
  }, { nameSession, watch, hasSlash: true });
}
