/** The soak in little: memory stays flat, sessions stay whole. */
import { assert, assertEquals } from "@std/assert";
import { soakBoard } from "./board.ts";
import { unflat } from "./flatness.ts";
import { LEAST_TIMING_S, soakFull, soakTiming } from "./sessions.ts";
import { soakVoice } from "./voices.ts";

Deno.test("a session of four hours at timing fidelity stays whole, in flat memory", () => {
  const { slices, problems, memory } = soakTiming(LEAST_TIMING_S);
  assertEquals([...problems, ...unflat(memory)], []);
  assert(slices > 200_000);
});

Deno.test("a minute of sessions at full fidelity stays whole, in flat memory", async () => {
  const { problems, memory } = await soakFull(60);
  assertEquals([...problems, ...unflat(memory)], []);
});

Deno.test("four hours of a voice server, whose sessions come and go, stay in flat memory", () => {
  const { jobs, problems, memory } = soakVoice(4 * 3600);
  assertEquals([...problems, ...unflat(memory)], []);
  assert(jobs > 3000, `${jobs}`);
});

Deno.test("an hour of a board, whose clients come and go, stays in flat memory", async () => {
  const { lines, problems, memory } = await soakBoard(3600);
  assertEquals([...problems, ...unflat(memory)], []);
  assert(lines > 5000, `${lines}`);
});
