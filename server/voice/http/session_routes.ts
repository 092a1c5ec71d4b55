/**
 * Routes of sessions: register, deregister, look.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { App, AppEnv } from "../../app.ts";
import { VoiceError } from "../limits.ts";
import { VOICE_POLICIES } from "../policy_queue.ts";
import type { VoiceSession } from "../registry.ts";
import type { VoiceServer } from "../voice_server.ts";
import { domainError, invalid, json, readBytes, readObject } from "./body.ts";
import { chosen, integer, object, readForm, text, textOrNull, texts, type Values } from "./form.ts";
import { sessionRecord, sessionsBody } from "./records.ts";

/** A page's farewell may arrive after it has come back: it is not heard for so long, seconds. */
const GRACE_S = 2;
/** Longest farewell that is read, bytes. */
const MAX_FAREWELL_BYTES = 4096;

/** What `POST /v1/sessions/register` takes. */
export const REGISTER_FORM = {
  session_id: text("its id: 1 to 128 characters of Latin-1, without slashes"),
  participant_id: text("who speaks"),
  participant_type: text("what it is", "agent"),
  preferred_voice: textOrNull("the voice that it gets, whoever else has it"),
  preferred_output_device: text(
    "where its speech is played: an index, a part of a name, or the system's choice",
    "system-default",
  ),
  priority: integer("the higher, the more urgent", 0),
  kinds: texts("kept for the channel forwarder"),
  metadata: object("kept for the channel forwarder"),
} as const;
/** What `PUT /v1/policy` takes. */
export const POLICY_FORM = {
  policy: chosen("whose turn is next", VOICE_POLICIES),
} as const;

/** The routes. */
export function sessionRoutes(voice: VoiceServer): App {
  const routes: App = new Hono<AppEnv>();
  routes.post("/v1/sessions/register", async (c) => {
    const body = await readObject(c);
    if ("refused" in body) return body.refused;
    const form = readForm(REGISTER_FORM, body.value);
    if ("refused" in form) return form.refused;
    await voice.lookAtDevices();
    return register(voice, form.value);
  });
  routes.post("/v1/sessions/:session_id/deregister", async (c) => {
    const id = c.req.param("session_id");
    const visit = await visitOf(c);
    const session = voice.registry.get(id);
    const isPage = c.req.header("Origin") !== undefined;
    if (session !== null && isPage && isLate(voice, session, visit)) {
      return json({ status: "ok", session_id: id, released_voice: null, dropped_jobs: 0 });
    }
    return deregister(voice, id);
  });
  routes.get("/v1/sessions", async () => {
    await voice.lookAtDevices();
    return json(sessionsBody(voice));
  });
  routes.get("/v1/sessions/:session_id", async (c) => {
    const id = c.req.param("session_id");
    await voice.lookAtDevices();
    const session = voice.registry.get(id);
    return session === null
      ? domainError(404, `session '${id}' not found`)
      : json(sessionRecord(voice, session));
  });
  routes.get("/v1/sessions/:session_id/subscribers", (c) => {
    const id = c.req.param("session_id");
    const count = voice.subscribers.count(id);
    return json({ session_id: id, subscribed: count > 0, count });
  });
  routes.get("/v1/sessions/:session_id/subscribers/:kind", (c) => {
    const { session_id: id, kind } = c.req.param();
    const count = voice.subscribers.count(id, kind);
    return json({ session_id: id, kind, subscribed: count > 0, count });
  });
  routes.get("/v1/policy", () => json({ policy: voice.policy, policies: VOICE_POLICIES }));
  routes.put("/v1/policy", async (c) => {
    const body = await readObject(c);
    if ("refused" in body) return body.refused;
    const form = readForm(POLICY_FORM, body.value);
    if ("refused" in form) return form.refused;
    const { policy } = form.value;
    voice.policy = policy;
    return json({ policy, policies: VOICE_POLICIES });
  });
  return routes;
}

/** Which visit of a page says farewell; null where it does not say. Other bodies mean nothing. */
async function visitOf(c: Context<AppEnv>): Promise<string | null> {
  const bytes = await readBytes(c, MAX_FAREWELL_BYTES);
  if ("refused" in bytes) return null;
  try {
    const { visit } = Object(JSON.parse(new TextDecoder().decode(bytes.value)));
    return typeof visit === "string" ? visit : null;
  } catch {
    return null;
  }
}

/**
 * Whether a farewell comes from a visit that is over anyway: the page has been registered again since.
 * A page that names its visits is taken at its word; of others it is guessed by the time.
 */
function isLate(voice: VoiceServer, session: VoiceSession, visit: string | null): boolean {
  const registered = session.metadata["visit"];
  if (visit !== null && typeof registered === "string") return visit !== registered;
  return session.renewals > 0 && voice.options.clock.now() - session.renewedS < GRACE_S;
}

function register(voice: VoiceServer, form: Values<typeof REGISTER_FORM>): Response {
  const { kinds, metadata } = form;
  const registration = {
    sessionId: form.session_id,
    participantId: form.participant_id,
    participantType: form.participant_type,
    preferredVoice: form.preferred_voice,
    preferredOutputDevice: form.preferred_output_device,
    priority: form.priority,
    ...(kinds !== undefined && { kinds }),
    ...(metadata !== undefined && { metadata }),
  };
  try {
    const { session, isCreated } = voice.registry.register(registration);
    // Whoever registers is likely to speak soon.
    for (const engine of voice.options.engines) engine.warm?.();
    return json({ ...sessionRecord(voice, session), created: isCreated });
  } catch (error) {
    if (!(error instanceof VoiceError)) throw error;
    if (error.code === "too-long") return domainError(413, error.message);
    if (error.code !== "bad-session") return domainError(400, error.message);
    return invalid([{
      ...{ type: "value_error", loc: ["body", "session_id"], msg: error.message },
      input: registration.sessionId,
    }]);
  }
}

function deregister(voice: VoiceServer, id: string): Response {
  const gone = voice.deregister(id);
  if (gone === null) return json({ status: "not_found", session_id: id }, 404);
  return json({
    status: "ok",
    session_id: id,
    released_voice: gone.session.assignedVoice,
    dropped_jobs: gone.dropped,
  });
}
