/**
 * What each listener adds to the rules that all share. A part that is mounted on a listener stands
 * here with its paths.
 *
 * @module
 */
import { MCP_PATHS, TASK_MCP_PATHS } from "../mcp/paths.ts";
import { APP_PATHS } from "../server/board/app_routes.ts";
import { AUTH_PATHS } from "../server/auth_routes.ts";
import { HEALTH_PATHS } from "../server/health.ts";
import { mergePaths } from "../server/path_rules.ts";
import { TASK_HEALTH_PATHS } from "../server/tasks/health_route.ts";
import { TASK_PATHS } from "../server/tasks/http/mod.ts";
import { MAIN_PATHS } from "../server/streaming/main_routes.ts";
import type { ListenerRules } from "./access.ts";

/** The main listener. */
export const MAIN_RULES: ListenerRules = {
  ...mergePaths([
    MAIN_PATHS,
    APP_PATHS,
    AUTH_PATHS,
    HEALTH_PATHS,
    MCP_PATHS,
    TASK_MCP_PATHS,
    TASK_PATHS,
    TASK_HEALTH_PATHS,
  ]),
  posts: "json",
};

/** The control bus: its clients post forms and octets. */
export const CONTROL_RULES: ListenerRules = { posts: "any" };
