/**
 * Where sources come from by name: built-in fixtures, and tracks that were uploaded.
 *
 * @module
 */
import { errorMessage } from "../../runtime/mod.ts";
import { SAMPLE_RATE } from "../../wire/mod.ts";
import type { AudioClip } from "./engine/engine.ts";
import { contentDigest } from "./source_jobs.ts";
import { SourceError, type TrackFacts } from "./source.ts";

/** A track that can be loaded by name. */
export interface LibraryTrack {
  readonly name: string;
  readonly facts: TrackFacts;
  /** Makes or reads the audio. At timing fidelity it may have no samples, only its length. */
  load(): Promise<AudioClip> | AudioClip;
}

/** Two parts that add up to a source. */
export interface StemPair {
  readonly vocals: AudioClip;
  readonly instruments: AudioClip;
}

/** Splits a source into stems; may take long, and may give up once nobody wants them any more. */
export type SplitStems = (clip: AudioClip, signal?: AbortSignal) => Promise<StemPair> | StemPair;

/** Most bytes of uploaded audio that are kept, if nothing else is said. */
const UPLOAD_BYTES = 512 * 2 ** 20;
const MAX_NAME = 120;

/** A named track as the library lists it. */
interface Upload extends LibraryTrack {
  readonly clip: AudioClip;
  readonly digest: string;
  stems: StemPair | null;
}

/** The tracks of one server. */
export class SourceLibrary {
  readonly #fixtures: ReadonlyMap<string, LibraryTrack>;
  readonly #uploads = new Map<string, Upload>();
  readonly #maxUploadBytes: number;
  #uploadBytes = 0;

  /**
   * A library with built-in tracks and no uploads. Beyond `maxUploadBytes` (512 MiB) of uploaded
   * audio and its stems the oldest uploads make room.
   */
  constructor(fixtures: readonly LibraryTrack[], options: { maxUploadBytes?: number } = {}) {
    this.#maxUploadBytes = options.maxUploadBytes ?? UPLOAD_BYTES;
    this.#fixtures = new Map(fixtures.map((track) => [track.name, track]));
  }

  /** Names that a client may ask for with `use_server_fixture`, sorted. */
  get fixtureNames(): string[] {
    return [...this.#fixtures.keys()].sort();
  }

  /** Names of uploads, oldest first. */
  get uploadNames(): string[] {
    return [...this.#uploads.keys()];
  }

  /** Whether the name is a built-in fixture's. */
  isFixture(name: string): boolean {
    return this.#fixtures.has(name);
  }

  /** A track by name. */
  find(name: string): LibraryTrack | null {
    return this.#fixtures.get(name) ?? this.#uploads.get(name) ?? null;
  }

  /** Loads a track and hands it over; both outcomes may come at once or later. */
  load(name: string, done: (clip: AudioClip) => void, failed: (error: Error) => void): void {
    const track = this.find(name);
    if (track === null) {
      failed(new SourceError(`no track is called "${name}"; GET /api/fixtures lists them`));
      return;
    }
    settle(() => track.load(), done, failed);
  }

  /**
   * Keeps an uploaded track under a clean, free name. The same samples without overrides give the
   * track that is there already.
   */
  upload(
    name: string,
    clip: AudioClip,
    facts: TrackFacts,
    digest: string = contentDigest(clip),
  ): LibraryTrack {
    for (const known of this.#uploads.values()) {
      if (known.digest === digest && facts.key === null && facts.timeSignature === null) {
        return known;
      }
    }
    const track: Upload = {
      name: this.#freeName(name),
      facts,
      clip,
      digest,
      stems: null,
      load: () => clip,
    };
    this.#uploads.set(track.name, track);
    this.#makeRoom(bytesOf(track), track.name);
    return track;
  }

  /** The stems of an upload; null while there are none. */
  stemsOf(name: string): StemPair | null {
    return this.#uploads.get(name)?.stems ?? null;
  }

  /** Keeps the stems of an upload, if that is still there: another one may have its name by now. */
  keepStems(track: LibraryTrack, stems: StemPair): void {
    const upload = this.#uploads.get(track.name);
    if (upload === undefined || upload !== track || upload.stems !== null) return;
    const before = bytesOf(upload);
    upload.stems = stems;
    this.#makeRoom(bytesOf(upload) - before, upload.name);
  }

  /** So many bytes more are kept for one upload; the oldest others go for them. */
  #makeRoom(bytes: number, name: string): void {
    this.#uploadBytes += bytes;
    for (const upload of this.#uploads.values()) {
      if (this.#uploadBytes <= this.#maxUploadBytes) break;
      if (upload.name === name) continue;
      this.#uploads.delete(upload.name);
      this.#uploadBytes -= bytesOf(upload);
    }
  }

  #freeName(name: string): string {
    const stem = cleanStem(name);
    let free = `${stem}.wav`;
    for (let i = 1; this.find(free) !== null; i++) free = `${stem} (${i}).wav`;
    return free;
  }
}

/** Calls `make` and hands its value on, at once when it is there at once: simulations stay in step. */
export function settle<T>(
  make: () => Promise<T> | T,
  done: (value: T) => void,
  failed: (error: Error) => void,
): void {
  let value: Promise<T> | T;
  try {
    value = make();
  } catch (error) {
    failed(asError(error));
    return;
  }
  if (value instanceof Promise) value.then(done, (error) => failed(asError(error)));
  else done(value);
}

/** A track's length in seconds. */
export function durationS(clip: AudioClip): number {
  return clip.frames / SAMPLE_RATE;
}

/** The file name's own part: no folders, no ending, nothing that a file system or a page minds. */
function cleanStem(name: string): string {
  const base = name.split(/[\\/]/).at(-1) ?? "";
  const stem = base.replace(/\.[A-Za-z0-9]{1,5}$/, "").replace(/[^\p{L}\p{N} ._()-]/gu, "_")
    .replace(/^[. ]+|[. ]+$/g, "").slice(0, MAX_NAME);
  return stem === "" ? "upload" : stem;
}

function bytesOf({ clip, stems }: Upload): number {
  const clips = stems === null ? [clip] : [clip, stems.vocals, stems.instruments];
  return clips.reduce((sum, { audio }) => sum + audio.byteLength, 0);
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(errorMessage(error));
}
