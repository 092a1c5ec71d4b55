import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../runtime/mod.ts";
import { type BoardDiff, BoardModel } from "./board_model.ts";
import {
  ownCard,
  OwnCards,
  type OwnSession,
  type OwnTaskStatus,
  type OwnView,
} from "./headway_sessions.ts";
import { type Card, MAX_CARD_BYTES } from "./state/card.ts";

const T = Date.parse("2026-10-01T12:00:00Z");

const NOBODY: OwnView = { seenMs: T - 1, snoozedUntilMs: 0 };

function stream(id: string, more: Partial<OwnSession & { kind: "stream" }> = {}): OwnSession {
  return {
    ...{ kind: "stream", id, title: id, startedMs: T, href: `/watch/${id}` },
    ...{ tickedMs: T, isResting: false },
    ...more,
  };
}

const card = (id: string, more: Partial<Card> = {}) => ({
  ...ownCard(stream(id), T, NOBODY, T),
  ...more,
});

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

const BASE = { id: "x", title: "x", startedMs: T, href: "/" };

function task(
  status: OwnTaskStatus,
  more: Partial<OwnSession & { kind: "task" }> = {},
): OwnSession {
  return { ...BASE, kind: "task", status, endedMs: status === "running" ? null : T, ...more };
}

Deno.test("our own sessions are cards: streams by their ticks, voices by speech, tasks by their state", () => {
  const short = (own: OwnSession, nowMs = T, view = NOBODY) => {
    const { col, state, health, attn } = ownCard(own, nowMs, view, T);
    return [
      col,
      state,
      health.level,
      attn.needs ? attn.reasons.map(({ code }) => code).join() : "",
    ];
  };
  assertEquals(short(stream("s"), T + 1000), ["working", "working", "good", ""]);
  assertEquals(short(stream("s"), T + 1001), ["needs", "working", "bad", "health_bad"]);
  assertEquals(short(stream("s", { isResting: true }), T + 9000), ["idle", "idle", "good", ""]);
  assertEquals(short(stream("s", { tickedMs: null }), T + 9000), ["idle", "idle", "good", ""]);
  const voice = (isSpeaking: boolean) => short({ ...BASE, kind: "voice", isSpeaking });
  assertEquals([voice(true)[0], voice(false)[0]], ["working", "idle"]);
  const seen = { seenMs: T, snoozedUntilMs: 0 };
  const snoozed = { seenMs: 0, snoozedUntilMs: T + 1 };
  assertEquals(short(task("running")), ["working", "working", "good", ""]);
  assertEquals(short(task("waiting")), ["needs", "waiting", "good", "permission"]);
  assertEquals(short(task("finished")), ["needs", "ended", "good", "finished"]);
  assertEquals(short(task("failed")), ["needs", "ended", "good", "finished"]);
  assertEquals(short(task("finished"), T, seen), ["done", "ended", "good", ""]);
  assertEquals(short(task("waiting"), T, seen), ["done", "ended", "good", ""]);
  assertEquals(short(task("finished"), T, snoozed), ["done", "ended", "good", ""]);
  assertEquals(short(task("finished"), T + 1, snoozed)[0], "needs");
  assertEquals(short(task("waiting"), T, snoozed)[0], "needs", "a snooze hides no permission");
  assertEquals(
    short(stream("s"), T + 1001, { ...snoozed, snoozedUntilMs: T + 5000 })[0],
    "working",
  );
  const wide = { ...BASE, title: "日本".repeat(600), kind: "voice", isSpeaking: true } as const;
  const bytes = new TextEncoder().encode(JSON.stringify(ownCard(wide, T, NOBODY, T))).length;
  assert(bytes <= MAX_CARD_BYTES);
});

Deno.test("a card of our own changes with its state only, and goes with its session", () => {
  const own = new OwnCards(T);
  const first = own.update([stream("s")], T)!;
  assertEquals(first.up.map(({ id, updatedAt }) => [id, Date.parse(updatedAt)]), [
    ["headway:stream:s", T],
  ]);
  assertEquals(own.update([stream("s", { tickedMs: T + 400 })], T + 500), null);
  const stale = own.update([stream("s", { tickedMs: T + 400 })], T + 1500)!;
  assertEquals([stale.up[0]!.health.level, Date.parse(stale.up[0]!.stateSince)], ["bad", T + 1500]);
  assertEquals(own.update([], T + 2000)!.rm, ["headway:stream:s"]);
  // What was over before the board was there needs nobody; what ends now does, until it is seen.
  const colOf = (it: OwnSession, nowMs: number) => own.update([it], nowMs)?.up[0]?.col;
  assertEquals(colOf(task("finished", { id: "old", endedMs: T - 1 }), T), "done");
  assertEquals(colOf(task("finished", { id: "new", endedMs: T + 5 }), T + 5), "needs");
  assertEquals(own.setView("headway:task:new", { seenMs: T + 6 }), true);
  assertEquals(own.setView("headway:task:none", { seenMs: T + 6 }), false);
  assertEquals(colOf(task("finished", { id: "new", endedMs: T + 5 }), T + 6), "done");
});

Deno.test("a task whose agent writes a transcript is one card", () => {
  const own = new OwnCards(T);
  const running = task("running", { id: "task-0000000a", title: "Tidy up", href: "/tasks/a" });
  const theirs = {
    ...card("abc"),
    ...{ id: "abc", title: "---CODA-TASK--- task_id: task-0000000a", col: "idle" as const },
    task: { id: "task-0000000a" },
  };
  const short = ({ id, col, title, task }: Omit<Card, "rev">) => [id, col, title, task?.status];
  assertEquals(own.update([running], T)!.up.map(({ id }) => id), ["headway:task:task-0000000a"]);
  assertEquals(own.update([running], T), null);
  const taken = own.take({ up: [theirs, card("other")], rm: [], money: null }, T);
  assertEquals(taken.up.map(short), [
    ["abc", "idle", "Tidy up", "running"],
    ["headway:stream:other", "working", "other", undefined],
  ]);
  assertEquals(own.update([running], T), {
    up: [],
    rm: ["headway:task:task-0000000a"],
    money: null,
  });
  assertEquals(own.update([running], T), null);
  const over = { ...running, status: "failed" as const, endedMs: T + 9 };
  const ended = own.update([over], T + 9)!;
  assertEquals(ended.up.map(short), [["abc", "needs", "Tidy up", "failed"]]);
  assertEquals(ended.up[0]!.attn.reasons, [{ code: "finished" }]);
  assert(
    own.setView("abc", { seenMs: T + 10 }),
    "whoever looks at the transcript has seen the task",
  );
  assertEquals(own.update([over], T + 10)!.up.map(short), [["abc", "done", "Tidy up", "failed"]]);
  // A transcript that leaves the board leaves the task there.
  own.take({ up: [], rm: ["abc"], money: null }, T + 11);
  assertEquals(own.update([over], T + 11)!.up.map(({ id }) => id), ["headway:task:task-0000000a"]);
});
