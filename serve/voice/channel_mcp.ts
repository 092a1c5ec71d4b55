/**
 * The channel forwarder's tools on its listener.
 *
 * @module
 */
import { mcpEndpoint, type McpHttp } from "../../mcp/http.ts";
import { channelTools, type ChannelToolsOptions } from "../../mcp/voice/channel_tools.ts";
import { plainServer } from "../../mcp/voice/plain_tools.ts";
import { mayStartProcesses, type ReadSocketTables } from "../../server/own_user.ts";

/** What the endpoint is made of. */
export interface ChannelMcpOptions extends Omit<ChannelToolsOptions, "mayPlay"> {
  readonly version: string;
  readonly readTables: ReadSocketTables;
  /** Whether what is played here is played by a program. */
  readonly playsByProgram: boolean;
}

/** Makes the endpoint. Starting the player is for this machine's own user, or needs the token. */
export function channelMcp(options: ChannelMcpOptions): McpHttp {
  const { version, readTables, playsByProgram } = options;
  return mcpEndpoint((caller) => {
    const mayPlay = async () =>
      !playsByProgram || caller !== undefined &&
        await mayStartProcesses(caller.var.standing, caller.env.facts, readTables);
    return plainServer(
      { name: "headway-channel", version },
      channelTools({ ...options, mayPlay }),
    );
  });
}
