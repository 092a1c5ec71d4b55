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
