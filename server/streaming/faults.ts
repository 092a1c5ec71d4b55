/**
 * Defences of the server that can be switched off, one by one: each switch makes it the worse server
 * that somebody once had. Scenarios use them to show a known failure, and the tests to prove that a
 * scenario would notice.
 *
 * @module
 */

/** Deliberate defects of our own server; all off (or 0) in a healthy one, but for `coalesceParams`. */
export interface StreamFaults {
  /** Seed the mirror with the exact source instead of its wire copy. */
  readonly exactMirrorBase: boolean;
  /** Store the exact target in the mirror instead of what the client has. */
  readonly exactMirrorAdvance: boolean;
  /** Keep the old source's mirror when another source is sent. */
  readonly keepMirrorOnSwap: boolean;
  /** Count no epoch when another source is sent. */
  readonly keepEpochOnSwap: boolean;
  /** Milliseconds that the receive loop spends on each message. */
  readonly receiveMs: number;
  /** Fold waiting params into the newest one; true in a healthy server. */
  readonly coalesceParams: boolean;
  /** Wait for an announced binary for ever, and serve nobody meanwhile. */
  readonly blockOnBinaries: boolean;
  /** Give a client whose fixture is not there as long for its audio as any upload has. */
  readonly waitForMissingFixture: boolean;
  /** Let params from outside move the playhead and the knobs, without telling the client. */
  readonly obeyOutsiders: boolean;
  /** Say nothing of a timbre or structure reference that cannot be used. */
  readonly leaveUnanswered: boolean;
  /** Let the lead's release be shorter than its ceiling. */
  readonly allowShortRelease: boolean;
  /** A constant lead of 0.5 s in place of the adaptive one. */
  readonly fixedLead: boolean;
  /** Ignore the client's lead reports. */
  readonly ignoreTransportLead: boolean;
  /** Take the end of a rest for a stall of the generator. */
  readonly countRestAsStall: boolean;
  /** Do not carry the playhead on between reports. */
  readonly holdPlayhead: boolean;
  /** Believe a position that repeats the last one: the client must be standing still. */
  readonly anchorRepeats: boolean;
  /** Take a new position without the time at which it was taken. */
  readonly keepAnchorTime: boolean;
  /** Take reports that were held up on the way for fresh ones. */
  readonly ignoreReportAge: boolean;
  /** Render as if there were no loop band. */
  readonly ignoreLoopBand: boolean;
  /** Lay windows into the buffer as they are, without a fade at their edges. */
  readonly noEdgeFade: boolean;
  /** Loop a source as it is, without a fade of its end into its head. */
  readonly noSeamFade: boolean;
  /** Hand everything to the socket at once, however much waits there. */
  readonly unboundedSocket: boolean;
  /** Send windows however long they have waited. */
  readonly sendOldSlices: boolean;
  /** Let flow control drop slices that cover the whole buffer, too. */
  readonly dropFullBuffers: boolean;
  /** Let other events in between the parts of a swap. */
  readonly splitGroups: boolean;
  /** Evict control events like any other from a full queue. */
  readonly dropControlEvents: boolean;
  /** Let an echo replace an older one on a full queue, keys and all. */
  readonly overwriteEchoes: boolean;
  /** Keep the first of two swaps that wait, not the last. */
  readonly keepFirstSwap: boolean;
  /** End the session when a swap fails. */
  readonly dieOfFailedSwap: boolean;
  /** Let a session go on when its connection breaks. */
  readonly keepLostSessions: boolean;
  /** Preempt for a connection that has sent its config, before its audio is there. */
  readonly preemptEarly: boolean;
  /** Admit a newcomer while the session that it replaces is still being torn down. */
  readonly admitBeforeTeardown: boolean;
  /** Wait for the end of a replaced session however long it takes. */
  readonly waitForTeardown: boolean;
  /** Seconds that a session takes to end. */
  readonly teardownS: number;
}

/** A server with all its defences. */
export const NO_FAULTS: StreamFaults = {
  exactMirrorBase: false,
  exactMirrorAdvance: false,
  keepMirrorOnSwap: false,
  keepEpochOnSwap: false,
  receiveMs: 0,
  coalesceParams: true,
  blockOnBinaries: false,
  waitForMissingFixture: false,
  obeyOutsiders: false,
  leaveUnanswered: false,
  allowShortRelease: false,
  fixedLead: false,
  ignoreTransportLead: false,
  countRestAsStall: false,
  holdPlayhead: false,
  anchorRepeats: false,
  keepAnchorTime: false,
  ignoreReportAge: false,
  ignoreLoopBand: false,
  noEdgeFade: false,
  noSeamFade: false,
  unboundedSocket: false,
  sendOldSlices: false,
  dropFullBuffers: false,
  splitGroups: false,
  dropControlEvents: false,
  overwriteEchoes: false,
  keepFirstSwap: false,
  dieOfFailedSwap: false,
  keepLostSessions: false,
  preemptEarly: false,
  admitBeforeTeardown: false,
  waitForTeardown: false,
  teardownS: 0,
};
