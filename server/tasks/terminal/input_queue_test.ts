import { assertEquals, assertRejects } from "@std/assert";
import { HeadwayError, VirtualClock } from "../../../runtime/mod.ts";
import { TerminalGoneError } from "./errors.ts";
import { InputQueue, MAX_INPUT_BYTES } from "./input_queue.ts";

/** A terminal that has room for so many bytes. */
function terminal() {
  const clock = new VirtualClock();
  const state = { room: 0, typed: "", asked: 0 };
  const queue = new InputQueue(clock, (bytes) => {
    state.asked++;
    const taken = bytes.subarray(0, state.room);
    state.room -= taken.length;
    state.typed += new TextDecoder().decode(taken);
    return taken.length;
  });
  return {
    clock,
    state,
    queue,
    type: (text: string) => queue.type(new TextEncoder().encode(text)),
  };
}

Deno.test("what a program does not read waits, and arrives whole and in order", async () => {
  const { clock, state, queue, type } = terminal();
  state.room = 3;
  const [first, second] = [type("hello "), type("world")];
  assertEquals([state.typed, queue.waitingBytes], ["hel", 8]);
  await clock.settle(60);
  assertEquals(state.typed, "hel");
  state.room = 100;
  await clock.settle(60.02);
  await Promise.all([first, second]);
  assertEquals([state.typed, queue.waitingBytes], ["hello world", 0]);
});

Deno.test("a program that does not read for ten minutes is asked fifty times a second, no more", async () => {
  const { clock, state, type } = terminal();
  const typing = type("x");
  await clock.settle(600);
  assertEquals(state.asked <= 600 * 50 + 10, true);
  state.room = 1;
  await clock.settle(600.02);
  await typing;
});

Deno.test("over a megabyte is refused, and nothing of it is typed", async () => {
  const { queue, state, type } = terminal();
  const waiting = queue.type(new Uint8Array(MAX_INPUT_BYTES - 1)).catch(() => {});
  await assertRejects(() => type("ab"), HeadwayError, `${MAX_INPUT_BYTES - 1} bytes wait`);
  assertEquals(queue.waitingBytes, MAX_INPUT_BYTES - 1);
  queue.end();
  await waiting;
  assertEquals(state.typed, "");
});

Deno.test("what waits when the program ends is refused, and so is what comes later", async () => {
  const { queue, type } = terminal();
  const waiting = assertRejects(() => type("a"), TerminalGoneError);
  queue.end();
  await waiting;
  await assertRejects(() => type("b"), TerminalGoneError);
});

Deno.test("nothing at all is typed at once", async () => {
  await terminal().type("");
});
