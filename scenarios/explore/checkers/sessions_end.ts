/**
 * Sessions end.
 *
 * @module
 */
import type { StreamingSession } from "../../../server/streaming/mod.ts";
import { defineInvariant } from "../checker.ts";

/** The invariant. */
export const sessionsEnd = defineInvariant({
  name: "sessions-end",
  promise:
    "A server runs no more sessions than it has room for; when the clients are gone, every session ends and nothing stays scheduled.",
  reason: "A session that goes on without a listener holds the device for ever.",
  marks: ["one session", "several sessions", "a session took another's place", "ended by a cut"],
  create({ scene, cover, breach }) {
    const sessions: StreamingSession[] = [];
    const { maxSessions } = scene.scenario.server;
    return {
      onAnySession(session) {
        const running = sessions.filter(({ hasEnded }) => !hasEnded).length;
        sessions.push(session);
        cover(sessions.length === 1 ? "one session" : "several sessions");
        if (running >= maxSessions) {
          breach(`a session began beside ${running} others, where ${maxSessions} fit`);
        }
      },
      onClose(code) {
        if (code === 4001) cover("a session took another's place");
        if (code === 1006) cover("ended by a cut");
      },
      onRest(isAtRest) {
        const running = sessions.filter(({ hasEnded }) => !hasEnded).length;
        const { connections } = scene.world.registry;
        if (running > 0) breach(`${running} of ${sessions.length} sessions never ended`);
        else if (connections > 0) breach(`${connections} connections were never closed`);
        else if (!isAtRest) breach("the world never came to rest");
      },
    };
  },
});
