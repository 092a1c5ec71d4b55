import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type SessionRig,
  sessionRig,
  type SessionRigOptions,
} from "../../tests/support/session_rig.ts";
import { levelClip, rampClip, track } from "../../tests/support/streaming_world.ts";
import { COMMANDS } from "../../wire/mod.ts";
import { stemMode, wantedStems } from "./stems.ts";
import type { AudioClip } from "./engine/mod.ts";

const params = (playback_pos: number, raw: Record<string, unknown> = {}) => ({
  type: "params",
  playback_pos,
  raw,
});
const TRACKS = [
  track("song", () => levelClip(1, 0.25)),
  track("broken", () => {
    throw new Error("disk is gone");
  }),
];

/** Runs commands in a fresh session and returns what was told, slices apart. */
function told(
  commands: readonly [message: Record<string, unknown>, audio?: AudioClip | Error | null][],
  options: SessionRigOptions = {},
): SessionRig {
  const rig = sessionRig({ tracks: TRACKS, loras: ["warm", "dark"], ...options });
  rig.run(0.1);
  for (const [message, audio = null] of commands) rig.command(message, audio);
  rig.run(0.1);
  return rig;
}

Deno.test("a prompt is answered when it is active; its second half follows the first if absent", () => {
  const rig = told([[{ type: "prompt", tags: "drums", time_signature: "3" }]], {
    config: { prompt: "a", prompt_b: "b" },
  });
  const { bank, timeSignature } = rig.session;
  assertEquals(rig.last("prompt_applied"), { type: "prompt_applied", tags: "drums" });
  assertEquals([bank.prompt, bank.promptB, timeSignature], ["drums", "drums", "3"]);
  rig.command({ type: "prompt", tags: "bass", tags_b: "strings" });
  assertEquals([bank.prompt, bank.promptB], ["bass", "strings"]);
  rig.command({ type: "prompt", tags: "bass", tags_b: "" });
  assertEquals(bank.promptB, "bass");
});

Deno.test("a prompt's key is used for it alone, its metre is kept", () => {
  const rig = told([[{ type: "prompt", tags: "x", key: "F minor", time_signature: "6" }]]);
  assertEquals([rig.session.source.facts.key, rig.session.timeSignature], ["C major", "6"]);
});

Deno.test("a loop band is set in samples, cut to the buffer, and cleared by null or an empty span", () => {
  const rig = told([]);
  const band = (start_sec: unknown, end_sec: unknown) => {
    rig.command({ type: "loop_band", start_sec, end_sec });
    return rig.session.band;
  };
  assertEquals(band(1, 2.5), { start: 48_000, end: 120_000 });
  assertEquals(band(-3, 99), { start: 0, end: 480_000 });
  for (const [start, end] of [[null, 2], [1, null], [2, 2], [3, 2], [11, 12]]) {
    band(1, 2);
    assertEquals(band(start, end), null);
  }
  assertEquals(rig.types(), []);
});

Deno.test("interpolation methods are set silently, each path its own", () => {
  const rig = told([[{ type: "set_interp_method", path: "timbre", method: "linear" }]]);
  assertEquals(rig.session.interp, {
    prompt: "slerp",
    timbre: "linear",
    structure: "slerp",
    feedback: "slerp",
  });
  assertEquals(rig.types(), []);
});

Deno.test("depth is clamped, applied before the next turn, and answered only if it changes", () => {
  const rig = sessionRig({ config: { depth: 2 } });
  rig.run(0.1);
  rig.command({ type: "set_depth", value: 99 });
  assertEquals([rig.session.depth, rig.types()], [2, []]);
  rig.run(0.1);
  assertEquals([rig.session.depth, rig.last("depth_applied")?.["value"]], [4, 4]);
  rig.command({ type: "set_depth", value: 1 });
  rig.command({ type: "set_depth", value: 4 });
  rig.run(0.1);
  assertEquals(rig.types(), ["depth_applied"]);
});

Deno.test("LoRA changes are staged, and each batch is answered with one catalog", () => {
  const rig = told([], { config: { lora: true } });
  rig.command({ type: "enable_lora", id: "warm", strength: 0.7 });
  rig.command({ type: "enable_lora", id: "dark" });
  rig.command({ type: "disable_lora", id: "dark" });
  assertEquals(rig.session.bank.value("lora_str_warm"), undefined);
  rig.run(0.1);
  assertEquals(rig.types(), ["lora_catalog"]);
  const catalog = rig.last("lora_catalog")!["catalog"] as { state: string; strength: number }[];
  assertEquals(catalog.map(({ state, strength }) => [state, strength]), [
    ["enabled", 0.7],
    ["registered", 0],
  ]);
  assertEquals(rig.slices.at(-1)!.update.params["lora_str_warm"], 0.7);
});

Deno.test("a LoRA that is not there is answered with the catalog as it is", () => {
  const rig = told([[{ type: "enable_lora", id: "nobody" }]], { config: { lora: true } });
  const catalog = rig.last("lora_catalog")!["catalog"] as { state: string }[];
  assertEquals(catalog.map(({ state }) => state), ["registered", "registered"]);
});

Deno.test("a command without its capability is refused by name, and does nothing", () => {
  const rig = told([
    [{ type: "enable_lora", id: "warm" }],
    [{ type: "manual_slot_add" }],
    [{ type: "manual_slot_pop" }],
  ]);
  assertEquals(rig.types(), ["command_failed", "command_failed", "command_failed"]);
  const { command, requires } = rig.last("command_failed")!;
  assertEquals([command, requires], ["manual_slot_pop", "steering"]);
  assertEquals(rig.session.bank.loraCatalog[0]?.state, "registered");
});

for (const kind of ["timbre", "structure"] as const) {
  const nameOf = ({ session }: SessionRig) => session.bank[kind]?.name ?? null;

  Deno.test(`a ${kind} reference is set from audio or from a fixture, and cleared`, () => {
    const rig = told([[{ type: `set_${kind}_source`, name: "mine" }, rampClip(0.5)]]);
    assertEquals(rig.last(`${kind}_set`), { type: `${kind}_set`, name: "mine", duration: 0.5 });
    assertEquals(nameOf(rig), "mine");
    rig.command({ type: `set_${kind}_fixture`, name: "song" });
    assertEquals([nameOf(rig), rig.last(`${kind}_set`)?.["duration"]], ["song", 1]);
    rig.command({ type: `clear_${kind}_source` });
    assertEquals([nameOf(rig), rig.types().at(-1)], [null, `${kind}_cleared`]);
  });

  Deno.test(`every ${kind} reference ends in exactly one set or failed`, () => {
    const attempts: [Record<string, unknown>, (AudioClip | Error | null)?][] = [
      [{ type: `set_${kind}_source` }, rampClip(0.1)],
      [{ type: `set_${kind}_source` }, levelClip(1, NaN)],
      [{ type: `set_${kind}_source` }, new Error("text came")],
      [{ type: `set_${kind}_source` }, null],
      [{ type: `set_${kind}_fixture`, name: "nobody" }],
      [{ type: `set_${kind}_fixture`, name: "broken" }],
      [{ type: `set_${kind}_source` }, rampClip(0.2)],
    ];
    for (const [message, audio] of attempts) {
      const rig = told([[message, audio ?? null]]);
      const isGood = audio !== null && audio !== undefined && !(audio instanceof Error) &&
        audio.frames === 9600;
      assertEquals(rig.types(), [isGood ? `${kind}_set` : `${kind}_failed`]);
      assertEquals(nameOf(rig), isGood ? kind : null);
    }
  });
}

Deno.test("the timbre's strength is set silently, and reaches the engine", () => {
  const rig = told([[{ type: "set_timbre_strength", value: 0.3 }]]);
  assertEquals([rig.types(), rig.requests.at(-1)?.request.state.timbreStrength], [[], 0.3]);
});

Deno.test("a swap is committed before the next turn: epoch, position, band, facts, then swap_ready", () => {
  const rig = told([[{ type: "loop_band", start_sec: 1, end_sec: 2 }], [params(8)]]);
  rig.command(
    { type: "swap_source", fixture_name: "mine", key: "D minor", time_signature: "3" },
    rampClip(1.05, 1),
  );
  assertEquals([rig.session.epoch, rig.types()], [0, []]);
  rig.run(0.1);
  assertEquals(rig.last("swap_ready"), {
    type: "swap_ready",
    duration: 1,
    sample_rate: 48_000,
    channels: 1,
    bpm: null,
    key: "D minor",
    time_signature: "3",
    fixture_name: "mine",
    source_epoch: 1,
  });
  const { epoch, band, geometry, timeSignature } = rig.session;
  assertEquals([epoch, band, geometry.channels, geometry.duration_s], [1, null, 1, 1]);
  assertEquals(timeSignature, "3");
  const first = rig.slices.find((slice) => slice.epoch === 1)!;
  assert(first.startSample <= 0.35 * 48_000, "the playhead stands at 0");
});

Deno.test("every slice before swap_ready belongs to the old buffer, every one after it to the new", () => {
  const rig = sessionRig({ renderMs: 50, source: levelClip(2, 0.5) });
  for (let i = 0; i < 6; i++) {
    rig.run(0.333);
    rig.command({ type: "swap_source" }, levelClip(1 + i, 0.1 * i));
  }
  rig.run(1);
  let [epoch, frames] = [0, 96_000];
  for (const event of rig.events) {
    if (event.type === "swap") {
      epoch = event.message.source_epoch!;
      frames = event.source.frames;
    } else if (event.type === "slice") {
      assertEquals([event.epoch, event.bufferFrames], [epoch, frames]);
      assert(event.startSample + event.numSamples <= frames);
    }
  }
  assertEquals(epoch, 6);
});

Deno.test("a swap fades no seam and crops nothing", () => {
  const source = rampClip(1);
  const rig = told([[{ type: "swap_source" }, source]], { config: { crop: 0.5 } });
  const event = rig.events.find((one) => one.type === "swap");
  assertEquals(event?.source.audio, source.audio);
});

Deno.test("a swap's tags become prompt A; prompt B follows only if it was equal to it", () => {
  for (const [prompt_b, expected] of [["a", "new"], ["b", "b"]] as const) {
    const rig = told([[{ type: "swap_source", tags: "new" }, rampClip(1)]], {
      config: { prompt: "a", prompt_b },
    });
    assertEquals([rig.session.bank.prompt, rig.session.bank.promptB], ["new", expected]);
  }
  const rig = told([[{ type: "swap_source" }, rampClip(1)]], { config: { prompt: "a" } });
  assertEquals(rig.session.bank.prompt, "a");
});

Deno.test("references stay over a swap", () => {
  const rig = told([
    [{ type: "set_timbre_source", name: "t" }, rampClip(1)],
    [{ type: "set_structure_source", name: "s" }, rampClip(1)],
    [{ type: "swap_source" }, rampClip(2)],
  ]);
  assertEquals([rig.session.bank.timbre?.name, rig.session.bank.structure?.name], ["t", "s"]);
});

Deno.test("of swaps before a commit the last one wins, and the others are not announced", () => {
  const rig = told([
    [{ type: "swap_source", fixture_name: "one" }, rampClip(1)],
    [{ type: "swap_source", fixture_name: "two" }, rampClip(2)],
  ]);
  assertEquals(rig.types().filter((type) => type === "swap_ready").length, 1);
  assertEquals([rig.session.epoch, rig.session.source.fixtureName], [1, "two"]);
});

Deno.test("a source that is ready late does not undo a later swap", async () => {
  const releases: (() => void)[] = [];
  const slow = (name: string) =>
    track(name, () => new Promise((resolve) => releases.push(() => resolve(rampClip(1)))));
  const rig = sessionRig({ tracks: [slow("first"), slow("second")] });
  const ask = (name: string) =>
    rig.command({ type: "swap_source", fixture_name: name, use_server_source: true });
  ask("first");
  ask("second");
  releases[1]!();
  await rig.clock.settle(1);
  releases[0]!();
  await rig.clock.settle(2);
  assertEquals([rig.session.source.fixtureName, rig.session.epoch], ["second", 1]);
});

Deno.test("a swap that fails leaves the source, the epoch and the stream as they are", () => {
  const attempts: [Record<string, unknown>, (AudioClip | Error | null)?][] = [
    [{ type: "swap_source" }, rampClip(0.1)],
    [{ type: "swap_source" }, levelClip(1, Infinity)],
    [{ type: "swap_source" }, new Error("no PCM")],
    [{ type: "swap_source" }],
    [{ type: "swap_source", use_server_source: true, fixture_name: "nobody" }],
    [{ type: "swap_source", use_server_source: true, fixture_name: "broken" }],
    [{ type: "swap_source", use_server_source: true }],
  ];
  for (const [message, audio] of attempts) {
    const rig = told([[message, audio ?? null]]);
    assertEquals([rig.types(), rig.session.epoch], [["swap_failed"], 0]);
    const before = rig.slices.length;
    rig.run(1);
    assert(rig.slices.length > before);
  }
});

Deno.test("a source of the server brings its own facts; the message's own take precedence", () => {
  const swap = (more: object) =>
    told([[{ type: "swap_source", use_server_source: true, fixture_name: "song", ...more }]])
      .last("swap_ready")!;
  const { bpm, key, time_signature } = swap({ key: "A minor" });
  assertEquals([bpm, key, time_signature], [120, "A minor", "3"]);
  assertEquals(swap({})["key"], "G minor");
});

Deno.test("stems that fail fail a swap only if it needs them", () => {
  const splitStems = () => {
    throw new Error("no model");
  };
  const swap = (stem_source_mode?: string) => {
    const message = { type: "swap_source", fixture_name: "mine", ...{ stem_source_mode } };
    return told([[message, rampClip(1)]], { splitStems });
  };
  for (const mode of ["full", undefined]) {
    const stems = swap(mode).events.find((event) => event.type === "swap")?.stems;
    assertEquals(stems, { type: "stem_failed", fixture_name: "mine", error: "no model" });
  }
  assertEquals(swap("vocals").types(), ["swap_failed"]);
});

Deno.test("stems are made when they are wanted, or for a source that nobody knows", () => {
  assertEquals(wantedStems(null, "mine", false), "full");
  assertEquals(wantedStems(null, "song", true), null);
  assertEquals(wantedStems(null, null, false), null);
  assertEquals(wantedStems("vocals", "song", true), "vocals");
  assertEquals(wantedStems("loud", "song", true), null);
  assertEquals([stemMode(" Full "), stemMode("VOCALS"), stemMode(""), stemMode(null)], [
    "full",
    "vocals",
    null,
    null,
  ]);
});

/** The source after one write into ten seconds of 0.5. */
function written(message: Record<string, unknown>, clip: AudioClip | Error | null) {
  const rig = told([[{ type: "write_audio", ...message }, clip]], { source: levelClip(10, 0.5) });
  const { audio } = rig.session.source.clip;
  return { rig, at: (seconds: number) => audio[Math.round(seconds * 48_000) * 2]! };
}

Deno.test("write_audio replaces what is there, cut at the end, and says where it wrote", () => {
  const { rig, at } = written({ at_s: 9.5 }, levelClip(2, 0.25));
  assertEquals(rig.last("audio_written"), {
    type: "audio_written",
    start_s: 9.5,
    end_s: 10,
    source_epoch: 0,
  });
  assertEquals([at(9.49), at(9.5), at(9.99)], [0.5, 0.25, 0.25]);
  assertEquals(rig.session.epoch, 0);
});

Deno.test("write_audio adds to what is there with mix sum, and reaches the engine", () => {
  const { rig, at } = written({ at_s: 1, mix: "sum" }, levelClip(2, 0.25, 1));
  assertEquals([at(0.99), at(1), at(2.99), at(3)], [0.5, 0.75, 0.75, 0.5]);
  rig.command(params(1.2));
  rig.run(0.1);
  const { audio } = rig.slices.at(-1)!;
  assert(Math.max(...audio) > 0.5, "the new level is heard");
});

Deno.test("write_audio repeats a clip to the end of the buffer with repeat fill", () => {
  const clip = { audio: Float32Array.of(0.1, 0.2, 0.3), channels: 1, frames: 3 };
  const { rig } = written({ at_s: 2, repeat: "fill" }, clip);
  const { audio } = rig.session.source.clip;
  const start = 2 * 96_000;
  for (const i of [0, 1, 2, 3, 100_000, 383_999]) {
    const value = Math.fround([0.1, 0.2, 0.3][i % 3]!);
    assertEquals([audio[start + 2 * i], audio[start + 2 * i + 1]], [value, value]);
  }
  assertEquals(audio[start - 1], 0.5);
  assertEquals(rig.last("audio_written")?.["end_s"], 10);
});

Deno.test("write_audio does not touch what the client uploaded", () => {
  const source = levelClip(2, 0.5);
  told([[{ type: "write_audio" }, levelClip(1, 0.1)]], { source });
  assert(source.audio.every((value) => value === 0.5));
});

Deno.test("write_audio for another epoch fails and names both", () => {
  const { rig, at } = written({ source_epoch: 3 }, levelClip(1, 0.25));
  const error = String(rig.last("audio_write_failed")?.["error"]);
  assert(error.includes("3") && error.includes("0"), error);
  assertEquals(at(0), 0.5);
  assertEquals(written({ source_epoch: 0 }, levelClip(1, 0.25)).rig.types(), ["audio_written"]);
});

Deno.test("write_audio outside the source, without audio or with none in it fails", () => {
  const none = { audio: new Float32Array(0), channels: 2, frames: 0 };
  const attempts: [Record<string, unknown>, AudioClip | Error | null][] = [
    [{ at_s: 10 }, levelClip(1, 0)],
    [{ at_s: -1 }, levelClip(1, 0)],
    [{ at_s: 1e308 }, levelClip(1, 0)],
    [{}, new Error("malformed")],
    [{}, null],
    [{}, none],
    [{ repeat: "fill" }, none],
  ];
  for (const [message, clip] of attempts) {
    assertEquals(written(message, clip).rig.types(), ["audio_write_failed"]);
  }
});

Deno.test("a write into the source is heard without a click between windows", () => {
  const { rig } = written({ at_s: 0 }, levelClip(10, 0.25));
  rig.command(params(3));
  rig.run(0.06);
  const { audio } = rig.slices.at(-1)!;
  let step = 0;
  for (let i = 2; i < audio.length; i += 2) {
    step = Math.max(step, Math.abs(audio[i]! - audio[i - 2]!));
  }
  assertAlmostEquals(step, 0, 0.001);
});

Deno.test("no sequence of commands, good or bad, makes a session fail or say nothing of a binary", () => {
  const clip = fc.constantFrom<AudioClip | Error | null>(
    null,
    new Error("no PCM"),
    rampClip(0.3),
    rampClip(0.4, 1),
    levelClip(0.1, 0.5),
    levelClip(0.3, NaN),
  );
  const value = fc.oneof(
    fc.double({ noNaN: true }),
    fc.constantFrom(null, true, "song", "warm", "nobody", "linear", "prompt", "fill", "sum"),
    fc.dictionary(fc.constantFrom("denoise", "seed", "x"), fc.jsonValue(), { maxKeys: 3 }),
  );
  const message = fc.constantFrom(...Object.keys(COMMANDS) as (keyof typeof COMMANDS)[])
    .chain((type) =>
      fc.record(
        Object.fromEntries(Object.keys(COMMANDS[type].fields).map((name) => [name, value])),
        { requiredKeys: [] },
      ).map((fields): Record<string, unknown> => ({ ...fields, type }))
    );
  const step = fc.tuple(message, clip, fc.constantFrom("PRIMARY" as const, "EXTERNAL" as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const rig = sessionRig({
        tracks: TRACKS,
        loras: ["warm"],
        config: { lora: true },
        source: rampClip(0.6),
      });
      for (const [fields, audio, origin] of steps) {
        const before = rig.types().length;
        try {
          rig.command(fields, audio, origin);
        } catch (error) {
          assert(error instanceof TypeError, "only what means nothing is refused before");
          continue;
        }
        const { failure } = COMMANDS[fields["type"] as keyof typeof COMMANDS];
        const isAnswered = rig.types().length > before || fields["type"] === "swap_source";
        if (failure !== null) assert(isAnswered, JSON.stringify(fields));
        rig.run(0.07);
      }
      rig.run(0.2);
      assert(!rig.session.hasEnded, JSON.stringify(rig.last("error")));
    }),
    { numRuns: 60 },
  );
});
