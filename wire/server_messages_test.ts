import { assert, assertEquals, assertThrows } from "@std/assert";
import { WireError } from "./errors.ts";
import { expectedBinaries, parseServerMessage } from "./server_messages.ts";

/** What a server of May sends: none of the later fields. */
const MAY_READY = {
  type: "ready",
  duration: 60,
  sample_rate: 48000,
  channels: 2,
  lora_dir: "/loras",
  lora_catalog: [],
  lora_pending_enable: [],
  bpm: 120,
  key: "G minor",
  time_signature: "4",
  checkpoint: "acestep-v15-turbo",
  checkpoint_scale: "2B",
  pipeline_depth: 4,
  max_pipeline_depth: 4,
  session_id: "abcd1234",
};

function read(value: unknown) {
  const parsed = parseServerMessage(JSON.stringify(value));
  assert(parsed.known);
  return parsed.message;
}

function refuses(value: unknown, field: string): void {
  const error = assertThrows(() => parseServerMessage(JSON.stringify(value)), WireError);
  assertEquals(error.field, field);
}

Deno.test("ready is accepted with and without the June fields", () => {
  assertEquals<unknown>(read(MAY_READY), MAY_READY);
  const june = {
    ...MAY_READY,
    source_epoch: 0,
    geometry: { sample_rate: 48000, channels: 2, chunk_rate_hz: 25, duration_s: 60 },
    knob_manifest: {
      version: 1,
      knobs: {
        denoise: {
          ...{ type: "float", default: 0, min: 0, max: 1 },
          ...{ group: "core", bank: true, description: "" },
        },
      },
    },
    manual_slot_count: 0,
    manual_slot_cap: 16,
    steering_available: false,
  };
  assertEquals<unknown>(read(june), june);
});

Deno.test("capabilities that a server does not name are off", () => {
  const ready = read({ ...MAY_READY, capabilities: { swap: true } });
  assert(ready.type === "ready");
  assertEquals([ready.capabilities?.swap, ready.capabilities?.lora], [true, false]);
});

Deno.test("events of unknown type are reported as such, whole", () => {
  const raw = { type: "confetti", colours: [1, 2] };
  assertEquals(parseServerMessage(JSON.stringify(raw)), { known: false, type: "confetti", raw });
  for (const type of ["constructor", "__proto__"]) {
    assertEquals(parseServerMessage(JSON.stringify({ type })).known, false);
  }
});

Deno.test("unknown fields are kept, null and unusable optional ones count as absent", () => {
  const error = read({
    type: "error",
    code: "x",
    message: "y",
    build_command: null,
    duration_s: "?",
    more: 1,
  });
  assertEquals<unknown>(error, { type: "error", code: "x", message: "y", more: 1 });
});

Deno.test("what is no event is refused", () => {
  assertThrows(() => parseServerMessage("{"), WireError, "event is not JSON");
  assertThrows(() => parseServerMessage("[1]"), WireError, "must be a JSON object, got an array");
  assertThrows(() => parseServerMessage(" ".repeat(1 << 20) + "{}"), WireError, "at most 1048576");
  refuses({}, "type");
  refuses({ type: "params_update", params: JSON.parse("[".repeat(50) + "]".repeat(50)) }, "type");
  refuses({ type: 7 }, "type");
});

Deno.test("a known event without what it needs is refused with the field", () => {
  refuses({ ...MAY_READY, duration: "60" }, "ready.duration");
  refuses({ ...MAY_READY, channels: undefined }, "ready.channels");
  refuses({ type: "params_update", params: 1 }, "params_update.params");
  refuses({ type: "depth_applied" }, "depth_applied.value");
  refuses({ type: "stem_assets", sample_rate: 48000, channels: 2, frames: 1 }, "stem_assets.stems");
});

Deno.test("buffers and stems that could not be real are refused before room is made", () => {
  refuses({ ...MAY_READY, channels: 3 }, "ready.channels");
  refuses({ ...MAY_READY, duration: 241 }, "ready.duration");
  refuses({ ...MAY_READY, duration: -1 }, "ready.duration");
  const stems = { type: "stem_assets", sample_rate: 48000, channels: 2, stems: ["vocals"] };
  refuses({ ...stems, frames: -1 }, "stem_assets.frames");
  refuses({ ...stems, frames: 1e12 }, "stem_assets.frames");
  refuses({ ...stems, frames: 1, stems: Array(17).fill("x") }, "stem_assets.stems");
});

Deno.test("announced binaries come in order, with their size", () => {
  assertEquals(expectedBinaries(read(MAY_READY)), [
    { kind: "buffer", name: "", channels: 2, frames: 2_880_000, bytes: 11_520_000 },
  ]);
  const stems = read({
    type: "stem_assets",
    ...{ sample_rate: 48000, channels: 1, frames: 9600, stems: ["vocals", "instruments"] },
  });
  assertEquals(expectedBinaries(stems), [
    { kind: "stem", name: "vocals", channels: 1, frames: 9600, bytes: 19200 },
    { kind: "stem", name: "instruments", channels: 1, frames: 9600, bytes: 19200 },
  ]);
  assertEquals(expectedBinaries(read({ type: "depth_applied", value: 1 })), []);
});

Deno.test("a duration that is no exact decimal still gives whole frames", () => {
  const frames = 9600 * 7 + 1;
  const swap = read({ ...MAY_READY, type: "swap_ready", duration: frames / 48000 });
  assertEquals(expectedBinaries(swap)[0]?.frames, frames);
});
