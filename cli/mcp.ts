/**
 * `headway mcp`: tools for agents, on stdin and stdout.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import type { BoundTaskTools, OpenGateway } from "../mcp/mod.ts";
import { type Clock, Rng, UsageError } from "../runtime/mod.ts";
import { DEFAULT_VOICE_PORT } from "../serve/voice/options.ts";
import { aliasesOf } from "./aliases.ts";
import { defineCommand, EXIT, type ExitCode } from "./command.ts";
import { httpUrl } from "./voice_options.ts";

const VOICE_URL = "HEADWAY_VOICE_URL";

/** The command. */
export const mcpCommand = defineCommand({
  name: "mcp",
  summary: "tools for agents, on stdin and stdout",
  description:
    "Speaks the Model Context Protocol on stdin and stdout: tools that start, steer and measure sessions, and run scenarios. Without a target it starts a server of its own, which ends with it. With --voice it has the tools of a voice server that runs already: speech, sessions, and answering what people say.",
  examples: [
    "headway mcp",
    "headway mcp --target ws://127.0.0.1:1318 --control http://127.0.0.1:1319",
    "headway mcp --voice",
  ],
  flags: {
    target: {
      type: "string",
      placeholder: "URL",
      env: "HEADWAY_TARGET",
      help: "the server to work on, ws://host:port; one of our own without it",
    },
    control: {
      type: "string",
      placeholder: "URL",
      env: "HEADWAY_CONTROL",
      help: "its control bus, http://host:port; port 1319 of the same host without it",
    },
    voice: {
      type: "boolean",
      help: "the tools of a voice server instead, which is asked by HTTP",
    },
    "voice-url": {
      type: "string",
      placeholder: "URL",
      env: VOICE_URL,
      aliases: aliasesOf(VOICE_URL),
      help: "the voice server of --voice, http://host:port; port 7860 of this machine without it",
    },
    token: {
      type: "string",
      placeholder: "TOKEN",
      env: "HEADWAY_TOKEN",
      help: "its bearer token",
    },
    out: {
      type: "string",
      placeholder: "DIR",
      default: "out/reports",
      help: "where reports of scenarios go",
    },
  },
  async run({ flags, clock, env, stopSignal }) {
    const voiceUrl = flags["voice-url"];
    if (flags.voice) {
      const baseUrl = httpUrl("voice-url", voiceUrl ?? `http://127.0.0.1:${DEFAULT_VOICE_PORT}`);
      return await voiceShim({ baseUrl, token: flags.token ?? null, clock }, stopSignal());
    }
    const isVoiceInEnv = [VOICE_URL, ...aliasesOf(VOICE_URL)].some((name) => env(name));
    if (voiceUrl !== undefined && !isVoiceInEnv) {
      throw new UsageError("--voice-url goes with --voice");
    }
    // No other command needs the protocol's code, which takes its time to load.
    const mcp = await import("../mcp/mod.ts");
    const openGateway: OpenGateway = async (options) =>
      await (await import("../serve/gateway/mod.ts")).openGateway(options);
    const { target, control } = flags;
    if (target === undefined && control !== undefined && env("HEADWAY_CONTROL") !== control) {
      throw new UsageError("--control belongs to a --target; leave it out, or name both");
    }
    const named = target === undefined ? null : mcp.targetAt({ ...flags, url: target });
    // It starts while the client still introduces itself.
    const own = named === null ? new mcp.EmbeddedServer(clock) : null;
    const services = mcp.mcpServices({
      version: config.version,
      clock,
      rng: new Rng(crypto.randomUUID()),
      target: () => named === null ? own!.target() : Promise.resolve(named),
      ...(own !== null && { takeNotice: () => own.takeNotice() }),
      openGateway,
      idleS: null,
      filesBelow: null,
      reports: flags.out,
    });
    const taskTools: BoundTaskTools = {
      tools: mcp.forwardedTaskTools(services.api),
      // The server that is asked knows who may, and where it is reached.
      call: { viewerUrl: () => null, permit: () => Promise.resolve() },
    };
    const server = mcp.serveStreams(() => mcp.mcpServer(services, undefined, taskTools), {
      input: Deno.stdin.readable,
      output: Deno.stdout.writable,
      clock,
    });
    stopSignal().addEventListener("abort", () => void server.close(), { once: true });
    await server.closed;
    await mcp.closeServices(services);
    await own?.close();
    return EXIT.passed;
  },
});

/** The tools of a voice server that runs elsewhere, until the client has gone. */
async function voiceShim(
  options: { readonly baseUrl: string; readonly token: string | null; readonly clock: Clock },
  stop: AbortSignal,
): Promise<ExitCode> {
  const { serveVoiceShim } = await import("../mcp/voice/shim.ts");
  const server = serveVoiceShim({
    ...options,
    fetch: globalThis.fetch,
    input: Deno.stdin.readable,
    output: Deno.stdout.writable,
  });
  stop.addEventListener("abort", () => void server.close(), { once: true });
  await server.closed;
  return EXIT.passed;
}
