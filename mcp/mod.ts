/**
 * Tools for agents, over the Model Context Protocol.
 *
 * @module
 */
export * from "./embedded_server.ts";
export * from "./errors.ts";
export type { OpenGateway } from "./gateways.ts";
export * from "./http.ts";
export * from "./server.ts";
export { lagReportData } from "./headless/results.ts";
export { mcpSessionId } from "./headless/session_id.ts";
export { PROMPTS } from "./prompts.ts";
export { RESOURCE_TEMPLATES } from "./resources.ts";
export { ServerApi } from "./server_api.ts";
export * from "./services.ts";
export * from "./stdio.ts";
export * from "./target.ts";
export { GET_RESULT, INBOX, interactiveDefinition, runDefinition } from "./tasks/definitions.ts";
export { forwardedTaskTools } from "./tasks/forwarded_tools.ts";
export * from "./tasks/task_server.ts";
export { type TaskTool, taskTool } from "./tasks/task_tool.ts";
export { taskTools, type TaskToolsOptions } from "./tasks/task_tools.ts";
export type * from "./tool.ts";
export { TOOLS } from "./tools/mod.ts";
