import { createApp } from "../../server/app.ts";
import type { Log } from "../../server/log.ts";
import { mergePaths } from "../../server/path_rules.ts";
import { VOICE_LIMITS } from "../../server/voice/limits.ts";
import type { Access, ListenerRules } from "../access.ts";
import type { ListenerPlan } from "../listeners.ts";
import { DEFAULT_HOST } from "../options.ts";
import { controlWords } from "../raw_answers.ts";
import { DASHBOARD_PATHS } from "./dashboard.ts";
import { DEFAULT_VOICE_PORT, type OptionalPort, type VoiceOptions } from "./options.ts";
import type { VoiceRole } from "./voice_role.ts";

/**
 * The voice listener: its clients post anything, and pages of other origins read nothing. A link may
 * lead to our own page.
 */
export const VOICE_RULES: ListenerRules = { ...mergePaths([DASHBOARD_PATHS]), posts: "any" };
/** The same with a foreign page in place of ours. */
const FOREIGN_RULES: ListenerRules = { posts: "any" };

/** The voice listener. */
export function voicePlan(
  role: VoiceRole,
  { access, log, options }: {
    readonly access: Access;
    readonly log: Log;
    readonly options: VoiceOptions;
  },
): ListenerPlan {
  return {
    name: "voice",
    host: options.voiceHost ?? DEFAULT_HOST,
    port: plannedPort(options.voicePort),
    defaultPort: DEFAULT_VOICE_PORT,
    isOptional: true,
    flags: { host: "--voice-host", port: "--voice-port" },
    limits: VOICE_LIMITS,
    service: (address) => {
      role.address = address;
      const isOwn = options.voiceDashboard === undefined;
      const rules = access.rulesOf(address, VOICE_LIMITS, isOwn ? VOICE_RULES : FOREIGN_RULES);
      return {
        rules,
        app: createApp({ rules, log, routes: role.routes, errors: "json", preflights: "routes" }),
        sockets: role.sockets,
        words: controlWords,
      };
    },
  };
}

/** A port as {@link ListenerPlan} has it: undefined is the default one, where that is free. */
export function plannedPort(port: OptionalPort = "off"): number | "off" | undefined {
  return port === "default" ? undefined : port;
}
