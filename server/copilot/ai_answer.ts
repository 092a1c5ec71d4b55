/**
 * The command that is asked: how it is called, and what its output says. Pure functions.
 *
 * @module
 */
import { asCount, asList, asObject, asText, type JsonObject } from "../board/read/fields.ts";

/** What came of asking. */
export type AiAnswer =
  | {
    readonly kind: "answer";
    readonly text: string;
    /** Null when it does not say. */
    readonly costUsd: number | null;
    readonly model: string | null;
  }
  | { readonly kind: "failed"; readonly reason: string; readonly costUsd: number | null };

/** Asks a model. */
export interface AskAi {
  /** Whether it can be asked; else why not. */
  readonly availability: { readonly available: boolean; readonly reason?: string };
  /** Asks; never rejects. */
  ask(prompt: string, signal: AbortSignal): Promise<AiAnswer>;
}

/** What may be said when the command is called. */
export interface AiWishes {
  readonly model?: string;
  /** The most that an answer may cost, USD. */
  readonly maxUsd: number;
}

/**
 * The arguments of `claude` that answer one question and do nothing else, by what its help lists; a
 * reason where it could do more than answer.
 */
export function claudeArguments(
  help: string,
  { model, maxUsd }: AiWishes,
): { readonly args: readonly string[] } | { readonly reason: string } {
  const has = (flag: string) => new RegExp(`(?:^|[\\s,])${flag}(?![\\w-])`, "m").test(help);
  if (!has("--print") && !has("-p")) return { reason: "it has no -p" };
  if (!has("--tools")) return { reason: "cannot disable tools" };
  const optional: readonly (readonly string[])[] = [
    ["--output-format", "json"],
    ["--max-turns", "1"],
    ["--no-session-persistence"],
    ["--strict-mcp-config"],
    ["--setting-sources", ""],
    ...(model === undefined ? [] : [["--model", model]]),
    ["--max-budget-usd", String(maxUsd)],
  ];
  return { args: ["-p", "--tools", "", ...optional.flatMap((it) => has(it[0]!) ? it : [])] };
}

/** What a command wrote: the result of `claude`, or any text. */
export function readAnswer(stdout: string): AiAnswer {
  const result = resultIn(stdout);
  if (result === null) {
    const text = stdout.trim();
    const why = whyNoText(text);
    return why === null
      ? { kind: "answer", text, costUsd: null, model: null }
      : { kind: "failed", reason: why, costUsd: null };
  }
  const cost = result["total_cost_usd"];
  const costUsd = typeof cost === "number" && Number.isFinite(cost) && cost >= 0 ? cost : null;
  const subtype = asText(result["subtype"]) ?? "success";
  if (subtype !== "success" || result["is_error"] === true) {
    return { kind: "failed", reason: subtype === "success" ? "is_error" : subtype, costUsd };
  }
  const text = asText(result["result"]);
  if (text === null || text.trim() === "") {
    return { kind: "failed", reason: "it said nothing", costUsd };
  }
  return { kind: "answer", text, costUsd, model: modelOf(result) };
}

/** What `claude` writes begins so, also when its end is missing. */
const OWN_RECORDS = /^\[?\s*\{\s*"type"\s*:/;
/** JSON of which nothing can be said to anybody. */
const BARE_JSON = /^(?:null|true|false|-?\d[\d.eE+-]*|\[\s*\]|\{\s*\})$/;
// deno-lint-ignore no-control-regex -- what no text has is looked for
const NO_TEXT = /[\u0000\ufffd]/;

/** Why an output without a result is no answer in plain words; null when it is one. */
function whyNoText(text: string): string | null {
  if (text === "" || BARE_JSON.test(text)) return "it said nothing";
  if (OWN_RECORDS.test(text)) return "its result is missing or cut off";
  return NO_TEXT.test(text) ? "it wrote what is no text" : null;
}

/** The object that says `"type": "result"`: alone, the last of a list, or on the last such line. */
function resultIn(stdout: string): JsonObject | null {
  const all = parsed(stdout);
  for (const it of asList(all).toReversed()) if (isResult(it)) return asObject(it);
  if (isResult(all)) return asObject(all);
  for (const line of stdout.trim().split("\n").toReversed()) {
    const it = line.startsWith("{") ? parsed(line) : null;
    if (isResult(it)) return asObject(it);
  }
  return null;
}

function isResult(value: unknown): boolean {
  return asObject(value)?.["type"] === "result";
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** The model that wrote most. */
function modelOf(result: JsonObject): string | null {
  const usage = Object.entries(asObject(result["modelUsage"]) ?? {});
  const outputOf = (it: unknown) => asCount(asObject(it)?.["outputTokens"]);
  return usage.sort(([, a], [, b]) => outputOf(b) - outputOf(a))[0]?.[0] ?? null;
}
