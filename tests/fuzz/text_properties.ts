/**
 * What must hold for messages and uploads whatever comes.
 *
 * @module
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { coerceClientMessage, COMMANDS, parseClientMessage } from "../../wire/client_messages.ts";
import { parseConfig } from "../../wire/config.ts";
import { decodeControlBody, encodeControlBody } from "../../wire/control_body.ts";
import { WireError } from "../../wire/errors.ts";
import type { FieldTable } from "../../wire/fields.ts";
import { decodeHalfBuffer } from "../../wire/half_buffer.ts";
import { coerceRaw, knobManifest } from "../../wire/knobs.ts";
import { decodePcm, encodePcm } from "../../wire/pcm.ts";
import { EVENTS, parseServerMessage } from "../../wire/server_messages.ts";
import type { Property } from "./property.ts";

/** Runs `act`; only a WireError that names a field may come out of it. */
function orWireError(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    assert(error.field !== "" && error.offset >= 0 && error.message !== "");
  }
}

/** JSON values, among them those that coercion has rules for. */
const json: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(
    null,
    true,
    false,
    0,
    1,
    -1,
    3.5,
    1e308,
    "",
    "3.5",
    " 7 ",
    "1e400",
    "NaN",
    [],
    {},
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Objects that look like a message of one of the tables, with any values in its fields. */
function messageLike(tables: Readonly<Record<string, { fields: FieldTable }>>) {
  return fc.constantFrom(...Object.entries(tables)).chain(([type, { fields }]) =>
    fc.record(
      Object.fromEntries(
        [["type", fc.constant(type)], ...Object.keys(fields).map((name) => [name, json])] as [
          string,
          fc.Arbitrary<unknown>,
        ][],
      ),
      { requiredKeys: ["type"] },
    )
  );
}

function commandsNeverThrow() {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    messageLike(COMMANDS).map((m) => JSON.stringify(m)),
  );
  return fc.property(text, (source) => {
    const parsed = parseClientMessage(source);
    if (!parsed.ok) {
      assert(parsed.reason !== "");
      return;
    }
    const again = coerceClientMessage(JSON.parse(JSON.stringify(parsed.message)));
    assertEquals(again, { ok: true, message: parsed.message, warnings: [] });
  });
}

function quickParamsAreTheSame() {
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.nat());
  const value = fc.oneof({ weight: 5, arbitrary: number }, { weight: 1, arbitrary: json });
  const params = fc.record({
    type: fc.constant("params"),
    raw: fc.dictionary(fc.string({ maxLength: 6 }), json, { maxKeys: 4 }),
    playback_pos: value,
    client_time: value,
    slice_bytes_rx: value,
    slice_lead_s: value,
  }, { requiredKeys: ["type", "raw", "playback_pos"] });
  return fc.property(params, (message) => {
    const quick = coerceClientMessage(message);
    // A field that nobody knows sends the same message the long way, through the schemas.
    const slow = coerceClientMessage({ ...message, unknown_field: 1 });
    assertEquals(quick.ok, slow.ok);
    if (!quick.ok || !slow.ok) return;
    assertEquals<unknown>({ ...slow.message }, { ...quick.message, unknown_field: 1 });
  });
}

function eventsFailAsWireError() {
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    messageLike(EVENTS).map((m) => JSON.stringify(m)),
  );
  return fc.property(text, (source) => orWireError(() => parseServerMessage(source)));
}

function configsFailAsWireError() {
  const like = fc.dictionary(
    fc.constantFrom("vae_window", "depth", "prompt", "lora_strengths", "enabled_loras", "type"),
    json,
  );
  const text = fc.oneof(fc.string({ maxLength: 40 }), like.map((value) => JSON.stringify(value)));
  return fc.property(text, (source) =>
    orWireError(() => {
      const opening = parseConfig(source);
      if (opening.kind === "upload") return;
      const { vaeWindowS, depth } = opening.config;
      assert(vaeWindowS === 0 || (vaeWindowS >= 0.04 && vaeWindowS <= 0.36));
      assert(Number.isInteger(depth) && depth >= 1 && depth <= 4);
    }));
}

function binariesFailAsWireError() {
  return fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
    orWireError(() => decodePcm(bytes));
    orWireError(() => decodeHalfBuffer(bytes));
    orWireError(() => decodeControlBody(bytes));
  });
}

function uploadsSurvive() {
  const value = fc.float({ noNaN: true, min: -65000, max: 65000 });
  const clip = fc.constantFrom(1, 2).chain((channels) =>
    fc.record({
      channels: fc.constant(channels),
      audio: fc.array(value, { maxLength: 12 }).map((list) =>
        Float32Array.from(list.slice(0, list.length - list.length % channels))
      ),
    })
  );
  return fc.property(clip, fc.jsonValue({ maxDepth: 1 }), ({ channels, audio }, extra) => {
    const body = encodeControlBody({ type: "write_audio", extra }, encodePcm(audio, channels));
    const decoded = decodeControlBody(body);
    assertEquals(decoded.json, JSON.parse(JSON.stringify({ type: "write_audio", extra })));
    assertEquals(decodePcm(decoded.audio!), { channels, frames: audio.length / channels, audio });
  });
}

function knobsStayInRange() {
  const manifest = knobManifest({ sde: true, loras: [{ id: "x", strength: 1 }], manualSlots: 1 });
  const raw = fc.dictionary(fc.constantFrom(...Object.keys(manifest.knobs), "curve"), json);
  return fc.property(raw, (values) => {
    const coerced = coerceRaw(manifest, values);
    for (const [name, value] of Object.entries(coerced.values)) {
      const knob = manifest.knobs[name];
      if (knob === undefined) assertEquals(value, values[name]);
      else if (knob.type === "enum") assert(knob.options.includes(value as string));
      else if (knob.type === "bool") assertEquals(typeof value, "boolean");
      else assert(value as number >= knob.min && value as number <= (knob.max ?? Infinity));
    }
    assertEquals(coerceRaw(manifest, coerced.values), { values: coerced.values, reports: [] });
  });
}

/** Properties of messages, configs and uploads. */
export const TEXT_PROPERTIES: readonly Property[] = [
  {
    name: "any text is a command or is refused, and coercing a command again changes nothing",
    share: 0.05,
    make: commandsNeverThrow,
  },
  {
    name: "params read the quick way are what the schemas make of them",
    share: 0.02,
    make: quickParamsAreTheSame,
  },
  { name: "any text is an event or fails as WireError", share: 0.04, make: eventsFailAsWireError },
  {
    name: "any text is a config within its ranges or fails as WireError",
    share: 0.03,
    make: configsFailAsWireError,
  },
  {
    name: "any bytes are an upload, a buffer, a command body or fail as WireError",
    share: 0.03,
    make: binariesFailAsWireError,
  },
  { name: "uploads and command bodies survive their encoding", share: 0.01, make: uploadsSurvive },
  {
    name: "knob values end inside their ranges and stay there",
    share: 0.02,
    make: knobsStayInRange,
  },
];
