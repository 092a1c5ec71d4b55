/**
 * From the settings of the copilot to its options.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import type { CopilotOptions } from "../serve/copilot/options.ts";
import { splitWords } from "../serve/mod.ts";
import { topicOf } from "../server/copilot/pushes.ts";
import { parseQuietHours, type QuietHours } from "../server/copilot/quiet_hours.ts";
import type { SettingsInvocation } from "./serve_options.ts";

/** What the settings come to. */
export function copilotOptions({ flags }: Pick<SettingsInvocation, "flags">): CopilotOptions {
  const model = flags["ai-model"];
  const token = flags["ntfy-token"];
  const url = flags["ntfy-url"];
  const quiet = flags["ntfy-quiet"];
  if (url !== undefined) checkTopic(url);
  return {
    tmuxCommand: commandOf("tmux", flags.tmux),
    aiCommand: commandOf("ai-command", flags["ai-command"]),
    ...(model !== undefined && { aiModel: model }),
    aiDailyBudgetUsd: flags["ai-daily-budget-usd"],
    aiJobMaxUsd: flags["ai-job-max-usd"],
    aiTimeoutS: flags["ai-timeout-seconds"],
    ...(url !== undefined && { ntfyUrl: url }),
    ...(token !== undefined && { ntfyToken: token }),
    ntfyDetail: flags["ntfy-detail"],
    ...(quiet !== undefined && { ntfyQuiet: quietHours(quiet) }),
  };
}

/** A command line, a list in JSON, or `off`. */
function commandOf(flag: string, text: string): readonly string[] | null {
  if (text === "off") return null;
  if (!text.startsWith("[")) return splitWords(text);
  let words: unknown;
  try {
    words = JSON.parse(text);
  } catch {
    words = null;
  }
  const isList = Array.isArray(words) && words.length > 0 &&
    words.every((word) => typeof word === "string");
  if (isList) return words as string[];
  throw new UsageError(`--${flag} is ${JSON.stringify(text)}, expected a list such as ["claude"]`);
}

function quietHours(text: string): QuietHours {
  const hours = parseQuietHours(text);
  if (hours !== null) return hours;
  throw new UsageError(
    `--ntfy-quiet is ${JSON.stringify(text)}, expected hours such as 22:00-07:00`,
  );
}

function checkTopic(url: string): void {
  const isTopic = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol) &&
    /^[\w-]{1,64}$/.test(topicOf(url));
  if (isTopic) return;
  throw new UsageError(
    `--ntfy-url is ${JSON.stringify(url)}, expected a topic such as https://ntfy.example/my-topic`,
  );
}
