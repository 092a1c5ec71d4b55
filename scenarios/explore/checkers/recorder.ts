/**
 * The recording is what was heard.
 *
 * @module
 */
import { wrap } from "../../../sim/mod.ts";
import { SAMPLE_RATE } from "../../../wire/mod.ts";
import { defineInvariant } from "../checker.ts";
import { PlayheadModel } from "../playhead_model.ts";

/** Rounding at either end may cost a frame. */
const TOLERANCE_FRAMES = 2;

/** The invariant. */
export const recorder = defineInvariant({
  name: "recorder-true",
  promise:
    "The recording of a buffer holds exactly what the mirror held under the playhead, frame by frame, and begins anew with each buffer.",
  reason:
    "A dump that is not what was heard sends whoever listens to it looking in the wrong place.",
  marks: ["counted", "counted after a swap", "over a wrap", "compared with the mirror"],
  fullMarks: ["compared with the mirror"],
  create({ scene, cover, breach }) {
    const model = new PlayheadModel(scene.clock, scene.scenario);
    const capacity = Math.trunc(scene.scenario.client.recordPlaybackS * SAMPLE_RATE);
    /** The mirror as it was before the newest slice: what could be heard. */
    let shadow: Float32Array | null = null;
    let channels = 1;
    let seen = 0;
    /** Where the last look was; null after a jump, where rounding decides on a frame. */
    let from: number | null = null;
    let ticks = 0;
    /** After a long gap a player of samples cannot tell how often it went round. */
    let isUnsure = false;
    const recorded = (lastS?: number) => scene.client.dumpAudio("played", lastS);
    const noteGap = () => {
      if (model.played - seen >= Math.floor(model.span / 2) - TOLERANCE_FRAMES) isUnsure = true;
    };
    const count = (played: number) => {
      const expected = Math.min(capacity, played);
      if (expected <= TOLERANCE_FRAMES || isUnsure) return;
      cover("counted");
      if (scene.client.epoch > 0) cover("counted after a swap");
      const { frames } = recorded();
      if (Math.abs(frames - expected) <= TOLERANCE_FRAMES) return;
      breach(`${frames} frames are recorded, ${expected} were played`);
    };
    /** What was played since the last look, against what the mirror held there. */
    const look = (sample: number) => {
      noteGap();
      const start = from;
      seen = model.played;
      from = sample;
      if (start === null) return;
      const frames = wrap(sample - start, model.span);
      if (start + frames > model.low + model.span) cover("over a wrap");
      if (shadow === null || isUnsure || frames === 0 || frames > capacity) return;
      cover("compared with the mirror");
      const { audio } = recorded((frames + 0.5) / SAMPLE_RATE);
      for (let i = 0; i < frames; i++) {
        const at = model.low + (start - model.low + i) % model.span;
        for (let c = 0; c < channels; c++) {
          if (audio[i * channels + c] === shadow[at * channels + c]) continue;
          return breach(
            `frame ${at} was recorded as ${audio[i * channels + c]}, the mirror held ${
              shadow[at * channels + c]
            }`,
          );
        }
      }
    };
    return {
      onStep(step) {
        noteGap();
        if (!model.onStep(step)) return;
        seen = model.played;
        from = null;
      },
      onLeave() {
        noteGap();
        count(model.played);
      },
      onBuffer(buffer) {
        model.onBuffer(buffer.kind, buffer.frames);
        channels = buffer.channels;
        isUnsure = false;
        shadow = scene.client.mirror?.slice() ?? null;
        seen = model.played;
        from = null;
      },
      onSlice({ record, frames }) {
        look(record.playheadSample);
        const { mirror } = scene.client;
        if (shadow === null || mirror === null) return;
        const start = record.startSample * channels;
        shadow.set(mirror.subarray(start, start + frames * channels), start);
      },
      onTick({ playheadS }) {
        look(Math.round(playheadS * SAMPLE_RATE));
        if (scene.streamingS !== null && ++ticks % 32 === 0) count(seen);
      },
      onSettled: () => count(seen),
    };
  },
});
