/**
 * Every operation of the voice listener: what it is for, what it takes, what it answers. Clients are
 * told of it in `/openapi.json` and on `/docs`, and whoever uses a wrong method by `Allow`.
 *
 * @module
 */
import { json } from "./body.ts";
import type { Form } from "./form.ts";
import { ACT_FORM, FILTER_FORM, PERCEIVE_QUERY, VAD_QUERY } from "./listening_routes.ts";
import type { AnswerName } from "./answer_schemas.ts";
import { POLICY_FORM, REGISTER_FORM } from "./session_routes.ts";
import { SHUTDOWN_FORM } from "./shutdown.ts";
import { OPENAI_FORM, SPEAK_FORM, STOP_FORM, SYNTHESIZE_FORM } from "./speech_routes.ts";
import { JOBS_QUERY } from "./status_routes.ts";

/** What an answer holds: JSON of a kind, a recording, a page. */
export type AnswerBody =
  | { readonly json: AnswerName }
  | { readonly media: readonly string[] }
  | null;

/** An answer with its status. */
export interface Answer {
  readonly about: string;
  readonly body: AnswerBody;
}

/** Something that can be asked of the voice listener. */
export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** With `{name}` for what stands for an id. */
  readonly path: string;
  readonly group: "Sessions" | "Speech" | "Listening" | "State" | "WebSockets" | "Pages and tools";
  readonly about: string;
  /** What it takes in its query. */
  readonly query?: Form;
  /** What it takes in its body: fields of JSON, a recording, a message of MCP. */
  readonly body?: Form | "recording" | "message";
  /** Whether the body may be left out. */
  readonly isBodyOptional?: boolean;
  readonly answers: Readonly<Record<number, Answer>>;
}

const ok = (json: AnswerName, about = "done"): Readonly<Record<number, Answer>> => ({
  200: { about, body: { json } },
});
const refused = (about: string): Answer => ({ about, body: { json: "Error" } });
const invalid: Readonly<Record<number, Answer>> = {
  422: { about: "the request has not the form that it should have", body: { json: "Problems" } },
};
const spoken: Readonly<Record<number, Answer>> = {
  400: refused("the text is blank or not UTF-8, or nobody has that voice"),
  404: refused("nobody has registered that session"),
  409: refused("it was stopped before it was made"),
  413: refused("the text is too long"),
  422: { about: "the form is wrong, or nothing can be said", body: { json: "ProblemsOrError" } },
  500: refused("the engine failed"),
  503: refused("too many jobs wait, or the server is shutting down"),
};
const audio: Answer = {
  about: "the speech; headers `X-Mod3-…` tell of it",
  body: { media: ["audio/wav", "audio/pcm"] },
};
const opened = (about: string): Readonly<Record<number, Answer>> => ({
  101: { about, body: null },
  503: { about: "the server is shutting down", body: null },
});
const page: Readonly<Record<number, Answer>> = {
  200: { about: "the page", body: { media: ["text/html"] } },
};

/** All of them, in the order in which they are shown. */
export const OPERATIONS: readonly Operation[] = [
  {
    ...{ method: "POST", path: "/v1/sessions/register", group: "Sessions" },
    about: "Registers a session, or says who it is anew",
    body: REGISTER_FORM,
    answers: {
      ...ok("Registered", "the session"),
      400: refused("the body is not UTF-8"),
      413: refused("it says too much of itself"),
      ...invalid,
    },
  },
  {
    ...{ method: "POST", path: "/v1/sessions/{session_id}/deregister", group: "Sessions" },
    about: "Ends a session: its voice is free, and what waits of it is dropped",
    answers: { ...ok("Deregistered"), 404: { about: "unknown", body: { json: "Deregistered" } } },
  },
  {
    ...{ method: "GET", path: "/v1/sessions", group: "Sessions" },
    about: "Every session, whose turn is next, and the voices",
    answers: ok("Sessions", "in the order of registration"),
  },
  {
    ...{ method: "GET", path: "/v1/sessions/{session_id}", group: "Sessions" },
    about: "One session",
    answers: { ...ok("Session", "the session"), 404: refused("nobody has registered it") },
  },
  {
    ...{ method: "GET", path: "/v1/sessions/{session_id}/subscribers", group: "Sessions" },
    about: "How many listen to a session, registered or not",
    answers: ok("Subscribers", "how many"),
  },
  {
    ...{ method: "GET", path: "/v1/sessions/{session_id}/subscribers/{kind}", group: "Sessions" },
    about: "How many listen to it in one way: websocket or memory",
    answers: ok("Subscribers", "how many"),
  },
  {
    ...{ method: "GET", path: "/v1/policy", group: "Sessions" },
    about: "Whose turn is next",
    answers: ok("Policy", "the policy, and all that there are"),
  },
  {
    ...{ method: "PUT", path: "/v1/policy", group: "Sessions" },
    about: "Changes whose turn is next",
    body: POLICY_FORM,
    answers: { ...ok("Policy", "the policy from now on"), ...invalid },
  },
  {
    ...{ method: "POST", path: "/v1/synthesize", group: "Speech" },
    about: "Makes speech and gives it back; listeners of the session get it, too",
    body: SYNTHESIZE_FORM,
    answers: { 200: audio, ...spoken },
  },
  {
    ...{ method: "POST", path: "/v1/audio/speech", group: "Speech" },
    about: "The same in OpenAI's form; `model` and `response_format` mean nothing here",
    body: OPENAI_FORM,
    answers: {
      200: { ...audio, body: { media: ["audio/wav"] } },
      ...spoken,
    },
  },
  {
    ...{ method: "POST", path: "/v1/speak", group: "Speech" },
    about: "Speaks to the listeners of a session, or plays on this machine where nobody listens; " +
      "does not wait for it",
    body: SPEAK_FORM,
    answers: {
      ...ok("Speaking", "it is on its way"),
      ...spoken,
      401: refused("playing is for the server's own user, or for the token"),
    },
  },
  {
    ...{ method: "POST", path: "/v1/stop", group: "Speech" },
    about: "Stops a job, the jobs of a session, or all; the same fields may stand in the body",
    query: STOP_FORM,
    body: STOP_FORM,
    isBodyOptional: true,
    answers: {
      ...ok("Stopped", "what was stopped, and how much of it was heard"),
      400: refused("the body is not UTF-8"),
      ...invalid,
    },
  },
  {
    ...{ method: "GET", path: "/v1/voices", group: "Speech" },
    about: "Engines and their voices",
    answers: ok("Voices", "by engine"),
  },
  {
    ...{ method: "POST", path: "/v1/vad", group: "Listening" },
    about: "Whether anybody speaks in a recording",
    query: VAD_QUERY,
    body: "recording",
    answers: { ...ok("Vad", "what was found"), 400: refused("it is no WAV file"), ...invalid },
  },
  {
    ...{ method: "POST", path: "/v1/filter", group: "Listening" },
    about: "Whether a text is what recognisers hear in silence",
    body: FILTER_FORM,
    isBodyOptional: true,
    answers: {
      ...ok("Filtered", "what it is"),
      400: refused("the body is not UTF-8"),
      ...invalid,
    },
  },
  {
    ...{ method: "POST", path: "/v1/bus/perceive", group: "Listening" },
    about: "Understands a recording, if anybody speaks in it",
    query: PERCEIVE_QUERY,
    body: "recording",
    answers: {
      ...ok("Perceived", "what was said, or that nothing was"),
      400: refused("it is no WAV file"),
      ...invalid,
      503: refused("nothing that recognises speech is attached, or it failed"),
    },
  },
  {
    ...{ method: "POST", path: "/v1/bus/act", group: "Speech" },
    about: "Says something on a channel of the bus",
    body: ACT_FORM,
    answers: { ...ok("Acted", "what came of it"), ...spoken },
  },
  {
    ...{ method: "GET", path: "/v1/jobs", group: "State" },
    about: "The newest of the last hundred jobs",
    query: JOBS_QUERY,
    answers: { ...ok("Jobs", "the newest first"), ...invalid },
  },
  {
    ...{ method: "GET", path: "/v1/jobs/{job_id}", group: "State" },
    about: "One job",
    answers: { ...ok("Job", "the job"), 404: refused("unknown, or too long ago") },
  },
  {
    ...{ method: "GET", path: "/health", group: "State" },
    about: "Whether it is well",
    answers: ok("Health", "how it is"),
  },
  {
    ...{ method: "GET", path: "/capabilities", group: "State" },
    about: "What it can do",
    answers: ok("Capabilities", "what it can do"),
  },
  {
    ...{ method: "GET", path: "/diagnostics", group: "State" },
    about: "What is loaded, and what runs",
    answers: ok("Diagnostics", "what runs"),
  },
  {
    ...{ method: "GET", path: "/v1/bus/health", group: "State" },
    about: "Modules, channels and queues of the bus",
    answers: ok("BusHealth", "the bus"),
  },
  {
    ...{ method: "GET", path: "/v1/bus/hud", group: "State" },
    about: "What goes on on the bus, for a display",
    answers: ok("BusHud", "the bus"),
  },
  {
    ...{ method: "POST", path: "/shutdown", group: "State" },
    about: "Ends the voice role; streaming goes on",
    body: SHUTDOWN_FORM,
    isBodyOptional: true,
    answers: {
      ...ok("ShuttingDown", "it ends when no job runs, or the time is up"),
      400: refused("the body is not UTF-8"),
      409: { about: "it ends already", body: { json: "ShuttingDown" } },
      ...invalid,
    },
  },
  {
    ...{ method: "GET", path: "/ws/audio/{session_id}", group: "WebSockets" },
    about: "Listens to a session: a header in text, then the WAV file, for each job; " +
      "with ?chunks=1 for each sentence",
    answers: opened("speech comes from now on"),
  },
  {
    ...{ method: "GET", path: "/ws/chat", group: "WebSockets" },
    about: "A chat in text and speech",
    answers: opened("say something"),
  },
  {
    ...{ method: "GET", path: "/ws/roster", group: "WebSockets" },
    about: "Sessions and the newest jobs, whenever they change",
    answers: opened("changes come from now on"),
  },
  {
    ...{ method: "POST", path: "/mcp", group: "Pages and tools" },
    about: "Tools for agents: one message of the Model Context Protocol",
    body: "message",
    answers: {
      200: {
        about: "the answer, as JSON or as events",
        body: { media: ["application/json", "text/event-stream"] },
      },
      202: { about: "a notice was taken", body: null },
      400: { about: "that is no message", body: { media: ["application/json"] } },
      413: { about: "the message is too long", body: { media: ["application/json"] } },
    },
  },
  {
    ...{ method: "GET", path: "/mcp", group: "Pages and tools" },
    about: "Held open by a client of the tools for as long as it is there; nothing comes. " +
      "Turns of a client whose stream breaks are given to another one",
    answers: {
      200: { about: "it is there", body: { media: ["text/event-stream"] } },
      307: { about: "no session is named; /mcp/ takes the same messages", body: null },
      503: { about: "too many are there", body: { media: ["application/json"] } },
    },
  },
  {
    ...{ method: "DELETE", path: "/mcp", group: "Pages and tools" },
    about: "A client of the tools leaves, and its turns are given to another one",
    answers: {
      204: { about: "it has left", body: null },
      405: { about: "no session is named", body: { media: ["application/json"] } },
    },
  },
  {
    ...{ method: "GET", path: "/dashboard", group: "Pages and tools" },
    about: "The page of voices",
    answers: page,
  },
  {
    ...{ method: "GET", path: "/docs", group: "Pages and tools" },
    about: "This description as a page",
    answers: page,
  },
  {
    ...{ method: "GET", path: "/openapi.json", group: "Pages and tools" },
    about: "This description",
    answers: ok("OpenApi", "an OpenAPI document"),
  },
];

/** Paths as patterns, with the methods that each of them takes. */
const METHODS: readonly (readonly [RegExp, string])[] = [
  ...Map.groupBy(OPERATIONS, ({ path }) => path),
].map(([path, operations]) => [
  new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{\w+\}/g, "[^/]+")}$`),
  operations.map(({ method }) => method).join(", "),
]);

/** The answer where no route is: another method of a path that there is, or no such path. */
export function nowhere(path: string): Response {
  const methods = METHODS.find(([pattern]) => pattern.test(path))?.[1];
  return methods === undefined || path.startsWith("/ws/")
    ? json({ detail: "Not Found" }, 404)
    : json({ detail: "Method Not Allowed" }, 405, { allow: methods });
}
