/**
 * Recordings as tests write them: a session of a few lines.
 *
 * @module
 */
import { createHash } from "node:crypto";
import {
  HEAD_BYTES,
  mainSession,
  type RecordedEvent,
  type RecordedSession,
  type Recording,
  RECORDING_SCHEMA,
  sessionsOf,
} from "../../scenarios/recording/mod.ts";
import { SLICE_HEADER_BYTES, writeSliceHeader } from "../../wire/mod.ts";

/** A recording of these events. */
export function recordingOf(events: readonly RecordedEvent[]): Recording {
  return {
    header: {
      schema: RECORDING_SCHEMA,
      startedUnixS: 0,
      upstream: "ws://127.0.0.1:1318/",
      version: "test",
      blobs: "test.blobs",
      promptsRedacted: false,
    },
    events,
    tornBytes: 0,
  };
}

/** Text events of one connection. */
export function text(t: number, dir: "up" | "down", json: object): RecordedEvent {
  return { t, c: 1, kind: "text", dir, bytes: JSON.stringify(json).length, json };
}

/** A binary event whose bytes are these. */
export function binary(
  t: number,
  dir: "up" | "down",
  bytes: Uint8Array,
  blob = true,
): Extract<RecordedEvent, { kind: "binary" }> {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const head = bytes.subarray(0, HEAD_BYTES).toHex();
  return { t, c: 1, kind: "binary", dir, bytes: bytes.length, sha256, head, blob };
}

/** A slice of 0.36 s. */
export function slice(t: number, startS: number): RecordedEvent {
  const frame = new Uint8Array(SLICE_HEADER_BYTES + 8);
  writeSliceHeader(frame, {
    flags: 0,
    startSample: Math.round(startS * 48000),
    numSamples: 17_280,
    channels: 2,
    tickMs: 9,
    decMs: 3,
    numGens: 1,
  });
  return binary(t, "down", frame);
}

/** A server's `ready`, as short as it may be. */
export const READY = {
  type: "ready",
  session_id: "abcdefgh",
  duration: 10,
  sample_rate: 48000,
  channels: 2,
  bpm: null,
  key: null,
  time_signature: null,
  lora_dir: "",
  lora_catalog: [],
  lora_pending_enable: [],
  checkpoint: "x",
  checkpoint_scale: null,
  pipeline_depth: 4,
  max_pipeline_depth: 4,
};

/** The beginning of a session of a fixture of 10 s; its buffer comes at 1 s. */
export function opening(config: object = {}): RecordedEvent[] {
  return [
    { t: 0, c: 1, kind: "open", target: "/" },
    text(0.1, "up", {
      prompt: "pads",
      fixture_name: "low_fi_Gm_loop_60s_gnm.wav",
      use_server_fixture: true,
      ...config,
    }),
    text(0.9, "down", READY),
    binary(1, "down", new Uint8Array(16)),
  ];
}

/** A tick, its time in seconds of the session. */
export function tick(atS: number, playbackPosS: number, raw: object = {}): RecordedEvent {
  return text(1 + atS, "up", { type: "params", raw, playback_pos: playbackPosS, client_time: atS });
}

/** The session that these events are. */
export function sessionOf(events: readonly RecordedEvent[]): RecordedSession {
  return mainSession(sessionsOf(recordingOf(events)))!;
}
