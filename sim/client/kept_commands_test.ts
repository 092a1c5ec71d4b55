import { assertEquals } from "@std/assert";
import type { ClientMessage } from "../../wire/client_types.ts";
import { KeptCommands } from "./kept_commands.ts";

function keep(...messages: ClientMessage[]): KeptCommands {
  const kept = new KeptCommands();
  for (const message of messages) kept.note(message, null);
  return kept;
}

const messages = (kept: KeptCommands) => kept.all.map(({ message }) => message);

Deno.test("KeptCommands keeps the newest of each kind", () => {
  const kept = keep(
    { type: "prompt", tags: "a" },
    { type: "set_interp_method", path: "prompt", method: "slerp" },
    { type: "set_interp_method", path: "timbre", method: "linear" },
    { type: "enable_lora", id: "x" },
    { type: "disable_lora", id: "x" },
    { type: "prompt", tags: "b" },
    { type: "params", raw: {}, playback_pos: 0 },
    { type: "swap_source", use_server_source: true },
  );
  assertEquals(messages(kept), [
    { type: "prompt", tags: "b" },
    { type: "set_interp_method", path: "prompt", method: "slerp" },
    { type: "set_interp_method", path: "timbre", method: "linear" },
    { type: "disable_lora", id: "x" },
  ]);
});

Deno.test("KeptCommands forgets what was cleared", () => {
  const kept = keep(
    { type: "set_timbre_fixture", name: "t" },
    { type: "set_structure_fixture", name: "s" },
    { type: "manual_slot_add" },
    { type: "manual_slot_add" },
    { type: "loop_band", start_sec: 1, end_sec: 2 },
    { type: "clear_timbre_source" },
    { type: "clear_structure_source" },
    { type: "manual_slot_pop" },
  );
  assertEquals(messages(kept).map(({ type }) => type), ["manual_slot_add", "loop_band"]);
  assertEquals(kept.band, { startS: 1, endS: 2 });
  kept.note({ type: "loop_band", start_sec: null, end_sec: null }, null);
  assertEquals(kept.band, null);
});

Deno.test("KeptCommands follows a swap: no band, its prompt in place of the old one", () => {
  const kept = keep(
    { type: "prompt", tags: "a", tags_b: "b" },
    { type: "loop_band", start_sec: 1, end_sec: 2 },
  );
  kept.onSwap(undefined);
  assertEquals(messages(kept), [{ type: "prompt", tags: "a", tags_b: "b" }]);
  kept.onSwap("c");
  assertEquals(messages(kept), [{ type: "prompt", tags: "c", tags_b: "b" }]);
  const bare = keep();
  bare.onSwap("c");
  assertEquals(messages(bare), []);
});
