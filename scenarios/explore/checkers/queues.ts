/**
 * Nothing that waits grows without a limit.
 *
 * @module
 */
import { QUEUE_AUDIO_BYTES, QUEUE_EVENTS } from "../../../server/streaming/events.ts";
import { HIGH_WATER_BYTES } from "../../../server/streaming/send_limits.ts";
import { FRAGMENT_BYTES, type Packet } from "../../../wire/mod.ts";
import { windowFramesOf } from "../calm.ts";
import { defineInvariant } from "../checker.ts";

/** What a client lets wait before it leaves a tick out, bytes. */
const GATE_BYTES = 8 * 1024;
/** A slice and its update, over the high-water mark: of a window at its largest. */
const ONE_MORE_BYTES = FRAGMENT_BYTES;

/** The invariant. */
export const queues = defineInvariant({
  name: "queues-capped",
  promise:
    "A subscriber's queue, what the server has handed to a socket and what a client lets wait stay below their caps.",
  reason:
    "What waits is late, and memory that grows with a slow peer ends the server for all others.",
  marks: ["socket was full", "queue was long", "tick held back", "audio cap reached"],
  create({ scene, cover, breach }) {
    const { client } = scene.scenario;
    // Slices of whole buffers are as large as these are.
    const hasWindows = windowFramesOf(scene.scenario) > 0;
    const isGated = client.profile === "telemetry";
    const look = () => {
      const { down } = scene.world.network.bufferedBytes();
      if (down >= HIGH_WATER_BYTES) cover("socket was full");
      if (hasWindows && down > HIGH_WATER_BYTES + ONE_MORE_BYTES) {
        breach(`${down} bytes wait in the server's socket`);
      }
    };
    return {
      onPublished(_event, { bus }) {
        for (const { length, audioBytes } of bus.queues) {
          if (length > 64) cover("queue was long");
          if (audioBytes > 0.9 * QUEUE_AUDIO_BYTES) cover("audio cap reached");
          if (length > QUEUE_EVENTS) breach(`${length} events wait for the subscriber`);
          else if (hasWindows && audioBytes > QUEUE_AUDIO_BYTES) {
            breach(`${audioBytes} bytes of audio wait for the subscriber`);
          }
        }
        look();
      },
      onServerSlice: look,
      onSending(packet, bufferedBytes) {
        if (!isGated || !isParams(packet)) return;
        if (bufferedBytes > GATE_BYTES) breach(`a tick was sent behind ${bufferedBytes} bytes`);
      },
      onTick() {
        if (scene.world.network.bufferedBytes().up > GATE_BYTES) cover("tick held back");
      },
    };
  },
});

function isParams(packet: Packet): boolean {
  if (packet.kind === "message") return packet.message.type === "params";
  return packet.kind === "text" && packet.text.startsWith('{"type":"params"');
}
