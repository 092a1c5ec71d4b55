import { assert, assertEquals, assertThrows } from "@std/assert";
import { CONFIG, parseConfig, type SessionConfig } from "./config.ts";
import { WireError } from "./errors.ts";

function read(value: unknown): { config: SessionConfig; warnings: readonly string[] } {
  const opening = parseConfig(JSON.stringify(value));
  assert(opening.kind === "session");
  return opening;
}

Deno.test("an empty config has the protocol's defaults", () => {
  assertEquals(read({}), {
    kind: "session",
    warnings: [],
    config: {
      sde: false,
      lora: false,
      vaeWindowS: 0.36,
      cropS: 0,
      depth: 4,
      steps: 8,
      prompt: "instrumental music",
      promptB: "instrumental music",
      fastVae: false,
      walkWindow: false,
      walkWindowS: 60,
      fixtureName: null,
      useServerFixture: false,
      stemSourceMode: null,
      enabledLoras: [],
      loraStrengths: {},
      loraPaths: [],
      clientId: null,
      leadFloorS: 0.25,
      leadCeilingS: 1.35,
      leadReleaseTauS: 1.5,
      backend: "acestep",
      telemetryVersion: 0,
      extra: {},
    },
  } as unknown as ReturnType<typeof read>);
});

Deno.test("numbers are kept in their ranges", () => {
  const windows: [number, number][] = [[1, 0.36], [0.01, 0.04], [0.2, 0.2], [0, 0], [-1, 0]];
  for (const [sent, expected] of windows) {
    assertEquals(read({ vae_window: sent }).config.vaeWindowS, expected);
  }
  const depths: [unknown, number][] = [[0, 1], [99, 4], ["2.5", 2], [3, 3]];
  for (const [sent, expected] of depths) {
    assertEquals(read({ depth: sent }).config.depth, expected);
  }
  const deep = parseConfig('{"depth":99}', { maxDepth: 8 });
  assertEquals(deep.kind === "session" && deep.config.depth, 8);
  const { config } = read({ crop: -1, steps: 0, lead_floor_s: -1, lora_strengths: { a: 9 } });
  assertEquals([config.cropS, config.steps, config.leadFloorS], [0, 1, 0]);
  assertEquals(config.loraStrengths, { a: 2 });
});

Deno.test("prompt B follows prompt A unless it is named", () => {
  assertEquals(read({ prompt: "a" }).config.promptB, "a");
  assertEquals(read({ prompt: "a", prompt_b: null }).config.promptB, "a");
  assertEquals(read({ prompt: "a", prompt_b: "b" }).config.promptB, "b");
});

Deno.test("names and modes are tidied", () => {
  const { config } = read({
    stem_source_mode: "  Vocals ",
    client_id: "",
    lora_path: "/one.safetensors",
    fixture_name: "x.wav",
    telemetry_version: 1,
  });
  assertEquals(config.stemSourceMode, "vocals");
  assertEquals(config.clientId, null);
  assertEquals(config.loraPaths, ["/one.safetensors"]);
  assertEquals(config.fixtureName, "x.wav");
  assertEquals(config.telemetryVersion, 1);
});

Deno.test("unusable values are reported and count as absent", () => {
  const { config, warnings } = read({
    sde: "yes",
    depth: [],
    enabled_loras: "warm",
    lora_strengths: { a: "loud", b: "0.5" },
    stem_source_mode: "drums",
  });
  assertEquals([config.sde, config.depth, config.enabledLoras], [false, 4, []]);
  assertEquals(config.loraStrengths, { b: 0.5 });
  assertEquals(config.stemSourceMode, null);
  assertEquals(warnings.length, 5);
});

Deno.test("keys that the protocol does not know are kept aside", () => {
  assertEquals(read({ key: "G minor", depth: 2 }).config.extra, { key: "G minor" });
});

Deno.test("the table of config keys is what is read: each key changes the config, and no other does", () => {
  const values: Record<string, unknown> = {
    bool: true,
    string: "vocals",
    float: 0.2,
    int: 2,
    array: ["one"],
    object: { one: 1 },
  };
  const { extra: _, ...plain } = read({}).config;
  const unread = Object.entries(CONFIG).filter(([key, { type }]) => {
    const { config, warnings } = read({ [key]: values[type] });
    const { extra, ...rest } = config;
    assertEquals([extra, warnings], [{}, []], key);
    return JSON.stringify(rest) === JSON.stringify(plain);
  });
  assertEquals(unread, []);
});

Deno.test("limits hold on lists, text and depth", () => {
  assertEquals(read({ enabled_loras: Array(65).fill("x") }).warnings.length, 1);
  assertEquals(read({ prompt: "x".repeat(65537) }).config.prompt, "instrumental music");
  const nested = "[".repeat(50) + "]".repeat(50);
  assertThrows(() => parseConfig(`{"a":${nested}}`), WireError, "nests deeper");
});

Deno.test("the announcement of an upload is told from a config", () => {
  const opening = parseConfig('{"type":"upload_track","key":"A minor"}');
  assert(opening.kind === "upload");
  assertEquals(opening.upload, { type: "upload_track", name: "upload", key: "A minor" });
});

Deno.test("a first text that is no JSON object is refused", () => {
  for (const text of ["", "{", "[]", "null", '"x"', "7"]) {
    assertThrows(() => parseConfig(text), WireError, "config");
  }
});
