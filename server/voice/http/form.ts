/**
 * The fields of requests: each is declared once, and is read and described by that.
 *
 * @module
 */
import { invalid, type JsonObject, missing, type Problem } from "./body.ts";

/** A field of a request: how it is read, and what is said of it. */
export interface Field<T> {
  readonly read: (fields: Fields, name: string) => T;
  readonly isRequired: boolean;
  /** Its JSON Schema. */
  readonly schema: JsonObject;
}

/** The fields of a request, by their names on the wire. */
export type Form = Readonly<Record<string, Field<unknown>>>;

/** What the fields of a form come to. */
export type Values<F extends Form> = {
  readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never;
};

/** Reads all fields of a form; the refusal names all that is wrong. */
export function readForm<F extends Form>(
  form: F,
  object: JsonObject,
  place: "body" | "query" = "body",
): { readonly value: Values<F> } | { readonly refused: Response } {
  const fields = new Fields(object, place);
  const read = Object.entries(form).map(([name, field]) => [name, field.read(fields, name)]);
  if (fields.problems.length > 0) return { refused: invalid(fields.problems) };
  return { value: Object.fromEntries(read) as Values<F> };
}

/** A text; without `otherwise` it must be there. */
export function text(description: string, otherwise?: string): Field<string> {
  return {
    read: (fields, name) => fields.text(name, otherwise),
    isRequired: otherwise === undefined,
    schema: { type: "string", description, ...(otherwise !== undefined && { default: otherwise }) },
  };
}

/** A text that may be null or absent. */
export function textOrNull(description: string): Field<string | null> {
  return {
    read: (fields, name) => fields.textOrNull(name),
    isRequired: false,
    schema: { type: ["string", "null"], description, default: null },
  };
}

/** A text that matches a pattern. */
export function pattern(description: string, otherwise: string, pattern: string): Field<string> {
  return {
    read: (fields, name) => fields.pattern(name, otherwise, pattern),
    isRequired: false,
    schema: { type: "string", description, default: otherwise, pattern },
  };
}

/** One of a few names; null or absent where none is given. */
export function choice<const Name extends string>(
  description: string,
  names: readonly Name[],
): Field<Name | null> {
  return {
    read: (fields, name) => fields.choice(name, names),
    isRequired: false,
    schema: { enum: [...names, null], description },
  };
}

/** One of a few names, which must be there. */
export function chosen<const Name extends string>(
  description: string,
  names: readonly Name[],
): Field<Name> {
  return {
    read: (fields, name) => {
      const before = fields.problems.length;
      fields.text(name);
      const isText = fields.problems.length === before;
      return (isText ? fields.choice(name, names) : null) ?? names[0]!;
    },
    isRequired: true,
    schema: { type: "string", enum: names, description },
  };
}

/** A number between two bounds, which may also come as a text. */
export function number(
  description: string,
  otherwise: number,
  { min, max }: { readonly min: number; readonly max: number },
): Field<number> {
  return {
    read: (fields, name) => fields.number(name, otherwise, { min, max }),
    isRequired: false,
    schema: { type: "number", description, default: otherwise, minimum: min, maximum: max },
  };
}

/** A whole number, which may also come as a text. */
export function integer(description: string, otherwise: number): Field<number> {
  return {
    read: (fields, name) => fields.integer(name, otherwise),
    isRequired: false,
    schema: { type: "integer", description, default: otherwise },
  };
}

/** True or false; absent is false. */
export function flag(description: string): Field<boolean> {
  return {
    read: (fields, name) => fields.flag(name),
    isRequired: false,
    schema: { type: "boolean", description, default: false },
  };
}

/** A list of texts. */
export function texts(description: string): Field<readonly string[] | undefined> {
  return {
    read: (fields, name) => fields.texts(name),
    isRequired: false,
    schema: { type: ["array", "null"], items: { type: "string" }, description },
  };
}

/** An object of anything. */
export function object(description: string): Field<JsonObject | undefined> {
  return {
    read: (fields, name) => fields.object(name),
    isRequired: false,
    schema: { type: ["object", "null"], description },
  };
}

/** Takes the fields of an object out, one after the other, and collects what is wrong. */
class Fields {
  readonly problems: Problem[] = [];
  readonly #object: JsonObject;
  readonly #place: "body" | "query";

  /** For one body, or one query. */
  constructor(object: JsonObject, place: "body" | "query" = "body") {
    this.#object = object;
    this.#place = place;
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

  /** One of a few names, or null; absent is null. */
  choice<const Name extends string>(name: string, names: readonly Name[]): Name | null {
    const value = this.textOrNull(name);
    if (value === null || names.includes(value as Name)) return value as Name | null;
    this.#say(name, "enum", `Input should be ${names.map((it) => `'${it}'`).join(", ")}`);
    return null;
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
    if (otherwise === undefined) this.problems.push(missing([this.#place, name], this.#object));
    return otherwise;
  }

  #say(name: string, type: string, msg: string, ctx?: JsonObject): void {
    const input = this.#object[name] ?? null;
    this.problems.push({ type, loc: [this.#place, name], msg, input, ...(ctx && { ctx }) });
  }
}

/** A whole number, also as text; null for anything else. */
export function integerOf(value: unknown): number | null {
  const number = typeof value === "string" && /^\s*[+-]?\d+\s*$/.test(value)
    ? Number(value)
    : value;
  return Number.isSafeInteger(number) ? number as number : null;
}
