/**
 * What a table of routes asks of the gate for its paths. Each part of the server says it beside its
 * routes; a listener merges what it mounts.
 *
 * @module
 */
import type { CorsRule } from "./cors.ts";
import type { GateRules } from "./gate.ts";

/** What is special about some paths. Everything else needs credentials and is for our pages only. */
export interface PathRules {
  /** Paths that need no credentials: they hold nothing of anybody's. */
  readonly open?: readonly string[];
  /** Paths that pages of other origins may read. */
  readonly cors?: Readonly<Record<string, CorsRule>>;
  /** Paths that take longer bodies than the listener does, in bytes. */
  readonly maxBodyBytes?: Readonly<Record<string, number>>;
}

/** All of them together, as a listener's gate wants them. */
export function mergePaths(
  rules: readonly PathRules[],
): Pick<GateRules, "openPaths" | "cors" | "maxBodyBytes"> {
  return {
    openPaths: new Set(rules.flatMap(({ open = [] }) => open)),
    cors: new Map(rules.flatMap(({ cors = {} }) => Object.entries(cors))),
    maxBodyBytes: new Map(rules.flatMap(({ maxBodyBytes = {} }) => Object.entries(maxBodyBytes))),
  };
}
