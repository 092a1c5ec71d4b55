import type { PathRules } from "../server/path_rules.ts";

/** Longest request, bytes. */
export const MAX_REQUEST_BYTES: number = 4 * 2 ** 20;

/** What the tools ask of the gate: pages that are named by `--allow-origin` may call them. */
export const MCP_PATHS: PathRules = {
  cors: {
    "/mcp": {
      readers: "listed",
      methods: "POST",
      headers: "Authorization, Content-Type, Mcp-Method, Mcp-Name, Mcp-Protocol-Version",
    },
  },
  maxBodyBytes: { "/mcp": MAX_REQUEST_BYTES },
};
