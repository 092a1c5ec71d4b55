/**
 * The token of a server that was given none: the one that it keeps in its home folder.
 *
 * @module
 */
import type { ServeOptions } from "../serve/mod.ts";
import { type KeptToken, readOrMakeToken, readToken } from "../serve/token_file.ts";
import type { CliContext } from "./context.ts";
import { isReachable } from "./serve_options.ts";

/**
 * The token to serve with; null for none. A server that can be reached from elsewhere, or that wants
 * a token from local programs too, makes one. Who has just made one is told how to log in, but only
 * on a terminal: elsewhere it would end in a log.
 */
export async function keptToken(
  { stderr }: Pick<CliContext, "stderr">,
  options: ServeOptions & { readonly home: string | null },
): Promise<string | null> {
  const { home } = options;
  if (options.token !== undefined) return options.token;
  if (home === null) return null;
  const isNeeded = isReachable(options) || options.loopbackBypass === false;
  const kept = isNeeded
    ? await readOrMakeToken(home, crypto.getRandomValues(new Uint8Array(32)))
    : await readToken(home);
  if (kept === null) return null;
  stderr.write(noticeOf(kept, options, stderr.isTerminal));
  return kept.token;
}

function noticeOf(
  { isNew, path, token, wasOpen }: KeptToken,
  { publicUrl, host, port }: ServeOptions,
  isTerminal: boolean,
): string {
  const warning = wasOpen
    ? `headway: ${path} was open to other users; it is closed to them now\n`
    : "";
  if (!isNew) return warning;
  const base = publicUrl ??
    `http://${host === "0.0.0.0" || host === "::" ? "THIS-HOST" : host}:${port}`;
  const how = isTerminal ? `; log in at ${base.replace(/\/$/, "")}/login#t=${token}` : "";
  return `${warning}headway: a token was made and is kept in ${path}${how}\n`;
}
