import type { AudioClip } from "../../../../audio/clip.ts";
import type { Colour } from "./colour_mask.ts";

/** What a layer is, as data. Two equal specs of one source give one layer. */
export type LayerSpec =
  /** The part of the source that plays. */
  | { readonly kind: "base" }
  | MaskSpec;

/** A layer that is made by a mask over the base. */
export type MaskSpec =
  /** Resynthesis in the timbre of a prompt. */
  | { readonly kind: "prompt"; readonly prompt: string; readonly seed: number }
  /** The source without its structure. */
  | { readonly kind: "wash" }
  /** A fixed colour; `variation` tells two uses of one colour apart. */
  | { readonly kind: "colour"; readonly colour: Colour; readonly variation: string }
  /** The source in the sound colour of a clip. */
  | { readonly kind: "timbre"; readonly clip: AudioClip }
  /** The source in the course of a clip. */
  | { readonly kind: "structure"; readonly clip: AudioClip }
  /** A range of the 64 bands of another layer. */
  | {
    readonly kind: "band";
    readonly of: MaskSpec;
    readonly from: number;
    readonly to: number;
  }
  /** The sum of many masks in one layer. */
  | {
    readonly kind: "sum";
    readonly of: readonly { readonly spec: MaskSpec; readonly weight: number }[];
    readonly bands: readonly BandGain[];
  };

/** A gain on a range of the 64 bands. */
export interface BandGain {
  /** The first band. */
  readonly from: number;
  /** The band after the last. */
  readonly to: number;
  /** Added to 1; −1 silences. */
  readonly delta: number;
}

/** A text that is equal for equal specs; `clipKey` names a clip by its content. */
export function specKey(spec: LayerSpec, clipKey: (clip: AudioClip) => string): string {
  switch (spec.kind) {
    case "base":
    case "wash":
      return spec.kind;
    case "prompt":
      return `prompt ${spec.seed} ${spec.prompt}`;
    case "colour":
      return `colour ${spec.colour} ${spec.variation}`;
    case "timbre":
    case "structure":
      return `${spec.kind} ${clipKey(spec.clip)}`;
    case "band":
      return `band ${spec.from} ${spec.to} ${specKey(spec.of, clipKey)}`;
    case "sum":
      return JSON.stringify([
        "sum",
        spec.of.map(({ spec, weight }) => [weight, specKey(spec, clipKey)]),
        spec.bands.map(({ from, to, delta }) => [from, to, delta]),
      ]);
  }
}
