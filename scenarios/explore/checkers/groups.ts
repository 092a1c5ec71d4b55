/**
 * What belongs together arrives together.
 *
 * @module
 */
import { expectedBinaries, type Packet, type ServerMessage } from "../../../wire/mod.ts";
import { defineInvariant } from "../checker.ts";

/** The invariant. */
export const groups = defineInvariant({
  name: "groups-whole",
  promise:
    "Nothing comes between `ready` or `swap_ready` and its buffer, between stems, or between a slice and its `params_update`.",
  reason: "Binaries have no names: one frame in between, and every later one is taken for another.",
  marks: ["ready and buffer", "swap and buffer", "stems", "slice and update"],
  create({ cover, breach }) {
    /** Binaries that have to follow directly. */
    let binaries: string[] = [];
    let isUpdateDue = false;
    let isReady = false;
    return {
      onDial() {
        binaries = [];
        isUpdateDue = false;
        isReady = false;
      },
      onPacket(packet) {
        const message = messageOf(packet);
        if (message === null) {
          if (isUpdateDue) return breach("a binary came between a slice and its params_update");
          const due = binaries.shift();
          if (due === undefined) isUpdateDue = isReady;
          else if (due === "stem") cover("stems");
          else cover(due === "ready" ? "ready and buffer" : "swap and buffer");
          return;
        }
        if (isUpdateDue) {
          isUpdateDue = false;
          if (message.type === "params_update") return cover("slice and update");
          return breach(`${message.type} came between a slice and its params_update`);
        }
        if (binaries.length > 0) {
          return breach(`${message.type} came before the ${binaries[0]} binary that was due`);
        }
        if (message.type === "ready") isReady = true;
        binaries = expectedBinaries(message).map(({ kind }) =>
          kind === "stem" ? "stem" : message.type
        );
      },
    };
  },
});

/** The message of a packet; null for a binary. */
function messageOf(packet: Packet): ServerMessage | null {
  if (packet.kind === "message") return packet.message as ServerMessage;
  return packet.kind === "text" ? JSON.parse(packet.text) as ServerMessage : null;
}
