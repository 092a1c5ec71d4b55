import type { BandGain, LayerSpec, MaskSpec } from "./layer_spec.ts";

/**
 * Most layers that a mix is made of. Each costs its share of a core in the first lap, so a state that
 * would need more is rendered as one layer instead; it then has to be rendered anew when a knob moves.
 */
export const MOST_LAYERS = 16;

/** A summand of a mix, before its layer is made. */
export interface Part {
  /** What is heard. */
  readonly spec: LayerSpec;
  /** Linear gain; below 0 takes away. */
  readonly weight: number;
  /** How many samples ago on the circle. */
  readonly delayFrames: number;
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
    const wet = this.#wet();
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

  /** The resynthesised layers, and the bands of each. */
  #wet(): { spec: MaskSpec; weight: number }[] {
    if (this.#layers.length * (1 + this.#bands.length) > MOST_LAYERS) {
      return [{ spec: { kind: "sum", of: this.#layers, bands: this.#bands }, weight: 1 }];
    }
    const bands = this.#bands.flatMap(({ from, to, delta }) =>
      this.#layers.map(({ spec, weight }): { spec: MaskSpec; weight: number } => ({
        spec: { kind: "band", of: spec, from, to },
        weight: weight * delta,
      }))
    );
    return [...this.#layers, ...bands];
  }
}
