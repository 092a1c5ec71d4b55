/**
 * The audio that scenarios ask for, at either fidelity.
 *
 * @module
 */
import type { AudioClip } from "../audio/clip.ts";
import { FIXTURES, loadFixture, synthSource } from "../fixtures/mod.ts";
import type { LibraryTrack, SplitStems, StemPair } from "../server/streaming/mod.ts";
import { SAMPLE_RATE } from "../wire/mod.ts";
import { ScenarioError } from "./errors.ts";
import type { Fidelity } from "./result.ts";
import type { PcmSource, SourceSpec } from "./types.ts";
import { readUpload } from "./upload.ts";

/** Seconds of a built-in fixture. */
const FIXTURE_S = 60;

/** Gives out clips; at timing fidelity they have a length but no samples. */
export class Shelf {
  readonly #fidelity: Fidelity;
  readonly #splitStems: SplitStems;
  readonly #uploads = new Map<string, AudioClip>();
  readonly #stems = new WeakMap<AudioClip, StemPair | Promise<StemPair>>();

  /** A shelf for one fidelity; `splitStems` is asked once per source. */
  constructor(fidelity: Fidelity, splitStems: SplitStems) {
    this.#fidelity = fidelity;
    this.#splitStems = splitStems;
  }

  /** The built-in fixtures, for a server's library. */
  get tracks(): LibraryTrack[] {
    return FIXTURES.map(({ name, bpm, key, timeSignature }) => ({
      name,
      facts: { bpm, key, timeSignature },
      load: () => this.#fixture(name),
    }));
  }

  /**
   * The clip of a source.
   *
   * @throws {ScenarioError} for a fixture that nobody has, and for a recorded upload that is gone.
   */
  clip(spec: SourceSpec): AudioClip {
    if ("fixture" in spec) return this.#fixture(spec.fixture);
    if ("pcm" in spec) return this.#upload(spec);
    const { synthS, channels, synthSeed } = spec;
    if (this.#fidelity === "timing") {
      return silent(Math.round(synthS * 5) * SAMPLE_RATE / 5, channels);
    }
    return synthSource({ seconds: synthS, channels, seed: synthSeed });
  }

  /** Splits a source, once. */
  readonly stems: SplitStems = (clip) => {
    if (clip.audio.length === 0) return { vocals: clip, instruments: clip };
    let pair = this.#stems.get(clip);
    if (pair === undefined) this.#stems.set(clip, pair = this.#splitStems(clip));
    return pair;
  };

  #upload(spec: PcmSource): AudioClip {
    if (this.#fidelity === "timing") return silent(spec.frames, spec.channels);
    let clip = this.#uploads.get(spec.sha256);
    if (clip === undefined) this.#uploads.set(spec.sha256, clip = readUpload(spec));
    return clip;
  }

  #fixture(name: string): AudioClip {
    if (!FIXTURES.some((fixture) => fixture.name === name)) {
      throw new ScenarioError(
        `no fixture is called "${name}"; there are ${FIXTURES.map((f) => f.name).join(", ")}`,
        { name },
      );
    }
    return this.#fidelity === "timing" ? silent(FIXTURE_S * SAMPLE_RATE, 2) : loadFixture(name);
  }
}

function silent(frames: number, channels: number): AudioClip {
  return { audio: new Float32Array(0), channels, frames };
}
