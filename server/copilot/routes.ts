/**
 * The copilot over HTTP. Every route is for our own user or for the token: they type, or start programs.
 *
 * @module
 */
import { type Context, Hono, type MiddlewareHandler } from "hono";
import { type App, type AppEnv, errorResponse, jsonResponse } from "../app.ts";
import { asObject, asText, type JsonObject } from "../board/read/fields.ts";
import type { Standing } from "../board/library/standing.ts";
import { readBody } from "../limits.ts";
import type { Autopilot } from "./autopilot.ts";
import { parseConfig } from "./autopilot_config.ts";
import type { Copilot, Help } from "./copilot.ts";
import type { AskAi } from "./ai_answer.ts";
import type { Job, JobQueue } from "./jobs.ts";
import type { PaneBook } from "./pane_book.ts";
import type { Panes } from "./panes.ts";
import type { Responder } from "./respond.ts";
import type { Sessions } from "./sessions.ts";

/** What the routes need. */
export interface CopilotRouteData {
  /** Lets nobody in but our own user, and those with the token. */
  readonly guard: MiddlewareHandler<AppEnv>;
  readonly sessions: Sessions;
  readonly panes: Panes;
  readonly paneBook: PaneBook;
  readonly responder: Responder;
  readonly copilot: Copilot;
  readonly autopilot: Autopilot;
  readonly jobs: JobQueue;
  readonly ai: AskAi;
}

const MAX_BODY_BYTES = 32_768;
const ID = "/api/sessions/:id";

/** The routes. */
export function copilotRoutes(data: CopilotRouteData): App {
  const { ai, autopilot, copilot, guard, jobs, responder } = data;
  const routes: App = new Hono<AppEnv>();
  const idOf = (c: Context<AppEnv>) => c.req.param("id") ?? "";
  routes.post(`${ID}/respond`, guard, (c) => respond(c, responder));
  routes.post(`${ID}/composing`, guard, (c) => {
    autopilot.noteHuman(idOf(c), false);
    return c.body(null, 204);
  });
  routes.get("/api/deliveries/:id", guard, (c) => {
    const delivery = responder.delivery(idOf(c));
    return delivery === null
      ? errorResponse(404, "delivery_not_found", "there is no such delivery")
      : jsonResponse({ delivery });
  });
  routes.get(`${ID}/pane`, guard, (c) => paneOf(idOf(c), data));
  routes.get(`${ID}/reply`, guard, (c) => replyState(idOf(c), data));
  routes.post(`${ID}/ai/draft`, guard, async (c) => {
    const body = await bodyOf(c);
    if (body === null) return BAD_BODY();
    return helpResponse(await copilot.draft(idOf(c), asText(body["hint"]) ?? ""));
  });
  routes.post(
    `${ID}/ai/diagnose`,
    guard,
    async (c) => helpResponse(await copilot.diagnose(idOf(c))),
  );
  routes.post("/api/board/triage", guard, async () => helpResponse(await copilot.triage()));
  routes.get(
    "/api/board/triage",
    guard,
    async () => jsonResponse({ labels: await copilot.labels(), ai: ai.availability }),
  );
  routes.get("/api/jobs", guard, () => jsonResponse({ jobs: jobs.list().map(shown) }));
  routes.get("/api/jobs/:id", guard, (c) => {
    const job = jobs.get(idOf(c));
    return job === null ? noJob() : jsonResponse({ job: shown(job) });
  });
  routes.delete("/api/jobs/:id", guard, (c) => {
    if (jobs.get(idOf(c)) === null) return noJob();
    if (jobs.cancel(idOf(c))) return c.body(null, 204);
    return errorResponse(409, "job_over", "the job has ended");
  });
  routes.get("/api/autopilot", guard, () =>
    jsonResponse({
      halted: autopilot.isHalted,
      sessions: Object.fromEntries(
        Object.keys(autopilot.kept).map((id) => [id, stateOf(id, autopilot)]),
      ),
    }));
  routes.post("/api/autopilot/halt", guard, async (c) => {
    const body = await bodyOf(c);
    if (body === null) return BAD_BODY();
    autopilot.halt(body["halted"] !== false);
    return jsonResponse({ halted: autopilot.isHalted });
  });
  routes.get(`${ID}/autopilot`, guard, (c) => jsonResponse(stateOf(idOf(c), autopilot)));
  routes.put(`${ID}/autopilot`, guard, (c) => configure(c, data));
  for (const [path, allow] of ALLOWED) routes.all(path, () => notAllowed(allow));
  return routes;
}

const ALLOWED: readonly (readonly [path: string, allow: string])[] = [
  [`${ID}/respond`, "POST"],
  [`${ID}/composing`, "POST"],
  [`${ID}/pane`, "GET, HEAD"],
  [`${ID}/reply`, "GET, HEAD"],
  [`${ID}/ai/draft`, "POST"],
  [`${ID}/ai/diagnose`, "POST"],
  [`${ID}/autopilot`, "GET, HEAD, PUT"],
  ["/api/deliveries/:id", "GET, HEAD"],
  ["/api/board/triage", "GET, HEAD, POST"],
  ["/api/jobs", "GET, HEAD"],
  ["/api/jobs/:id", "GET, HEAD, DELETE"],
  ["/api/autopilot", "GET, HEAD"],
  ["/api/autopilot/halt", "POST"],
];

const BAD_BODY = () => errorResponse(400, "bad_body", "expected a JSON object of at most 32 KiB");
const noJob = () => errorResponse(404, "job_not_found", "there is no such job");

function notAllowed(allow: string): Response {
  const response = errorResponse(405, "method_not_allowed", `this takes ${allow} only`);
  response.headers.set("Allow", allow);
  return response;
}

async function respond(c: Context<AppEnv>, responder: Responder): Promise<Response> {
  const body = await bodyOf(c);
  const text = asText(body?.["text"]);
  if (body === null || text === null) {
    return errorResponse(400, "bad_body", 'expected a body such as {"text": "Go on"}');
  }
  const result = await responder.send(c.req.param("id") ?? "", {
    text,
    expectCursor: asText(body["expectCursor"]),
    isForced: body["force"] === true,
    isConfirmed: body["confirm"] === true,
  });
  if (result.kind === "delivery") return jsonResponse({ delivery: result.delivery }, 202);
  const { code, hint, message, status } = result;
  return jsonResponse({ error: { code, message, ...(hint !== undefined && { hint }) } }, status);
}

/** The pane of a session, and what it shows; null for none. */
async function sightOf({ id, pid }: Standing, { paneBook, panes }: CopilotRouteData) {
  if (pid === null) return null;
  const found = await panes.find(pid);
  paneBook.note(id, pid, found);
  const screen = found.kind === "pane" ? await panes.screen(found.pane.id) : null;
  return found.kind !== "pane" || screen === null ? null : { ...found, screen };
}

async function paneOf(id: string, data: CopilotRouteData): Promise<Response> {
  const standing = await data.sessions.standing(id);
  if (standing === null) {
    return errorResponse(404, "session_not_found", "there is no such session");
  }
  const sight = await sightOf(standing, data);
  if (sight === null) {
    return errorResponse(404, "pane_missing", "this session is in no pane of tmux that is known");
  }
  const { isForeground, pane, screen: { composer, dialog, lines } } = sight;
  return jsonResponse({
    pane: pane.id,
    text: lines.join("\n").trimEnd(),
    dialog,
    isFree: composer === "" && dialog === null && isForeground,
    cursor: standing.cursor,
  });
}

/** What a person has to know who is about to answer: why, whether it can be done, and what is on the screen. */
async function replyState(id: string, data: CopilotRouteData) {
  const standing = await data.sessions.standing(id);
  if (standing === null) {
    return errorResponse(404, "session_not_found", "there is no such session");
  }
  const { attention, cursor, health, live } = standing;
  const sight = await sightOf(standing, data);
  // What needs nobody, such as trouble that has ended, is to be known all the same.
  const isTold = attention.reasons.some(({ code }) => code === "health_bad");
  const troubles = isTold || health.level === "good" ? [] : health.reasons;
  return jsonResponse({
    state: live.state,
    health: health.level,
    why: [...attention.reasons, ...troubles].map(({ code, text }) => ({ code, text })),
    cursor,
    ai: data.ai.availability,
    pane: sight === null ? null : {
      text: sight.screen.lines.join("\n").trimEnd(),
      dialog: sight.screen.dialog,
      isForeground: sight.isForeground,
    },
  });
}

async function configure(c: Context<AppEnv>, data: CopilotRouteData): Promise<Response> {
  const id = c.req.param("id") ?? "";
  const { ai, autopilot, sessions } = data;
  const config = parseConfig(await bodyOf(c));
  if (typeof config === "string") return errorResponse(400, "bad_autopilot", config);
  if (await sessions.standing(id) === null) {
    return errorResponse(404, "session_not_found", "there is no such session");
  }
  if (config.mode === "ai" && !ai.availability.available) {
    const { reason = "" } = ai.availability;
    return errorResponse(409, "ai_unavailable", `no model can be asked: ${reason}`);
  }
  if (!autopilot.configure(id, config)) {
    return errorResponse(429, "too_many", "too many sessions have an autopilot");
  }
  return jsonResponse(stateOf(id, autopilot));
}

function stateOf(id: string, autopilot: Autopilot) {
  const { config, paused, sends } = autopilot.of(id);
  return { ...config, sends, halted: autopilot.isHalted, ...(paused !== null && { paused }) };
}

function helpResponse(help: Help): Response {
  switch (help.kind) {
    case "job":
      return jsonResponse({ job: shown(help.job) }, 202);
    case "rules":
      return jsonResponse({ source: "rules", text: help.text });
    case "refused":
      return errorResponse(help.status, help.code, help.message);
  }
}

/** What the autopilot drafts is shown by nobody before it was sent. */
function shown({ result, hint: _hint, ...job }: Job) {
  return job.kind === "autopilot_draft" || result === undefined ? job : { ...job, result };
}

/** The body as an object; an empty one for none, null for anything else. */
async function bodyOf(c: Context<AppEnv>): Promise<JsonObject | null> {
  const body = await readBody(c.env.body ?? null, MAX_BODY_BYTES);
  if (body.kind !== "body") return null;
  const text = new TextDecoder().decode(body.bytes).trim();
  if (text === "") return {};
  try {
    return asObject(JSON.parse(text));
  } catch {
    return null;
  }
}
