import { assertEquals, assertStringIncludes } from "@std/assert";
import { Rng, VirtualClock } from "../../../runtime/mod.ts";
import { tick } from "../../../tests/support/voice_rig.ts";
import { AttachedResponder } from "./attached.ts";
import type { ChatReply } from "./responder.ts";

function rig() {
  const clock = new VirtualClock();
  const otherwise = {
    name: "none",
    respond: () => Promise.resolve({ text: "Nobody is here." }),
  };
  const responder = new AttachedResponder({ clock, rng: new Rng("turns"), otherwise });
  const ask = (text: string) => {
    const abort = new AbortController();
    const asked = { reply: null as ChatReply | null, abort };
    responder.respond({ channel: "browser:1", text }, { signal: abort.signal })
      .then((reply) => asked.reply = reply);
    return asked;
  };
  const forever = new AbortController().signal;
  const take = (timeoutS = 60, signal = forever, agent: string | null = null) =>
    responder.take(timeoutS, signal, agent);
  return { clock, responder, ask, take };
}

Deno.test("a turn goes to the agent that waits longest, and its answer to the turn", async () => {
  const { responder, ask, take } = rig();
  const [first, second] = [take(), take()];
  const [left, right] = [ask("left"), ask("right")];
  const [one, two] = [(await first)!, (await second)!];
  assertEquals([one.text, two.text, one.channel], ["left", "right", "browser:1"]);
  assertEquals(responder.answer(two.turnId, "to the right"), true);
  assertEquals(responder.answer(one.turnId, "to the left"), true);
  await tick();
  assertEquals([left.reply, right.reply], [{ text: "to the left" }, { text: "to the right" }]);
  // Once is enough.
  assertEquals(responder.answer(one.turnId, "again"), false);
  assertEquals(responder.answer("turn-nosuch", "x"), false);
});

Deno.test("with no agent another one answers, and an agent that comes back finds what waits", async () => {
  const { clock, responder, ask, take } = rig();
  const alone = ask("anybody?");
  await tick();
  assertEquals(alone.reply, { text: "Nobody is here.", provider: "none" });
  // It looked, and thinks about something else for a moment.
  const looked = take(1);
  clock.runUntil(2);
  assertEquals(await looked, null);
  assertEquals(responder.isAttached, true);
  const kept = ask("are you there?");
  clock.runUntil(20);
  assertEquals([kept.reply, responder.waiting], [null, 1]);
  responder.answer((await take())!.turnId, "I am.");
  await tick();
  assertEquals(kept.reply, { text: "I am." });
  // Then it stays away: what waits is told so, and what comes later is answered otherwise.
  const lost = ask("and now?");
  clock.runUntil(51);
  await tick();
  assertStringIncludes((lost.reply as { error: string }).error, "takes no turns any more");
  assertEquals(responder.isAttached, false);
  const late = ask("hello?");
  await tick();
  assertEquals(late.reply, { text: "Nobody is here.", provider: "none" });
});

Deno.test("an agent that thinks too long, or hangs up, holds nobody for ever", async () => {
  const { clock, responder, ask, take } = rig();
  const taken = take();
  const slow = ask("think");
  const { turnId } = (await taken)!;
  clock.runUntil(119);
  assertEquals(slow.reply, null);
  clock.runUntil(121);
  await tick();
  assertStringIncludes((slow.reply as { error: string }).error, "no answer in 120 s");
  assertEquals(responder.answer(turnId, "too late"), false);
  // It answered, so it is there; then it hangs up while it waits.
  const abort = new AbortController();
  const waiting = take(600, abort.signal);
  abort.abort();
  assertEquals(await waiting, null);
  assertEquals(responder.isAttached, false);
});

Deno.test("an agent that leaves gives its turns back: to who waits, or to who comes soon", async () => {
  const { clock, responder, ask, take } = rig();
  const forever = new AbortController().signal;
  const [first, second] = [take(60, forever, "a"), take(60, forever, "b")];
  const [left, right] = [ask("left"), ask("right")];
  await Promise.all([first, second]);
  // Another one waits, and one of its own, which ends.
  const [other, own] = [take(60, forever, "c"), take(60, forever, "a")];
  responder.leave("a");
  assertEquals([(await other)?.text, await own], ["left", null]);
  responder.answer((await other)!.turnId, "by c");
  await tick();
  assertEquals([left.reply, right.reply], [{ text: "by c" }, null]);
  // Nobody waits: it stands first in line for half a minute, and its old holder is not asked any more.
  const later = ask("later");
  responder.leave("b");
  responder.leave("b");
  assertEquals(responder.waiting, 2);
  clock.runUntil(20);
  const again = (await take(60, forever, "d"))!;
  assertEquals([again.text, again.turnId], ["right", (await second)!.turnId]);
  responder.answer(again.turnId, "by d");
  responder.answer((await take(60, forever, "d"))!.turnId, "later, by d");
  await tick();
  assertEquals([right.reply, later.reply], [{ text: "by d" }, { text: "later, by d" }]);
  // With nobody at all it is told, long before two minutes are over.
  const lone = ask("alone");
  await take(60, forever, "e");
  responder.leave("e");
  clock.runUntil(51);
  await tick();
  assertStringIncludes((lone.reply as { error: string }).error, "takes no turns any more");
});

Deno.test("an interrupted turn is taken back, from those that wait and from the agent", async () => {
  const { clock, responder, ask, take } = rig();
  await Promise.all([take(1), clock.runUntil(2)]);
  const waiting = ask("never mind");
  waiting.abort.abort();
  await tick();
  assertEquals([waiting.reply, responder.waiting], [{ error: "called off" }, 0]);
  const taking = take();
  const taken = ask("stop");
  const { turnId } = (await taking)!;
  taken.abort.abort();
  await tick();
  assertEquals(taken.reply, { error: "called off" });
  assertEquals(responder.answer(turnId, "too late"), false);
});

Deno.test("turns and agents that wait are bounded", async () => {
  const { clock, responder, ask, take } = rig();
  await Promise.all([take(1), clock.runUntil(2)]);
  const asked = Array.from({ length: 65 }, (_, i) => ask(`${i}`));
  await tick();
  assertStringIncludes((asked[64]!.reply as { error: string }).error, "64 turns wait");
  assertEquals([responder.waiting, asked[63]!.reply], [64, null]);
  for (const { abort } of asked) abort.abort();
  const takers = Array.from({ length: 17 }, () => take(600));
  assertEquals([await takers[16], responder.isFull], [null, true]);
  clock.runUntil(700);
  assertEquals((await Promise.all(takers)).every((turn) => turn === null), true);
});
