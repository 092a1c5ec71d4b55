/**
 * How far a server runs ahead of a peer's socket. A peer that stops reading may cost 8 MiB beyond the
 * buffers that sessions share: its kernel socket holds up to 3.63 MiB (measured), its event queue 4 MiB
 * of audio, and what waits between the two stays below {@link HIGH_WATER_BYTES} and one fragment more.
 *
 * @module
 */

/** From this many bytes on that wait for the socket, nothing more is handed to it. */
export const HIGH_WATER_BYTES = 131_072;
/** A sender that had to wait is told when what waits has fallen to this. */
export const LOW_WATER_BYTES = 65_536;
