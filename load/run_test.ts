import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import type { Fleet } from "./fleet.ts";
import { loadPage } from "./page.ts";
import type { LoadReport } from "./report.ts";
import { runLoad } from "./run.ts";
import type { ThreadReading } from "./sessions.ts";

/** Sessions on a server that serves `holds` of them in time; our side is late from `lateFrom` on. */
class ModelFleet implements Fleet {
  readonly asked: number[] = [];
  #count = 0;

  /** From this number of sessions on it is dead, and stays so. */
  diesAt = Infinity;

  constructor(readonly holds: number, readonly lateFrom = Infinity, readonly admits = Infinity) {}

  resize(count: number): Promise<string[]> {
    this.asked.push(count);
    this.#count = Math.min(count, this.admits);
    const refused = Math.max(0, count - this.admits);
    return Promise.resolve(Array.from({ length: refused }, () => "server is full"));
  }

  measure(seconds: number): Promise<ThreadReading[]> {
    const isFine = this.#count <= this.holds;
    if (this.#count >= this.diesAt) this.diesAt = 0;
    const session = {
      slices: 80,
      staleTicks: isFine ? 0 : 4,
      leadS: Float64Array.from({ length: 80 }, (_, i) => isFine ? 0.2 + i / 1000 : -0.1),
      stalenessS: Float64Array.of(0.2, isFine ? 0.4 : 5),
      over: this.diesAt === 0 ? "closed with 1006" : null,
    };
    return Promise.resolve([{
      seconds,
      sessions: Array.from({ length: this.#count }, () => session),
      lateMs: Float64Array.of(this.#count >= this.lateFrom ? 90 : 1),
    }]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

async function load(
  fleet: ModelFleet,
  sessions: number,
  given: { search?: boolean; signal?: AbortSignal } = {},
): Promise<LoadReport> {
  const clock = new VirtualClock();
  const running = runLoad({
    ...{ fleet, clock, sessions, threads: 1, target: "ws://x/" },
    ...{ rampS: 0, settleS: 1, measureS: 5, search: true, latenessBudgetMs: 25 },
    cpuS: () => 0,
    signal: new AbortController().signal,
    say: () => {},
    ...given,
  });
  for (let atS = 1; atS <= 100; atS++) await clock.settle(atS);
  return await running;
}

Deno.test("the knee is found to a twentieth, wherever it is", async () => {
  for (const holds of [1, 3, 7, 19, 64, 150, 399]) {
    const { knee, bound } = await load(new ModelFleet(holds), 400);
    assert(knee <= holds && knee >= holds - Math.max(1, holds * 0.05), `${knee} of ${holds}`);
    assertEquals(bound, "server");
  }
});

Deno.test("a server that holds all that was asked for has no knee below that", async () => {
  const { knee, bound } = await load(new ModelFleet(Infinity), 37);
  assertEquals([knee, bound], [37, "asked"]);
});

Deno.test("a server that serves nobody in time is told so", async () => {
  const { knee, bound, steps } = await load(new ModelFleet(0), 40);
  assertEquals([knee, bound], [0, "none"]);
  assertEquals(steps.at(-1)!.reasons, [
    "lead p5 is -0.100 s, not above 0",
    "4 ticks played stale audio",
  ]);
});

Deno.test("what fails while our own side is late is not the server's fault", async () => {
  const { knee, bound } = await load(new ModelFleet(20, 21), 100);
  assertEquals([knee, bound], [20, "harness"]);
});

Deno.test("what holds while our own side is late holds all the same", async () => {
  assertEquals((await load(new ModelFleet(Infinity, 1), 30)).knee, 30);
});

Deno.test("sessions that are turned away count against the server", async () => {
  const { knee, steps } = await load(new ModelFleet(Infinity, Infinity, 10), 40);
  assertEquals(knee, 10);
  const refused = steps.find(({ holds }) => !holds)!;
  assertStringIncludes(refused.reasons[0]!, "could not be opened: server is full");
});

Deno.test("without a search all sessions are measured once", async () => {
  const fleet = new ModelFleet(5);
  const { steps, bound } = await load(fleet, 9, { search: false });
  assertEquals([fleet.asked, steps.length, bound], [[9], 1, "none"]);
  assertEquals(steps[0]!.each.length, 9);
});

Deno.test("a test that was stopped says so, and measures no more", async () => {
  const { steps, bound } = await load(new ModelFleet(5), 9, { signal: AbortSignal.abort() });
  assertEquals([steps, bound], [[], "stopped"]);
});

Deno.test("a page without a knee names none: what was held is all that is known", async () => {
  const page = loadPage({ ...await load(new ModelFleet(Infinity), 16), target: "ws://there/" });
  assertStringIncludes(page, ">held: 16</text>");
  assertStringIncludes(page, 'aria-label="Lead over the number of sessions. 16 sessions served in');
  assert(!/knee: |knee is/.test(page));
});

Deno.test("the page stands alone, and tells the knee and why it is there", async () => {
  const report = await load(new ModelFleet(12), 100);
  const page = loadPage({ ...report, target: "ws://<script>/" });
  assertStringIncludes(page, `The knee is at ${report.knee} sessions`);
  assertStringIncludes(page, `>knee: ${report.knee}</text>`);
  assertStringIncludes(page, "ws://&lt;script&gt;/");
  assert(!/(?:src|href)=/.test(page) && !page.includes("<script"));
  assertStringIncludes(loadPage({ ...report, steps: [], knee: 0, bound: "stopped" }), "stopped");
});

Deno.test("a server that dies is no server that falls behind: the search ends and says so", async () => {
  const fleet = new ModelFleet(100);
  fleet.diesAt = 16;
  const report = await load(fleet, 100);
  assertEquals([fleet.asked, report.knee, report.bound], [[4, 16], 4, "gone"]);
  assertStringIncludes(loadPage(report), "nobody got in or stayed");
});
