/**
 * After trouble a session goes on.
 *
 * @module
 */
import { CLOSE } from "../../../wire/mod.ts";
import { RECOVER_S } from "../calm.ts";
import { defineInvariant } from "../checker.ts";

/** Code of a connection that broke. */
const BROKEN = 1006;
/** Why a session ends whose client reads nothing while much happens. */
const OVERFLOWED = "event queue overflowed";
/** Longest time without a slice for a session that works, seconds. */
const MAX_GAP_S = 2;

/** The invariant. */
export const recovers = defineInvariant({
  name: "session-recovers",
  promise:
    `No session ends without a cause, and ${RECOVER_S} s after the last disturbance the client streams again, and slices arrive unless the server rests.`,
  reason: "Faults pass; a session that they have broken for good has to be noticed.",
  marks: [
    "recovered",
    "after a cut",
    "after a preemption",
    "after a stopped reader",
    "while resting",
  ],
  create({ scene, cover, breach }) {
    const { idlePauseS } = scene.scenario.server;
    let sliceS = -Infinity;
    let touchedS = 0;
    let isStreaming = false;
    const had = new Set<"after a cut" | "after a preemption" | "after a stopped reader">();
    const touch = () => {
      touchedS = scene.nowS;
    };
    return {
      onStep(step) {
        if (step.do === "stopReading") had.add("after a stopped reader");
        if (step.do === "knobs") touch();
      },
      onBuffer: touch,
      onSent: touch,
      onExternal: () => {
        touch();
        return undefined;
      },
      onSlice({ record }) {
        sliceS = record.wallS;
      },
      onClose(code, reason) {
        if (code === CLOSE.preempted) had.add("after a preemption");
        else if (code === BROKEN) had.add("after a cut");
        else if (isStreaming && scene.endS === null && reason !== OVERFLOWED) {
          breach(`the server ended the session with ${code} ${reason}, for no cause`);
        }
      },
      onState(state) {
        isStreaming = state === "streaming";
      },
      onSettled() {
        const { client } = scene;
        const endS = scene.endS ?? scene.nowS;
        if (scene.streamingS === null || scene.calmS < RECOVER_S) return;
        if (client.state !== "streaming") {
          return breach(
            `the client is ${client.state}: ${client.status().closedReason ?? "no word"}`,
          );
        }
        if (!scene.isStreaming) return breach("the client streams from a session that is gone");
        const mayRest = idlePauseS > 0 && endS - touchedS > idlePauseS;
        if (endS - sliceS > MAX_GAP_S && !mayRest) {
          return breach(`no slice has come for ${(endS - sliceS).toFixed(1)} s`);
        }
        cover(mayRest ? "while resting" : "recovered");
        for (const mark of had) cover(mark);
      },
    };
  },
});
