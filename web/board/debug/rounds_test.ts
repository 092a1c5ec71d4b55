import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { Rounds } from "./rounds.ts";

/** A page that asks; a test says when it is seen, and when there is an answer. */
function world() {
  const clock = new VirtualClock();
  const page = { isSeen: true, askedS: [] as number[], lateS: [] as number[] };
  let answer = () => {};
  const rounds = new Rounds({
    clock,
    isSeen: () => page.isSeen,
    ask: () => {
      page.askedS.push(clock.now());
      const { promise, resolve } = Promise.withResolvers<void>();
      answer = resolve;
      return promise;
    },
    onLate: (waitedS) => page.lateS.push(waitedS),
  });
  const answered = async () => {
    answer();
    for (let turn = 0; turn < 4; turn++) await Promise.resolve();
  };
  return { clock, page, rounds, answered };
}

Deno.test("a page asks every two seconds while it is seen, and not at all while it is hidden", async () => {
  const { answered, clock, page, rounds } = world();
  rounds.start();
  await answered();
  clock.runUntil(2);
  await answered();
  page.isSeen = false;
  rounds.look();
  clock.runUntil(62);
  assertEquals(page.askedS, [0, 2]);
  page.isSeen = true;
  rounds.look();
  await answered();
  clock.runUntil(64);
  assertEquals(page.askedS, [0, 2, 62, 64]);
  rounds.stop();
  clock.runUntil(124);
  assertEquals([page.askedS.length, rounds.isOn], [4, false]);
});

Deno.test("a question that waits for its answer is not asked again, and the page is told for how long", async () => {
  const { answered, clock, page, rounds } = world();
  rounds.start();
  clock.runUntil(2);
  clock.runUntil(4);
  assertEquals([page.askedS, page.lateS], [[0], [2, 4]]);
  await answered();
  clock.runUntil(6);
  assertEquals([page.askedS, page.lateS], [[0, 6], [2, 4]]);
  rounds.stop();
});
