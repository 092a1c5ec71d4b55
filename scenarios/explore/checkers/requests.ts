/**
 * Requests are answered.
 *
 * @module
 */
import { parseStreamId } from "../../../server/streaming/mod.ts";
import { RECOVER_S } from "../calm.ts";
import { defineInvariant } from "../checker.ts";

/** Longest that an answer may take, seconds: that of an announced binary that never comes. */
const ANSWER_S = 11;
const REQUEST = /^set_(timbre|structure)_(source|fixture)$/;
const ANSWER = /^(timbre|structure)_(set|failed)$/;

/** The invariant. */
export const requests = defineInvariant({
  name: "requests-answered",
  promise: "Every timbre or structure reference ends in exactly one `…_set` or `…_failed`.",
  reason: "A client that waits for an answer would wait for ever.",
  marks: ["reference set", "reference refused", "asked from outside"],
  create({ scene, cover, breach }) {
    let [asked, answered] = [0, 0];
    let askedS = -Infinity;
    const ask = () => {
      asked++;
      askedS = scene.nowS;
    };
    /** Whether the server has the session that commands from outside are sent to. */
    const isServed = () => {
      const id = parseStreamId(scene.client.ready?.session_id ?? "");
      return id !== null && scene.world.registry.get(id) !== null;
    };
    return {
      onReady: () => {
        [asked, answered] = [0, 0];
      },
      onSent({ type }) {
        if (REQUEST.test(type)) ask();
      },
      onExternal({ type }) {
        if (!REQUEST.test(String(type)) || !isServed()) return;
        cover("asked from outside");
        ask();
      },
      onEvent({ type }) {
        if (!ANSWER.test(type)) return;
        cover(type.endsWith("_set") ? "reference set" : "reference refused");
        if (++answered > asked) breach(`${type} came, and nobody had asked`);
      },
      onSettled() {
        const { nowS } = scene;
        if (!scene.isStreaming || scene.calmS < RECOVER_S) return;
        if (nowS - askedS < ANSWER_S || answered === asked) return;
        breach(`${asked} references were asked for, and ${answered} answered`);
      },
    };
  },
});
