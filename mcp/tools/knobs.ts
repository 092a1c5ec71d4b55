/**
 * Tools that set prompts and knobs.
 *
 * @module
 */
import { z } from "zod";
import { coerceKnob, type KnobEntry, type KnobManifest } from "../../wire/mod.ts";
import { ToolError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { ServerApi, Snapshot } from "../server_api.ts";
import type { McpServices } from "../services.ts";
import { defineTool, type Tool } from "../tool.ts";
import { commandAnswer, commandOutput, given, keyField, metreField, sessionId } from "./fields.ts";

const group = "prompt and knobs";
const prompt = z.string().max(4096);
const value = z.union([z.number(), z.string(), z.boolean()]);

/** Between 0 and 1: what lies outside is moved there. */
const share = z.number().describe("0..1; values outside are clamped");

function clamped(number: number): number {
  return Math.min(1, Math.max(0, number));
}

const setPrompt = defineTool({
  name: "set_prompt",
  title: "Set the prompt",
  description: "Sets what is played, in words; optionally a second prompt to blend with.",
  group,
  effect: "sets",
  input: z.strictObject({
    prompt: prompt.describe("prompt A, for example `warm analogue pads, slow`"),
    prompt_b: prompt.optional().describe("prompt B; prompt A without it"),
    key: keyField,
    time_signature: metreField,
    session_id: sessionId,
  }),
  output: commandOutput,
  async run({ session_id, prompt, prompt_b, key, time_signature }, services) {
    const message = {
      type: "prompt",
      tags: prompt,
      ...given({ tags_b: prompt_b, key, time_signature }),
    };
    return commandAnswer("Prompt", await (await services.api()).command(session_id, message));
  },
});

const setPromptBlend = defineTool({
  name: "set_prompt_blend",
  title: "Blend the prompts",
  description: "Sets the mix of prompt A (0) and prompt B (1).",
  group,
  effect: "sets",
  input: z.strictObject({ value: share, session_id: sessionId }),
  output: commandOutput,
  async run({ value, session_id }, services) {
    const message = { type: "set_prompt_blend", value: clamped(value) };
    return commandAnswer("Blend", await (await services.api()).command(session_id, message));
  },
});

/**
 * Sends knob values, as a client from outside does; they last because the session's own client takes
 * them over from the echo.
 */
async function sendKnobs(
  values: Readonly<Record<string, unknown>>,
  id: string | undefined,
  services: McpServices,
) {
  const api = await services.api();
  const state = await api.session(id);
  checkKnobs(values, await knobsOf(state, api));
  const message = { type: "params", raw: values, playback_pos: 0 };
  const names = Object.entries(values).map(([name, value]) => `${name} = ${String(value)}`);
  return commandAnswer(names.join(", "), await api.command(state.id, message));
}

/** The knobs of a session: its own list, or the server's for one that does not say. */
export async function knobsOf(state: Snapshot, api: ServerApi): Promise<KnobManifest> {
  const own = state["knob_manifest"] as KnobManifest | undefined;
  return own ?? await api.main("/api/knobs") as KnobManifest;
}

/**
 * Refuses what a knob would drop or move into its range: a model should know.
 *
 * @throws {ToolError} for the first value that does not fit.
 */
export function checkKnobs(
  values: Readonly<Record<string, unknown>>,
  { knobs }: KnobManifest,
): void {
  if (Object.keys(values).length === 0) throw new ToolError("no knob is named; pass at least one");
  for (const [name, value] of Object.entries(values)) {
    const entry = Object.hasOwn(knobs, name) ? knobs[name]! : null;
    if (entry === null) {
      const hint = nearest(name, Object.keys(knobs));
      throw new ToolError(`there is no knob ${JSON.stringify(name)}${hint}; list_knobs shows all`);
    }
    const coerced = coerceKnob(entry, value);
    if ("value" in coerced && !coerced.clamped) continue;
    throw new ToolError(
      `knob ${name} cannot be ${JSON.stringify(value)}: it takes ${rangeText(entry)}`,
    );
  }
}

function rangeText(entry: KnobEntry): string {
  switch (entry.type) {
    case "bool":
      return "true or false";
    case "enum":
      return `one of ${entry.options.join(", ")}`;
    default: {
      const kind = entry.type === "int" ? "a whole number" : "a number";
      return entry.max === undefined
        ? `${kind} of at least ${entry.min}`
        : `${kind} from ${entry.min} to ${entry.max}`;
    }
  }
}

const setKnob = defineTool({
  name: "set_knob",
  title: "Set a knob",
  description:
    "Sets one knob of a session. The value is checked against the knob's type and range, and lasts until it is set again. list_knobs shows all.",
  group,
  effect: "sets",
  input: z.strictObject({
    name: z.string().describe("name as list_knobs gives it"),
    value: value.describe("number, text or true/false, as the knob's type asks"),
    session_id: sessionId,
  }),
  output: commandOutput,
  run: ({ name, value, session_id }, services) =>
    sendKnobs({ [name]: value }, session_id, services),
});

const setKnobs = defineTool({
  name: "set_knobs",
  title: "Set several knobs",
  description: "Sets several knobs of a session at once; if one value does not fit, none is set.",
  group,
  effect: "sets",
  input: z.strictObject({
    values: z.record(z.string(), value).describe("values by knob name"),
    session_id: sessionId,
  }),
  output: commandOutput,
  run: ({ values, session_id }, services) => sendKnobs(values, session_id, services),
});

const getKnob = defineTool({
  name: "get_knob",
  title: "Read a knob",
  description:
    "Reads the present value of one knob; null for one that is unknown. A value that was just set shows a fraction of a second later.",
  group,
  effect: "reads",
  input: z.strictObject({ name: z.string(), session_id: sessionId }),
  output: z.object({ name: z.string(), value: value.nullable() }),
  async run({ name, session_id }, services) {
    const state = await (await services.api()).session(session_id);
    const bank = (state["knob_values"] ?? {}) as Record<string, z.infer<typeof value>>;
    const current = Object.hasOwn(bank, name) ? bank[name]! : null;
    return {
      text: current === null
        ? `Session ${state.id} shows no value for ${name}; list_knobs shows its knobs.`
        : `${name} is ${String(current)}.`,
      data: { name, value: current },
    };
  },
});

const setRcfgMode = defineTool({
  name: "set_rcfg_mode",
  title: "Set the guidance mode",
  description: "Sets the mode of residual guidance.",
  group,
  effect: "sets",
  input: z.strictObject({
    mode: z.enum(["off", "self", "initialize", "full"]),
    session_id: sessionId,
  }),
  output: commandOutput,
  async run({ mode, session_id }, services) {
    const message = { type: "params", raw: { rcfg_mode: mode }, playback_pos: 0 };
    return commandAnswer("Mode", await (await services.api()).command(session_id, message));
  },
});

/** How often it is looked whether a queued slot command was applied, and at what intervals. */
const LOOKS = 20;
const LOOK_EVERY_S = 0.1;

/** Adds or takes away a slot, and waits a little for the count to follow. */
async function changeSlots(
  type: "manual_slot_add" | "manual_slot_pop",
  id: string | undefined,
  services: McpServices,
  signal: AbortSignal,
) {
  const api = await services.api();
  const before = await api.session(id);
  if (before["steering_available"] !== true) {
    throw new ToolError(
      `session ${before.id} has no manual steering: its server has no steering vectors loaded`,
    );
  }
  await api.command(before.id, { type });
  let state = before;
  for (let look = 0; look < LOOKS; look++) {
    state = await api.session(before.id);
    if (state["manual_slot_count"] !== before["manual_slot_count"]) break;
    await services.clock.sleep(LOOK_EVERY_S, { signal });
  }
  const [count, cap] = [Number(state["manual_slot_count"]), Number(state["manual_slot_cap"])];
  return { text: `${count} of ${cap} manual slots.`, data: { count, cap } };
}

const slots = z.object({ count: z.number(), cap: z.number() });

const addManualSlot = defineTool({
  name: "add_manual_slot",
  title: "Add a steering slot",
  description: "Adds a manual steering slot, up to the server's cap.",
  group,
  effect: "adds",
  input: z.strictObject({ session_id: sessionId }),
  output: slots,
  run: ({ session_id }, services, { signal }) =>
    changeSlots("manual_slot_add", session_id, services, signal),
});

const popManualSlot = defineTool({
  name: "pop_manual_slot",
  title: "Remove a steering slot",
  description: "Takes the last manual steering slot away.",
  group,
  effect: "replaces",
  input: z.strictObject({ session_id: sessionId }),
  output: slots,
  run: ({ session_id }, services, { signal }) =>
    changeSlots("manual_slot_pop", session_id, services, signal),
});

/** Tools that set prompts and knobs. */
export const knobTools: readonly Tool[] = [
  setPrompt,
  setPromptBlend,
  setKnob,
  setKnobs,
  getKnob,
  setRcfgMode,
  addManualSlot,
  popManualSlot,
];
