/**
 * Where the audio of recorded uploads is had from: a built-in fixture, or the recording's blobs.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { basename, dirname, join } from "node:path";
import { FIXTURES, loadFixture } from "../../fixtures/mod.ts";
import { encodePcm, PCM_HEADER_BYTES, SAMPLE_RATE } from "../../wire/mod.ts";
import type { Recording } from "./format.ts";
import type { RecordedBinary } from "./session.ts";
import type { UploadSources } from "./to_scenario.ts";

/** Bytes of a built-in fixture as an upload: 60 s of stereo. */
const FIXTURE_BYTES = PCM_HEADER_BYTES + 60 * SAMPLE_RATE * 2 * 4;

/** The name of the built-in fixture that was uploaded; null when it is none. */
export function fixtureOfUpload({ sha256, bytes }: RecordedBinary): string | null {
  if (bytes !== FIXTURE_BYTES) return null;
  const found = FIXTURES.find(({ name }) => {
    const { audio, channels } = loadFixture(name);
    return createHash("sha256").update(encodePcm(audio, channels)).digest("hex") === sha256;
  });
  return found?.name ?? null;
}

/** Uploads of a recording, with its blobs in `folder` as the scenario will name it. */
export function uploadsIn(folder: string): UploadSources {
  return {
    fixture: fixtureOfUpload,
    blob: ({ sha256, blob }) => blob ? join(folder, `${sha256}.bin`) : null,
  };
}

/** The folder of blobs of the recording in this file. */
export function blobsOf({ header }: Recording, file: string): string {
  return join(dirname(file), header.blobs);
}

/** A scenario's name from that of a recording's file: in kebab-case, and never empty. */
export function scenarioName(file: string): string {
  const words = basename(file).replace(/\.ndjson$/i, "").toLowerCase().match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, 80).replace(/-$/, "") || "recorded-session";
}
