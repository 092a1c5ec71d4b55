import { assertEquals } from "@std/assert";
import { standingAt } from "../../tests/support/copilot_world.ts";
import { type Discard, firstGate, type GateFacts } from "./gates.ts";
import { readScreen, type Screen } from "./screen.ts";

const NOW = Date.parse("2026-10-01T12:00:00Z");
const RULE = "─".repeat(20);
const screenWith = (...lines: string[]) => readScreen([...lines, RULE, "❯ ", RULE]);
const PANE = {
  ...{ id: "%1", pid: 90, isInMode: false, isDead: false, isOff: false },
  ...{ isSynchronized: false, isBracketed: null },
};

/** Everything is as it has to be. */
const OPEN: GateFacts = {
  nowMs: NOW,
  isHalted: false,
  armed: { configRev: 3, cursor: "0.100", pid: 100, atMs: NOW - 60_000 },
  configRev: 3,
  standing: standingAt("0.100"),
  search: { kind: "pane", pane: PANE, isForeground: true },
  armedPane: "%1",
  screen: screenWith("ready"),
  humanMs: NOW - 3600_000,
  wasBusy: false,
  sends: 0,
  maxSends: 5,
  isOverBudget: false,
  midnightMs: NOW + 3600_000,
  draft: { kind: "text", text: "Run the tests.", forbidden: ["mark-1"] },
  failures: 0,
  lastSent: ["Go on."],
  limitsSeen: new Map(),
  zone: "UTC",
};

type Row = readonly [
  reason: string,
  after: Discard["after"]["kind"],
  change: (facts: GateFacts) => Partial<GateFacts>,
  isForMessages?: true,
];
const live = (facts: GateFacts, more: object) => ({
  standing: facts.standing && { ...facts.standing, live: { ...facts.standing.live, ...more } },
});
const standing = (facts: GateFacts, more: object) => ({
  standing: facts.standing && { ...facts.standing, ...more },
});
const pane = (facts: GateFacts, more: object) => ({
  search: facts.search.kind === "pane"
    ? { ...facts.search, pane: { ...facts.search.pane, ...more } }
    : facts.search,
});
const draft = (text: string) => () => ({
  draft: { kind: "text", text, forbidden: ["mark-1"] } as const,
});
const screen = (it: Screen | null) => ({ screen: it });

/** In the order in which they are looked at. Several rows of one gate stand together. */
const MATRIX: readonly (readonly Row[])[] = [
  [["halted", "stay", () => ({ isHalted: true }), true]],
  [["mode_changed", "stay", () => ({ configRev: 4 }), true]],
  [
    ["session_gone", "off", (it) => live(it, { state: "ended" }), true],
    ["session_gone", "off", (it) => standing(it, { pid: 101 }), true],
    ["session_gone", "off", (it) => standing(it, { pid: null }), true],
    ["session_gone", "off", () => ({ standing: null }), true],
    ["session_gone", "off", () => ({ search: { kind: "gone" } }), true],
  ],
  [
    ["pane_changed", "off", () => ({ search: { kind: "none" } }), true],
    ["pane_changed", "off", () => ({ search: { kind: "ambiguous" } }), true],
    ["pane_changed", "off", () => ({ armedPane: "%2" }), true],
  ],
  [
    ["pane_busy", "retry", (it) => pane(it, { isInMode: true }), true],
    ["pane_busy", "again", (it) => ({ ...pane(it, { isInMode: true }), wasBusy: true }), true],
    ["pane_busy", "retry", (it) => pane(it, { isDead: true }), true],
    ["pane_busy", "retry", (it) => pane(it, { isOff: true }), true],
    ["pane_busy", "retry", (it) => pane(it, { isSynchronized: true }), true],
    ["pane_busy", "retry", () => screen(null), true],
    [
      ...["pane_busy", "retry"] as const,
      (it) => it.search.kind === "pane" ? { search: { ...it.search, isForeground: false } } : {},
      true,
    ],
  ],
  [
    [
      ...["waiting_prompt", "stay"] as const,
      () => screen(readScreen(["Do you want to proceed?", "❯ 1. Yes", "  2. No"])),
      true,
    ],
    [
      ...["waiting_prompt", "stay"] as const,
      () => screen(readScreen(["Which?", "❯ 1. Red", "  2. Blue"])),
      true,
    ],
    ["waiting_prompt", "stay", (it) => standing(it, { status: "waiting" }), true],
    ["waiting_prompt", "stay", (it) => standing(it, { waitingFor: "a plan" }), true],
    ["waiting_prompt", "stay", (it) => live(it, { waitingFor: "question" }), true],
  ],
  [
    ["not_idle", "again", (it) => live(it, { state: "working" }), true],
    ["not_idle", "again", (it) => live(it, { confidence: "low" }), true],
  ],
  [
    ["session_moved", "again", (it) => standing(it, { cursor: "0.101" }), true],
    ["session_moved", "again", (it) => standing(it, { hasMoved: true }), true],
  ],
  [
    [
      ...["human_typing", "again"] as const,
      () => screen(readScreen([RULE, "❯ half a sen", RULE])),
      true,
    ],
    ["human_typing", "again", () => screen(readScreen(["no composer"])), true],
  ],
  [["human_active", "again", () => ({ humanMs: NOW - 59_000 })]],
  [[
    ...["stale_draft", "again"] as const,
    (it) => ({ armed: { ...it.armed, atMs: NOW - 600_001 } }),
  ]],
  [
    [
      ...["rate_limited", "pause"] as const,
      (it) => standing(it, { limit: { text: "You've hit your limit", ms: NOW - 1000 } }),
      true,
    ],
    [
      ...["rate_limited", "pause"] as const,
      (it) =>
        it.screen?.composer === ""
          ? screen(screenWith("5-hour limit reached ∙ resets 3pm (UTC)"))
          : {},
      true,
    ],
  ],
  [["max_sends", "off", () => ({ sends: 5 }), true]],
  [["budget", "pause", () => ({ isOverBudget: true })]],
  [["context_full", "off", (it) => standing(it, { context: { pct: 95 } }), true]],
  [
    ["unsafe_draft", "again", draft("/clear")],
    ["unsafe_draft", "off", (it) => ({ ...draft("yes")(), failures: it.failures + 1 })],
    ["unsafe_draft", "again", draft("it says mark-1")],
    ["ai_failed", "again", () => ({ draft: { kind: "failed" } })],
    ["ai_failed", "off", () => ({ draft: { kind: "failed" }, failures: 1 })],
  ],
  [["repeat", "off", draft(" go  ON. ")]],
  [["declined", "off", draft("NO_REPLY")]],
];

/** What two gates make of the same thing cannot be so at once. */
function hasBoth(one: Row, other: Row): boolean {
  const touches = (row: Row) => Object.keys(row[2](OPEN)).filter((it) => it !== "failures");
  const [a, b] = [touches(one), touches(other)];
  return !a.some((name) => b.includes(name) && name !== "standing") && one[0] !== other[0];
}

Deno.test("T48: each gate alone leaves the draft, with its reason and what comes of it", () => {
  assertEquals(firstGate(OPEN), null);
  assertEquals(MATRIX.length, 18);
  for (const row of MATRIX.flat()) {
    const discard = firstGate({ ...OPEN, ...row[2](OPEN) });
    assertEquals([discard?.reason, discard?.after.kind], [row[0], row[1]], row[0]);
  }
});

Deno.test("T48: of two gates the earlier one is the reason, whichever they are", () => {
  const never: string[] = [];
  for (const [i, rows] of MATRIX.entries()) {
    for (const later of MATRIX.slice(i + 1)) {
      let pairs = 0;
      for (const [one, other] of rows.flatMap((one) => later.map((it) => [one, it] as const))) {
        if (!hasBoth(one, other)) continue;
        const changed = { ...OPEN, ...other[2](OPEN) };
        const both = { ...changed, ...one[2](changed) };
        assertEquals(firstGate(both)?.reason, one[0], `${one[0]} before ${other[0]}`);
        pairs++;
      }
      if (pairs === 0) never.push(`${rows[0]![0]} with ${later[0]![0]}`);
    }
  }
  // One draft is one of these at most; all other pairs of gates were tried.
  assertEquals(never, [
    "unsafe_draft with repeat",
    "unsafe_draft with declined",
    "repeat with declined",
  ]);
});

Deno.test("T48: a gate holds from its limit on, and not before", () => {
  const reasons = (facts: Partial<GateFacts>) => firstGate({ ...OPEN, ...facts })?.reason ?? null;
  const [pct, over] = [94.9, 95].map((pct) => standing(OPEN, { context: { pct } }));
  const armed = (agoMs: number) => ({ armed: { ...OPEN.armed, atMs: NOW - agoMs } });
  const rows: readonly [open: Partial<GateFacts>, shut: Partial<GateFacts>, reason: string][] = [
    [{ humanMs: NOW - 60_000 }, { humanMs: NOW - 59_999 }, "human_active"],
    [armed(600_000), armed(600_001), "stale_draft"],
    [{ sends: 4 }, { sends: 5 }, "max_sends"],
    [pct!, over!, "context_full"],
    [
      { lastSent: ["run the TESTS.", "a", "b", "c"] },
      { lastSent: ["a", "run  the TESTS.", "b", "c"] },
      "repeat",
    ],
  ];
  for (const [open, shut, reason] of rows) {
    assertEquals([reasons(open), reasons(shut)], [null, reason]);
  }
});

Deno.test("T48: a fixed text is held by the gates of sessions and panes, not by those of drafts", () => {
  const open = { ...OPEN, draft: null };
  assertEquals(firstGate(open), null);
  for (const [reason, , change, isForMessages] of MATRIX.flat()) {
    const changed = change(open);
    if ("draft" in changed) continue;
    const discard = firstGate({ ...open, ...changed });
    assertEquals(discard?.reason ?? null, isForMessages === true ? reason : null, reason);
  }
});

Deno.test("a limit that ended holds nobody; a busy service is waited for without a pause", () => {
  const said = (text: string, minutesAgo: number) => ({
    ...OPEN,
    ...standing(OPEN, { limit: { text, ms: NOW - minutesAgo * 60_000 } }),
  });
  const over = said("You've hit your limit · resets 11am (UTC)", 120);
  assertEquals(firstGate(over), null);
  // The same line is still on the screen; it means the same time.
  const shown = screenWith("  ⎿ You've hit your limit · resets 11am (UTC)");
  assertEquals(firstGate({ ...over, screen: shown }), null);
  const line = "⎿ You've hit your limit · resets 11am (UTC)";
  const seen = new Map([[line, NOW - 7_200_000]]);
  assertEquals(firstGate({ ...OPEN, screen: shown, limitsSeen: seen }), null);
  assertEquals(firstGate({ ...OPEN, screen: shown })?.reason, "rate_limited");
  const until = firstGate(said("usage limit reached · resets 3pm (UTC)", 5))?.after;
  assertEquals(until, { kind: "pause", untilMs: Date.parse("2026-10-01T15:00:00Z") });
  const busy = screenWith("temporarily limiting requests (not your usage limit)");
  assertEquals(firstGate({ ...OPEN, screen: busy }), {
    reason: "service_busy",
    after: { kind: "again", atMs: NOW + 60_000 },
  });
});
