/** Load tests over workers on a real NATS server. */
import { assertEquals, assertRejects } from "@std/assert";
import type { Fleet, ThreadReading } from "../load/mod.ts";
import { openQueue, serveLoad, WorkerFleet } from "../queue/mod.ts";
import { HeadwayError, TargetError, WallClock } from "../runtime/mod.ts";
import { startNats } from "./support/nats.ts";

const FROM = { url: "ws://127.0.0.1:9/", fixture: null, version: "1.2.3" };

/** Remembers how many sessions it was asked for, and measures as many. */
class CountingFleet implements Fleet {
  count = 0;
  isClosed = false;

  resize(count: number): Promise<string[]> {
    this.count = count;
    return Promise.resolve(count > 4 ? ["too many"] : []);
  }

  measure(seconds: number): Promise<ThreadReading[]> {
    const session = {
      ...{ slices: 3, staleTicks: 0, over: null },
      leadS: Float64Array.of(0.25, 0.5),
      stalenessS: Float64Array.of(0.125),
    };
    const sessions = Array.from({ length: this.count }, () => session);
    return Promise.resolve([{ seconds, sessions, lateMs: Float64Array.of(1) }]);
  }

  close(): Promise<void> {
    this.isClosed = true;
    return Promise.resolve();
  }
}

Deno.test("sessions are spread over all workers of our version, and measured as one", async () => {
  await using nats = await startNats();
  await using queue = await openQueue({ url: nats.url, name: "test" });
  const fleets = [new CountingFleet(), new CountingFleet(), new CountingFleet()];
  const worker = (name: string, fleet: Fleet, version = "1.2.3") =>
    serveLoad({
      ...{ queue, name, version, clock: new WallClock() },
      open: () => Promise.resolve(fleet),
      cpuS: () => 0,
      say: () => {},
    });
  await using _one = worker("one", fleets[0]!);
  await using _two = worker("two", fleets[1]!);
  await using _old = worker("old", fleets[2]!, "0.0.1");
  const fleet = await WorkerFleet.start(queue, FROM);
  assertEquals(fleet.workers, 2);
  assertEquals(await fleet.resize(7, 0), []);
  assertEquals(fleets.map(({ count }) => count), [4, 3, 0]);
  const readings = await fleet.measure(0.5);
  assertEquals(readings.flatMap(({ sessions }) => sessions).length, 7);
  assertEquals([...readings[0]!.sessions[0]!.leadS], [0.25, 0.5]);
  assertEquals(await fleet.resize(9, 0), ["too many"]);
  await fleet.close();
  assertEquals(fleets.map(({ isClosed }) => isClosed), [true, true, false]);
  await assertRejects(() => fleet.resize(1, 0), HeadwayError, "no load test has begun here");
});

Deno.test("without workers a load test says how to start one", async () => {
  await using nats = await startNats();
  await using queue = await openQueue({ url: nats.url, name: "test" });
  await assertRejects(
    () => WorkerFleet.start(queue, FROM),
    TargetError,
    "no worker of Headway 1.2.3 is there; start some with headway worker --nats",
  );
});
