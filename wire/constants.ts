/**
 * The fixed numbers of the streaming protocol.
 *
 * @module
 */

/** Samples per second of every source; the only rate that is accepted. */
export const SAMPLE_RATE = 48000;

/** Samples of one latent frame, 40 ms: the grid on which windows begin. */
export const LATENT_FRAME = 1920;

/** Samples of five latent frames, 0.2 s: sources are cut down to a multiple of it. */
export const LENGTH_QUANTUM = 9600;

/** Samples of a decode window of 0.36 s, the longest (and default) one. */
export const WINDOW_FRAMES = 17280;

/** Samples over which a window is crossfaded with the buffer at each of its edges, 25 ms. */
export const EDGE_FADE_FRAMES = 1200;

/** Samples over which the end of a new source is faded into its head, 50 ms. */
export const SEAM_FADE_FRAMES = 2400;

/** Bytes of a slice frame before its payload. */
export const SLICE_HEADER_BYTES = 23;

/** Version of the message tables, as `/api/protocol` reports it. */
export const PROTOCOL_VERSION = 1;

/** Version of the knob manifest's form. */
export const KNOB_SCHEMA_VERSION = 1;

/** The largest message either side takes: 100 MiB, enough for 240 s of stereo f32. */
export const MAX_MESSAGE_BYTES = 100 * 1024 * 1024;

/** The largest JSON text frame that is parsed, 1 MiB. */
export const MAX_TEXT_BYTES = 1024 * 1024;

/** Fragment size in which large binaries are sent. */
export const FRAGMENT_BYTES = 131072;

/** The longest source, in seconds. */
export const MAX_SOURCE_S = 240;

/** The largest number of channels. */
export const MAX_CHANNELS = 2;

/** The most samples per channel that a source can have. */
export const MAX_SOURCE_FRAMES = MAX_SOURCE_S * SAMPLE_RATE;

/** Bytes of the largest buffer on the wire: the longest source, stereo, as f16. */
export const MAX_BUFFER_BYTES = MAX_SOURCE_FRAMES * MAX_CHANNELS * 2;

/** Manual steering slots a session may have. */
export const MANUAL_SLOT_CAP = 16;

/** WebSocket close codes with a meaning in this protocol. */
export const CLOSE = {
  /** The session ended as it should. */
  normal: 1000,
  /** The peer went away. */
  goingAway: 1001,
  /** A message was over the size limit. */
  tooBig: 1009,
  /** The session could not be made, or died. */
  internal: 1011,
  /** A newer session took the server; the client must not come back by itself. */
  preempted: 4001,
} as const;

/** Reason text that goes with {@link CLOSE}`.preempted`. */
export const PREEMPTED_REASON = "preempted by a newer session";
