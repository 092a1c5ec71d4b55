/**
 * Holds options against what a server can be, before anything is opened.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import { DEFAULT_STREAM_SETTINGS, type StreamSettings } from "../server/streaming/mod.ts";
import { checkCommand } from "./engine_command.ts";
import type { ServerParts } from "./options.ts";

/** The settings of sessions. Throws {@link UsageError} for options that cannot be. */
export function checkSettings(options: ServerParts): StreamSettings {
  checkPort("--port", options.port);
  checkPort("--control-port", options.controlPort === "off" ? undefined : options.controlPort);
  for (const [flag, port] of [["voice", options.voicePort], ["channel", options.channelPort]]) {
    if (typeof port === "number") checkPort(`--${flag}-port`, port);
  }
  const { voiceWorkers = 1 } = options;
  if (!Number.isInteger(voiceWorkers) || voiceWorkers < 1 || voiceWorkers > 64) {
    throw new UsageError(
      `--voice-workers is ${voiceWorkers}, it must be a whole number from 1 to 64`,
    );
  }
  const settings: StreamSettings = {
    ...DEFAULT_STREAM_SETTINGS,
    ...options.settings,
    ...(options.maxSessions !== undefined && { maxSessions: options.maxSessions }),
    ...(options.tickMs !== undefined && { tickMs: options.tickMs }),
    ...(options.idlePauseS !== undefined && { idlePauseS: options.idlePauseS }),
  };
  if (options.engineCommand !== undefined) checkCommand(options.engineCommand);
  checkSeconds("--engine-start-s", options.engineStartS);
  checkSeconds("--engine-window-s", options.engineWindowS);
  const { maxSessions, tickMs, idlePauseS } = settings;
  if (!Number.isInteger(maxSessions) || maxSessions < 1) {
    throw new UsageError(
      `--max-sessions is ${maxSessions}, it must be a whole number of at least 1`,
    );
  }
  if (!(tickMs > 0 && tickMs <= 10_000)) {
    throw new UsageError(`--tick-ms is ${tickMs}, it must be above 0 and at most 10000`);
  }
  if (!(idlePauseS >= 0 && Number.isFinite(idlePauseS))) {
    throw new UsageError(`--idle-pause-s is ${idlePauseS}, it must be 0 or more`);
  }
  return settings;
}

function checkSeconds(flag: string, valueS: number | undefined): void {
  if (valueS === undefined || (valueS > 0 && valueS <= 3600)) return;
  throw new UsageError(`${flag} is ${valueS}, it must be above 0 and at most 3600`);
}

function checkPort(flag: string, port: number | undefined): void {
  if (port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)) return;
  throw new UsageError(`${flag} is ${port}, it must be a whole number from 0 to 65535`);
}
