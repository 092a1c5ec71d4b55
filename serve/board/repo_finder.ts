/**
 * The repository that a folder is in, by its `.git`; nothing is run for it.
 *
 * @module
 */
import { dirname, isAbsolute } from "node:path";

const MAX_KNOWN = 2000;
const MAX_DEPTH = 40;

/** Finds the tops of repositories, and remembers them. */
export function repoFinder(): (cwd: string) => string | null {
  const known = new Map<string, string | null>();
  return (cwd) => {
    const there = known.get(cwd);
    if (there !== undefined) return there;
    const top = isAbsolute(cwd) ? topOf(cwd) : null;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(cwd, top);
    return top;
  };
}

function topOf(cwd: string): string | null {
  let at = cwd;
  for (let depth = 0; depth < MAX_DEPTH; depth++) {
    try {
      Deno.lstatSync(`${at}/.git`);
      return at;
    } catch {
      const above = dirname(at);
      if (above === at) return null;
      at = above;
    }
  }
  return null;
}
