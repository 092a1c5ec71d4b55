/**
 * What a network is like, as data.
 *
 * @module
 */
import { z } from "zod";

/** A time in which nothing moves. */
export interface Stall {
  /** When it begins, in seconds since the network was made. */
  readonly atS: number;
  /** How long it lasts. */
  readonly durationS: number;
}

/** Stalls at random times. */
export interface RandomStalls {
  /** Mean time from the end of one to the start of the next; each gap is 0.5 to 1.5 times that. */
  readonly everyS: number;
  /** How long each lasts. */
  readonly durationS: number;
}

/** One direction of a network. Bytes are delayed, never lost and never reordered. */
export interface LinkProfile {
  /** Time from the end of sending to arrival. */
  readonly latencyMs: number;
  /** Standard deviation of that time. A late message holds up those behind it. */
  readonly jitterMs: number;
  /** Bandwidth; null is unlimited. */
  readonly bytesPerS: number | null;
  /** Bytes that pass at full speed before the bandwidth limit begins to hold. */
  readonly freeBurstBytes: number;
  /** Planned stalls. */
  readonly stalls: readonly Stall[];
  /** Random stalls; null has none. */
  readonly randomStalls: RandomStalls | null;
}

/** Both directions as a client sees them, and how much the ends hold. */
export interface NetworkProfile {
  /** Client to server. */
  readonly up: LinkProfile;
  /** Server to client. */
  readonly down: LinkProfile;
  /** Bytes that a receiver takes in while nobody reads; the rest stays with the sender. */
  readonly windowBytes: number;
  /** A sender whose buffer was fuller than this is told when it has fallen to it. */
  readonly lowWaterBytes: number;
}

/** A {@link NetworkProfile} in which everything may be left out. */
export interface NetworkProfileInput {
  /** Client to server; what is left out is perfect. */
  readonly up?: Partial<LinkProfile>;
  /** Server to client; what is left out is perfect. */
  readonly down?: Partial<LinkProfile>;
  /** Default 256 KiB. */
  readonly windowBytes?: number;
  /** Default 64 KiB. */
  readonly lowWaterBytes?: number;
}

/** No delay, no limit, no stall. */
export const PERFECT_LINK: LinkProfile = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerS: null,
  freeBurstBytes: 0,
  stalls: [],
  randomStalls: null,
};

/** Fills what a profile leaves out: perfect links, a window of 256 KiB, a low-water mark of 64 KiB. */
export function networkProfile(input: NetworkProfileInput = {}): NetworkProfile {
  return {
    up: { ...PERFECT_LINK, ...input.up },
    down: { ...PERFECT_LINK, ...input.down },
    windowBytes: input.windowBytes ?? 256 * 1024,
    lowWaterBytes: input.lowWaterBytes ?? 64 * 1024,
  };
}

const timeS = z.number().min(0).max(86_400);
const bytes = z.number().int().min(0).max(1e12);

const linkSchema = z.strictObject({
  latencyMs: z.number().min(0).max(60_000).exactOptional(),
  jitterMs: z.number().min(0).max(60_000).exactOptional(),
  bytesPerS: z.number().min(100).max(1e12).nullable().exactOptional(),
  freeBurstBytes: bytes.exactOptional(),
  stalls: z.array(z.strictObject({ atS: timeS, durationS: timeS })).max(1000).exactOptional(),
  randomStalls: z.strictObject({ everyS: z.number().min(0.01).max(86_400), durationS: timeS })
    .nullable().exactOptional(),
});

/** The schema of {@link NetworkProfileInput}, with limits. */
export const networkProfileSchema: z.ZodType<NetworkProfileInput> = z.strictObject({
  up: linkSchema.exactOptional(),
  down: linkSchema.exactOptional(),
  windowBytes: z.number().int().min(1024).max(1e9).exactOptional(),
  lowWaterBytes: z.number().int().min(0).max(128 * 1024).exactOptional(),
});
