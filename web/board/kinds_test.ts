import { assertEquals } from "@std/assert";
import type { CardRecord } from "./api.ts";
import { kindOf, runningByKind } from "./kinds.ts";

const card = (id: string, more: Partial<CardRecord> = {}): CardRecord => ({
  ...{ id, rev: 1, col: "working", title: id, project: "p", state: "working" },
  ...{ stateSince: "2026-11-01T10:00:00Z", confidence: "high", lastText: "" },
  ...{ health: { level: "good", score: 0 }, cost: { usd: 0, unpricedTokens: 0 } },
  ...{ attn: { needs: false, priority: 0, reasons: [] }, agents: { running: 0, total: 0 } },
  ...{ updatedAt: "2026-11-01T10:00:00Z", pane: false, autopilot: "off" },
  ...more,
});

Deno.test("a card's id says of which kind it is", () => {
  const ids = ["headway:stream:s1", "headway:voice:v", "headway:task:t", "0b5f", "headway:other:x"];
  assertEquals(ids.map((id) => kindOf({ id })), ["stream", "voice", "task", "agent", "agent"]);
});

Deno.test("what goes on is listed by kind: whoever needs somebody first, the more urgent before, then the newest", () => {
  const needs = { needs: true, priority: 90, reasons: [{ code: "question" }] };
  const found = runningByKind([
    card("old", { updatedAt: "2026-11-01T09:00:00Z" }),
    card("new", { updatedAt: "2026-11-01T11:00:00Z" }),
    card("finished", { attn: { ...needs, priority: 40 }, updatedAt: "2026-11-01T12:00:00Z" }),
    card("asks", { state: "waiting", attn: needs, updatedAt: "2026-11-01T08:00:00Z" }),
    card("over", { state: "ended" }),
    card("lost", { state: "unknown" }),
    card("headway:stream:b"),
    card("headway:stream:a"),
    card("headway:task:done", { state: "ended" }),
  ]);
  const ids = Object.fromEntries(
    Object.entries(found).map(([kind, cards]) => [kind, cards.map(({ id }) => id)]),
  );
  assertEquals(ids, {
    stream: ["headway:stream:a", "headway:stream:b"],
    voice: [],
    task: [],
    agent: ["asks", "finished", "new", "old"],
  });
});
