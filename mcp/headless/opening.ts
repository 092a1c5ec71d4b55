/**
 * From the arguments of `headless_start` to a config and a source.
 *
 * @module
 */
import { nearest } from "../nearest.ts";
import { engineProfileSchema } from "../../server/streaming/engine/mod.ts";
import type { ClientSource } from "../../sim/mod.ts";
import { type ConfigMessage, parseConfig } from "../../wire/mod.ts";
import { decodeAudio, type DecodedAudio } from "../audio_file.ts";
import { ToolError } from "../errors.ts";
import type { ServerApi, ServerFacts } from "../server_api.ts";
import type { McpServices } from "../services.ts";

/** Where a fixture comes from, and where it is decoded. */
export interface FixtureParts extends Pick<McpServices, "audio"> {
  readonly api: ServerApi;
}

/** What the config is made of. */
export interface OpeningArgs {
  readonly prompt: string;
  readonly sde: boolean;
  readonly lora: boolean;
  readonly depth: number;
  readonly steps: number;
  readonly config_overrides?: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The config of a headless session; overrides come last.
 *
 * @throws {ToolError} for an `engine_profile` that is none.
 */
export function openingConfig(args: OpeningArgs): ConfigMessage {
  const { config_overrides: overrides = {}, prompt, sde, lora, depth, steps } = args;
  const profile = overrides["engine_profile"];
  if (profile !== undefined && profile !== null) {
    const parsed = engineProfileSchema.safeParse(profile);
    if (!parsed.success) {
      throw new ToolError(
        `config_overrides.engine_profile is no engine profile: ${
          parsed.error.issues[0]?.message
        }. ` +
          'One that falls behind is {"type": "overload", "renderMs": 900}',
      );
    }
  }
  return { prompt, sde, lora, depth, steps, client_id: "mcp-headless", ...overrides };
}

/**
 * What a server would ignore in a config, one sentence each: it tells its log, and not the client.
 *
 * @throws {ToolError} for a config that begins no session.
 */
export function configWarnings(config: ConfigMessage): readonly string[] {
  const { kind, warnings } = parseConfig(JSON.stringify(config));
  if (kind === "session") return warnings;
  throw new ToolError(
    "config_overrides.type makes this an upload, which begins no session; leave it out",
  );
}

/**
 * A fixture of the server: loaded there if the server can, else fetched and sent back.
 *
 * @throws {ToolError} for a name that the server does not have.
 */
export async function fixtureSource(
  name: string,
  { api, facts, audio }: FixtureParts & { readonly facts: ServerFacts },
  signal: AbortSignal,
): Promise<{ source: ClientSource; label: string }> {
  if (facts.ownFixtures.includes(name)) return { source: { kind: "fixture", name }, label: name };
  return { source: clipSource(await fixtureAudio(name, { api, audio }, signal)), label: name };
}

/**
 * A fixture's audio.
 *
 * @throws {ToolError} for a name that the server does not have.
 */
export async function fixtureAudio(
  name: string,
  { api, audio }: FixtureParts,
  signal: AbortSignal,
): Promise<DecodedAudio> {
  const names = await api.fixtures();
  if (!names.includes(name)) throw unknownFixture(name, names);
  return await audio.run(
    async () => await decodeAudio(new Uint8Array(await api.fixtureFile(name)), name, signal),
    signal,
  );
}

/** The error for a fixture that is not there. */
export function unknownFixture(name: string, names: readonly string[]): ToolError {
  return new ToolError(
    `the server has no fixture ${JSON.stringify(name)}${nearest(name, names)}; ` +
      (names.length === 0 ? "it has none" : `it has ${names.join(", ")}`),
  );
}

/** A sound file as a source. */
export async function fileSource(
  path: string,
  parts: Pick<McpServices, "audio" | "files">,
  signal: AbortSignal,
): Promise<ClientSource> {
  return clipSource(await fileAudio(path, parts, signal));
}

/** A sound file's audio. */
export async function fileAudio(
  path: string,
  { audio, files }: Pick<McpServices, "audio" | "files">,
  signal: AbortSignal,
): Promise<DecodedAudio> {
  return await audio.run(
    async () => await decodeAudio(await files.read(path), path, signal),
    signal,
  );
}

/** The samples behind the header of a PCM message. */
function clipSource({ channels, frames, pcm }: DecodedAudio): ClientSource {
  const audio = new Float32Array(pcm.buffer, 8, channels * frames);
  return { kind: "clip", audio, channels, frames };
}
