/**
 * From the settings of the voice server to its options.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import { splitWords } from "../serve/mod.ts";
import type { VoiceOptions } from "../serve/voice/options.ts";
import { parsePolicy } from "../server/voice/policy_queue.ts";
import type { SettingsInvocation } from "./serve_options.ts";

/** What the settings come to. Default ports that are taken are left out. */
export function voiceOptions({ flags, given }: SettingsInvocation): VoiceOptions {
  const { "voice-player": player, "voice-signal": signal } = flags;
  return {
    voiceHost: flags["voice-host"],
    voicePort: given.has("voice-port") ? flags["voice-port"] : "default",
    voicePolicy: parsePolicy(flags["voice-policy"])!,
    voiceWorkers: flags["voice-workers"],
    voiceExpiryS: flags["voice-expiry-s"],
    ...(player === "off"
      ? { voiceMute: true }
      : player !== undefined && { voicePlayer: splitWords(player) }),
    ...(flags["voice-dashboard"] !== undefined && { voiceDashboard: flags["voice-dashboard"] }),
    ...(signal !== undefined && signal !== "off" && { voiceSignal: signal }),
    channelHost: flags["channel-host"],
    channelPort: given.has("channel-port") ? flags["channel-port"] : "default",
    ...urlOption("voice-url", "voiceUrl", flags["voice-url"]),
    ...commandOption("speechCommand", flags["speech-command"]),
    ...urlOption("speech-url", "speechUrl", flags["speech-url"]),
    ...(flags["speech-espeak"] !== undefined && { speechEspeak: flags["speech-espeak"] }),
    ...commandOption("recognizerCommand", flags["recognizer-command"]),
    ...urlOption("recognizer-url", "recognizerUrl", flags["recognizer-url"]),
    ...urlOption("kernel-url", "kernelUrl", flags["kernel-url"]),
    ...commandOption("responderCommand", flags["responder-command"]),
  };
}

function commandOption(name: keyof VoiceOptions, command: string | undefined): VoiceOptions {
  return command === undefined ? {} : { [name]: splitWords(command) };
}

function urlOption(flag: string, name: keyof VoiceOptions, text: string | undefined): VoiceOptions {
  return text === undefined ? {} : { [name]: httpUrl(flag, text) };
}

/** An address of HTTP without slashes at its end. Throws {@link UsageError} for another text. */
export function httpUrl(flag: string, text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return text.replace(/\/+$/, "");
  throw new UsageError(`--${flag} is ${JSON.stringify(text)}, expected a URL with http or https`, {
    flag,
  });
}
