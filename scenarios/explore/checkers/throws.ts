/**
 * Nothing throws, and nothing hangs.
 *
 * @module
 */
import { defineInvariant } from "../checker.ts";

/**
 * The invariant. Whoever plays the world catches what escapes from it, and tells the watch; whoever
 * waits for an answer gives up on a world that does not end.
 */
export const throws = defineInvariant({
  name: "nothing-throws",
  promise:
    "No error escapes from client, server or network, and none of them works for ever, whatever is done to them.",
  reason:
    "An error that nobody expects ends the process, a loop without end stops every session in it.",
  marks: ["a reader of damaged bytes went on"],
  create({ cover }) {
    let isDamaged = false;
    return {
      onDecodeError() {
        isDamaged = true;
      },
      onSlice() {
        if (isDamaged) cover("a reader of damaged bytes went on");
      },
    };
  },
});
