/**
 * Tools that look around.
 *
 * @module
 */
import { z } from "zod";
import type { KnobManifest } from "../../wire/mod.ts";
import type { Snapshot } from "../server_api.ts";
import { defineTool, type Tool } from "../tool.ts";
import { sessionId } from "./fields.ts";
import { knobsOf } from "./knobs.ts";

const group = "discovery";
const object = z.record(z.string(), z.unknown());

/** A snapshot. Servers of other versions leave fields out or add some. */
const snapshot = z.looseObject({ id: z.string() });

const listSessions = defineTool({
  name: "list_sessions",
  title: "List sessions",
  description:
    "Lists the live streaming sessions of the server, newest first, each with its whole state. Tools without a session_id work on the first.",
  group,
  effect: "reads",
  input: z.strictObject({}),
  output: z.object({ result: z.array(snapshot) }),
  async run(_args, services) {
    const sessions = await (await services.api()).sessions();
    const ids = sessions.map(({ id }) => id).join(", ");
    return {
      text: sessions.length === 0
        ? "No session is live; headless_start begins one."
        : `${sessions.length} live, newest first: ${ids}.`,
      data: { result: sessions },
    };
  },
});

const sessionState = defineTool({
  name: "session_state",
  title: "Show a session",
  description:
    "Shows one session: prompts, source, LoRAs, knob values, capabilities. Knobs show here once the client has taken them over, a fraction of a second after they were set.",
  group,
  effect: "reads",
  input: z.strictObject({ session_id: sessionId }),
  output: snapshot,
  async run({ session_id }, services) {
    const state = await (await services.api()).session(session_id);
    return { text: stateText(state), data: state };
  },
});

function stateText(state: Snapshot): string {
  const { id, fixture_name: fixture, duration, prompt } = state;
  const source = typeof fixture === "string" ? fixture : "audio without a name";
  return `Session ${id} plays ${source} (${String(duration)} s) with the prompt ${
    JSON.stringify(prompt)
  }.`;
}

const listFixtures = defineTool({
  name: "list_fixtures",
  title: "List fixtures",
  description: "Lists the loops that the server has: names for headless_start, swap_to_fixture, " +
    "set_timbre_fixture and set_structure_fixture.",
  group,
  effect: "reads",
  input: z.strictObject({}),
  output: z.object({ result: z.array(z.string()) }),
  async run(_args, services) {
    const names = await (await services.api()).fixtures();
    return { text: `${names.length} fixtures: ${names.join(", ")}.`, data: { result: names } };
  },
});

/** The LoRAs of `/api/loras`. */
/** The LoRAs of the server's answer; none for an answer of another form. */
export function lorasOf(answer: unknown): readonly Record<string, unknown>[] {
  const list = (answer as { loras?: unknown } | null)?.loras;
  return Array.isArray(list) ? list : [];
}

const listLoras = defineTool({
  name: "list_loras",
  title: "List LoRAs",
  description: "Lists the LoRAs that sessions may enable, with where they are kept.",
  group,
  effect: "reads",
  input: z.strictObject({}),
  output: z.looseObject({}),
  async run(_args, services) {
    const answer = await (await services.api()).main("/api/loras");
    const ids = lorasOf(answer).map(({ id }) => String(id));
    return {
      text: ids.length === 0 ? "The server has no LoRAs." : `LoRAs: ${ids.join(", ")}.`,
      data: answer as Record<string, unknown>,
    };
  },
});

const getLoraMetadata = defineTool({
  name: "get_lora_metadata",
  title: "Describe a LoRA",
  description: "Shows what is known of one LoRA: description, trigger words, settings. " +
    "An unknown id gives error not_found, with no failure.",
  group,
  effect: "reads",
  input: z.strictObject({ lora_id: z.string().describe("id as list_loras gives it") }),
  output: z.looseObject({}),
  async run({ lora_id }, services) {
    const answer = await (await services.api()).main("/api/loras");
    const found = lorasOf(answer).find(({ id }) => id === lora_id);
    if (found === undefined) {
      return {
        text: `There is no LoRA ${lora_id}; list_loras shows all.`,
        data: { error: "not_found", lora_id },
      };
    }
    const metadata = found["metadata"];
    const data = typeof metadata === "object" && metadata !== null ? metadata : {};
    return { text: `${lora_id}: ${String(found["name"])}.`, data: { ...data } };
  },
});

const listKnobs = defineTool({
  name: "list_knobs",
  title: "List knobs",
  description:
    "Lists the knobs of a session with types, ranges and meanings, and the value that each has now.",
  group,
  effect: "reads",
  input: z.strictObject({ session_id: sessionId }),
  output: z.object({ version: z.number(), knobs: object, current: object }),
  async run({ session_id }, services) {
    const api = await services.api();
    const state = await api.session(session_id);
    const { version, knobs } = await knobsOf(state, api);
    const names = Object.keys(knobs);
    return {
      text: `Session ${state.id} has ${names.length} knobs: ${names.join(", ")}.`,
      data: { version, knobs, current: { ...state["knob_values"] as object } },
    };
  },
});

const describeProtocol = defineTool({
  name: "describe_protocol",
  title: "Describe the protocol",
  description:
    "Shows the streaming protocol as tables: commands, events, config keys, close codes. For writing clients, and for keys of config_overrides.",
  group,
  effect: "reads",
  input: z.strictObject({}),
  output: z.looseObject({}),
  async run(_args, services) {
    const tables = await (await services.api()).main("/api/protocol") as Record<string, unknown>;
    const commands = Object.keys(tables["commands"] as object ?? {});
    return { text: `Commands: ${commands.join(", ")}.`, data: tables };
  },
});

const listSteeringVectors = defineTool({
  name: "list_manual_steering_vectors",
  title: "List steering vectors",
  description:
    "Lists the steering vectors that manual slots can use. The server tells only their " +
    "axes: how a vector was built and where it is kept is null.",
  group,
  effect: "reads",
  input: z.strictObject({}),
  output: z.object({
    count: z.number(),
    vectors: z.array(z.object({
      index: z.number(),
      axis: z.string(),
      build_layer: z.number().nullable(),
      build_step: z.number().nullable(),
      filename: z.string().nullable(),
    })),
  }),
  async run(_args, services) {
    const { knobs } = await (await services.api()).main("/api/knobs") as KnobManifest;
    const vectors = Object.keys(knobs).filter((name) => name.startsWith(STEER)).map((
      name,
      index,
    ) => ({
      index,
      axis: name.slice(STEER.length),
      build_layer: null,
      build_step: null,
      filename: null,
    }));
    return {
      text: vectors.length === 0
        ? "The server has no steering vectors."
        : `Steering vectors: ${vectors.map(({ axis }) => axis).join(", ")}.`,
      data: { count: vectors.length, vectors },
    };
  },
});

/** Knobs of this name stand for a steering vector each. */
const STEER = "steer_";

/** Tools that look around. */
export const discoveryTools: readonly Tool[] = [
  listSessions,
  sessionState,
  listFixtures,
  listLoras,
  getLoraMetadata,
  listKnobs,
  describeProtocol,
  listSteeringVectors,
];
