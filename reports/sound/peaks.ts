/** The columns of a waveform: the lowest and the highest sample of each. */
export interface Peaks {
  /** Lowest, in ±1. */
  readonly min: Float32Array;
  /** Highest, in ±1. */
  readonly max: Float32Array;
}

/** The peaks of mono audio in at most `columns` columns of equal length. */
export function peaksOf(mono: Float32Array, columns: number): Peaks {
  const count = Math.min(columns, mono.length);
  const min = new Float32Array(count);
  const max = new Float32Array(count);
  for (let column = 0; column < count; column++) {
    const from = Math.floor(column * mono.length / count);
    const to = Math.floor((column + 1) * mono.length / count);
    let low = mono[from]!;
    let high = low;
    for (let i = from + 1; i < to; i++) {
      const value = mono[i]!;
      if (value < low) low = value;
      else if (value > high) high = value;
    }
    min[column] = low;
    max[column] = high;
  }
  return { min, max };
}
