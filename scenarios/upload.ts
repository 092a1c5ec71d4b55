/**
 * Audio that a recorded client uploaded, from the file that keeps it.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { AudioClip } from "../audio/clip.ts";
import { errorMessage } from "../runtime/mod.ts";
import { decodePcm, MAX_MESSAGE_BYTES } from "../wire/mod.ts";
import { ScenarioError } from "./errors.ts";
import type { PcmSource } from "./types.ts";

/**
 * Reads an upload. Synchronously: it is read where a step needs it, and once.
 *
 * @throws {ScenarioError} when the file cannot be read, or is not what the scenario was made with.
 */
export function readUpload({ pcm, sha256, frames, channels }: PcmSource): AudioClip {
  let bytes: Uint8Array;
  try {
    const { size, isFile } = Deno.statSync(pcm);
    if (!isFile || size > MAX_MESSAGE_BYTES) {
      throw new ScenarioError(`upload ${pcm} is no file of at most ${MAX_MESSAGE_BYTES} bytes`);
    }
    bytes = Deno.readFileSync(pcm);
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    const why = error instanceof Deno.errors.NotFound
      ? "there is no such file; keep the recording's folder of blobs beside it"
      : errorMessage(error);
    throw new ScenarioError(`cannot read upload ${pcm}: ${why}`, { pcm });
  }
  if (createHash("sha256").update(bytes).digest("hex") !== sha256) {
    throw new ScenarioError(`upload ${pcm} is not what was recorded: its SHA-256 is another`, {
      pcm,
    });
  }
  const clip = decodePcm(bytes);
  if (clip.frames === frames && clip.channels === channels) return clip;
  throw new ScenarioError(
    `upload ${pcm} has ${clip.frames} frames of ${clip.channels} channels, and the scenario says ` +
      `${frames} of ${channels}`,
    { pcm },
  );
}
