import { assert, assertEquals, assertThrows } from "@std/assert";
import { encodePcm } from "../../wire/mod.ts";
import { binary, opening, sessionOf, text, tick } from "../../tests/support/recorded.ts";
import { ScenarioError } from "../errors.ts";
import type { RecordedEvent } from "./format.ts";
import { toScenario } from "./to_scenario.ts";
import { uploadsIn } from "./uploads.ts";

const uploads = uploadsIn("blobs");
const CLIP = encodePcm(new Float32Array(9600 * 2), 2);

/** Ticks at 30 Hz that play from the beginning. */
function ticks(untilS: number, raw: (atS: number) => object = () => ({})): RecordedEvent[] {
  return Array.from({ length: untilS * 30 }, (_, i) => tick(i / 30, i / 30, raw(i / 30)));
}

/** The scenario of a session that is opened like this, and in which the client says this. */
function convert(words: readonly RecordedEvent[], config: object = {}) {
  const events = [...opening(config), ...words].toSorted((a, b) => a.t - b.t);
  return toScenario(sessionOf(events), { name: "test", uploads });
}

/** What one command becomes, without its time. */
function stepOf(message: object, audio: Uint8Array | null = null) {
  const said = [text(2, "up", message), ...(audio === null ? [] : [binary(2.1, "up", audio)])];
  const { scenario: { steps = [] }, omissions } = convert([...said, tick(3, 3)]);
  const { atS, ...step } = steps[0] ?? { atS: null };
  return { atS, step, omissions };
}

Deno.test("toScenario() keeps config, source, pace and length", () => {
  const { scenario, omissions } = convert(ticks(5), {
    client_id: "mine",
    lora: true,
    stem_source_mode: "Vocals ",
    prompt_b: "cold",
  });
  const { source, client, durationS, steps } = scenario;
  assertEquals(source, { fixture: "low_fi_Gm_loop_60s_gnm.wav", stems: "vocals" });
  assertEquals(client, { paramsHz: 30, prompt: "pads", config: { lora: true, prompt_b: "cold" } });
  assertEquals([steps, omissions], [[], []]);
  assert(Math.abs(durationS - 5) < 0.05);
});

Deno.test("toScenario() makes steps of knobs when they change, and only of those", () => {
  const { scenario: { steps } } = convert(
    ticks(3, (atS) => ({ denoise: atS < 1 ? 0.5 : 0.6, curve: { a: [1, 2] } })),
  );
  assertEquals(steps, [
    { do: "knobs", atS: 0, values: { denoise: 0.5, curve: { a: [1, 2] } } },
    { do: "knobs", atS: 1, values: { denoise: 0.6 } },
  ]);
});

Deno.test("commands become steps of their own where these say all of it, else what was sent", () => {
  const source = {
    pcm: `blobs/${binary(0, "up", CLIP).sha256}.bin`,
    sha256: binary(0, "up", CLIP).sha256,
    frames: 9600,
    channels: 2,
  };
  const cases: [object, object, Uint8Array?][] = [
    [{ type: "prompt", tags: "a" }, { do: "prompt", tags: "a" }],
    [{ type: "prompt", tags: "a", tags_b: "b" }, { do: "prompt", tags: "a", tagsB: "b" }],
    [{ type: "set_prompt_blend", value: 0.5 }, { do: "promptBlend", value: 0.5 }],
    [{ type: "loop_band", start_sec: 1, end_sec: 2 }, {
      do: "loopBand",
      band: { startS: 1, endS: 2 },
    }],
    [{ type: "loop_band", start_sec: null, end_sec: null }, { do: "loopBand", band: null }],
    [{ type: "set_depth", value: 2 }, { do: "depth", value: 2 }],
    [{ type: "enable_lora", id: "x", strength: 1 }, { do: "lora", id: "x", strength: 1 }],
    [{ type: "disable_lora", id: "x" }, { do: "lora", id: "x", strength: null }],
    [{ type: "set_timbre_fixture", name: "f.wav" }, { do: "timbre", source: { fixture: "f.wav" } }],
    [{ type: "clear_structure_source" }, { do: "structure", source: null }],
    [{ type: "swap_source", fixture_name: "f.wav", use_server_source: true, key: "C minor" }, {
      do: "swap",
      source: { fixture: "f.wav" },
      key: "C minor",
    }],
    [{ type: "swap_source", tags: "a", stem_source_mode: "full" }, {
      do: "swap",
      source: { ...source, stems: "full" },
      tags: "a",
    }, CLIP],
    [{ type: "write_audio", at_s: 1 }, {
      do: "send",
      message: { type: "write_audio", at_s: 1 },
      source,
    }, CLIP],
  ];
  for (const [message, expected, audio] of cases) {
    assertEquals(stepOf(message, audio), { atS: 1, step: expected, omissions: [] } as never);
  }
  // What a step of its own would leave out, and what no server knows.
  for (
    const message of [
      { type: "prompt", tags: "a", key: "C minor" },
      { type: "enable_lora", id: "x" },
      { type: "enable_lora", id: "x", strength: 9 },
      { type: "set_depth", value: 0 },
      { type: "set_prompt_blend", value: "0.5" },
      { type: "swap_source", fixture_name: 5, use_server_source: true },
      { type: "unheard_of", a: [1] },
    ]
  ) {
    assertEquals(stepOf(message).step, { do: "send", message } as never);
  }
});

Deno.test("toScenario() names what it had to leave out", () => {
  const { omissions } = convert([
    { t: 2, c: 1, kind: "text", dir: "up", bytes: 5, text: "hello" },
    text(2.5, "up", { no: "type" }),
    binary(3, "up", new Uint8Array(3)),
    tick(4, 4),
  ]);
  assertEquals(omissions, [
    "1 s: a text that is no JSON object cannot be sent again",
    "1.5 s: a message without a type cannot be sent again",
    "the client sent a binary message that nothing announced",
  ]);
});

Deno.test("an upload whose bytes were not kept cannot be sent again, and toScenario() says why", () => {
  const lost = [text(2, "up", { type: "swap_source" }), binary(2.1, "up", CLIP, false)];
  assertThrows(() => convert(lost), ScenarioError, "record with --blobs uploads or all");
});

Deno.test("a client that told no time, or sent no tick, is the same in the scenario", () => {
  const silent = convert([text(5, "up", { type: "set_depth", value: 1 })]).scenario.client;
  assertEquals(silent, { faults: { omitParams: true }, prompt: "pads" });
  const timeless = ticks(2).map((event) =>
    text(event.t, "up", { type: "params", raw: {}, playback_pos: event.t - 1 })
  );
  assertEquals(convert(timeless).scenario.client!.profile, "reference");
});

Deno.test("too many knob changes for one file are joined, and toScenario() says so", () => {
  const many = Array.from({ length: 10_000 }, (_, i) => tick(i / 500, i / 500, { denoise: i }));
  const { scenario: { steps = [] }, omissions } = convert(many);
  assert(steps.length <= 9000 && steps.length > 500, `${steps.length}`);
  assertEquals(steps.at(-1), { do: "knobs", atS: steps.at(-1)!.atS!, values: { denoise: 9999 } });
  assertEquals(omissions.length, 1);
});

Deno.test("what came after an hour is left out, and toScenario() says so", () => {
  const { scenario, omissions } = convert([
    tick(0, 0),
    tick(1, 1, { denoise: 0.5 }),
    text(4000, "up", { type: "set_depth", value: 1 }),
    tick(4999, 4999 % 10, { denoise: 0.6 }),
  ]);
  assertEquals(scenario.durationS, 3600);
  assertEquals(scenario.steps!.map((step) => step.atS), [1]);
  assertEquals(omissions, ["what came after 3600 s of 4999 s is left out"]);
});

Deno.test("a session that never streamed is no scenario", () => {
  const [opened, config] = opening();
  assertEquals(sessionOf([opened!, config!]) as unknown, null);
});
