import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../runtime/mod.ts";
import { type BoardDiff, BoardModel } from "./board_model.ts";
import { ownCard, OwnCards, type OwnSession } from "./headway_sessions.ts";
import { type Card, MAX_CARD_BYTES } from "./state/card.ts";

const T = Date.parse("2026-10-01T12:00:00Z");

function stream(id: string, more: Partial<OwnSession & { kind: "stream" }> = {}): OwnSession {
  return {
    ...{ kind: "stream", id, title: id, startedMs: T, updatedMs: T, href: `/watch/${id}` },
    ...{ tickedMs: T, isResting: false },
    ...more,
  };
}

const card = (id: string, more: Partial<Card> = {}) => ({ ...ownCard(stream(id), T), ...more });

Deno.test("whoever has a snapshot and all diffs since has the board, whatever happened", () => {
  const step = fc.record({
    up: fc.array(fc.nat({ max: 6 }), { maxLength: 3 }),
    rm: fc.array(fc.nat({ max: 6 }), { maxLength: 2 }),
    waitS: fc.double({ min: 0, max: 0.4, noNaN: true }),
    title: fc.string({ maxLength: 5 }),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), fc.nat({ max: 40 }), (steps, joinAt) => {
    const clock = new VirtualClock();
    const model = new BoardModel({ clock, boot: "b" });
    const cards = new Map<string, Card>();
    const revs: number[] = [];
    const times: number[] = [];
    const take = (diff: BoardDiff) => {
      revs.push(diff.rev);
      times.push(clock.now());
      for (const it of diff.up) cards.set(it.id, it);
      for (const id of diff.rm) assert(cards.delete(id), "what goes was there");
    };
    let joined: number | null = null;
    for (const [i, { up, rm, waitS, title }] of steps.entries()) {
      if (i === joinAt) {
        const { rev, cards: all } = model.snapshot();
        for (const it of all) cards.set(it.id, it);
        joined = rev;
        model.subscribe(take);
      }
      model.apply({
        up: up.map((n) => card(`c${n}`, { title })),
        rm: rm.filter((n) => !up.includes(n)).map((n) => `headway:stream:c${n}`),
        money: null,
      });
      clock.runUntil(clock.now() + waitS);
    }
    clock.run();
    if (joined === null) return;
    const byId = (all: Iterable<Card>) => [...all].sort((a, b) => a.id < b.id ? -1 : 1);
    assertEquals(byId(cards.values()), byId(model.snapshot().cards));
    assertEquals(revs, revs.map((_, i) => joined! + 1 + i), "no revision is left out");
    for (let i = 1; i < times.length; i++) assert(times[i]! - times[i - 1]! >= 0.2 - 1e-9);
    assertEquals(model.since(joined)!.map(({ rev }) => rev), revs);
  }));
});

Deno.test("diffs that are not kept any more are not made up", () => {
  const clock = new VirtualClock();
  const model = new BoardModel({ clock, boot: "b" });
  for (let n = 0; n < 600; n++) {
    model.apply({ up: [card("c", { title: `${n}` })], rm: [], money: null });
    clock.runUntil(clock.now() + 1);
  }
  assertEquals([model.rev, model.since(600), model.since(601)], [600, [], null]);
  assertEquals(model.since(88)!.length, 512);
  assertEquals(model.since(87), null);
});

Deno.test("cards stand by column, then by need; the numbers above count them", () => {
  const clock = new VirtualClock();
  const model = new BoardModel({ clock, boot: "b" });
  const needy = (id: string, priority: number, since: number) =>
    card(id, {
      col: "needs",
      stateSince: new Date(T + since).toISOString(),
      attn: { needs: true, priority, reasons: [] },
    });
  const up = [card("w"), needy("n1", 40, 0), needy("n2", 100, 9), needy("n3", 100, 1)];
  model.apply({ up, rm: [], money: { todayUsd: 1.5, unpricedTokens: 7 } });
  const { cards, totals } = JSON.parse(model.json());
  assertEquals(cards.map(({ title }: Card) => title), ["n3", "n2", "n1", "w"]);
  assertEquals([totals.live, totals.needs, totals.todayUsd, totals.unpricedTokens], [4, 3, 1.5, 7]);
});

Deno.test("our own sessions are cards: streams by their ticks, voices by speech, tasks by their state", () => {
  const short = (own: OwnSession, nowMs = T) => {
    const { col, state, health, attn } = ownCard(own, nowMs);
    return [col, state, health.level, attn.reasons.map(({ code }) => code).join()];
  };
  assertEquals(short(stream("s"), T + 1000), ["working", "working", "good", ""]);
  assertEquals(short(stream("s"), T + 1001), ["needs", "working", "bad", "health_bad"]);
  assertEquals(short(stream("s", { isResting: true }), T + 9000), ["idle", "idle", "good", ""]);
  const base = { id: "x", title: "x", startedMs: T, updatedMs: T, href: "/" };
  const voice = (isSpeaking: boolean) => short({ ...base, kind: "voice", isSpeaking });
  assertEquals([voice(true)[0], voice(false)[0]], ["working", "idle"]);
  const task = (
    status: "running" | "waiting" | "finished" | "failed" | "stopped",
    isSeen = false,
  ) => short({ ...base, kind: "task", status, isSeen, transcript: null });
  assertEquals(task("running"), ["working", "working", "good", ""]);
  assertEquals(task("waiting"), ["needs", "waiting", "good", "permission"]);
  assertEquals(task("finished"), ["needs", "ended", "good", "finished"]);
  assertEquals(task("finished", true), ["done", "ended", "good", ""]);
  assertEquals(task("stopped"), ["done", "ended", "good", ""]);
  const wide = ownCard({ ...base, title: "日本".repeat(600), kind: "voice", isSpeaking: true }, T);
  assert(new TextEncoder().encode(JSON.stringify(wide)).length <= MAX_CARD_BYTES);
});

Deno.test("a task whose agent writes a transcript is one card", () => {
  const own = new OwnCards();
  const base = { id: "t", title: "t", startedMs: T, updatedMs: T, href: "/", isSeen: false };
  const task: OwnSession = { ...base, kind: "task", status: "running", transcript: "abc" };
  assertEquals(own.update([task], new Set(), T)!.up.map(({ id }) => id), ["headway:task:t"]);
  assertEquals(own.update([task], new Set(), T), null);
  assertEquals(own.update([task], new Set(["abc"]), T)!.rm, ["headway:task:t"]);
  assertEquals(own.update([task], new Set(["abc"]), T), null);
});
