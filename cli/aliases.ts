/**
 * Other names of our environment variables: those that other programs have for the same thing. They
 * are read only when ours is not set.
 *
 * @module
 */

const NAMED: Readonly<Record<string, readonly string[]>> = {
  HEADWAY_HOST: ["HEADWAY_BIND"],
  HEADWAY_TOKEN: ["HEADWAY_AUTH_TOKEN"],
  HEADWAY_ALLOW_HOST: ["HEADWAY_ALLOWED_HOSTS"],
  HEADWAY_PUBLIC_URL: ["CODA_APP_URL"],
  HEADWAY_AGENT_COMMAND: ["CODA_AGENT_CMD"],
  HEADWAY_TASKS_DIR: ["CODA_SESSIONS_DIR"],
  HEADWAY_TASKS_TTL_S: ["CODA_TASK_TTL"],
  HEADWAY_TASKS_TRANSCRIPT_CAP_BYTES: ["CODA_TRANSCRIPT_CAP"],
  HEADWAY_TASKS_MCP_URL: ["CODA_MCP_URL"],
  HEADWAY_TASKS_TOKEN_COMMAND: ["CODA_TOKEN_CMD"],
  HEADWAY_TASKS_MAX_PTYS: ["MAX_CONCURRENT_SESSIONS"],
  HEADWAY_VOICE_URL: ["COGOS_MOD3_URL", "MOD3_URL"],
  HEADWAY_VOICE_SIGNAL: ["BARGEIN_SIGNAL"],
};

/** The other names of one of our variables, the nearest first. */
export function aliasesOf(name: string): readonly string[] {
  const tasks = /^HEADWAY_TASKS_(.+)$/.exec(name)?.[1];
  const any = /^HEADWAY_(.+)$/.exec(name)?.[1];
  return [
    ...(NAMED[name] ?? []),
    ...(tasks === undefined ? [] : [`CODA_${tasks}`]),
    ...(any === undefined ? [] : [`DEMON_${any}`]),
  ];
}
