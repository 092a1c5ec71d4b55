/// <reference lib="dom" />
/** Colours of a drawing, from the stylesheet: they follow dark and light. */
export interface Palette {
  readonly ink: string;
  readonly quiet: string;
  readonly line: string;
  readonly ground: string;
  readonly fresh: string;
  readonly freshSoft: string;
  readonly old: string;
  readonly oldSoft: string;
  readonly never: string;
  readonly head: string;
}

/** Where a drawing is drawn. */
export interface Area {
  readonly context: CanvasRenderingContext2D;
  /** In CSS pixels. */
  readonly width: number;
  readonly height: number;
  readonly palette: Palette;
}

/** A canvas at the resolution of its screen. */
export class Surface {
  readonly #canvas: HTMLCanvasElement;
  readonly #context: CanvasRenderingContext2D;
  #palette: Palette | null = null;

  /** Draws on a canvas whose size the stylesheet gives. */
  constructor(canvas: HTMLCanvasElement) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d")!;
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      this.#palette = null;
    });
  }

  /** An empty area to draw on; null while the canvas has no size. */
  clear(): Area | null {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    if (width === 0 || height === 0) return null;
    const scale = devicePixelRatio;
    const [pixelWidth, pixelHeight] = [Math.round(width * scale), Math.round(height * scale)];
    if (this.#canvas.width !== pixelWidth || this.#canvas.height !== pixelHeight) {
      this.#canvas.width = pixelWidth;
      this.#canvas.height = pixelHeight;
    }
    this.#context.setTransform(scale, 0, 0, scale, 0, 0);
    this.#context.clearRect(0, 0, width, height);
    this.#palette ??= readPalette(this.#canvas);
    return { context: this.#context, width, height, palette: this.#palette };
  }
}

/** `light-dark()` in a custom property is not resolved by itself: a colour that uses it is. */
function readPalette(canvas: HTMLCanvasElement): Palette {
  const probe = document.createElement("span");
  canvas.parentElement!.append(probe);
  const colour = (name: string) => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const palette = {
    ink: colour("ink"),
    quiet: colour("quiet"),
    line: colour("line"),
    ground: colour("ground"),
    fresh: colour("fresh"),
    freshSoft: colour("fresh-soft"),
    old: colour("old"),
    oldSoft: colour("old-soft"),
    never: colour("never"),
    head: colour("head"),
  };
  probe.remove();
  return palette;
}
