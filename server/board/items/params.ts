/**
 * What a client may ask of a window, from the query of its request.
 *
 * @module
 */
import { isProblem, type Problem, problem } from "../problem.ts";
import { type Cursor, parseCursor } from "./cursor.ts";

/** Where a window is. */
export type WindowPlace =
  | { readonly kind: "head" | "tail" }
  | { readonly kind: "before" | "after"; readonly cursor: Cursor }
  | { readonly kind: "around"; readonly target: string };

/** A window that is asked for. */
export interface WindowParams {
  /** Most items. */
  readonly limit: number;
  /** Null where the client leaves it open: then it depends on whether the session lives. */
  readonly place: WindowPlace | null;
  /** The agent whose thread it is; null for the main one. */
  readonly agent: string | null;
  /** Most bytes of items, before compression. */
  readonly maxBytes: number;
  /** Whether quiet items are among them. */
  readonly hasQuiet: boolean;
}

/** Names of the query that make a window of it. */
const WINDOW_NAMES = ["limit", "anchor", "before", "after", "around", "maxBytes", "quiet"];
const PLACE_NAMES = ["anchor", "before", "after", "around"];
const DEFAULT_LIMIT = 120;
const MAX_LIMIT = 1000;
const DEFAULT_BYTES = 262_144;
const MIN_BYTES = 16_384;
const MAX_BYTES = 4_194_304;
/** The longest uuid or id of a call, characters. */
const MAX_TARGET_CHARS = 200;

/** The window that a query asks for; null when it asks for the whole thread. */
export function windowParams(query: URLSearchParams): WindowParams | Problem | null {
  if (!WINDOW_NAMES.some((name) => query.has(name))) return null;
  const limit = wholeNumber(query, "limit", DEFAULT_LIMIT, 1, MAX_LIMIT);
  if (isProblem(limit)) return limit;
  const maxBytes = wholeNumber(query, "maxBytes", DEFAULT_BYTES, MIN_BYTES, MAX_BYTES);
  if (isProblem(maxBytes)) return maxBytes;
  const quiet = query.get("quiet") ?? "1";
  if (quiet !== "0" && quiet !== "1") {
    return bad(`quiet is ${JSON.stringify(quiet)}, expected 0 or 1`);
  }
  const place = placeOf(query);
  if (isProblem(place)) return place;
  return { limit, maxBytes, place, agent: query.get("agent"), hasQuiet: quiet === "1" };
}

/** A number of the query. */
export function wholeNumber(
  query: URLSearchParams,
  name: string,
  otherwise: number,
  least: number,
  most: number,
): number | Problem {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = /^\d{1,12}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  return bad(
    `${name} is ${JSON.stringify(text)}, expected a whole number from ${least} to ${most}`,
  );
}

function placeOf(query: URLSearchParams): WindowPlace | Problem | null {
  const given = PLACE_NAMES.filter((name) => query.has(name));
  const [name] = given;
  if (name === undefined) return null;
  if (given.length > 1) return bad(`${given.join(" and ")} are given, expected one of them`);
  const text = query.get(name)!;
  if (name === "anchor") {
    if (text === "head" || text === "tail") return { kind: text };
    return bad(`anchor is ${JSON.stringify(text)}, expected head or tail`);
  }
  if (name === "around") {
    if (text !== "" && text.length <= MAX_TARGET_CHARS) return { kind: "around", target: text };
    return bad("around is no uuid, no id of a tool call and no cursor");
  }
  const cursor = parseCursor(text);
  if (cursor !== null) return { kind: name as "before" | "after", cursor };
  return bad(
    `${name} is ${JSON.stringify(text)}, expected a cursor such as 0.120 or 0.b4096`,
  );
}

function bad(message: string): Problem {
  return problem(400, "bad_window", message);
}
