/**
 * Commands of a recorded client as steps: with a step of their own where there is one that says all
 * of it, else as they were sent.
 *
 * @module
 */
import { type JsonObject, SAMPLE_RATE } from "../../wire/mod.ts";
import type { SourceInput, StemChoice, StepInput, WireMessage } from "../types.ts";
import type { ClientWord, RecordedBinary } from "./session.ts";

/** The source that an upload is. Throws when its bytes are gone. */
export type SourceOf = (binary: RecordedBinary, stems?: StemChoice) => SourceInput;

/** A step without its time, or why there is none. */
export type ConvertedCommand =
  | { readonly step: StepInput }
  | { readonly omission: string };

/** Converts one command. */
export function commandStep({ message, binary }: ClientWord, sourceOf: SourceOf): ConvertedCommand {
  if (message === null) return { omission: "a text that is no JSON object cannot be sent again" };
  if (typeof message["type"] !== "string" || message["type"] === "") {
    return { omission: "a message without a type cannot be sent again" };
  }
  const step = ownStep(message, binary, sourceOf) ?? {
    do: "send" as const,
    message: message as unknown as WireMessage,
    ...(binary !== null && { source: sourceOf(binary) }),
  };
  return { step };
}

/** The step that says all that the message says; null without one. */
function ownStep(
  message: JsonObject,
  binary: RecordedBinary | null,
  sourceOf: SourceOf,
): StepInput | null {
  const has = (...names: string[]) => Object.keys(message).every((it) => names.includes(it));
  const { type, value, id, strength, name, tags } = message;
  switch (type) {
    case "loop_band":
      return { do: "loopBand", band: bandOf(message) };
    case "prompt": {
      const tagsB = message["tags_b"];
      if (!has("type", "tags", "tags_b") || typeof tags !== "string") return null;
      if (tagsB === undefined) return { do: "prompt", tags };
      return typeof tagsB === "string" ? { do: "prompt", tags, tagsB } : null;
    }
    case "set_prompt_blend":
      return isShare(value) && has("type", "value") ? { do: "promptBlend", value } : null;
    case "set_depth":
      return isDepth(value) && has("type", "value") ? { do: "depth", value } : null;
    case "enable_lora": {
      const fits = typeof id === "string" && typeof strength === "number" && strength >= 0 &&
        strength <= 2 && has("type", "id", "strength");
      return fits ? { do: "lora", id, strength } : null;
    }
    case "disable_lora":
      return typeof id === "string" && has("type", "id")
        ? { do: "lora", id, strength: null }
        : null;
    case "clear_timbre_source":
      return { do: "timbre", source: null };
    case "clear_structure_source":
      return { do: "structure", source: null };
    case "set_timbre_fixture":
    case "set_structure_fixture": {
      if (typeof name !== "string" || name === "" || !has("type", "name")) return null;
      const kind = type === "set_timbre_fixture" ? "timbre" : "structure";
      return { do: kind, source: { fixture: name } };
    }
    case "swap_source":
      return swapStep(message, binary, sourceOf);
    default:
      return null;
  }
}

function swapStep(
  message: JsonObject,
  binary: RecordedBinary | null,
  sourceOf: SourceOf,
): StepInput | null {
  const { tags, key, fixture_name: fixture, use_server_source: isServers } = message;
  const timeSignature = message["time_signature"];
  const stems = stemChoice(message["stem_source_mode"]);
  const texts = { tags, key, timeSignature };
  const given = Object.entries(texts).filter(([, text]) => text !== undefined);
  if (given.some(([, text]) => typeof text !== "string")) return null;
  const source = binary !== null
    ? sourceOf(binary, stems)
    : isServers === true && typeof fixture === "string" && fixture !== ""
    ? { fixture, ...(stems !== undefined && { stems }) }
    : null;
  return source === null ? null : { do: "swap", source, ...Object.fromEntries(given) };
}

function isShare(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= 1;
}

function isDepth(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 16;
}

/** The stems that a config or a swap asked for, where the protocol knows them. */
export function stemChoice(value: unknown): StemChoice | undefined {
  const word = typeof value === "string" ? value.trim().toLowerCase() : "";
  return word === "full" || word === "vocals" || word === "instruments" ? word : undefined;
}

/** The band of a `loop_band` message; null for one that clears it. */
export function bandOf(message: JsonObject): { startS: number; endS: number } | null {
  const [startS, endS] = [message["start_sec"], message["end_sec"]];
  const isBand = typeof startS === "number" && typeof endS === "number" && startS >= 0 &&
    endS - startS > 1 / SAMPLE_RATE;
  return isBand ? { startS, endS } : null;
}
