/**
 * From the settings of the board to its options.
 *
 * @module
 */
import { isAbsolute, join, resolve } from "node:path";
import { UsageError } from "../runtime/mod.ts";
import type { BoardOptions } from "../serve/board/options.ts";
import type { ReadEnv } from "./parse.ts";
import type { SettingsInvocation } from "./serve_options.ts";

/** What the settings come to. */
export function boardOptions({ flags }: SettingsInvocation): BoardOptions {
  const { prices, tz } = flags;
  const roots = flags["transcript-roots"];
  if (roots.includes("off") && roots.length > 1) {
    throw new UsageError("--transcript-roots is off and names folders; say one of them");
  }
  return {
    ...(roots.length > 0 && {
      transcriptRoots: roots.filter((it) => it !== "off").map((it) => resolve(it)),
    }),
    maxParseBytes: flags["max-parse-bytes"],
    parseCacheBytes: flags["parse-cache-bytes"],
    maxLineBytes: flags["max-line-bytes"],
    streams: {
      maxSeconds: flags["sse-max-seconds"],
      pingSeconds: flags["sse-ping-seconds"],
      maxStreams: flags["sse-max-streams"],
    },
    ...(flags["debug-remote"] && { debugRemote: true }),
    ...(prices !== undefined && { prices: resolve(prices) }),
    ...(tz !== undefined && { timeZone: tz }),
  };
}

/** Where agents keep their transcripts, unless somebody says otherwise. */
export function defaultRoots(env: ReadEnv): readonly string[] {
  const named = (env("CLAUDE_CONFIG_DIR") ?? "").split(",").map((it) => it.trim());
  const own = named.filter((it) => it !== "" && isAbsolute(it));
  if (own.length > 0) return own;
  const user = env("HOME") ?? env("USERPROFILE");
  if (user === undefined || !isAbsolute(user)) return [];
  return [join(user, ".claude"), join(user, ".config", "claude")];
}
