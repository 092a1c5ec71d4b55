/**
 * Events of a kernel's bus, as the chat reads them. Pure functions over what came.
 *
 * @module
 */

/** A JSON object that came from elsewhere. */
export type Json = Readonly<Record<string, unknown>>;

/** What an agent says. */
export interface KernelReply {
  readonly text: string;
  /** `mod3:<channel>` for one chat; null, or anything else, for all. */
  readonly sessionId: string | null;
  readonly eventId: string | null;
  readonly timestamp: string | null;
}

const TEXT_KEYS = ["text", "reply", "response"];
/** Kinds of trace that chats show. */
const TRACE_KINDS: ReadonlySet<string> = new Set([
  ...["state_transition", "tool_dispatch", "assessment"],
]);

/** The JSON object of a line `data: …`; null for any other line. */
export function eventOfLine(line: string): Json | null {
  if (!line.startsWith("data:")) return null;
  try {
    return objectOf(JSON.parse(line.slice("data:".length)));
  } catch {
    return null;
  }
}

/** What an event of replies says; null for one without a text. */
export function replyOf(event: Json): KernelReply | null {
  const data = objectOf(event["data"]) ?? {};
  const content = contentOf(data["content"]);
  const inside = typeof content === "string" ? null : content;
  const text = firstText(data, TEXT_KEYS) ??
    (inside === null ? content as string | null : firstText(inside, TEXT_KEYS));
  if (text === null || text.trim() === "") return null;
  return {
    text,
    sessionId: firstText(data, ["session_id"]) ?? firstText(inside ?? {}, ["session_id"]),
    eventId: firstText(event, ["id"]),
    timestamp: firstText(event, ["timestamp"]),
  };
}

/** The trace that chats show of an event; null for other kinds. */
export function traceOf(event: Json): Json | null {
  const data = objectOf(event["data"]) ?? {};
  const kind = firstText(data, ["kind", "type"]) ?? firstText(event, ["kind", "type"]) ?? "";
  if (!TRACE_KINDS.has(kind)) return null;
  // The six fields may stand one level deeper.
  const payload = objectOf(data["payload"]);
  const isWrapped = payload !== null && typeof payload["kind"] === "string" &&
    "cycle_id" in payload;
  return isWrapped ? payload : data;
}

/** Whether a reply is for a channel. */
export function isFor(sessionId: string | null, channel: string): boolean {
  return sessionId === null || !sessionId.startsWith("mod3:") || sessionId === `mod3:${channel}`;
}

/** The body of what a user said, for the kernel's bus. */
export function userMessage(text: string, channel: string, unixS: number): Json {
  return {
    ...{ bus_id: "bus_dashboard_chat", from: "mod3-dashboard", type: "user_message" },
    message: JSON.stringify({
      ...{ type: "user_message", text, session_id: `mod3:${channel}` },
      ts: new Date(unixS * 1000).toISOString(),
    }),
  };
}

function objectOf(value: unknown): Json | null {
  return value !== null && typeof value === "object" && !Array.isArray(value)
    ? value as Json
    : null;
}

/** Content is an object, a JSON text of one, a JSON text of a text, or plain text. */
function contentOf(content: unknown): Json | string | null {
  if (typeof content !== "string") return objectOf(content);
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === "string" ? value : objectOf(value);
  } catch {
    return content;
  }
}

function firstText(object: Json, keys: readonly string[]): string | null {
  for (const key of keys) {
    const value = object[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}
