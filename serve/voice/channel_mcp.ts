/**
 * The channel forwarder's tools on its listener.
 *
 * @module
 */
import { mcpEndpoint, type McpHttp } from "../../mcp/http.ts";
import { channelTools, type ChannelToolsOptions } from "../../mcp/voice/channel_tools.ts";
import { plainServer } from "../../mcp/voice/plain_tools.ts";

/** Makes the endpoint. */
export function channelMcp(options: ChannelToolsOptions, version: string): McpHttp {
  return mcpEndpoint(() =>
    plainServer({ name: "headway-channel", version }, channelTools(options))
  );
}
