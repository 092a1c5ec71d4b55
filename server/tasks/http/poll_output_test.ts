import { assertEquals, assertThrows } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { ptyId } from "../../../tests/support/memory_tasks.ts";
import { TerminalWorld } from "../../../tests/support/terminal_world.ts";
import { TerminalGoneError } from "../terminal/errors.ts";
import { type Polled, pollOutput } from "./poll_output.ts";

Deno.test("pollOutput waits as long as it was told, and not a moment longer", async () => {
  const clock = new VirtualClock();
  const { terminals, task } = await world(clock);
  await task();
  let polled: Polled | null = null;
  const signal = new AbortController().signal;
  const place = { seq: 0, endSeq: 0 };
  pollOutput(terminals, ptyId(1), place, { clock, waitS: 20, signal }).then((it) => polled = it);
  await clock.settle(19.9);
  assertEquals(polled, null);
  await clock.settle(20);
  assertEquals(polled, {
    ...{ output: "", nextSeq: 0, hasGap: false, exit: null, isClosed: false },
  });
  await terminals.closeAll();
});

Deno.test("pollOutput gives half a character to nobody, and all of it to who asks next", async () => {
  const clock = new VirtualClock();
  const { terminals, task } = await world(clock);
  const program = await task();
  const signal = new AbortController().signal;
  const ask = (seq: number) =>
    pollOutput(terminals, ptyId(1), { seq, endSeq: 0 }, { clock, waitS: 0, signal });
  program.write(new Uint8Array([0x61, 0xe2, 0x82]));
  const first = ask(0);
  await clock.settle(0);
  assertEquals([(await first).output, (await first).nextSeq], ["a", 1]);
  program.write(new Uint8Array([0xac]));
  const second = ask(1);
  await clock.settle(0);
  assertEquals([(await second).output, (await second).nextSeq], ["€", 4]);
  await terminals.snapshot(ptyId(1));
  await terminals.closeAll();
});

Deno.test("pollOutput of a terminal that is gone throws", async () => {
  const clock = new VirtualClock();
  const { terminals } = await world(clock);
  const options = { clock, waitS: 1, signal: new AbortController().signal };
  assertThrows(
    () => pollOutput(terminals, ptyId(1), { seq: 0, endSeq: 0 }, options),
    TerminalGoneError,
  );
});

function world(clock: VirtualClock) {
  const world = new TerminalWorld(clock);
  return Promise.resolve({ terminals: world.terminals, task: () => world.task(1) });
}
