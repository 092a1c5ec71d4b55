/**
 * From the settings to the options of a server.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import { type ServeOptions, splitWords } from "../serve/mod.ts";
import { isLocalBind } from "../server/auth.ts";
import { boardOptions } from "./board_options.ts";
import type { Invocation } from "./command.ts";
import { copilotOptions } from "./copilot_options.ts";
import type { SETTINGS } from "./settings.ts";
import { taskOptions } from "./task_options.ts";
import { voiceOptions } from "./voice_options.ts";

/** A call of a command that has the settings for flags. */
export type SettingsInvocation = Pick<Invocation<typeof SETTINGS>, "flags" | "given">;

/** What the settings come to, as options of a server. */
export function serveOptions({ flags, given }: SettingsInvocation): ServeOptions {
  return {
    host: flags.host,
    port: flags.port,
    controlHost: flags["control-host"],
    // A default port that is taken is left out; one that was asked for is an error.
    ...(given.has("control-port") ? { controlPort: flags["control-port"] } : {}),
    maxSessions: flags["max-sessions"],
    tickMs: flags["tick-ms"],
    idlePauseS: flags["idle-pause-s"],
    ...(flags.token === undefined ? {} : { token: flags.token }),
    loopbackBypass: flags["loopback-bypass"] === "on",
    ...(flags["public-url"] === undefined ? {} : { publicUrl: flags["public-url"] }),
    allowOrigin: flags["allow-origin"],
    allowHost: flags["allow-host"],
    trustedProxies: flags["trusted-proxies"],
    ...engineOptions(flags["engine-command"], given, {
      engineStartS: flags["engine-start-s"],
      engineWindowS: flags["engine-window-s"],
    }),
    noBackend: flags["no-backend"],
    logFormat: flags.log as "text" | "json",
    ...voiceOptions({ flags, given }),
    ...taskOptions(flags),
    ...boardOptions({ flags, given }),
    ...copilotOptions({ flags }),
  };
}

/** Whether somebody may come from elsewhere, which needs a token. */
export function isReachable(options: ServeOptions): boolean {
  const { host, controlHost, voiceHost, channelHost, publicUrl } = options;
  const hosts = [host, controlHost, voiceHost, channelHost];
  return hosts.some((it) => it !== undefined && !isLocalBind(it)) || publicUrl !== undefined;
}

/** What the flags of an engine's command come to; its times mean nothing without it. */
function engineOptions<T>(command: string | undefined, given: ReadonlySet<string>, times: T) {
  if (command !== undefined) return { engineCommand: splitWords(command), ...times };
  for (const flag of ["engine-start-s", "engine-window-s"]) {
    if (given.has(flag)) throw new UsageError(`--${flag} goes with --engine-command`);
  }
  return {};
}
