/** How long streams of events live, and how many there may be. */
export interface StreamLimits {
  /** A stream ends after about so long, seconds, and its client comes again; 0 for no end. */
  readonly maxSeconds: number;
  /** How often a stream says that it lives, seconds. */
  readonly pingSeconds: number;
  /** Streams at a time. */
  readonly maxStreams: number;
}

/** The limits of a server that was not told others. */
export const DEFAULT_STREAM_LIMITS: StreamLimits = {
  maxSeconds: 90,
  pingSeconds: 15,
  maxStreams: 64,
};
