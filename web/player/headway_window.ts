/**
 * The object `headway` of the page's window.
 *
 * @module
 */
import type { Report } from "../../reports/model.ts";
import type { PageCommand, Records, View } from "../session/messages.ts";
import type { AudioClock } from "./audio_output.ts";
import type { PlayerState } from "./state_words.ts";

/** What tests, and whoever opens the console, can ask the page. */
export interface HeadwayWindow {
  /** Where it stands. */
  readonly state: PlayerState;
  /** The newest measures; null before the first buffer. */
  readonly view: View | null;
  /** Id of the newest session; null before the first. */
  readonly sessionId: string | null;
  /** The audio context's time, seconds; null before it is open. */
  readonly audioTimeS: number | null;
  /** What the device says of its clock and its latency; null before it is open. */
  readonly audioClock: AudioClock | null;
  /** How loud it is at the device now: the root of the mean square, 0..1. */
  readonly level: number;
  /** Does what the page's own controls do; nothing before the first session. */
  do(command: PageCommand): void;
  /** Every position of the audio thread, slice and tick that is kept; null before the first session. */
  records(): Promise<Records | null>;
  /** The report of everything up to now; null before the first session. */
  report(): Promise<Report | null>;
}

declare global {
  // `window.headway`, as people say.
  var headway: HeadwayWindow;
}
