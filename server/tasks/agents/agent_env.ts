/**
 * The environment of agents: what they need to run, and nothing that could be a credential unless
 * the server's user names it.
 *
 * @module
 */
import { UsageError } from "../../../runtime/mod.ts";

/** Variables that are passed on. A star stands for any ending. */
const PASSED: readonly string[] = [
  ...["HOME", "USER", "LOGNAME", "SHELL", "PATH", "LANG", "LANGUAGE", "LC_*", "TZ", "TMPDIR"],
  ...["EDITOR", "VISUAL", "PAGER", "COLORTERM", "NO_COLOR", "XDG_*", "DENO_DIR", "NODE_PATH"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "DENO_CERT", "REQUESTS_CA_BUNDLE"],
  ...["NO_PROXY", "no_proxy", "SYSTEMROOT", "COMSPEC", "PATHEXT"],
];

/** Variables that no agent gets, whoever names them: they speak for this process or its deployment. */
const NEVER: readonly string[] = [
  ...["CLAUDECODE", "CLAUDE_CODE_SESSION", "DATABRICKS_TOKEN", "DATABRICKS_HOST", "GEMINI_API_KEY"],
  ...["NPM_TOKEN", "UV_DEFAULT_INDEX", "UV_INDEX_*_PASSWORD", "UV_INDEX_*_USERNAME"],
  ...["npm_config_//*", "HEADWAY_TOKEN", "HEADWAY_AUTH_TOKEN"],
];

/** Names that look like a credential's. */
const CREDENTIAL =
  /(TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|AUTH|COOKIE|_KEY$|_PAT$|^PAT$|DSN$|^npm_config_\/\/)/i;

/** Shorter values are words that stand everywhere. */
const MIN_SECRET_CHARS = 8;
const MAX_SECRETS = 64;

/** What an agent gets, and what must not be seen on its terminal. */
export interface AgentEnvironment {
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: readonly string[];
}

/**
 * From the server's own environment to that of agents.
 *
 * @param own Every variable of this process.
 * @param more Names of further variables to pass on, credentials among them.
 * @param token The server's token, which no terminal may show.
 */
export function agentEnvironment(
  own: Readonly<Record<string, string>>,
  more: readonly string[] = [],
  token: string | null = null,
): AgentEnvironment {
  checkPassed(more);
  const isPassed = (name: string) =>
    more.includes(name) || fits(name, PASSED) && !CREDENTIAL.test(name);
  const passed = Object.entries(own).filter(([name]) => isPassed(name) && !fits(name, NEVER));
  const { HOME: home, PATH: path = "/usr/local/bin:/usr/bin:/bin" } = own;
  const secrets = Object.entries(own)
    .filter(([name]) => CREDENTIAL.test(name) || fits(name, NEVER))
    .flatMap(([, value]) => value.split(/\r?\n/));
  return {
    env: {
      ...Object.fromEntries(passed),
      PATH: home === undefined ? path : `${home}/.local/bin:${path}`,
      TERM: "xterm-256color",
      // What is typed here is nobody's history.
      HISTFILE: "",
    },
    secrets: [...new Set([token ?? "", ...secrets])]
      .filter((secret) => secret.length >= MIN_SECRET_CHARS).slice(0, MAX_SECRETS),
  };
}

/** Refuses names that are never passed on. @throws {UsageError} naming the first. */
export function checkPassed(more: readonly string[]): void {
  const refused = more.find((name) => fits(name, NEVER));
  if (refused === undefined) return;
  throw new UsageError(
    `${refused} is never given to agents; take it out of --tasks-env (HEADWAY_TASKS_ENV)`,
    { name: refused },
  );
}

function fits(name: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const [start = "", end] = pattern.split("*");
    if (end === undefined) return name === pattern;
    return name.length >= start.length + end.length && name.startsWith(start) &&
      name.endsWith(end);
  });
}
