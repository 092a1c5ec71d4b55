/**
 * Every knob of the engine, from end to end: what the tests try and the manual lists.
 *
 * @module
 */

/** Two values of a knob that must sound unlike. */
export interface KnobRange {
  readonly knob: string;
  readonly from: unknown;
  readonly to: unknown;
  /** What else must be set for it to matter, beside a denoise of 0.7. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

function range(
  knob: string,
  from: unknown,
  to: unknown,
  beside?: Readonly<Record<string, unknown>>,
): KnobRange {
  return { knob, from, to, ...(beside !== undefined && { beside }) };
}

/** The knobs. */
export const KNOB_RANGES: readonly KnobRange[] = [
  range("denoise", 0, 1, { denoise: 0 }),
  range("sde_amp", 0, 1),
  range("periodicity", 0, 12.5, { sde_amp: 0.7 }),
  range("seed", 0, 4294967295),
  range("feedback", 0, 1),
  range("feedback_depth", 1, 8, { feedback: 1 }),
  range("shift", 1, 6),
  range("hint_strength", 0, 1),
  range("x0_target", 0, 1),
  ...Array.from({ length: 8 }, (_, group) => range(`ch_g${group}`, 0, 3)),
  ...[13, 14, 19, 23, 29, 56].map((channel) => range(`ch${channel}`, 0, 3)),
  range("steps_override", 1, 16),
  range("guidance_scale", 1, 15, { rcfg_mode: "full" }),
  range("cfg_rescale", 0, 1, { rcfg_mode: "full", guidance_scale: 8 }),
  range("rcfg_mode", "off", "self"),
  range("rcfg_mode", "off", "initialize"),
  range("rcfg_mode", "off", "full"),
  range("dcw_enabled", true, false),
  range("dcw_mode", "double", "low", { dcw_high_scaler: 0.1 }),
  range("dcw_mode", "double", "high"),
  range("dcw_mode", "double", "pix"),
  range("dcw_wavelet", "haar", "db4"),
  range("dcw_wavelet", "haar", "sym8"),
  range("dcw_wavelet", "haar", "db8"),
  range("dcw_scaler", 0, 0.5),
  range("dcw_high_scaler", 0, 0.5),
  range("dcw_mult_blend", 0, 1),
  range("dcw_mag_phase", 0, 1),
  range("dcw_soft_thresh", 0, 0.3),
  range("steer_bright", -30, 30),
  range("man_alpha_0", -30, 30),
  range("man_src_0", 0, 3, { man_alpha_0: 30 }),
  range("man_layer_0", 9, 1, { man_alpha_0: 30 }),
  range("man_step_0", 0, 2, { man_alpha_0: 30 }),
];
