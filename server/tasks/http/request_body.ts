import type { Context } from "hono";
import { type AppEnv, errorResponse } from "../../app.ts";
import { contentLength, readBody } from "../../limits.ts";
import { FieldError, type JsonObject, objectOf } from "./fields.ts";

/** The longest body of these routes, bytes. */
export const MAX_BODY_BYTES = 131_072;

/**
 * Answers a request with a JSON body, or one with none, which counts as an empty object. What is wrong
 * with it is the answer.
 */
export async function withBody(
  c: Context<AppEnv>,
  answer: (body: JsonObject) => Response | Promise<Response>,
): Promise<Response> {
  const length = contentLength(c.req.header("Content-Length"));
  const body = await readBody(c.env.body ?? c.req.raw.body, MAX_BODY_BYTES, length);
  if (body.kind === "too-large") {
    return errorResponse(413, "too_large", `the body is longer than ${MAX_BODY_BYTES} bytes`);
  }
  if (body.kind === "failed") return errorResponse(400, "read_failed", body.reason);
  let value: unknown = {};
  try {
    if (body.bytes.length > 0) value = JSON.parse(new TextDecoder().decode(body.bytes));
  } catch {
    return errorResponse(400, "bad_json", "the body must be JSON in UTF-8");
  }
  return await refusingBadFields(() => answer(objectOf(value, "the body")));
}

/** Answers, or says which field was wrong. */
export async function refusingBadFields(
  answer: () => Response | Promise<Response>,
): Promise<Response> {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof FieldError) return errorResponse(400, "bad_field", error.message);
    throw error;
  }
}
