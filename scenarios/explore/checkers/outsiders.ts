/**
 * Who does not own the playhead cannot move it.
 *
 * @module
 */
import { defineInvariant } from "../checker.ts";

/** The invariant. */
export const outsiders = defineInvariant({
  name: "outsiders-harmless",
  promise:
    "`params` and `set_prompt_blend` from outside move neither playhead nor knobs: they are echoed, once, and nothing else.",
  reason: "The client is the only one that knows what is heard; two masters tear the lead apart.",
  marks: ["params from outside", "blend from outside", "outside command while paused"],
  create({ scene, cover, breach }) {
    let isPaused = false;
    let echoes = 0;
    return {
      onStep(step) {
        if (step.do === "pause" || step.do === "resume") isPaused = step.do === "pause";
      },
      onPublished(event) {
        if (event.type === "echo") echoes++;
      },
      onExternal({ type }) {
        const { session, nowS } = scene;
        if (session === null || session.hasEnded || !scene.isStreaming) return;
        if (type !== "params" && type !== "set_prompt_blend") return;
        cover(type === "params" ? "params from outside" : "blend from outside");
        if (isPaused) cover("outside command while paused");
        const before = session.playheadSample(nowS);
        const { version } = session.bank;
        const heardS = scene.client.playheadS;
        echoes = 0;
        return () => {
          const after = session.playheadSample(nowS);
          if (after !== before) {
            breach(`${type} from outside moved the server's playhead from ${before} to ${after}`);
          } else if (session.bank.version !== version) {
            breach(`${type} from outside changed the controls without the client`);
          } else if (scene.client.playheadS !== heardS) {
            breach(`${type} from outside moved the listener`);
          } else if (echoes > 1) breach(`${type} from outside was echoed ${echoes} times`);
        };
      },
    };
  },
});
