import { assertEquals } from "@std/assert";
import { Campaign } from "./campaign.ts";
import type { Played } from "./job.ts";

const SEARCH = { seed: 1, fidelity: "timing", plant: null } as const;

/** A run that broke an invariant, or did nothing of note. */
function played(index: number, isBroken: boolean): Played {
  const breach = { invariant: "heard-fresh", message: "stale", atS: 1 } as const;
  return { index, breaches: isBroken ? [breach] : [], marks: [], fingerprint: `${index}` };
}

Deno.test("a failing world is news as soon as its run is taken in, before anybody shrinks it", () => {
  const news: number[] = [];
  const campaign = new Campaign(SEARCH, { runs: 20, untilCoverage: false }, {
    onNews: (index) => news.push(index),
  });
  const { ticket } = campaign.take()!;
  const runs = Array.from({ length: 20 }, (_, index) => played(index, index % 3 === 0));
  campaign.answer(ticket, { kind: "played", runs });
  // Four of an invariant are shrunk, and of the same four the worlds are kept.
  assertEquals(news, [0, 3, 6, 9]);
  const shrinks = Array.from({ length: 5 }, () => campaign.take()?.job);
  assertEquals(shrinks.map((job) => job?.kind === "shrink" ? job.index : null), [0, 3, 6, 9, null]);
  assertEquals(campaign.failing.get("heard-fresh"), 7);
});

Deno.test("answers count in the order of the runs, whichever lane was faster", () => {
  const news: number[] = [];
  const campaign = new Campaign(SEARCH, { runs: 40, untilCoverage: false }, {
    onNews: (index) => news.push(index),
  });
  const [first, second] = [campaign.take()!, campaign.take()!];
  const runsFrom = (from: number) =>
    Array.from({ length: 20 }, (_, i) => played(from + i, i === 5));
  campaign.answer(second.ticket, { kind: "played", runs: runsFrom(20) });
  assertEquals([campaign.runs, campaign.playedTo, news], [0, 0, []]);
  campaign.answer(first.ticket, { kind: "played", runs: runsFrom(0) });
  assertEquals([campaign.runs, campaign.playedTo, news], [40, 40, [5, 25]]);
});

Deno.test("kept worlds that fail still take nothing from new ones: of both some are shrunk", () => {
  const kept = [3, 5, 8, 9, 12];
  const campaign = new Campaign(SEARCH, { runs: 20, untilCoverage: false }, { from: 40, kept });
  const next = campaign.take()!;
  if (next.job.kind !== "play") throw new Error(next.job.kind);
  const { indexes } = next.job;
  assertEquals(indexes.slice(0, 6), [...kept, 40]);
  const runs = indexes.map((index) => played(index, true));
  campaign.answer(next.ticket, { kind: "played", runs });
  const shrinks = Array.from({ length: 9 }, () => campaign.take()?.job);
  assertEquals(
    shrinks.map((job) => job?.kind === "shrink" ? job.index : null),
    [3, 5, 8, 9, 40, 41, 42, 43, null],
  );
});
