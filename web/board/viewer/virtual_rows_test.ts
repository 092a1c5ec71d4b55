/// <reference lib="dom" />
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Box, LaidOutPage } from "../../../tests/support/laid_out_page.ts";
import type { Row } from "./pages.ts";
import { VirtualRows } from "./virtual_rows.ts";

const SCREEN_PX = 800;
/** Room before the first row and after the last one. */
const EDGE_PX = 20;
const MAX_NODES = 120;
const MAX_DRIFT_PX = 2;

/** An item stays the same one, however often it comes. */
const ROWS = new Map<number, Row>();
function rowOf(n: number): Row {
  const known = ROWS.get(n) ?? { key: `u${n}`, item: { n, uuid: `u${n}`, kind: "user", ts: null } };
  ROWS.set(n, known);
  return known;
}

/** A list of rows of given heights, and what is thought of heights before they are known. */
class World {
  readonly page = new LaidOutPage(SCREEN_PX);
  readonly drawn = new Set<string>();
  readonly list: VirtualRows;
  rows: Row[];
  readonly #heights: readonly number[];
  readonly #estimates: readonly number[];

  constructor(heights: readonly number[], estimates: readonly number[], count: number) {
    this.#heights = heights;
    this.#estimates = estimates;
    this.rows = Array.from({ length: count }, (_, n) => rowOf(n));
    const element = this.page as unknown as HTMLElement;
    this.list = new VirtualRows({
      scroller: element,
      list: element,
      draw: ({ item, key }) => {
        this.drawn.add(key);
        return new Box(this.page, this.heightPx(item.n)) as unknown as HTMLElement;
      },
      estimatePx: ({ item }) => this.#of(this.#estimates, item.n),
      onMoved: () => {},
    });
    this.show(false);
  }

  heightPx(n: number): number {
    return this.#of(this.#heights, n);
  }

  /** What the list takes a row's height for. */
  knownPx({ item, key }: Row): number {
    return this.drawn.has(key) ? this.heightPx(item.n) : this.#of(this.#estimates, item.n);
  }

  show(follows: boolean): void {
    this.list.show(this.rows, { follows });
    this.page.settle();
  }

  /** Boxes of rows, without the spacers. */
  get boxes(): readonly Box[] {
    return this.page.boxes.slice(1, -1);
  }

  topOf(key: string): number | null {
    const node = this.list.nodeOf(key) as unknown as Box | null;
    return node?.getBoundingClientRect().top ?? null;
  }

  #of(list: readonly number[], n: number): number {
    return list[((n % list.length) + list.length) % list.length]!;
  }
}

/** Spacers stand for the rows that have no nodes, and what is on the screen has some. */
function check(world: World): void {
  const { boxes, page, rows } = world;
  const indexes = boxes.map(({ dataset }) => Number(dataset["index"]));
  assertEquals(indexes, indexes.map((_, i) => indexes[0]! + i), "a run without gaps");
  assert(boxes.length > 0 && boxes.length <= MAX_NODES, `${boxes.length} nodes`);
  const [first, last] = [indexes[0]!, indexes.at(-1)!];
  const sum = (list: readonly Row[]) => list.reduce((px, row) => px + world.knownPx(row), EDGE_PX);
  assertAlmostEquals(page.boxes[0]!.heightPx, sum(rows.slice(0, first)), 0.01);
  assertAlmostEquals(page.boxes.at(-1)!.heightPx, sum(rows.slice(last + 1)), 0.01);
  const [top, bottom] = [boxes[0]!, boxes.at(-1)!].map((box) => box.getBoundingClientRect());
  // At least a row beyond what is seen on either side, unless that would be too many nodes.
  const isMany = boxes.length >= 100;
  assert(first === 0 || (isMany ? top!.top : top!.bottom) <= 0, `${top!.bottom} px at the top`);
  const endPx = isMany ? bottom!.bottom : bottom!.top;
  assert(last === rows.length - 1 || endPx >= SCREEN_PX, `${endPx} px at the bottom`);
}

/** How far the first row that is seen moves by what is done; null when it has no node any more. */
function movedPx(world: World, act: () => void): number | null {
  const { key } = world.list.firstSeen!;
  const before = world.topOf(key)!;
  act();
  const after = world.topOf(key);
  return after === null ? null : after - before;
}

const some = { minLength: 1, maxLength: 30 };
const heights = fc.array(
  fc.oneof(fc.integer({ min: 24, max: 120 }), fc.integer({ min: 24, max: 3000 })),
  some,
);
const steps = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant("wheel" as const), px: fc.integer({ min: -400, max: 400 }) }),
    fc.record({
      kind: fc.constant("drag" as const),
      to: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
    fc.record({
      kind: fc.constantFrom("before", "after", "dropFirst", "dropLast"),
      count: fc.integer({ min: 1, max: 60 }),
    }),
    fc.record({ kind: fc.constantFrom("start", "end") }),
  ),
  { maxLength: 25 },
);

Deno.test("T67: rows of any heights have their places, and what is seen stays while others come and go", () => {
  const done = new Set<string>();
  const estimates = fc.array(fc.integer({ min: 24, max: 600 }), some);
  const counts = fc.integer({ min: 1, max: 200 });
  fc.assert(
    fc.property(heights, estimates, counts, steps, (heights, estimates, count, steps) => {
      const world = new World(heights, estimates, count);
      using page = world.page;
      check(world);
      let [from, to] = [0, count];
      for (const step of steps) {
        const isScrolled = page.scrollHeight > SCREEN_PX + 400;
        const wasAtEnd = world.list.isAtEnd;
        const maxPx = page.scrollHeight - SCREEN_PX;
        let driftedPx = 0;
        if (step.kind === "wheel" || step.kind === "drag") {
          const px = "px" in step ? step.px : Math.round(step.to * maxPx) - page.scrollTop;
          const isWithin = page.scrollTop + px >= 0 && page.scrollTop + px <= maxPx;
          const moved = movedPx(world, () => {
            page.scrollTop += px;
            page.settle();
          });
          if ("px" in step && isWithin && moved !== null) driftedPx = moved + px;
        } else if (step.kind === "start" || step.kind === "end") {
          if (step.kind === "start") world.list.toStart();
          else world.list.toEnd();
          page.settle();
          const edge = step.kind === "start" ? 0 : page.scrollHeight - SCREEN_PX;
          assertAlmostEquals(page.scrollTop, edge, MAX_DRIFT_PX);
        } else if ("count" in step) {
          const most = Math.min(step.count, to - from - 1);
          if (step.kind === "before") from -= step.count;
          else if (step.kind === "after") to += step.count;
          else if (step.kind === "dropFirst") from += most;
          else to -= most;
          const moved = movedPx(world, () => {
            world.rows = Array.from({ length: to - from }, (_, i) => rowOf(from + i));
            world.show(step.kind === "after" && wasAtEnd);
          });
          if (step.kind === "after" && wasAtEnd) assert(world.list.isAtEnd, "the end is followed");
          // Where there is not enough below, nothing can stay where it was.
          else if (step.kind !== "dropLast" && isScrolled) driftedPx = moved ?? 0;
        }
        assert(Math.abs(driftedPx) <= MAX_DRIFT_PX, `${driftedPx} px by ${JSON.stringify(step)}`);
        check(world);
        done.add(step.kind);
      }
    }),
    { numRuns: 60 },
  );
  assertEquals(done.size, 8);
});

Deno.test("T65.1: the end stays in sight at any height, also when nobody has told the list of one before", () => {
  for (const told of [[], [800], [800, 800], [900]]) {
    const world = new World([300], [100], 40);
    using page = world.page;
    const fromEndPx = () => page.scrollHeight - page.clientHeight - page.scrollTop;
    for (const px of told) {
      page.clientHeight = px;
      page.tellHeight();
    }
    page.clientHeight = SCREEN_PX;
    world.list.toEnd();
    page.settle();
    assertAlmostEquals(fromEndPx(), 0, MAX_DRIFT_PX);
    // What shows itself below takes room before the first frame, or after it.
    for (const px of [SCREEN_PX, 620, 500]) {
      page.clientHeight = px;
      page.tellHeight();
      assertAlmostEquals(fromEndPx(), 0, MAX_DRIFT_PX);
    }
    // Whoever was led elsewhere stays there.
    world.list.toStart();
    page.clientHeight = 400;
    page.tellHeight();
    assertEquals(page.scrollTop, 0);
  }
});
