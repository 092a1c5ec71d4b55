/**
 * Reads request bodies, and says what is wrong with them in the words that clients of the protocol
 * look for: a list of entries with `type` and `loc`.
 *
 * @module
 */
import type { Context } from "hono";
import type { AppEnv } from "../../app.ts";
import { readBody } from "../../limits.ts";

/** Longest JSON body, bytes: texts have a limit of their own below it. */
const MAX_JSON_BYTES = 4 * 2 ** 20;

/** One thing that is wrong with a request. */
export interface Problem {
  readonly type: string;
  readonly loc: readonly (string | number)[];
  readonly msg: string;
  readonly input: unknown;
  readonly ctx?: Readonly<Record<string, unknown>>;
}

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** A body, or the answer to one that cannot be. */
export type Read<T> = { readonly value: T } | { readonly refused: Response };

/** An answer in JSON. Without a charset, as clients compare it. */
export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}) {
  return new Response(JSON.stringify(value), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

/** A refusal in the protocol's own words. */
export function domainError(status: number, error: string, more: JsonObject = {}): Response {
  return json({ error, ...more }, status);
}

/** What is wrong with a request's form. */
export function invalid(problems: readonly Problem[]): Response {
  return json({ detail: problems }, 422);
}

/** Reads the bytes of a body. */
export async function readBytes(c: Context<AppEnv>, most: number): Promise<Read<Uint8Array>> {
  const body = await readBody(c.env?.body ?? c.req.raw.body, most);
  if (body.kind === "too-large") {
    return { refused: domainError(413, `the body is longer than ${most} bytes`) };
  }
  if (body.kind === "failed") return { refused: domainError(400, `read failed: ${body.reason}`) };
  return { value: body.bytes };
}

/** Reads a JSON object; an absent body is `absent`, if that is given. */
export async function readObject(
  c: Context<AppEnv>,
  absent?: JsonObject,
): Promise<Read<JsonObject>> {
  const bytes = await readBytes(c, MAX_JSON_BYTES);
  if ("refused" in bytes) return bytes;
  if (bytes.value.length === 0) {
    if (absent !== undefined) return { value: absent };
    return { refused: invalid([missing(["body"], null)]) };
  }
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes.value);
  } catch {
    return { refused: domainError(400, "the body is not UTF-8; send text encoded as UTF-8") };
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const offset = Number(/position (\d+)/.exec(reason)?.[1] ?? text.length);
    return {
      refused: invalid([{
        ...{ type: "json_invalid", loc: ["body", offset], msg: "JSON decode error", input: {} },
        ctx: { error: reason },
      }]),
    };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return {
      refused: invalid([{
        type: "model_attributes_type",
        loc: ["body"],
        msg: "Input should be a valid dictionary or object to extract fields from",
        input: value,
      }]),
    };
  }
  return { value: value as JsonObject };
}

/** A field that is not there. */
export function missing(loc: readonly string[], input: unknown): Problem {
  return { type: "missing", loc, msg: "Field required", input };
}

/** Takes the fields of an object out, one after the other, and collects what is wrong. */
export class Fields {
  readonly problems: Problem[] = [];
  readonly #object: JsonObject;

  /** For one body. */
  constructor(object: JsonObject) {
    this.#object = object;
  }

  /** A text. */
  text(name: string, otherwise?: string): string {
    const value = this.#value(name, otherwise);
    if (value === undefined || typeof value === "string") return value ?? "";
    this.#say(name, "string_type", "Input should be a valid string");
    return "";
  }

  /** A text or null; absent is null. */
  textOrNull(name: string): string | null {
    const value = this.#object[name] ?? null;
    if (value === null || typeof value === "string") return value;
    this.#say(name, "string_type", "Input should be a valid string");
    return null;
  }

  /** A number between two bounds. */
  number(name: string, otherwise: number, bounds: { readonly min: number; readonly max: number }) {
    const value = this.#value(name, otherwise);
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number)) {
      this.#say(
        name,
        "float_parsing",
        "Input should be a valid number, unable to parse string as a number",
      );
      return otherwise;
    }
    const { min, max } = bounds;
    if (number < min) {
      const msg = `Input should be greater than or equal to ${min}`;
      this.#say(name, "greater_than_equal", msg, { ge: min });
    } else if (number > max) {
      const msg = `Input should be less than or equal to ${max}`;
      this.#say(name, "less_than_equal", msg, { le: max });
    }
    return number;
  }

  /** A whole number. */
  integer(name: string, otherwise: number): number {
    const value = this.#value(name, otherwise);
    const number = integerOf(value);
    if (number !== null) return number;
    this.#say(
      name,
      "int_parsing",
      "Input should be a valid integer, unable to parse string as an integer",
    );
    return otherwise;
  }

  /** True or false. */
  flag(name: string): boolean {
    const value = this.#object[name] ?? false;
    if (typeof value === "boolean") return value;
    this.#say(name, "bool_type", "Input should be a valid boolean");
    return false;
  }

  /** A text out of a few. */
  pattern(name: string, otherwise: string, pattern: string): string {
    const value = this.text(name, otherwise);
    if (typeof this.#value(name, otherwise) !== "string" || new RegExp(pattern).test(value)) {
      return value;
    }
    this.#say(name, "string_pattern_mismatch", `String should match pattern '${pattern}'`, {
      pattern,
    });
    return value;
  }

  /** A list of texts, or nothing. */
  texts(name: string): readonly string[] | undefined {
    const value = this.#object[name] ?? undefined;
    if (value === undefined) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
    this.#say(name, "list_type", "Input should be a valid list of strings");
    return undefined;
  }

  /** An object, or nothing. */
  object(name: string): JsonObject | undefined {
    const value = this.#object[name] ?? undefined;
    if (value === undefined) return undefined;
    if (typeof value === "object" && !Array.isArray(value)) return value as JsonObject;
    this.#say(name, "dict_type", "Input should be a valid dictionary");
    return undefined;
  }

  #value(name: string, otherwise: unknown): unknown {
    if (Object.hasOwn(this.#object, name)) return this.#object[name];
    if (otherwise === undefined) this.problems.push(missing(["body", name], this.#object));
    return otherwise;
  }

  #say(name: string, type: string, msg: string, ctx?: JsonObject): void {
    const input = this.#object[name] ?? null;
    this.problems.push({ type, loc: ["body", name], msg, input, ...(ctx && { ctx }) });
  }
}

/** A whole number, also as text; null for anything else. */
export function integerOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value)
    ? Number(value)
    : value;
  return Number.isSafeInteger(number) ? number as number : null;
}
