/**
 * The list of sessions: filtered, in order, page by page.
 *
 * @module
 */
import { wholeNumber } from "../items/params.ts";
import { isProblem, type Problem, problem } from "../problem.ts";
import { summaryOf } from "../state/session.ts";
import { assessedNow } from "./changes.ts";
import type { BoardLibrary } from "./library.ts";
import type { SessionEntry } from "./session_entry.ts";

const SORTS = ["updated", "cost", "started"] as const;
const STATES = ["working", "waiting", "idle", "shell", "ended", "unknown"];
/** The shortest beginning of an id that finds a session, characters. */
const MIN_ID_CHARS = 6;
const MAX_QUERY_CHARS = 200;

/** The list as it is answered. */
export function listSessions(
  library: BoardLibrary,
  query: URLSearchParams,
  nowMs: number,
): object | Problem {
  const limit = wholeNumber(query, "limit", 50, 1, 500);
  if (isProblem(limit)) return { ...limit, code: "bad_limit" };
  const sort = query.get("sort") ?? "updated";
  if (!SORTS.some((it) => it === sort)) {
    return bad(`sort is ${JSON.stringify(sort)}, expected one of ${SORTS.join(", ")}`);
  }
  const from = cursorOf(query.get("cursor"));
  if (from === undefined) return bad("cursor is none that a list has given");
  const entries = filtered(library, query, nowMs);
  if (isProblem(entries)) return entries;
  const keyed = entries
    .map((entry) => ({ entry, key: sortKey(entry, sort) }))
    .sort((a, b) => b.key - a.key || (a.entry.id < b.entry.id ? -1 : 1));
  const rest = from === null
    ? keyed
    : keyed.filter(({ entry, key }) => key < from.key || key === from.key && entry.id > from.id);
  const page = rest.slice(0, limit);
  const last = page.at(-1);
  const isMore = rest.length > page.length && last !== undefined;
  return {
    sessions: page.map(({ entry }) => summaryOf(entry.assessed!.session)),
    nextCursor: isMore ? btoa(`${last.key} ${last.entry.id}`) : null,
    total: keyed.length,
    rev: library.rev,
  };
}

function filtered(
  library: BoardLibrary,
  query: URLSearchParams,
  nowMs: number,
): SessionEntry[] | Problem {
  const state = query.get("state");
  if (state !== null && !STATES.includes(state)) {
    return bad(`state is ${JSON.stringify(state)}, expected one of ${STATES.join(", ")}`);
  }
  const sinceText = query.get("since");
  const sinceMs = sinceText === null ? -Infinity : Date.parse(sinceText);
  if (Number.isNaN(sinceMs)) {
    return bad(`since is ${JSON.stringify(sinceText)}, expected a time such as 2026-01-31`);
  }
  for (const name of ["live", "archived"]) {
    const text = query.get(name);
    if (text !== null && text !== "0" && text !== "1") {
      return bad(`${name} is ${JSON.stringify(text)}, expected 0 or 1`);
    }
  }
  const found = searched(library, (query.get("q") ?? "").slice(0, MAX_QUERY_CHARS));
  const project = query.get("project");
  const live = query.get("live");
  const isArchived = query.get("archived") === "1";
  return found.filter((entry) => {
    const { session, isLive } = assessedNow(library, entry, nowMs);
    return (isArchived || !session.archived) &&
      (state === null || session.live.state === state) &&
      (live === null || isLive === (live === "1")) &&
      (project === null || session.project.key === project || session.project.name === project) &&
      Date.parse(session.updatedAt) >= sinceMs;
  });
}

/** An id's beginning that is of one session only finds that one; else words are looked for. */
function searched(library: BoardLibrary, text: string): SessionEntry[] {
  const all = [...library.sessions.values()];
  const words = text.trim();
  if (words === "") return all;
  if (words.length >= MIN_ID_CHARS) {
    const named = all.filter(({ id }) => id.startsWith(words));
    if (named.length === 1) return named;
  }
  const ids = library.options.store.search(words);
  return all.filter(({ id }) => ids.has(id));
}

function sortKey({ assessed }: SessionEntry, sort: string): number {
  const { session } = assessed!;
  if (sort === "cost") return session.cost.usd;
  return Date.parse(sort === "started" ? session.startedAt : session.updatedAt);
}

function cursorOf(text: string | null): { key: number; id: string } | null | undefined {
  if (text === null || text === "") return null;
  let plain: string;
  try {
    plain = atob(text);
  } catch {
    return undefined;
  }
  const match = /^(-?[\d.]+(?:e-?\d+)?) (\S+)$/.exec(plain);
  return match === null ? undefined : { key: Number(match[1]), id: match[2]! };
}

function bad(message: string): Problem {
  return problem(400, "bad_query", message);
}
