/**
 * Slices belong to the source that plays.
 *
 * @module
 */
import { defineInvariant } from "../checker.ts";
import { Pairing } from "../pairing.ts";

/** The invariant. */
export const epochs = defineInvariant({
  name: "epochs-in-step",
  promise:
    "Each swap counts the epoch up by one, no slice of a past epoch is applied, and none of the present one is thrown away.",
  reason: "Old audio in a new track, or a track that is never rewritten.",
  marks: [
    "swap counted",
    "two swaps in a run",
    "epoch after a reconnect",
    "slice of a later epoch",
  ],
  create({ scene, cover, breach }) {
    const pairing = new Pairing<number>();
    let epoch = 0;
    let swaps = 0;
    return {
      onServerSlice: (event, _sender, session) => pairing.sent(session.id, event.epoch),
      onReady: ({ session_id }) => pairing.begin(session_id),
      onBuffer({ kind, epoch: next }) {
        if (kind === "swap") {
          cover("swap counted");
          if (++swaps === 2) cover("two swaps in a run");
          if (next !== epoch + 1) breach(`a swap took the epoch from ${epoch} to ${next}`);
        } else if (kind === "reconnect") cover("epoch after a reconnect");
        epoch = next;
      },
      onSlice(slice) {
        const sent = pairing.arrived();
        if (sent === undefined) return;
        if (sent > 0) cover("slice of a later epoch");
        if (sent !== slice.epoch) {
          breach(`a slice of epoch ${sent} was applied in epoch ${slice.epoch}`);
        }
      },
      onDecodeError: () => void pairing.arrived(),
      onTick() {
        const { staleSlices } = scene.client;
        if (staleSlices > 0) {
          breach(`${staleSlices} slices were thrown away as if they were of a past epoch`);
        }
      },
    };
  },
});
