/**
 * The board over HTTP: its cards, the list of sessions, and windows into them. Nothing here reads a
 * transcript; questions go to whoever does.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import { type Context, Hono } from "hono";
import { errorMessage } from "../../runtime/mod.ts";
import { type App, type AppEnv, jsonResponse } from "../app.ts";
import { readBody } from "../limits.ts";
import type { BoardModel } from "./board_model.ts";
import { type Problem, problem } from "./problem.ts";
import type { BoardAnswer, BoardQuestion, SessionPart } from "./questions.ts";

/** An answer, whose text may have been compressed on its way. */
export type RoutedAnswer =
  | BoardAnswer
  | {
    readonly kind: "gzip";
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly etag: string | null;
  };

/** What the routes need. */
export interface BoardRouteData {
  readonly model: BoardModel;
  /** Asks whoever has the sessions. */
  ask(question: BoardQuestion, options: { readonly isGzip: boolean }): Promise<RoutedAnswer>;
  /** Compresses a long text beside the main thread; `what` it is stands on the list of work. */
  gzip(text: string, what: string): Promise<Uint8Array<ArrayBuffer>>;
}

/** Longer texts are compressed elsewhere: this thread has other things to do, characters. */
const MAX_INLINE_CHARS = 65_536;
/** Shorter ones are not worth it. */
const MIN_GZIP_CHARS = 1024;
const MAX_BODY_BYTES = 4096;
/** A card is silenced for so long, unless told. */
const DEFAULT_SNOOZE_MINUTES = 60;
const ID = "/api/sessions/:id";
const JSON_TYPE = "application/json; charset=utf-8";

/** The routes. */
export function boardRoutes(data: BoardRouteData): App {
  const routes: App = new Hono<AppEnv>();
  const board = boardAnswerer(data);
  routes.get("/api/board", (c) => board(c));
  routes.get("/api/sessions", (c) =>
    answer(c, data, (etag) => ({
      kind: "sessions",
      query: queryOf(c),
      etag,
    })));
  routes.get(ID, (c) => isWindow(c) ? part(c, data, "window") : wholeThread(c, data));
  for (const kind of ["outline", "find", "brief", "lineage", "agents"] as const) {
    routes.get(`${ID}/${kind}`, (c) => part(c, data, kind));
  }
  routes.get(`${ID}/items/:item`, (c) =>
    answer(c, data, (etag) => ({
      kind: "item",
      id: c.req.param("id"),
      item: c.req.param("item"),
      query: queryOf(c),
      etag,
    })));
  routes.post(`${ID}/seen`, (c) => order(data, { kind: "seen", id: c.req.param("id") }));
  routes.post(`${ID}/snooze`, async (c) => {
    const minutes = await minutesOf(c);
    if (minutes === null) {
      return refusal(problem(400, "bad_minutes", 'expected a body such as {"minutes": 60}'));
    }
    return await order(data, { kind: "snooze", id: c.req.param("id"), minutes });
  });
  routes.get("/api/debug/ingest", (c) => answer(c, data, () => ({ kind: "ingest" })));
  for (const path of ["/api/board", "/api/sessions", ID, `${ID}/items/:item`]) {
    notAllowed(routes, path, "GET, HEAD");
  }
  for (const name of ["outline", "find", "brief", "lineage", "agents"]) {
    notAllowed(routes, `${ID}/${name}`, "GET, HEAD");
  }
  for (const name of ["seen", "snooze"]) notAllowed(routes, `${ID}/${name}`, "POST");
  return routes;
}

/** Names of the query that make a window of a session. */
const WINDOW_NAMES = ["limit", "anchor", "before", "after", "around", "maxBytes", "quiet"];

function isWindow(c: Context<AppEnv>): boolean {
  return WINDOW_NAMES.some((name) => c.req.query(name) !== undefined);
}

/** The query of a request, without the question mark. */
export function queryOf(c: Context<AppEnv>): string {
  const { url } = c.req;
  const at = url.indexOf("?");
  return at < 0 ? "" : url.slice(at + 1);
}

/** Refuses all other methods of a path. Put it after those that are taken. */
export function notAllowed(routes: App, path: string, allow: string): void {
  routes.all(path, () => {
    const response = jsonResponse({
      error: { code: "method_not_allowed", message: `this takes ${allow} only` },
    }, 405);
    response.headers.set("Allow", allow);
    return response;
  });
}

/** The board as it is, made and compressed once for each revision. */
function boardAnswerer({ model, gzip }: BoardRouteData) {
  let packed: { rev: number; bytes: Promise<Uint8Array<ArrayBuffer>> } | null = null;
  return async (c: Context<AppEnv>): Promise<Response> => {
    const { rev } = model;
    const isGzip = takesGzip(c);
    const etag = `${isGzip ? "W/" : ""}"${model.boot.slice(0, 8)}-${rev}"`;
    if (isSame(c, etag)) return same(etag);
    const json = model.json();
    if (!isGzip || json.length < MIN_GZIP_CHARS) return full(json, etag);
    if (packed?.rev !== rev) {
      packed = {
        rev,
        bytes: json.length <= MAX_INLINE_CHARS
          ? Promise.resolve(packedHere(json))
          : gzip(json, "the board"),
      };
    }
    // What nobody can compress is sent as it is.
    const bytes = await packed.bytes.catch(() => null);
    return bytes === null ? full(json, etag) : compressed(bytes, etag);
  };
}

function packedHere(json: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(json, { level: 4 }));
}

function part(c: Context<AppEnv>, data: BoardRouteData, kind: SessionPart): Promise<Response> {
  const id = c.req.param("id") ?? "";
  return answer(c, data, (etag) => ({ kind, id, query: queryOf(c), etag }));
}

/** Answers a request with what a question is answered with. */
export async function answer(
  c: Context<AppEnv>,
  data: Pick<BoardRouteData, "ask">,
  question: (etag: string | null) => BoardQuestion,
): Promise<Response> {
  const isGzip = takesGzip(c);
  // What is compressed has a tag of its own strength; the tag itself is the same.
  const known = c.req.header("If-None-Match")?.replace(/^W\//, "") ?? null;
  const found = await asked(data, question(known), isGzip);
  switch (found.kind) {
    case "same":
      return same(isGzip ? `W/${found.etag}` : found.etag);
    case "json":
      return full(found.json, found.etag);
    case "gzip":
      return compressed(found.bytes, found.etag === null ? null : `W/${found.etag}`);
    case "problem":
      return refusal(found.problem);
    default:
      return new Response(null, { status: 204 });
  }
}

async function order(data: BoardRouteData, question: BoardQuestion): Promise<Response> {
  const found = await asked(data, question, false);
  return found.kind === "problem" ? refusal(found.problem) : new Response(null, { status: 204 });
}

async function asked(
  data: Pick<BoardRouteData, "ask">,
  question: BoardQuestion,
  isGzip: boolean,
): Promise<RoutedAnswer> {
  try {
    return await data.ask(question, { isGzip });
  } catch (error) {
    return {
      kind: "problem",
      problem: problem(503, "board_unavailable", errorMessage(error)),
    };
  }
}

/** A whole thread: piece by piece, as fast as the client takes them. */
async function wholeThread(c: Context<AppEnv>, data: BoardRouteData): Promise<Response> {
  const id = c.req.param("id")!;
  const agent = c.req.query("agent") ?? null;
  const ask = (from: number, gen: number | null) =>
    asked(data, { kind: "thread", id, agent, from, gen }, false);
  const first = await ask(0, null);
  if (first.kind === "problem") return refusal(first.problem);
  if (first.kind !== "thread") return refusal(problem(503, "board_unavailable", "no such answer"));
  const encoder = new TextEncoder();
  let next: RoutedAnswer = first;
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(encoder.encode(`{"session":${first.frame!.session},"items":[`));
    },
    async pull(controller) {
      if (next.kind !== "thread") {
        // Half a thread is not to be taken for a whole one.
        controller.error(new Error("the transcript changed under way"));
        return;
      }
      const { items, frame, gen, next: from } = next;
      const comma = items !== "" && next !== first ? "," : "";
      controller.enqueue(encoder.encode(comma + items));
      if (from === null) {
        controller.enqueue(encoder.encode(`],${frame!.tail}}`));
        controller.close();
        return;
      }
      next = await ask(from, gen);
    },
  });
  return new Response(body, { headers: headers(JSON_TYPE, null) });
}

async function minutesOf(c: Context<AppEnv>): Promise<number | null> {
  const body = await readBody(c.env.body ?? null, MAX_BODY_BYTES);
  if (body.kind !== "body") return null;
  const text = new TextDecoder().decode(body.bytes).trim();
  if (text === "") return DEFAULT_SNOOZE_MINUTES;
  try {
    const { minutes = DEFAULT_SNOOZE_MINUTES } = JSON.parse(text) ?? {};
    return typeof minutes === "number" ? minutes : null;
  } catch {
    return null;
  }
}

/** Whether a client takes gzip: named, or by a star, and not at weight 0. */
export function takesGzip(c: Pick<Context<AppEnv>, "req">): boolean {
  const weights = new Map(
    (c.req.header("Accept-Encoding") ?? "").split(",").map((part) => {
      const [name = "", ...more] = part.trim().toLowerCase().split(";");
      const q = more.map((it) => /^\s*q=([\d.]+)\s*$/.exec(it)?.[1]).find((it) => it !== undefined);
      return [name.trim(), q === undefined ? 1 : Number(q)] as const;
    }),
  );
  return (weights.get("gzip") ?? weights.get("*") ?? 0) > 0;
}

function isSame(c: Context<AppEnv>, etag: string): boolean {
  const plain = (tag: string) => tag.trim().replace(/^W\//, "");
  const known = c.req.header("If-None-Match")?.split(",").map(plain) ?? [];
  return known.includes(plain(etag));
}

function headers(type: string | null, etag: string | null): Record<string, string> {
  return {
    "Cache-Control": "private, no-cache",
    Vary: "Accept-Encoding",
    ...(type !== null && { "Content-Type": type }),
    ...(etag !== null && { ETag: etag }),
  };
}

function same(etag: string): Response {
  return new Response(null, { status: 304, headers: headers(null, etag) });
}

function full(json: string, etag: string | null): Response {
  const bytes = new TextEncoder().encode(json);
  return new Response(bytes, {
    headers: { ...headers(JSON_TYPE, etag), "Content-Length": String(bytes.length) },
  });
}

function compressed(bytes: Uint8Array<ArrayBuffer>, etag: string | null): Response {
  return new Response(bytes, {
    headers: {
      ...headers(JSON_TYPE, etag),
      "Content-Encoding": "gzip",
      "Content-Length": String(bytes.length),
    },
  });
}

/** A refusal as a response. */
export function refusal({ status, code, message, hint }: Problem): Response {
  return jsonResponse({ error: { code, message, ...(hint !== undefined && { hint }) } }, status);
}
