import { assertEquals } from "@std/assert";
import { emptyCard } from "../../tests/support/cards.ts";
import type { CardRecord } from "./api.ts";
import { BoardState } from "./board_state.ts";
import { fits, reasonText, spanText, tame, tokensText, usdText } from "./words.ts";

const totals = { live: 1, needs: 0, todayUsd: 0, unpricedTokens: 0, aiTodayUsd: 0 };

function card(id: string, more: Partial<CardRecord> = {}): CardRecord {
  return { ...emptyCard(id, ""), rev: 1, ...more };
}

Deno.test("the page's board is the snapshot and all changes since", () => {
  const board = new BoardState();
  assertEquals([board.rev, board.totals], [-1, null]);
  board.setAll({ rev: 4, boot: "b", cards: [card("a"), card("b")], totals });
  board.apply({ rev: 5, up: [card("c", { col: "idle" })], rm: ["a", "never-there"] });
  assertEquals([board.rev, board.size, board.totals], [5, 2, totals]);
  const ids = (name: "working" | "idle") => board.column(name).map(({ id }) => id);
  assertEquals([ids("working"), ids("idle")], [["b"], ["c"]]);
  board.setAll({ rev: 1, boot: "c", cards: [], totals });
  assertEquals([board.rev, board.size], [1, 0]);
});

Deno.test("the more urgent card comes first, then the one that has waited longer; else the newest", () => {
  const needs = (id: string, priority: number, stateSince: string) =>
    card(id, { col: "needs", stateSince, attn: { needs: true, priority, reasons: [] } });
  const board = new BoardState();
  const cards = [
    needs("late", 90, "2026-10-01T09:00:00.000Z"),
    needs("early", 90, "2026-10-01T08:00:00.000Z"),
    needs("urgent", 100, "2026-10-01T10:00:00.000Z"),
    card("old", { updatedAt: "2026-10-01T08:00:00.000Z" }),
    card("new", { updatedAt: "2026-10-01T09:00:00.000Z" }),
  ];
  board.setAll({ rev: 1, boot: "b", cards, totals });
  assertEquals(board.column("needs").map(({ id }) => id), ["urgent", "early", "late"]);
  assertEquals(board.column("working").map(({ id }) => id), ["new", "old"]);
});

Deno.test("numbers and texts are short, and nothing in them turns a line round", () => {
  assertEquals([0, 59, 60, 3599, 3600, 90_000, -5].map(spanText), [
    ...["0 s", "59 s", "1 min", "59 min", "1 h", "1 d", "0 s"],
  ]);
  assertEquals([0, 1.005, 99.5, 1234.5].map(usdText), ["$0.00", "$1.00", "$99.50", "$1235"]);
  assertEquals([12, 12_345, 1_234_567].map(tokensText), ["12", "12 k", "1.2 M"]);
  assertEquals(tame("a\u202eb\u001b[31mc\u200bd\ne"), "ab[31mcd\ne");
  const asks = { needs: true, priority: 100, reasons: [{ code: "permission" }] };
  assertEquals(
    reasonText(card("a", { attn: asks, waitingFor: "permission prompt" })),
    [
      "asks for permission",
    ][0],
  );
  assertEquals(reasonText(card("a")), "");
  assertEquals([fits(card("Seam", { branch: "fix" }), "SEAM fix"), fits(card("a"), "b")], [
    ...[true, false],
  ]);
});
