import { assertEquals } from "@std/assert";
import { sessionRig } from "../../tests/support/session_rig.ts";
import { rampClip } from "../../tests/support/streaming_world.ts";
import { snapshotOf } from "./snapshot.ts";

Deno.test("a snapshot has every field that the control bus promises, and can be written as JSON", () => {
  const rig = sessionRig({ config: { prompt: "drums", fixture_name: "mine" } });
  const snapshot = snapshotOf(rig.session);
  const promised = [
    "id started_at prompt prompt_b prompt_blend duration bpm key time_signature fixture_name",
    "timbre_name structure_name timbre_strength lora_catalog knob_values channels sample_rate",
    "interp_prompt interp_timbre interp_structure interp_feedback sde geometry capabilities",
    "knob_manifest manual_slot_count manual_slot_cap steering_available source_epoch",
    "engine_trouble",
  ].join(" ").split(" ");
  assertEquals(Object.keys(snapshot).toSorted(), promised.toSorted());
  assertEquals(JSON.parse(JSON.stringify(snapshot)), snapshot);
  const { prompt, prompt_b, duration, bpm, key, fixture_name, sde } = snapshot;
  assertEquals(
    [prompt, prompt_b, duration, bpm, key, fixture_name, sde],
    ["drums", "drums", 10, 100, "C major", "mine", false],
  );
});

Deno.test("a snapshot follows what happens to its session", () => {
  const rig = sessionRig({ config: { lora: true }, loras: ["warm"] });
  rig.command({ type: "set_timbre_source", name: "t" }, rampClip(1));
  rig.command({ type: "set_structure_source", name: "s" }, rampClip(1));
  rig.command({ type: "set_timbre_strength", value: 0.5 });
  rig.command({ type: "set_interp_method", path: "feedback", method: "linear" });
  rig.command({ type: "enable_lora", id: "warm", strength: 0.5 });
  rig.command({ type: "params", playback_pos: 0, raw: { denoise: 0.25 } });
  rig.command({ type: "params", playback_pos: 0, raw: { denoise: 0.75 } }, null, "EXTERNAL");
  rig.command({ type: "swap_source", fixture_name: "next", tags: "bass" }, rampClip(2, 1));
  rig.run(0.1);
  const snapshot = snapshotOf(rig.session);
  const expected = {
    timbre_name: "t",
    structure_name: "s",
    timbre_strength: 0.5,
    interp_feedback: "linear",
    interp_prompt: "slerp",
    fixture_name: "next",
    source_epoch: 1,
    prompt: "bass",
    duration: 2,
    channels: 1,
  };
  for (const [name, value] of Object.entries(expected)) assertEquals(snapshot[name], value, name);
  const knobs = snapshot["knob_values"] as Record<string, number>;
  assertEquals([knobs["denoise"], knobs["lora_str_warm"]], [0.25, 0.5]);
  assertEquals("lora_str_warm" in (snapshot["knob_manifest"] as { knobs: object }).knobs, true);
});
