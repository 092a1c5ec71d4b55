import type { Packet } from "../../wire/connection.ts";
import { FRAGMENT_BYTES } from "../../wire/constants.ts";
import type { NetworkProfileInput } from "./profile.ts";

/** A direction of a network, as the client sees it. */
export type Direction = "up" | "down" | "both";

/** What can be done to a network while it runs. */
export interface NetworkFaults {
  /** Nothing moves for `durationS` seconds. */
  stall(durationS: number, direction?: Direction): void;
  /** Both directions of the present connections swallow everything, and nobody is told. */
  halfOpen(): void;
  /** The present connections break; both sides are told (1006). */
  abruptClose(): void;
  /** The next slice that a server sends arrives damaged, so that it cannot be decoded. */
  corruptNextSlice(): void;
  /** New connections are refused (true), or let in again. */
  setRefusing(isRefusing: boolean): void;
  /** The network is another from now on; what is left out is perfect. */
  setProfile(profile: NetworkProfileInput): void;
}

/** Whether a message can be a slice: whole buffers are larger, and travel in fragments. */
export function canBeSlice(packet: Packet): boolean {
  if (packet.kind !== "binary" && packet.kind !== "slice") return false;
  return packet.bytes < FRAGMENT_BYTES;
}

/** Where a zstd frame begins in a slice; without its magic number no decoder takes it. */
const PAYLOAD_OFFSET = 23;

/** A copy of a slice that no decoder takes: its flags and the first bytes of its payload are flipped. */
export function corrupted(packet: Packet): Packet {
  const data = packet.kind === "binary" ? packet.data.slice() : new Uint8Array(PAYLOAD_OFFSET);
  const flip = (offset: number) => {
    if (offset < data.length) data[offset]! ^= 0xff;
  };
  flip(0);
  for (let i = 0; i < 4; i++) flip(PAYLOAD_OFFSET + i);
  return { kind: "binary", data, bytes: packet.bytes };
}
