/**
 * Control events arrive.
 *
 * @module
 */
import type { SessionEvent } from "../../../server/streaming/mod.ts";
import { defineInvariant } from "../checker.ts";
import { RECOVER_S } from "../calm.ts";

/** Events of which the handshake sends some too, without publishing them. */
const UNORDERED = new Set(["stem_assets", "stem_failed", "error"]);

/** The invariant. */
export const controlEvents = defineInvariant({
  name: "control-events-delivered",
  promise: "Every control event of a session arrives, in order; none is evicted from a full queue.",
  reason:
    "A client that is not told what became of its request waits for ever, or shows the wrong state.",
  marks: ["delivered", "queue was full", "subscriber dropped", "all arrived"],
  create({ scene, cover, breach }) {
    const bySession = new Map<string, string[]>();
    let session = "";
    const due = () => bySession.get(session) ?? [];
    return {
      get isQuiet() {
        return !scene.isStreaming || due().length === 0;
      },
      onSession({ id }) {
        bySession.set(id, []);
      },
      onPublished(event, { id, bus }) {
        const type = controlType(event);
        if (type !== null) bySession.get(id)?.push(type);
        for (const { isFull } of bus.queues) if (isFull) cover("queue was full");
      },
      onReady({ session_id }) {
        bySession.delete(session);
        session = session_id;
      },
      onEvent({ type }) {
        if (type === "params_update" || type.endsWith("_echo") || UNORDERED.has(type)) return;
        const next = due().shift();
        if (next === type) return cover("delivered");
        breach(
          `${type} arrived where ${next ?? "nothing"} was due: an event was lost or overtaken`,
        );
      },
      onClose(_code, reason) {
        if (reason === "event queue overflowed") cover("subscriber dropped");
      },
      onSettled() {
        if (!scene.isStreaming || scene.calmS < RECOVER_S) return;
        cover("all arrived");
        const [first] = due();
        if (first !== undefined) {
          breach(`${due().length} control events never arrived, the first is ${first}`);
        }
      },
    };
  },
});

/** The type of a control event that arrives as text; null for any other. */
function controlType(event: SessionEvent): string | null {
  if (event.type === "swap") return event.message.type;
  return event.type === "message" && !UNORDERED.has(event.message.type) ? event.message.type : null;
}
