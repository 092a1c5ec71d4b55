/**
 * The worker side of {@link decodeAudio}.
 *
 * @module
 */
import { readWav, resample } from "../audio/mod.ts";
import { errorMessage, UsageError } from "../runtime/mod.ts";
import { encodePcm, MAX_MESSAGE_BYTES, SAMPLE_RATE } from "../wire/mod.ts";
import type { DecodedAudio } from "./audio_file.ts";

/** What comes back: audio, or what is wrong with the file. */
export type AudioAnswer = DecodedAudio | { readonly error: string };

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<Uint8Array>) => void) | null;
  postMessage(message: AudioAnswer, transfer?: Transferable[]): void;
};

/** Names of formats by their first bytes, for a helpful refusal. */
const FORMATS: readonly (readonly [RegExp, string])[] = [
  [/^fLaC/, "FLAC"],
  [/^OggS/, "Ogg"],
  [/^ID3|^\xff[\xe0-\xff]/, "MP3"],
  [/^FORM....AIF/s, "AIFF"],
  [/^....ftyp/s, "MP4"],
];

/** A small file of a low sample rate may last for hours: it is refused before it takes gigabytes. */
function checkLength(lengthS: number, channels: number): void {
  const bytesPerS = Math.min(channels, 2) * 4 * SAMPLE_RATE;
  const mostS = Math.floor((MAX_MESSAGE_BYTES - 8) / bytesPerS);
  if (lengthS <= mostS) return;
  throw new UsageError(
    `it lasts ${
      Math.round(lengthS)
    } s, and one message takes ${mostS} s of it at most; cut it first`,
  );
}

self.onmessage = ({ data: bytes }) => {
  try {
    const wav = readWav(bytes, { sampleRate: "any" });
    checkLength(wav.frames / wav.sampleRate, wav.channels);
    const { audio, channels, frames } = resample(wav, wav.sampleRate, SAMPLE_RATE);
    const pcm = encodePcm(audio, channels);
    self.postMessage({ channels, frames, pcm }, [pcm.buffer]);
  } catch (error) {
    const head = String.fromCharCode(...bytes.subarray(0, 12));
    const format = FORMATS.find(([start]) => start.test(head))?.[1];
    self.postMessage({
      error: format === undefined
        ? errorMessage(error)
        : `it is ${format}, and only WAV is read; convert it first, for example with ffmpeg`,
    });
  }
};
