/**
 * `headway serve`: the session server.
 *
 * @module
 */
import { DEFAULT_CONTROL_PORT, DEFAULT_HOST, DEFAULT_PORT, serve } from "../serve/mod.ts";
import { defineCommand, EXIT } from "./command.ts";

/** The command. */
export const serveCommand = defineCommand({
  name: "serve",
  summary: "run the session server",
  description:
    "Serves streaming sessions over WebSocket, their GET routes, and the control bus. Binds loopback unless told otherwise; anywhere else it needs a token.",
  examples: ["headway serve", "headway serve --port 0 --control-port off --log json"],
  flags: {
    host: {
      type: "string",
      placeholder: "ADDRESS",
      default: DEFAULT_HOST,
      env: "HEADWAY_HOST",
      help: "address of the main listener",
    },
    port: {
      type: "port",
      required: true,
      default: DEFAULT_PORT,
      env: "HEADWAY_PORT",
      help: "main port",
    },
    "control-host": {
      type: "string",
      placeholder: "ADDRESS",
      default: DEFAULT_HOST,
      env: "HEADWAY_CONTROL_HOST",
      help: "address of the control bus",
    },
    "control-port": {
      type: "port",
      default: DEFAULT_CONTROL_PORT,
      env: "HEADWAY_CONTROL_PORT",
      help: "port of the control bus",
    },
    "max-sessions": {
      type: "number",
      placeholder: "N",
      default: 1,
      min: 1,
      max: 64,
      integer: true,
      help: "sessions at a time; the newest connection takes the oldest one's place",
    },
    "tick-ms": {
      type: "number",
      placeholder: "MS",
      default: 60,
      min: 5,
      max: 1000,
      help: "pace of generation: one window per this time",
    },
    "idle-pause-s": {
      type: "number",
      placeholder: "S",
      default: 20,
      min: 0,
      max: 86400,
      help: "seconds without activity after which generation rests; 0 never rests",
    },
    token: {
      type: "string",
      placeholder: "TOKEN",
      env: "HEADWAY_TOKEN",
      help: "what requests must show that are not local",
    },
    "allow-origin": {
      type: "list",
      placeholder: "ORIGIN",
      help: "origins of foreign pages that may use the server",
    },
    "allow-host": {
      type: "list",
      placeholder: "NAME",
      help: "more names that the server is reached by",
    },
    "no-backend": { type: "boolean", help: "show pages only; every WebSocket is turned away" },
    log: { type: "enum", values: ["text", "json"], default: "text", help: "how log lines look" },
  },
  async run({ flags, given, stderr, stopSignal }) {
    const server = await serve({
      host: flags.host,
      port: flags.port,
      controlHost: flags["control-host"],
      // A default port that is taken is left out; one that was asked for is an error.
      ...(given.has("control-port") ? { controlPort: flags["control-port"] } : {}),
      maxSessions: flags["max-sessions"],
      tickMs: flags["tick-ms"],
      idlePauseS: flags["idle-pause-s"],
      ...(flags.token === undefined ? {} : { token: flags.token }),
      allowOrigin: flags["allow-origin"],
      allowHost: flags["allow-host"],
      noBackend: flags["no-backend"],
      logFormat: flags.log as "text" | "json",
      write: (text) => stderr.write(text),
      signal: stopSignal(),
    });
    await server.closed;
    return EXIT.passed;
  },
});
