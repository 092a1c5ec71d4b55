/**
 * Defences of the voice server that can be switched off, one by one: each switch makes it the worse
 * server that somebody once had. Scenarios use them to show a known failure, and the tests to prove
 * that a scenario would notice.
 *
 * @module
 */

/** Deliberate defects of our own voice server; all off in a healthy one. */
export interface VoiceFaults {
  /** Serve jobs in the order of asking, whatever the policy is. */
  readonly ignorePolicy: boolean;
  /** Make the jobs of one session side by side, so that a short one overtakes a long one. */
  readonly raceInSession: boolean;
  /** Send audio to the listeners of every session. */
  readonly broadcast: boolean;
  /** Play on this machine also what listeners have got. */
  readonly playAnyway: boolean;
  /** Take what nobody listens to for delivered. */
  readonly dropUnheard: boolean;
  /** Go on counting listeners that have gone. */
  readonly trustGoneListeners: boolean;
  /** Hold on to a listener that reads nothing, however much waits for it. */
  readonly keepSlowListeners: boolean;
  /** Play everything that waits for the loudspeaker at once. */
  readonly shareSpeaker: boolean;
  /** Look at the audio devices once, and never again. */
  readonly rememberDevices: boolean;
  /** Stop what is heard, and go on with what waits. */
  readonly keepWaiting: boolean;
  /** Let a worker that crashed with a job stay dead. */
  readonly loseWorkers: boolean;
}

/** A healthy server. */
export const NO_VOICE_FAULTS: VoiceFaults = {
  ignorePolicy: false,
  raceInSession: false,
  broadcast: false,
  playAnyway: false,
  dropUnheard: false,
  trustGoneListeners: false,
  keepSlowListeners: false,
  shareSpeaker: false,
  rememberDevices: false,
  keepWaiting: false,
  loseWorkers: false,
};
