/**
 * Records a session where it is played: every packet that a client sends and gets, as the gateway
 * would have seen it. Works on both roads, in virtual time and on the wall.
 *
 * @module
 */
import { createHash } from "node:crypto";
import type { Clock } from "../../runtime/mod.ts";
import type { Dial, Packet } from "../../wire/mod.ts";
import {
  type Direction,
  HEAD_BYTES,
  type RecordedEvent,
  type Recording,
  RECORDING_SCHEMA,
} from "./format.ts";

/** Most events of a replay that are kept. */
const MAX_EVENTS = 2_000_000;

/** Keeps what goes over the connections of a dial. */
export class SessionTap {
  readonly #events: RecordedEvent[] = [];
  #connections = 0;
  #startS: number | null = null;

  /** The same dial, watched. */
  watch(dial: Dial, clock: Clock): Dial {
    return (handler) => {
      const c = ++this.#connections;
      this.#startS ??= clock.now();
      const now = () => Math.max(0, Math.round((clock.now() - this.#startS!) * 1e6) / 1e6);
      const add = (dir: Direction, packet: Packet) => this.#add(eventOf(packet, now(), c, dir));
      this.#add({ t: now(), c, kind: "open", target: "/" });
      const connection = dial({
        onOpen: () => handler.onOpen?.(),
        onPacket: (packet) => {
          add("down", packet);
          handler.onPacket(packet);
        },
        onDrain: () => handler.onDrain?.(),
        onClose: (code, reason) => {
          this.#add({ t: now(), c, kind: "close", dir: "down", code, reason });
          handler.onClose(code, reason);
        },
      });
      return {
        get bufferedBytes() {
          return connection.bufferedBytes;
        },
        get isOpen() {
          return connection.isOpen;
        },
        attach: (to) => {
          handler = to;
        },
        send: (packet) => {
          if (connection.isOpen) add("up", packet);
          connection.send(packet);
        },
        sendFragment: (packet, offset, length) => {
          // A message is recorded once, when it is whole.
          if (connection.isOpen && offset + length >= packet.bytes) add("up", packet);
          connection.sendFragment(packet, offset, length);
        },
        setReadPaused: (isPaused) => connection.setReadPaused(isPaused),
        close: (code, reason) => {
          if (connection.isOpen) this.#add({ t: now(), c, kind: "close", dir: "up", code, reason });
          connection.close(code, reason);
        },
        terminate: () => connection.terminate(),
      };
    };
  }

  /** What was kept, as a recording. */
  recording(upstream: string): Recording {
    const header = {
      schema: RECORDING_SCHEMA,
      startedUnixS: 0,
      upstream,
      version: "replay",
      blobs: "none",
      promptsRedacted: false,
    } as const;
    return { header, events: this.#events, tornBytes: 0 };
  }

  #add(event: RecordedEvent): void {
    if (this.#events.length < MAX_EVENTS) this.#events.push(event);
  }
}

/** A packet as the gateway writes it down. At timing fidelity there are no bytes to tell of. */
function eventOf(packet: Packet, t: number, c: number, dir: Direction): RecordedEvent {
  const { bytes } = packet;
  if (packet.kind === "text") {
    const json = parsed(packet.text);
    return { t, c, kind: "text", dir, bytes, ...(json ?? { text: packet.text }) };
  }
  if (packet.kind === "message") {
    return { t, c, kind: "text", dir, bytes, json: { ...packet.message } };
  }
  const data = packet.kind === "binary" ? packet.data : new Uint8Array();
  const sha256 = createHash("sha256").update(data).digest("hex");
  const head = data.subarray(0, HEAD_BYTES).toHex();
  return { t, c, kind: "binary", dir, bytes, sha256, head, blob: false };
}

function parsed(text: string): { json: unknown } | null {
  try {
    return { json: JSON.parse(text) };
  } catch {
    return null;
  }
}

/** A recording as the lines of a file. */
export function recordingLines({ header, events }: Recording): string {
  return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join("");
}
