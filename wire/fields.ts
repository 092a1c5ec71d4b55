/**
 * Message fields as data: one table entry says what a field may hold, and the Zod schema that
 * checks it, its place in `/api/protocol` and its error text all come from that entry.
 *
 * @module
 */
import { z } from "zod";
import { type ShapeName, SHAPES } from "./shape_schemas.ts";

/** What a field may hold. */
export interface FieldSpec {
  /** Its JSON type, as far as coercion leaves one. */
  readonly type: "float" | "int" | "bool" | "string" | "enum" | "object" | "array";
  /** Whether null is a value of its own. */
  readonly nullable?: boolean;
  /** Whether the message means nothing without it. */
  readonly required?: boolean;
  /** What an absent or unusable value counts as. */
  readonly default?: unknown;
  /** The values of an enum. */
  readonly options?: readonly string[];
  /** Smallest number; smaller ones are raised to it. */
  readonly min?: number;
  /** Largest number; larger ones are lowered to it. */
  readonly max?: number;
  /** Most characters of a string, items of an array or keys of an object. */
  readonly maxLength?: number;
  /** What an array or an object holds; anything if absent. */
  readonly of?: ShapeName;
  /** Unit of a number. */
  readonly unit?: "s";
}

/** The fields of one message, by wire name. */
export type FieldTable = Readonly<Record<string, FieldSpec>>;

/** A JSON object, its values unchecked. */
export type JsonObject = Record<string, unknown>;

/** A field whose value was not usable. */
export interface FieldProblem {
  /** Its name. */
  readonly field: string;
  /** Plain sentence: what was found, what was expected. Never quotes text: prompts are private. */
  readonly reason: string;
}

/**
 * How strictly values are taken: `coerce` as servers read commands (numeric strings count as
 * numbers, numbers are rounded and clamped), `exact` as clients read events.
 */
export type Reading = "coerce" | "exact";

/** Longest string where the table says nothing: names, keys, labels. */
export const MAX_NAME_CHARS = 1024;

/** Longest prompt or message text. */
export const MAX_PROMPT_CHARS = 65536;

/** Most items of an array, or keys of an object, where the table says nothing. */
export const MAX_ITEMS = 4096;

const NUMERIC = /^\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;

/**
 * Rounds to the nearest whole number, ties to even, as the protocol rounds integers.
 *
 * @example
 * ```ts
 * import { roundHalfEven } from "./fields.ts";
 *
 * console.log(roundHalfEven(2.5), roundHalfEven(3.5)); // 2 4
 * ```
 */
export function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return floor % 2 === 0 ? floor : floor + 1;
}

/** A finite number from a number or a numeric string; null from anything else. */
export function toNumber(value: unknown): number | null {
  const number = typeof value === "number"
    ? value
    : typeof value === "string" && value.length <= 64 && NUMERIC.test(value)
    ? Number(value)
    : NaN;
  return Number.isFinite(number) ? number : null;
}

/** `value` moved into `min..max`. */
export function clamp(value: number, min = -Infinity, max = Infinity): number {
  return value < min ? min : value > max ? max : value;
}

/** Whether `value` is a JSON object: no array, no null. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a JSON value nests at most `levels` deep, so that it can be written out again. */
export function nestsWithin(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (levels === 0) return false;
  return Object.values(value).every((item) => nestsWithin(item, levels - 1));
}

/** The schema of one field. */
export function fieldSchema(spec: FieldSpec, reading: Reading): z.ZodType {
  const schema = bareSchema(spec, reading === "coerce");
  return spec.nullable ? schema.nullable() : schema;
}

function bareSchema(spec: FieldSpec, coerce: boolean): z.ZodType {
  switch (spec.type) {
    case "float":
    case "int":
      return numberSchema(spec, coerce);
    case "bool":
      return coerce
        ? z.union([z.boolean(), z.literal(0), z.literal(1)]).transform(Boolean)
        : z.boolean();
    case "string": {
      const text = z.string().max(spec.maxLength ?? MAX_NAME_CHARS);
      return coerce ? z.unknown().transform(toText).pipe(text) : text;
    }
    case "enum":
      return z.enum(spec.options ?? []);
    case "array":
      return z.array(spec.of ? SHAPES[spec.of] : z.unknown()).max(spec.maxLength ?? MAX_ITEMS);
    case "object":
      return spec.of
        ? SHAPES[spec.of]
        : z.custom<JsonObject>((value) =>
          isJsonObject(value) && Object.keys(value).length <= (spec.maxLength ?? MAX_ITEMS)
        );
  }
}

function numberSchema(spec: FieldSpec, coerce: boolean): z.ZodType {
  if (!coerce) return spec.type === "int" ? z.int() : z.number();
  return z.unknown().transform((value, context) => {
    const number = toNumber(value);
    if (number === null) {
      context.addIssue({ code: "custom", message: "not a number" });
      return z.NEVER;
    }
    return clamp(spec.type === "int" ? roundHalfEven(number) : number, spec.min, spec.max);
  });
}

/** Any value but null counts as text: objects and arrays as their JSON. */
function toText(value: unknown): unknown {
  if (value === null || value === undefined || typeof value === "string") return value;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A table with its schemas built. */
export interface FieldReader {
  /**
   * Reads the table's fields of `source`. Values that cannot be used are left out and reported;
   * absent ones get their default; fields that the table does not know are kept. `missing` names
   * the first required field without a usable value.
   */
  read(source: JsonObject): {
    fields: JsonObject;
    problems: FieldProblem[];
    missing: string | null;
  };
}

/** Builds the schemas of a table once, for many reads. */
export function fieldReader(table: FieldTable, reading: Reading): FieldReader {
  const rows = Object.entries(table).map(([name, spec]) => ({
    name,
    spec,
    schema: fieldSchema(spec, reading),
  }));
  return {
    read(source) {
      const fields: JsonObject = { ...source };
      const problems: FieldProblem[] = [];
      let missing: string | null = null;
      for (const { name, spec, schema } of rows) {
        const value = fields[name];
        if (value !== undefined) {
          const parsed = schema.safeParse(value);
          if (parsed.success) {
            fields[name] = parsed.data;
            continue;
          }
          delete fields[name];
          // Servers that write null for "absent" are common enough not to be worth a report.
          if (value !== null || spec.required) {
            problems.push({ field: name, reason: complaint(name, spec, value) });
          }
        }
        if (spec.required) missing ??= name;
        else if (spec.default !== undefined) fields[name] = structuredClone(spec.default);
      }
      return { fields, problems, missing };
    },
  };
}

/** One sentence about a value that a field cannot hold. */
export function complaint(name: string, spec: FieldSpec, value: unknown): string {
  return `${name} must be ${expected(spec)}, got ${found(value)}`;
}

function expected(spec: FieldSpec): string {
  const orNull = spec.nullable ? " or null" : "";
  switch (spec.type) {
    case "float":
      return `a number${orNull}`;
    case "int":
      return `a whole number${orNull}`;
    case "bool":
      return `true or false${orNull}`;
    case "string":
      return `text of at most ${spec.maxLength ?? MAX_NAME_CHARS} characters${orNull}`;
    case "enum":
      return `one of ${spec.options?.join(", ")}${orNull}`;
    case "array":
      return `an array of at most ${spec.maxLength ?? MAX_ITEMS} items${orNull}`;
    case "object":
      return `an object of at most ${spec.maxLength ?? MAX_ITEMS} keys${orNull}`;
  }
}

/** What a value is, without quoting text. */
export function found(value: unknown): string {
  if (typeof value === "string") return `text of ${value.length} characters`;
  if (Array.isArray(value)) return `an array of ${value.length} items`;
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}
