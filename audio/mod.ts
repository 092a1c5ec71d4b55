/**
 * PCM audio: clips, WAV files, transforms, deterministic trigonometry, measures.
 *
 * @module
 */
export * from "./clip.ts";
export * from "./fft.ts";
export * from "./float16.ts";
export * from "./measure.ts";
export * from "./resample.ts";
export * from "./resample_half.ts";
export * from "./trig.ts";
export * from "./wav.ts";
export * from "./wav_read.ts";
