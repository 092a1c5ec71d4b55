/**
 * Takes fields out of JSON that strangers sent, and says what is wrong with the first that is not as it
 * should be.
 *
 * @module
 */
import { HeadwayError } from "../../../runtime/mod.ts";
import { type PtyId, ptyIdOf } from "../ids.ts";
import { type ViewerKey, viewerKeyOf } from "./keyboard.ts";

/** A request whose fields are not as they should be. */
export class FieldError extends HeadwayError {
  override name = "FieldError";
}

/** A JSON object. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value as an object. @throws {FieldError} for anything else. */
export function objectOf(value: unknown, what = "the message"): JsonObject {
  if (value !== null && typeof value === "object" && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new FieldError(`${what} must be a JSON object`);
}

/** A text; absent is an error, unless `otherwise` is given. */
export function textField(object: JsonObject, name: string, otherwise?: string): string {
  const value = object[name] ?? otherwise;
  if (typeof value === "string") return value;
  throw new FieldError(`"${name}" must be a text`, { field: name });
}

/** A whole number between two bounds; absent is null. */
export function wholeField(
  object: JsonObject,
  name: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | null {
  const value = object[name] ?? null;
  if (value === null) return null;
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) {
    return value as number;
  }
  throw new FieldError(`"${name}" must be a whole number from ${min} to ${max}`, { field: name });
}

/** The id of a terminal. */
export function ptyField(object: JsonObject, name = "session_id"): PtyId {
  const id = ptyIdOf(textField(object, name));
  if (id !== null) return id;
  throw new FieldError(`"${name}" must be the id of a terminal, a UUID`, { field: name });
}

/** The key of a viewer; absent is null. */
export function viewerField(object: JsonObject): ViewerKey | null {
  if ((object["viewer"] ?? null) === null) return null;
  const key = viewerKeyOf(textField(object, "viewer"));
  if (key !== null) return key;
  throw new FieldError(
    '"viewer" must be 16 to 64 letters, digits, hyphens or underscores that nobody else has',
    { field: "viewer" },
  );
}

/** The size of a terminal. Absent fields are those of a terminal of old. */
export function sizeFields(object: JsonObject): { readonly cols: number; readonly rows: number } {
  return {
    cols: wholeField(object, "cols", { min: 2, max: 1000 }) ?? 80,
    rows: wholeField(object, "rows", { min: 1, max: 500 }) ?? 24,
  };
}

/** What is typed: at most so many bytes of it at a time. */
export function inputField(object: JsonObject, mostBytes: number): Uint8Array {
  const bytes = new TextEncoder().encode(textField(object, "input"));
  if (bytes.length <= mostBytes) return bytes;
  throw new FieldError(
    `"input" is ${bytes.length} bytes, at most ${mostBytes} are taken at a time; send it in parts`,
    { field: "input" },
  );
}
