import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { sessionRig } from "../../tests/support/session_rig.ts";
import { emptyClip, levelClip } from "../../tests/support/streaming_world.ts";
import { type Engine, PassThroughEngine, type RenderRequest } from "./engine/mod.ts";
import { NO_FAULTS } from "./faults.ts";

const WINDOW = 17_280;
const params = (playback_pos: number, raw: Record<string, unknown> = {}, more = {}) => ({
  type: "params",
  playback_pos,
  raw,
  ...more,
});

Deno.test("a session makes one window per tick, at a pace that does not drift", () => {
  const rig = sessionRig({ settings: { tickMs: 60, idlePauseS: 0 }, renderMs: 25 });
  rig.run(60);
  assertEquals(rig.slices.length, 1000);
  rig.requests.forEach(({ atS }, i) => assertAlmostEquals(atS, i * 0.06, 1e-6));
});

Deno.test("windows do not bunch up after a stall", () => {
  const rig = sessionRig({ settings: { tickMs: 60 } });
  rig.run(1);
  rig.engine.setProfile({ type: "overload", renderMs: 2000 });
  rig.run(0.1);
  rig.engine.heal();
  rig.run(3);
  const times = rig.requests.map(({ atS }) => atS);
  const late = times.slice(1).map((atS, i) => atS - times[i]!).filter((gapS) => gapS < 0.04);
  assert(late.length <= 1, `${late}`);
});

Deno.test("a slice lies at the listener's place plus the lead, on the 40 ms grid", () => {
  const rig = sessionRig({ config: { lead_floor_s: 0.5 } });
  rig.run(0.03);
  rig.command(params(3));
  rig.run(0.05);
  const { startSample, numSamples } = rig.slices.at(-1)!;
  assertEquals([startSample % 1920, numSamples], [0, WINDOW]);
  const target = (3 + 0.03 + 0.5) * 48_000;
  assert(startSample <= target && startSample > target - 1920);
});

Deno.test("without reports the place runs on at real time and wraps", () => {
  const rig = sessionRig({ source: emptyClip(2) });
  rig.run(5);
  const starts = rig.slices.map(({ startSample }) => startSample);
  assertEquals(Math.max(...starts), 2 * 48_000 - WINDOW);
  assert(starts.filter((start, i) => start < (starts[i - 1] ?? 0)).length >= 2);
});

Deno.test("a client that repeats its position is not seen as paused", () => {
  const rig = sessionRig();
  for (let i = 0; i < 60; i++) {
    rig.command(params(1));
    rig.run(0.05);
  }
  assert(rig.slices.at(-1)!.startSample > 3.9 * 48_000);
});

Deno.test("a params without a position rewinds the playhead", () => {
  const rig = sessionRig();
  rig.command(params(5));
  rig.run(0.5);
  rig.command({ type: "params", raw: {} });
  rig.run(0.1);
  assert(rig.slices.at(-1)!.startSample < 0.5 * 48_000);
});

Deno.test("no position or lead that a client reports can harm the session", () => {
  const rig = sessionRig();
  for (const wild of [1e308, -1e308, 1e-308, -0.001, 9e15]) {
    rig.command(params(wild, {}, { client_time: wild, slice_lead_s: wild }));
    rig.command(params(0.5, {}, { client_time: -wild, slice_lead_s: -wild }));
    rig.run(0.5);
  }
  assertEquals(rig.session.hasEnded, false);
  for (const { startSample } of rig.slices) {
    assert(startSample >= 0 && startSample + WINDOW <= 480_000);
  }
});

Deno.test("no configured lead can harm the session", () => {
  for (const lead of [0, 1e308]) {
    const config = { lead_floor_s: lead, lead_ceiling_s: lead, lead_release_tau_s: lead };
    const rig = sessionRig({ config });
    rig.command({ type: "loop_band", start_sec: 0.1, end_sec: 0.5 });
    rig.run(2);
    assertEquals([rig.session.hasEnded, rig.slices.length > 30], [false, true]);
  }
});

Deno.test("telemetry is of the generation before: the first slice reports zeros", () => {
  const rig = sessionRig({ renderMs: 40 });
  rig.run(0.3);
  const [first, second, third] = rig.slices;
  assertEquals([first!.numGens, first!.tickMs, first!.decMs], [0, 0, 0]);
  assertEquals([second!.numGens, third!.numGens], [1, 2]);
  assertAlmostEquals(second!.tickMs + second!.decMs, 40, 1e-6);
  assertEquals(second!.update.params["num_gens"], 1);
  assertEquals(second!.update.params["tick_ms"], second!.tickMs);
});

Deno.test("both slices of a band's turn report the same generation", () => {
  const rig = sessionRig({ settings: { idlePauseS: 0 } });
  rig.command({ type: "loop_band", start_sec: 0, end_sec: 0.5 });
  rig.command(params(0.1));
  rig.run(3);
  const pairs = rig.slices.flatMap((slice, i) => {
    const next = rig.slices[i + 1];
    return slice.numSamples < WINDOW && next?.startSample === 0 ? [[slice, next] as const] : [];
  });
  assert(pairs.length > 3);
  for (const [cut, rest] of pairs) {
    assertEquals(cut.numGens, rest.numGens);
    assertEquals(cut.startSample + cut.numSamples, 24_000);
    assertEquals(cut.numSamples + rest.numSamples, WINDOW);
  }
});

Deno.test("params_update reports what its slice was made with, not what came while it was made", () => {
  const rig = sessionRig({ renderMs: 50 });
  rig.run(0.01);
  rig.command(params(0.01, { denoise: 0.7 }));
  rig.run(0.2);
  const [first, second] = rig.slices;
  assertEquals([first!.update.params["denoise"], second!.update.params["denoise"]], [0, 0.7]);
  const states = rig.requests.map(({ request }) => request.state.knobs["denoise"]);
  assertEquals(states.slice(0, 2), [0, 0.7]);
  assert(second!.contentKey !== first!.contentKey);
});

Deno.test("params_update holds every value that the protocol lists", () => {
  const names =
    "num_gens tick_ms dec_ms seed feedback feedback_depth shift hint_strength _prompt " +
    "ch_g0 ch_g1 ch_g2 ch_g3 ch_g4 ch_g5 ch_g6 ch_g7 ch13 ch14 ch19 ch23 ch29 ch56";
  for (const sde of [false, true]) {
    const config = { sde, prompt: "drums", enabled_loras: ["warm"], lora_strengths: { warm: 0.5 } };
    const rig = sessionRig({ config, loras: ["warm", "dark"] });
    rig.run(0.1);
    const { params } = rig.slices[0]!.update;
    const special = sde ? ["sde_amp", "periodicity"] : ["denoise"];
    for (const name of [...names.split(" "), ...special]) assert(name in params, name);
    assertEquals([params["_prompt"], params["lora_str_warm"]], ["drums", 0.5]);
    assert(!("lora_str_dark" in params));
  }
});

Deno.test("LoRAs that the config enables are told before the first slice", () => {
  const rig = sessionRig({ config: { enabled_loras: ["warm"] }, loras: ["warm"] });
  rig.run(0.1);
  const [first] = rig.events;
  assert(first?.type === "message" && first.message.type === "lora_catalog");
  assertEquals(first.message.catalog[0]?.state, "enabled");
});

Deno.test("a window is crossfaded into the buffer at its edges", () => {
  const rig = sessionRig({ source: levelClip(2, 1, 1) });
  rig.run(0.02);
  rig.command(params(1));
  rig.run(0.06);
  const [, second] = rig.slices;
  const { audio, startSample } = second!;
  assert(startSample > 0);
  const inside = audio[WINDOW / 2]!;
  assert(inside < 1, "the engine changes the level at each window");
  for (const i of [0, 600, 1199]) {
    const mixed = 1 + (inside - 1) * (i + 1) / 1201;
    assertAlmostEquals(audio[i]!, mixed, 1e-6);
    assertAlmostEquals(audio[WINDOW - 1 - i]!, mixed, 1e-6);
  }
});

Deno.test("a window of 0 renders the whole buffer each time, without fades", () => {
  const rig = sessionRig({ config: { vae_window: 0 }, source: levelClip(0.4, 0.5, 1) });
  rig.run(0.2);
  for (const { startSample, numSamples, bufferFrames, audio } of rig.slices) {
    assertEquals([startSample, numSamples, bufferFrames], [0, 19_200, 19_200]);
    assert(audio.every((value) => value === audio[0]));
  }
});

Deno.test("the decode window is a whole number of latent frames", () => {
  for (
    const [vae_window, frames] of [[0.04, 1920], [0.11, 5760], [0.2, 9600], [5, WINDOW]] as const
  ) {
    const rig = sessionRig({ config: { vae_window } });
    rig.run(0.1);
    assertEquals(rig.slices[0]?.numSamples, frames);
  }
});

Deno.test("walk mode keeps windows inside chunks, and slices whole-buffer positions", () => {
  const rig = sessionRig({ config: { walk_window: true, walk_window_s: 2 }, source: emptyClip(5) });
  for (let i = 0; i < 50; i++) {
    rig.command(params(i / 10));
    rig.run(0.1);
  }
  const starts = rig.slices.map(({ startSample }) => startSample);
  assert(starts.some((start) => start > 4 * 48_000));
  for (const start of starts) {
    const edge = [96_000, 192_000].find((at) => start < at && start + WINDOW > at);
    assertEquals(edge, undefined);
  }
});

Deno.test("a client's lead report raises the lead, but not while a loop band is armed", () => {
  const leadAt = (hasBand: boolean) => {
    const rig = sessionRig();
    if (hasBand) rig.command({ type: "loop_band", start_sec: 8, end_sec: 9 });
    rig.command(params(2, {}, { slice_lead_s: -0.85 }));
    rig.run(0.05);
    return rig.slices.at(-1)!.startSample / 48_000 - 2;
  };
  assertAlmostEquals(leadAt(true), 0.25, 0.05);
  assertAlmostEquals(leadAt(false), 1.25, 0.05);
});

Deno.test("a fixed lead and a deaf server are settings", () => {
  const leadWith = (faults: object) => {
    const rig = sessionRig({ settings: { faults: { ...NO_FAULTS, ...faults } } });
    rig.command(params(2, {}, { slice_lead_s: -0.85 }));
    rig.run(0.05);
    return rig.slices.at(-1)!.startSample / 48_000 - 2;
  };
  assertAlmostEquals(leadWith({ fixedLead: true }), 0.5, 0.05);
  assertAlmostEquals(leadWith({ ignoreTransportLead: true }), 0.25, 0.05);
});

Deno.test("params from outside move neither playhead nor knobs; they are echoed as they came", () => {
  const rig = sessionRig();
  rig.command(params(1, { denoise: 0.25 }));
  const raw = { denoise: 70, seed: "x", mine: [1] };
  rig.command(params(7, raw, { slice_lead_s: -3 }), null, "EXTERNAL");
  rig.run(0.1);
  assertEquals(rig.last("params_echo"), { type: "params_echo", raw });
  assertEquals(rig.session.bank.value("denoise"), 0.25);
  assert(rig.slices.at(-1)!.startSample < 2 * 48_000);
});

Deno.test("a prompt blend from outside is echoed, clamped; the client's own is set silently", () => {
  const rig = sessionRig();
  rig.command({ type: "set_prompt_blend", value: 3 }, null, "EXTERNAL");
  assertEquals(rig.last("prompt_blend_echo"), { type: "prompt_blend_echo", value: 1 });
  assertEquals(rig.session.bank.promptBlend, 0);
  rig.command({ type: "set_prompt_blend", value: 0.25 });
  assertEquals([rig.session.bank.promptBlend, rig.types()], [0.25, ["prompt_blend_echo"]]);
});

/** Slices in each second, and what the generator counted. */
function idling(rig: ReturnType<typeof sessionRig>, seconds: number) {
  return Array.from({ length: seconds }, () => {
    const before = rig.slices.length;
    rig.run(1);
    return rig.slices.length - before;
  });
}

Deno.test("after 20 s without activity only rendering goes on, then nothing, until something happens", () => {
  const rig = sessionRig({ source: emptyClip(5), renderMs: 5 });
  const active = idling(rig, 20);
  const gens = rig.slices.at(-1)!.numGens;
  const rendering = idling(rig, 5);
  idling(rig, 1);
  const stopped = idling(rig, 10);
  assert(active.every((count) => count >= 16 && count <= 17), `${active}`);
  assert(rendering.slice(1).every((count) => count >= 49), `${rendering}`);
  assertEquals(rig.slices.at(-1)!.numGens - gens <= 1, true, "the generator rests");
  assertEquals(stopped, Array(10).fill(0));
  rig.command(params(1, { denoise: 0.5 }));
  const [woken] = idling(rig, 1);
  assert(woken! >= 15);
  assert(rig.slices.at(-1)!.numGens > gens + 10);
});

Deno.test("a sleep is no stall: the lead is the same after it", () => {
  const rig = sessionRig({ source: emptyClip(5), config: { lead_floor_s: 0 } });
  rig.run(60);
  rig.command(params(1, { denoise: 0.5 }));
  rig.run(0.2);
  assert(rig.slices.at(-1)!.startSample / 48_000 - 1.2 < 0.35);
});

Deno.test("only changed knobs and commands are activity, the position alone is none", () => {
  const isAwakeAfter = (act: (rig: ReturnType<typeof sessionRig>, i: number) => void) => {
    const rig = sessionRig({ source: emptyClip(2) });
    rig.command(params(0, { denoise: 0.5, curve: [1] }));
    for (let i = 0; i < 30; i++) {
      rig.run(1);
      act(rig, i);
    }
    return idling(rig, 1)[0]! > 0;
  };
  assertEquals(isAwakeAfter(() => {}), false);
  assertEquals(
    isAwakeAfter((rig, i) => rig.command(params(i / 20, { denoise: 0.5, curve: [1] }))),
    false,
  );
  assert(isAwakeAfter((rig, i) => rig.command(params(0, { denoise: i / 100 }))));
  assert(isAwakeAfter((rig, i) => rig.command(params(0, { denoise: 0.5, curve: [i] }))));
  assert(isAwakeAfter((rig) => rig.command({ type: "loop_band" })));
  assert(isAwakeAfter((rig) => rig.command(params(0, { seed: 1 }), null, "EXTERNAL")));
});

Deno.test("params from outside make the client's next, identical ones count as a change", () => {
  const rig = sessionRig({ source: emptyClip(2) });
  rig.command(params(0, { seed: 1 }));
  rig.run(15);
  rig.command(params(0, { denoise: 1 }), null, "EXTERNAL");
  rig.run(15);
  rig.command(params(0, { seed: 1 }));
  rig.run(15);
  assert(idling(rig, 1)[0]! > 0, "15 s after the last activity it is awake");
});

Deno.test("an idle pause of 0 never comes", () => {
  const rig = sessionRig({ source: emptyClip(2), settings: { idlePauseS: 0 } });
  rig.run(100);
  assert(idling(rig, 1)[0]! > 15);
});

Deno.test("a swap that comes into a stopped session is rendered for a whole buffer", async () => {
  let release = () => {};
  const slow = {
    name: "slow",
    facts: { bpm: null, key: null, timeSignature: null },
    load: () =>
      new Promise<ReturnType<typeof emptyClip>>((resolve) => {
        release = () => resolve(emptyClip(3));
      }),
  };
  const rig = sessionRig({ source: emptyClip(2), tracks: [slow] });
  rig.command({ type: "swap_source", fixture_name: "slow", use_server_source: true });
  rig.run(40);
  assertEquals(idling(rig, 1), [0]);
  release();
  await rig.clock.settle(rig.clock.now());
  const counts = idling(rig, 5);
  assert(counts[0]! > 15 && counts[2]! > 15, `${counts}`);
  assertEquals(counts[4], 0);
});

/** An engine that ends in an error of one kind or another at its third window. */
function failing(how: "throws" | "reports" | "later"): Engine {
  let left = 3;
  return new class extends PassThroughEngine {
    override render(
      request: RenderRequest,
      done: Parameters<Engine["render"]>[1],
      failed: Parameters<Engine["render"]>[2] = () => {},
    ): void {
      if (--left > 0) return super.render(request, done);
      const error = new Error("device is lost");
      if (how === "throws") throw error;
      if (how === "reports") failed(error);
      else queueMicrotask(() => failed(error));
    }
  }();
}

for (const how of ["throws", "reports", "later"] as const) {
  Deno.test(`an engine that fails (${how}) ends the session with pipeline_error, once`, async () => {
    const rig = sessionRig({ engine: failing(how) });
    const ends: (string | null)[] = [];
    rig.session.onEnd = (failure) => void ends.push(failure?.message ?? null);
    await rig.clock.settle(2);
    assertEquals(rig.last("error"), {
      type: "error",
      code: "pipeline_error",
      message: "device is lost",
    });
    assertEquals([ends, rig.session.hasEnded, rig.slices.length], [["device is lost"], true, 2]);
    rig.command(params(1));
    rig.session.close();
    assertEquals(ends.length, 1);
  });
}

Deno.test("a session that is held makes nothing more, but still takes commands", () => {
  const rig = sessionRig({ renderMs: 30 });
  rig.run(0.1);
  rig.session.hold();
  const made = rig.slices.length;
  rig.run(5);
  rig.command({ type: "prompt", tags: "x" });
  assertEquals([rig.slices.length, rig.types()], [made, ["prompt_applied"]]);
});

Deno.test("a session that has ended does nothing and leaves no timer", () => {
  const rig = sessionRig({ renderMs: 30 });
  rig.run(0.1);
  rig.session.close();
  const { fired } = rig.clock;
  rig.clock.run();
  rig.command({ type: "prompt", tags: "x" });
  rig.session.start();
  rig.clock.run();
  assertEquals([rig.clock.fired, rig.types()], [fired, []]);
});

Deno.test("at timing fidelity slices carry no samples, but everything else", () => {
  const rig = sessionRig();
  rig.command(params(0.5, { denoise: 0.5 }));
  rig.command({ type: "write_audio" }, emptyClip(0.2));
  rig.run(1);
  assert(rig.slices.length > 10);
  for (const { audio, numSamples } of rig.slices) {
    assertEquals([audio.length, numSamples], [0, WINDOW]);
  }
  assertEquals(rig.last("audio_written")?.["end_s"], 0.2);
});
