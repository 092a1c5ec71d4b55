import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  coerceClientMessage,
  COMMANDS,
  MAX_RAW_KEYS,
  needsBinary,
  parseClientMessage,
} from "./client_messages.ts";
import { EVENTS } from "./server_messages.ts";

/** The message that `value` is read as, with its warnings. */
function read(value: Record<string, unknown>) {
  const parsed = parseClientMessage(JSON.stringify(value));
  assert(parsed.ok, parsed.ok ? "" : parsed.reason);
  return { message: { ...parsed.message } as Record<string, unknown>, warnings: parsed.warnings };
}

function refused(value: unknown): { reason: string; type: string | null } {
  const parsed = coerceClientMessage(value);
  assert(!parsed.ok);
  return { reason: parsed.reason, type: parsed.type };
}

const params = { type: "params", raw: { denoise: 0.5 }, playback_pos: 1.5 };

Deno.test("text that is no command is refused with a reason, never thrown", () => {
  const deep = "[".repeat(100_000) + "]".repeat(100_000);
  for (const text of ["", "hello", "{", "null", "7", "[]", '"params"', "{}", '{"type":7}', deep]) {
    const parsed = parseClientMessage(text);
    assert(!parsed.ok && parsed.reason !== "", text.slice(0, 20));
  }
  const long = parseClientMessage(" ".repeat(1024 * 1024) + "{}");
  assert(!long.ok);
  assertMatch(long.reason, /at most 1048576 are read/);
  for (const type of ["no_such", "constructor", "__proto__"]) {
    assertEquals(refused({ type }), { reason: `${type} is not a command`, type });
  }
});

Deno.test("a reason never repeats text that is no command's name", () => {
  for (const type of ["", "my secret prompt", "SECRET", "toString", "a".repeat(33), "a\nb"]) {
    assertEquals(refused({ type }), { reason: "message's type is not a command", type });
  }
});

Deno.test("a bad value is dropped with a warning and counts as its default", () => {
  const cases: [Record<string, unknown>, Record<string, unknown>][] = [
    [{ type: "set_prompt_blend", value: "loud" }, { type: "set_prompt_blend", value: 0 }],
    [{ type: "set_timbre_strength", value: [] }, { type: "set_timbre_strength", value: 1 }],
    [{ type: "enable_lora", id: "a", strength: true }, { type: "enable_lora", id: "a" }],
    [{ ...params, playback_pos: "soon" }, { ...params, playback_pos: 0 }],
    [{ ...params, client_time: {} }, params],
    [
      { type: "write_audio", at_s: 1, mix: "blend", repeat: "fill", refresh_timbre: 2 },
      { type: "write_audio", at_s: 1, mix: "replace", repeat: "fill", refresh_timbre: false },
    ],
  ];
  for (const [sent, expected] of cases) {
    const { message, warnings } = read(sent);
    assertEquals(message, expected);
    assert(warnings.length > 0 && warnings.every((text) => text.startsWith(`${sent["type"]}: `)));
  }
});

Deno.test("a message without a field that it needs is refused, and its type is named", () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ type: "prompt" }, "prompt needs tags"],
    [{ type: "prompt", tags: null }, "prompt needs tags: tags must be text"],
    [{ type: "enable_lora" }, "enable_lora needs id"],
    [{ type: "disable_lora" }, "disable_lora needs id"],
    [{ type: "set_depth", value: "deep" }, "set_depth needs value: value must be a whole number"],
    [{ type: "params", playback_pos: 1 }, "params needs raw"],
    [{ type: "params", raw: [] }, "params needs raw: raw must be an object"],
    [{ type: "set_interp_method", path: "prompt" }, "set_interp_method needs method"],
  ];
  for (const [sent, reason] of cases) {
    const { reason: found, type } = refused(sent);
    assert(found.startsWith(reason), found);
    assertEquals(type, sent["type"]);
  }
});

Deno.test("numbers, numeric strings, rounding and clamping follow the coercion table", () => {
  const depths: [unknown, number][] = [["3.5", 4], [2.5, 2], [" 3 ", 3], ["1e0", 1], [-7, 1]];
  for (const [value, expected] of depths) {
    assertEquals(read({ type: "set_depth", value }).message["value"], expected);
  }
  for (const value of ["", " ", "0x10", "NaN", "inf", "1_0", true, {}, "1e999"]) {
    assertEquals(refused({ type: "set_depth", value }).type, "set_depth");
  }
  assertEquals(read({ type: "set_prompt_blend", value: "2" }).message["value"], 1);
  assertEquals(read({ type: "set_prompt_blend", value: -1 }).message["value"], 0);
});

Deno.test("bools take 0 and 1, strings take anything but null", () => {
  for (const [value, expected] of [[true, true], [false, false], [1, true], [0, false]] as const) {
    const { message } = read({ type: "swap_source", use_server_source: value });
    assertEquals(message["use_server_source"], expected);
  }
  const strings: [unknown, unknown][] = [[7, "7"], [true, "true"], [[1], "[1]"], [
    { a: 1 },
    '{"a":1}',
  ]];
  for (const [value, expected] of strings) {
    assertEquals(read({ type: "prompt", tags: value }).message["tags"], expected);
  }
  const { message, warnings } = read({ type: "swap_source", tags: null });
  assertEquals([message["tags"], warnings], [undefined, []]);
});

Deno.test("null is a value where the field is nullable", () => {
  const band = { type: "loop_band", start_sec: null, end_sec: null };
  assertEquals(read(band), { message: band, warnings: [] });
  const tick = { ...params, client_time: null, slice_bytes_rx: null, slice_lead_s: null };
  assertEquals(read(tick), { message: tick, warnings: [] });
});

Deno.test("unknown fields are kept", () => {
  assertEquals(read({ type: "manual_slot_add", note: { a: [1] } }).message["note"], { a: [1] });
  assertEquals(read({ ...params, note: 1 }).message["note"], 1);
});

Deno.test("limits hold on knob names, their number, text and depth", () => {
  const many = Object.fromEntries(Array.from({ length: MAX_RAW_KEYS + 1 }, (_, i) => [`k${i}`, 0]));
  const nested = (levels: number): unknown => levels === 0 ? 1 : [nested(levels - 1)];
  const raws = [many, { ["k".repeat(257)]: 0 }, JSON.parse('{"__proto__":1}'), { k: nested(20) }];
  for (const raw of raws) assertEquals(refused({ ...params, raw }).type, "params");
  assertEquals(refused({ ...params, note: nested(20) }).type, "params");
  assertEquals(read({ ...params, raw: { curve: { type: "raw", values: [1, 2] } } }).warnings, []);
  assertEquals(refused({ type: "prompt", tags: "x".repeat(65537) }).type, "prompt");
  assertEquals(read({ type: "prompt", tags: "x".repeat(65536) }).warnings, []);
  assertEquals(refused({ type: "manual_slot_add", note: nested(20) }).type, "manual_slot_add");
});

Deno.test("warnings and refusals never quote text, which may be private", () => {
  const secret = "a quiet prompt";
  const { warnings } = read({ type: "enable_lora", id: "a", strength: secret });
  assertEquals(warnings.length, 1);
  assert(!warnings[0]!.includes(secret));
  assert(!refused({ type: "params", raw: secret }).reason.includes(secret));
});

Deno.test("exactly the commands that the protocol names announce a binary", () => {
  const always = ["set_timbre_source", "set_structure_source", "write_audio", "swap_source"];
  for (const type of Object.keys(COMMANDS)) {
    const parsed = coerceClientMessage({
      type,
      ...{ raw: {}, tags: "x", id: "x", name: "x", value: 1, path: "prompt", method: "slerp" },
    });
    assert(parsed.ok);
    assertEquals(needsBinary(parsed.message), always.includes(type), type);
  }
  const swap = coerceClientMessage({ type: "swap_source", use_server_source: 1 });
  assert(swap.ok && !needsBinary(swap.message));
});

Deno.test("a command that announces a binary cannot be refused for a field", () => {
  for (const [type, { binary, fields }] of Object.entries(COMMANDS)) {
    if (binary === "never") continue;
    const bad = Object.fromEntries(Object.keys(fields).map((name) => [name, null]));
    assert(coerceClientMessage({ type, ...bad }).ok, type);
  }
});

Deno.test("every command of the protocol is there, with its capability and its failure event", () => {
  assertEquals(Object.keys(COMMANDS).length, 19);
  const capabilities = Object.fromEntries(
    Object.entries(COMMANDS).map(([type, { capability }]) => [type, capability]),
  );
  assertEquals(capabilities, {
    params: null,
    loop_band: "loop_band",
    prompt: null,
    set_prompt_blend: null,
    set_interp_method: null,
    set_depth: "depth",
    enable_lora: "lora",
    disable_lora: "lora",
    manual_slot_add: "steering",
    manual_slot_pop: "steering",
    set_timbre_strength: "timbre",
    set_timbre_source: "timbre",
    set_timbre_fixture: "timbre",
    clear_timbre_source: "timbre",
    set_structure_source: "structure",
    set_structure_fixture: "structure",
    clear_structure_source: "structure",
    swap_source: "swap",
    write_audio: "write_audio",
  });
  for (const { binary, failure } of Object.values(COMMANDS)) {
    assert(binary === "never" || (failure !== null && failure in EVENTS));
  }
});
