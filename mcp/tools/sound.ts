/**
 * Tools that change what a session sounds like: LoRAs, timbre, structure, source.
 *
 * @module
 */
import { basename } from "node:path";
import { z } from "zod";
import { ToolError } from "../errors.ts";
import { fileAudio, fixtureAudio, unknownFixture } from "../headless/opening.ts";
import { nearest } from "../nearest.ts";
import type { ServerApi } from "../server_api.ts";
import { defineTool, type Tool, type ToolEffect } from "../tool.ts";
import { lorasOf } from "./discovery.ts";
import {
  commandAnswer,
  commandOutput,
  given,
  keyField,
  metreField,
  nameField,
  sessionId,
} from "./fields.ts";

const group = "sound and source";
const audioFile = z.string().min(1).describe(
  "path of a WAV file, seen from the server of these tools; any sample rate, first two channels",
);
const label = nameField.optional().describe(
  "what the session calls it; the file's name without it",
);
const fixture = nameField.describe("fixture as list_fixtures gives it");

interface SimpleTool<In extends z.ZodRawShape> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly effect: ToolEffect;
  /** Its arguments but the last, which is the session. */
  readonly args: In;
  /** What is sent. */
  readonly message: (args: z.infer<z.ZodObject<In>>) => Readonly<Record<string, unknown>>;
  /** Refuses, with a {@link ToolError}, what the server would only drop. */
  readonly check?: (args: z.infer<z.ZodObject<In>>, api: ServerApi) => Promise<void>;
}

/** A tool that sends one command without audio. */
function commandTool<In extends z.ZodRawShape>(tool: SimpleTool<In>): Tool {
  const { name, title, description, effect, args } = tool;
  return defineTool({
    name,
    title,
    description,
    group,
    effect,
    input: z.strictObject({ ...args, session_id: sessionId }),
    output: commandOutput,
    async run(values, services) {
      const { session_id, ...rest } = values as { session_id?: string };
      const given = rest as z.infer<z.ZodObject<In>>;
      const api = await services.api();
      await tool.check?.(given, api);
      return commandAnswer(title, await api.command(session_id, tool.message(given)));
    },
  });
}

interface AudioTool<In extends z.ZodRawShape> extends Omit<SimpleTool<In>, "message" | "check"> {
  /** What is sent before the audio. */
  readonly message: (
    args: z.infer<z.ZodObject<In>>,
    label: string,
  ) => Readonly<Record<string, unknown>>;
}

/** A tool that sends a command with the audio of a file. */
function audioTool<In extends z.ZodRawShape>(tool: AudioTool<In>): Tool {
  const { name, title, description, effect, args } = tool;
  return defineTool({
    name,
    title,
    description,
    group,
    effect,
    reachesOutside: true,
    input: z.strictObject({ audio_file: audioFile, ...args, session_id: sessionId }),
    output: commandOutput,
    async run(values, services, { signal }) {
      const { session_id, audio_file, ...rest } = values as {
        session_id?: string;
        audio_file: string;
      };
      const audio = await fileAudio(audio_file, services, signal);
      const message = tool.message(rest as z.infer<z.ZodObject<In>>, basename(audio_file));
      const api = await services.api();
      return commandAnswer(title, await api.command(session_id, message, audio.pcm));
    },
  });
}

async function checkLora(id: string, api: ServerApi): Promise<void> {
  const ids = lorasOf(await api.main("/api/loras")).map(({ id }) => String(id));
  if (ids.includes(id)) return;
  throw new ToolError(
    `the server has no LoRA ${JSON.stringify(id)}${nearest(id, ids)}; ` +
      (ids.length === 0 ? "it has none" : `it has ${ids.join(", ")}`),
  );
}

async function checkFixture(name: string, api: ServerApi): Promise<void> {
  const names = await api.fixtures();
  if (!names.includes(name)) throw unknownFixture(name, names);
}

const enableLora = commandTool({
  name: "enable_lora",
  title: "Enable a LoRA",
  description: "Enables a LoRA, if the session was started with LoRAs allowed.",
  effect: "sets",
  args: {
    lora_id: nameField.describe("id as list_loras gives it"),
    strength: z.number().min(0).max(2).optional().describe("0..2; 0 without it"),
  },
  message: ({ lora_id, strength }) => ({
    type: "enable_lora",
    id: lora_id,
    ...given({ strength }),
  }),
  check: ({ lora_id }, api) => checkLora(lora_id, api),
});

const disableLora = commandTool({
  name: "disable_lora",
  title: "Disable a LoRA",
  description: "Disables a LoRA.",
  effect: "sets",
  args: { lora_id: nameField },
  message: ({ lora_id }) => ({ type: "disable_lora", id: lora_id }),
});

const setTimbreStrength = commandTool({
  name: "set_timbre_strength",
  title: "Set the timbre strength",
  description: "Sets how much the timbre reference counts.",
  effect: "sets",
  args: { value: z.number().describe("0..1; values outside are clamped") },
  message: ({ value }) => ({
    type: "set_timbre_strength",
    value: Math.min(1, Math.max(0, value)),
  }),
});

/** The three tools of one sort of reference: from a fixture, from a file, and none. */
function referenceTools(kind: "timbre" | "structure") {
  return {
    fromFixture: commandTool({
      name: `set_${kind}_fixture`,
      title: `Take ${kind} from a fixture`,
      description: `Takes the ${kind} of one of the server's fixtures as reference.`,
      effect: "sets",
      args: { name: fixture },
      message: ({ name }) => ({ type: `set_${kind}_fixture`, name }),
      check: ({ name }, api) => checkFixture(name, api),
    }),
    fromFile: audioTool({
      name: `set_${kind}_audio`,
      title: `Take ${kind} from a file`,
      description: `Takes the ${kind} of a sound file as reference.`,
      effect: "sets",
      args: { name: label },
      message: ({ name }, file) => ({ type: `set_${kind}_source`, name: name ?? file }),
    }),
    none: commandTool({
      name: `clear_${kind}`,
      title: `Drop the ${kind} reference`,
      description: `Goes back to the source's own ${kind}.`,
      effect: "sets",
      args: {},
      message: () => ({ type: `clear_${kind}_source` }),
    }),
  };
}

const timbre = referenceTools("timbre");
const structure = referenceTools("structure");

const newSource = {
  prompt: z.string().max(4096).optional().describe(
    "new prompt A; the present one stays without it",
  ),
  key: keyField,
  time_signature: metreField,
};

/** The swap that both swap tools send. */
function swapMessage(
  name: string,
  { prompt, key, time_signature }: {
    prompt?: string | undefined;
    key?: string | undefined;
    time_signature?: string | undefined;
  },
): Readonly<Record<string, unknown>> {
  return {
    type: "swap_source",
    fixture_name: name,
    ...given({ tags: prompt, key, time_signature }),
  };
}

const swapToFixture = defineTool({
  name: "swap_to_fixture",
  title: "Swap to a fixture",
  description:
    "Replaces the source of a session by one of the server's fixtures. Playback begins anew at its head.",
  group,
  effect: "replaces",
  input: z.strictObject({ name: fixture, ...newSource, session_id: sessionId }),
  output: commandOutput,
  async run({ name, session_id, ...rest }, services, { signal }) {
    const api = await services.api();
    const { pcm } = await fixtureAudio(name, { api, audio: services.audio }, signal);
    return commandAnswer("Swap", await api.command(session_id, swapMessage(name, rest), pcm));
  },
});

const swapToAudio = audioTool({
  name: "swap_to_audio",
  title: "Swap to a file",
  description:
    "Replaces the source of a session by a sound file. Playback begins anew at its head.",
  effect: "replaces",
  args: { name: label, ...newSource },
  message: ({ name, ...rest }, file) => swapMessage(name ?? file, rest),
});

const writeAudio = audioTool({
  name: "write_audio",
  title: "Write into the source",
  description:
    "Writes a sound file into the source of a session, in place of what is there or on " +
    "top of it. The session goes on; what it makes from there on follows the new source.",
  effect: "replaces",
  args: {
    at_s: z.number().min(0).default(0).describe("where it is written, seconds"),
    mix: z.enum(["replace", "sum"]).default("replace"),
    repeat: z.enum(["none", "fill"]).default("none").describe("fill repeats it to the end"),
    source_epoch: z.int().optional().describe("refuses the write if the source is another by now"),
    refresh_timbre: z.boolean().default(false).describe("derive the source's own timbre again"),
  },
  message: ({ source_epoch, ...rest }) => ({
    type: "write_audio",
    ...rest,
    ...given({ source_epoch }),
  }),
});

/** Tools that change what a session sounds like. */
export const soundTools: readonly Tool[] = [
  enableLora,
  disableLora,
  setTimbreStrength,
  timbre.fromFixture,
  timbre.fromFile,
  timbre.none,
  structure.fromFixture,
  structure.fromFile,
  structure.none,
  swapToFixture,
  swapToAudio,
  writeAudio,
];
