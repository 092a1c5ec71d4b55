/**
 * The voice server's own tools on its listener.
 *
 * @module
 */
import { mcpEndpoint, type McpHttp } from "../../mcp/http.ts";
import { plainServer } from "../../mcp/voice/plain_tools.ts";
import { voiceTools } from "../../mcp/voice/voice_tools.ts";
import { HeadwayError } from "../../runtime/mod.ts";
import { mayStartProcesses, type ReadSocketTables } from "../../server/own_user.ts";
import type { VoiceApp } from "../../server/voice/http/routes.ts";

/** Makes the endpoint. Naming files of this machine is for its own user, or needs the token. */
export function voiceMcp(
  app: VoiceApp,
  options: { readonly readTables: ReadSocketTables; readonly nameSession: () => string },
): McpHttp {
  const { readTables, nameSession } = options;
  return mcpEndpoint((caller) => {
    const readFile = async (path: string) => {
      const isOwn = caller !== undefined &&
        await mayStartProcesses(caller.var.standing, caller.env.facts, readTables);
      if (isOwn) return await Deno.readFile(path);
      throw new HeadwayError(
        "naming files needs the server's token, or a caller of its own user; set HEADWAY_TOKEN",
      );
    };
    return plainServer({ name: "mod3", version: app.version }, voiceTools({ app, readFile }));
  }, { nameSession });
}
