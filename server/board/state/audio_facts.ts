/**
 * Which sessions of Headway an agent drove by its tools, from what these answered.
 *
 * @module
 */
import { resultText } from "../read/content.ts";
import { asObject, asText, type JsonObject } from "../read/fields.ts";
import { type AudioFact, FACT_LIMITS, pushBounded, type SessionFacts } from "./facts.ts";

/** Names of our tools, whatever the agent calls the server that has them. */
const TOOL = /^mcp__.+__(headless_start|scenario_run|scenario_explain)$/;
/** An answer tells who it is of at its beginning. */
const MAX_LOOK_CHARS = 4096;
const NAME = /^[A-Za-z0-9][\w.-]{0,79}$/;

/** Adds what a tool of ours answered. Tools of others, and answers that tell nothing, change nothing. */
export function learnAudio(
  facts: SessionFacts,
  tool: string,
  { content, record }: { readonly content: unknown; readonly record: JsonObject },
): void {
  const name = TOOL.exec(tool)?.[1];
  if (name === undefined) return;
  const fact = factOf(name, resultText(content).slice(0, MAX_LOOK_CHARS), dataOf(record));
  if (fact === null || !NAME.test(fact.id)) return;
  const others = (facts.audio ?? []).filter(({ kind, id }) => kind !== fact.kind || id !== fact.id);
  facts.audio = others;
  pushBounded(others, fact, FACT_LIMITS.audio);
}

/** The answer as data, where the agent kept it. */
function dataOf(record: JsonObject): JsonObject | null {
  const told = asObject(record["toolUseResult"]);
  return asObject(told?.["structuredContent"]) ?? told;
}

function factOf(name: string, text: string, data: JsonObject | null): AudioFact | null {
  if (name === "headless_start") {
    const id = asText(data?.["session_id"]) ?? /"session_id"\s*:\s*"([^"]+)"/.exec(text)?.[1] ??
      /^Session (\S+) plays/.exec(text)?.[1] ?? null;
    return id === null ? null : { kind: "session", id };
  }
  const id = asText(data?.["scenario"]) ?? /"scenario"\s*:\s*"([^"]+)"/.exec(text)?.[1] ??
    /^(\S+) (?:passed|failed|inconclusive)\b/.exec(text)?.[1] ?? null;
  return id === null ? null : { kind: "report", id };
}
