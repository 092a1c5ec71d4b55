/**
 * Client and server hold the same buffer.
 *
 * @module
 */
import type { AudioClip } from "../../../audio/clip.ts";
import { mirrorMark, wholeMirrorCrc } from "../../../sim/mod.ts";
import type { SliceSender } from "../../../wire/mod.ts";
import { defineInvariant } from "../checker.ts";
import { Pairing } from "../pairing.ts";

/** What one side wrote into its buffer; the checksum is null where there are no samples. */
interface Written {
  readonly kind: "slice" | "buffer";
  readonly epoch: number;
  readonly startSample: number;
  readonly frames: number;
  readonly crc: number | null;
}

/** The invariant. */
export const mirrors = defineInvariant({
  name: "mirrors-identical",
  promise: "After each slice, each buffer and at the end, client and server hold the same buffer.",
  reason:
    "Slices are differences: from the first wrong sample on, what is heard is not what was made.",
  marks: ["slice compared", "swapped buffer compared", "reconnected buffer compared", "damaged"],
  create({ scene, cover, breach }) {
    const pairing = new Pairing<Written>();
    const buffers = new Map<string, number>();
    let epoch = 0;
    /** A frame was lost to damage: the buffers differ until the next whole one. */
    let isDamaged = false;
    let sender: SliceSender | null = null;
    const crcOf = (
      audio: Float32Array | null,
      channels: number,
      startSample: number,
      frames: number,
    ) =>
      audio === null || audio.length === 0
        ? null
        : mirrorMark(audio, channels, { session: "", kind: "slice", epoch: 0, startSample, frames })
          .crc;
    const compare = (client: Written) => {
      const server = pairing.arrived();
      if (server === undefined) return breach(`${inWords(client)}, which the server never sent`);
      const isSame = server.kind === client.kind && server.epoch === client.epoch &&
        server.startSample === client.startSample && server.frames === client.frames;
      if (!isSame) {
        breach(`client took ${inWords(client)}, where the server sent ${inWords(server)}`);
      } else if (!isDamaged && server.crc !== client.crc) {
        breach(`${inWords(client)} differs: client has ${client.crc}, server ${server.crc}`);
      }
    };
    return {
      get isQuiet() {
        return !scene.isStreaming || pairing.underWay === 0;
      },
      onServerSlice(event, of, session) {
        sender = of;
        const { startSample, channels, bufferFrames } = event;
        const frames = Math.min(event.numSamples, bufferFrames - startSample);
        const crc = crcOf(of.mirror, channels, startSample, frames);
        pairing.sent(session.id, { kind: "slice", epoch: event.epoch, startSample, frames, crc });
      },
      onServerBuffer(clip: AudioClip, of, session) {
        sender = of;
        const { frames, channels } = clip;
        // The session may have gone on to a later source by now.
        const epoch = (buffers.get(session.id) ?? -1) + 1;
        buffers.set(session.id, epoch);
        const crc = crcOf(of.mirror, channels, 0, frames);
        pairing.sent(session.id, {
          kind: "buffer",
          epoch,
          startSample: 0,
          frames,
          crc,
        });
      },
      onReady: ({ session_id }) => pairing.begin(session_id),
      onBuffer({ kind, epoch: newEpoch, frames, channels }) {
        epoch = newEpoch;
        isDamaged = false;
        if (kind !== "initial") {
          cover(kind === "swap" ? "swapped buffer compared" : "reconnected buffer compared");
        }
        const crc = crcOf(scene.client.mirror, channels, 0, frames);
        compare({ kind: "buffer", epoch, startSample: 0, frames, crc });
      },
      onSlice(slice) {
        cover("slice compared");
        const { startSample } = slice.record;
        const crc = crcOf(scene.client.mirror, scene.client.channels, startSample, slice.frames);
        compare({ kind: "slice", epoch: slice.epoch, startSample, frames: slice.frames, crc });
      },
      onDecodeError() {
        cover("damaged");
        isDamaged = true;
        pairing.arrived();
      },
      onSettled() {
        const { mirror } = scene.client;
        const isComparable = mirror !== null && sender !== null && !isDamaged &&
          scene.isStreaming && pairing.underWay === 0;
        if (isComparable && wholeMirrorCrc(mirror) !== wholeMirrorCrc(sender!.mirror)) {
          breach("the whole buffers differ at the end");
        }
      },
    };
  },
});

function inWords({ kind, epoch, startSample, frames }: Written): string {
  return kind === "buffer"
    ? `a buffer of ${frames} frames, epoch ${epoch}`
    : `a slice of ${frames} frames at ${startSample}, epoch ${epoch}`;
}
