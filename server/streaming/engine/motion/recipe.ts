import type { LayerSpec, MaskSpec } from "./layer_spec.ts";

/** A summand of a mix, before its layer is made. */
export interface Part {
  /** What is heard. */
  readonly spec: LayerSpec;
  /** Linear gain; below 0 takes away. */
  readonly weight: number;
  /** How many samples ago on the circle. */
  readonly delayFrames: number;
}

/** A gain on a range of the 64 bands. */
interface BandGain {
  readonly from: number;
  readonly to: number;
  /** Added to 1; −1 silences. */
  readonly delta: number;
}

/** Builds the wet side of a mix: resynthesised layers, then bands of them, then repeats. */
export class Recipe {
  #layers: { spec: MaskSpec; weight: number }[] = [];
  readonly #bands: BandGain[] = [];
  #repeats: { gain: number; delayFrames: number }[] = [{ gain: 1, delayFrames: 0 }];
  #dry = 0;

  /** Adds a layer. */
  add(spec: MaskSpec, weight: number): void {
    if (weight !== 0) this.#layers.push({ spec, weight });
  }

  /** Makes `share` (0..1) of what there is so far into another layer. */
  blend(spec: MaskSpec, share: number): void {
    if (share <= 0) return;
    this.scale(1 - share);
    this.add(spec, share);
  }

  /** Multiplies what there is so far. */
  scale(factor: number): void {
    this.#layers = this.#layers.map(({ spec, weight }) => ({ spec, weight: weight * factor }));
    this.#layers = this.#layers.filter(({ weight }) => weight !== 0);
    this.#dry *= factor;
  }

  /** Moves on from the source, beyond the wet sound: w + amount·(w − source). */
  exaggerate(amount: number): void {
    if (amount === 0) return;
    this.scale(1 + amount);
    this.#dry -= amount;
  }

  /** Changes the gain of bands `from`..`to` by `delta`. */
  band(from: number, to: number, delta: number): void {
    if (delta !== 0) this.#bands.push({ from, to, delta: Math.max(-1, delta) });
  }

  /** Adds the sound of `delayFrames` ago. */
  repeat(gain: number, delayFrames: number): void {
    if (gain === 0) return;
    const keep = 1 / (1 + gain / 2);
    this.#repeats = this.#repeats.map((tap) => ({ ...tap, gain: tap.gain * keep }));
    this.#repeats.push({ gain: gain * keep, delayFrames });
  }

  /** The mix of `1 − amount` of the source and `amount` of all this, summands of one delay together. */
  parts(amount: number): Part[] {
    const wet: { spec: LayerSpec; weight: number }[] = [...this.#layers];
    for (const { from, to, delta } of this.#bands) {
      for (const { spec, weight } of this.#layers) {
        wet.push({ spec: { kind: "band", of: spec, from, to }, weight: weight * delta });
      }
    }
    const dry: Part[] = [{
      spec: { kind: "base" },
      weight: 1 - amount + amount * this.#dry,
      delayFrames: 0,
    }];
    const parts = this.#repeats.flatMap(({ gain, delayFrames }) =>
      wet.map(({ spec, weight }) => ({ spec, weight: weight * gain * amount, delayFrames }))
    );
    return [...dry, ...parts].filter(({ weight }) => weight !== 0);
  }
}
