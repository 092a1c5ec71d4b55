import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { TmuxProgram } from "./tmux_program.ts";

Deno.test("a tmux that hangs is ended after ten seconds, and tells nothing", async () => {
  const clock = new VirtualClock();
  const hangs = ["deno", "eval", "setTimeout(() => {}, 1e9)"];
  const tmux = new TmuxProgram(hangs, Deno.env.toObject(), clock);
  let isOver = false;
  const answer = tmux.run(["list-panes"]).finally(() => isOver = true);
  clock.runUntil(9.9);
  await Promise.resolve();
  assertEquals(isOver, false);
  clock.runUntil(10);
  assertEquals((await answer).isOk, false);
});

Deno.test("what tmux says comes without its limit", async () => {
  const clock = new VirtualClock();
  const tmux = new TmuxProgram(["deno", "eval", "console.log(1)"], Deno.env.toObject(), clock);
  assertEquals(await tmux.run(["list-panes"]), { isOk: true, stdout: "1\n" });
  assertEquals(clock.step(), false);
});
