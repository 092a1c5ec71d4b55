/**
 * Reports over HTTP: what sessions produced, what they left open, and notes.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import { z } from "zod";
import { type App, type AppEnv, jsonResponse } from "../../app.ts";
import { readBody } from "../../limits.ts";
import { errorMessage } from "../../../runtime/mod.ts";
import { problem } from "../problem.ts";
import type { NoteOrder, ReportName } from "../questions.ts";
import { answer, type BoardRouteData, notAllowed, queryOf, refusal } from "../routes.ts";

const ID = "/api/sessions/:id";
/** Of all sessions, by their paths. */
const REPORTS: Readonly<Record<string, ReportName>> = {
  "/api/insights": "insights",
  "/api/insights/timeline": "timeline",
  "/api/journal": "journal",
  "/api/open-loops": "open-loops",
  "/api/backlinks": "backlinks",
};
/** A note of the longest kind, with all of it escaped. */
const MAX_BODY_BYTES = 131_072;
const NOTE = z.strictObject({ body: z.string(), uuid: z.string().optional() });
/** Whoever writes one says what they are; who changes one does not become its author. */
const NEW_NOTE = NOTE.extend({ author: z.enum(["human", "ai"]).optional() });

/** The routes. */
export function reportRoutes(data: Pick<BoardRouteData, "ask">): App {
  const routes: App = new Hono<AppEnv>();
  for (const [path, name] of Object.entries(REPORTS)) {
    routes.get(path, (c) => report(c, data, name));
    notAllowed(routes, path, "GET, HEAD");
  }
  for (const name of ["commits", "related", "notes"] as const) {
    routes.get(`${ID}/${name}`, (c) => report(c, data, name));
    if (name !== "notes") notAllowed(routes, `${ID}/${name}`, "GET, HEAD");
  }
  routes.post(
    `${ID}/notes`,
    (c) => order(c, data, NEW_NOTE, (note) => ({ type: "add", id: c.req.param("id"), ...note })),
  );
  notAllowed(routes, `${ID}/notes`, "GET, HEAD, POST");
  routes.patch(
    "/api/notes/:note",
    (c) => order(c, data, NOTE, (note) => ({ type: "change", note: c.req.param("note"), ...note })),
  );
  routes.delete(
    "/api/notes/:note",
    (c) => done(data, 204, { type: "drop", note: c.req.param("note") }),
  );
  notAllowed(routes, "/api/notes/:note", "PATCH, DELETE");
  return routes;
}

function report(
  c: Context<AppEnv>,
  data: Pick<BoardRouteData, "ask">,
  name: ReportName,
): Promise<Response> {
  const session = c.req.param("id") ?? null;
  return answer(c, data, (etag) => ({ kind: "report", name, session, query: queryOf(c), etag }));
}

async function order(
  c: Context<AppEnv>,
  data: Pick<BoardRouteData, "ask">,
  form: typeof NOTE | typeof NEW_NOTE,
  orderOf: (note: { body: string; uuid?: string; author?: "human" | "ai" }) => NoteOrder,
): Promise<Response> {
  const body = await readBody(c.env.body ?? null, MAX_BODY_BYTES);
  let note: unknown = null;
  try {
    if (body.kind === "body") note = JSON.parse(new TextDecoder().decode(body.bytes));
  } catch {
    // What is no JSON is no note.
  }
  const read: z.ZodSafeParseResult<z.infer<typeof NEW_NOTE>> = form.safeParse(note);
  if (!read.success) {
    return refusal(problem(400, "bad_note", 'expected a body such as {"body": "Look again"}'));
  }
  const { author, body: text, uuid } = read.data;
  const order = orderOf({
    body: text,
    ...(uuid !== undefined && { uuid }),
    ...(author !== undefined && { author }),
  });
  return await done(data, order.type === "add" ? 201 : 200, order);
}

async function done(
  data: Pick<BoardRouteData, "ask">,
  status: 200 | 201 | 204,
  order: NoteOrder,
): Promise<Response> {
  try {
    const found = await data.ask({ kind: "note", order }, { isGzip: false });
    if (found.kind === "problem") return refusal(found.problem);
    if (found.kind === "json") return jsonResponse(JSON.parse(found.json), status);
    return new Response(null, { status: 204 });
  } catch (error) {
    return refusal(problem(503, "board_unavailable", errorMessage(error)));
  }
}
