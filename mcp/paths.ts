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

/** What the tools for agent tasks ask of it at an address of their own. */
export const TASK_MCP_PATHS: PathRules = {
  cors: {
    "/mcp/tasks": {
      readers: "listed",
      methods: "GET, POST, DELETE, OPTIONS",
      headers: "Content-Type, Authorization, Accept, Mcp-Session-Id, X-Request-Id, " +
        "X-Requested-With, Mcp-Method, Mcp-Name, Mcp-Protocol-Version",
    },
  },
  maxBodyBytes: { "/mcp/tasks": MAX_REQUEST_BYTES },
};
