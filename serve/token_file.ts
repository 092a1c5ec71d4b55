/**
 * The token that a server keeps for itself, in the file `auth_token` of its home folder.
 *
 * @module
 */
import { join } from "node:path";
import { UsageError } from "../runtime/mod.ts";
import { checkToken } from "../server/auth.ts";
import { ensureFolder, tighten } from "./home.ts";

/** Its name in the home folder. */
export const TOKEN_FILE = "auth_token";

/** The token that was found or made. */
export interface KeptToken {
  /** The token. */
  readonly token: string;
  /** Where it is kept. */
  readonly path: string;
  /** Whether it was made just now. */
  readonly isNew: boolean;
  /** Whether the file was open to others, until now. */
  readonly wasOpen: boolean;
}

/** The token of the file; null when there is no file. Throws {@link UsageError} for an unusable one. */
export async function readToken(home: string): Promise<KeptToken | null> {
  const path = join(home, TOKEN_FILE);
  let text: string;
  let wasOpen: boolean;
  try {
    wasOpen = await tighten(path, 0o600);
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  const token = checkToken(text.trim(), `the token in ${path}`);
  if (token === null) {
    throw new UsageError(`${path} is empty; remove it, and a new token is made`, { path });
  }
  return { token, path, isNew: false, wasOpen };
}

/**
 * The token of the file, which is made when it is not there. Two that start at once get the same
 * one: only one of them can make the file.
 *
 * @param random 32 random bytes.
 */
export async function readOrMakeToken(home: string, random: Uint8Array): Promise<KeptToken> {
  const found = await readToken(home);
  if (found !== null) return found;
  await ensureFolder(home);
  const path = join(home, TOKEN_FILE);
  const token = random.toBase64({ alphabet: "base64url", omitPadding: true });
  // Written beside and linked into place, so that nobody ever reads half a token.
  const draft = join(home, `${TOKEN_FILE}.${token.slice(0, 8)}`);
  await Deno.writeTextFile(draft, `${token}\n`, { createNew: true, mode: 0o600 });
  try {
    await Deno.link(draft, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    return (await readToken(home))!;
  } finally {
    await Deno.remove(draft);
  }
  return { token, path, isNew: true, wasOpen: false };
}
