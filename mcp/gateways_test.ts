import { assertEquals, assertRejects } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { ToolError } from "./errors.ts";
import { Gateways, type OpenGateway } from "./gateways.ts";
import { targetAt } from "./target.ts";

const TARGET = targetAt({ url: "ws://127.0.0.1:1318", token: "t" });

/** Gateways whose sockets are none; `messages` is what goes through all of them. */
function rig(idleS: number | null, opens: Promise<unknown> = Promise.resolve()) {
  const clock = new VirtualClock();
  const opened: Parameters<OpenGateway>[0][] = [];
  const closed: string[] = [];
  const traffic = { messages: 0 };
  const open: OpenGateway = (options) => {
    opened.push(options);
    const report = () => ({
      path: options.out,
      connections: 0,
      figures: { ...traffic, bytes: 0, latencyMs: { p50: 0, p99: 0, max: 0 } },
      recordedBytes: 0,
      isFull: false,
      failure: null,
    });
    return opens.then(() => ({
      url: "ws://127.0.0.1:1",
      httpUrl: "http://127.0.0.1:1",
      report,
      close: () => {
        closed.push(options.out);
        return Promise.resolve(report());
      },
    }));
  };
  return {
    clock,
    opened,
    closed,
    traffic,
    gateways: new Gateways({ open, clock, version: "1", idleS }),
  };
}

Deno.test("Gateways start in front of the target with its token, and stop the newest", async () => {
  const { gateways, opened, closed } = rig(null);
  assertEquals((await gateways.start(TARGET, "a")).id, "rec-1");
  assertEquals((await gateways.start(TARGET, "b")).id, "rec-2");
  assertEquals([opened[0]!.upstream, opened[0]!.token], ["ws://127.0.0.1:1318/", "t"]);
  assertEquals((await gateways.stop(undefined)).id, "rec-2");
  await assertRejects(() => gateways.stop("rec-2"), ToolError, "these run: rec-1");
  assertEquals((await gateways.stop("rec-1")).report.path, "a");
  await assertRejects(() => gateways.stop(undefined), ToolError, "no recording runs");
  assertEquals(closed, ["b", "a"]);
});

Deno.test("Gateways are four at the most, those that just open included", async () => {
  const { gateways, closed } = rig(null);
  await Promise.all(["a", "b", "c", "d"].map((out) => gateways.start(TARGET, out)));
  await assertRejects(() => gateways.start(TARGET, "e"), ToolError, "4 recordings run already");
  await gateways.close();
  assertEquals(closed.sort(), ["a", "b", "c", "d"]);
});

Deno.test("a gateway that just opens is closed with the others, and nobody gets it", async () => {
  const opens = Promise.withResolvers<void>();
  const { gateways, opened, closed } = rig(null, opens.promise);
  const starting = assertRejects(() => gateways.start(TARGET, "a"), ToolError, "is ending");
  let isClosed = false;
  const closing = gateways.close().then(() => void (isClosed = true));
  await Promise.resolve();
  assertEquals([opened.length, isClosed], [1, false]);
  opens.resolve();
  await Promise.all([starting, closing]);
  assertEquals(closed, ["a"]);
  await assertRejects(() => gateways.start(TARGET, "b"), ToolError, "is ending");
  assertEquals(opened.length, 1);
});

Deno.test("a gateway that cannot open does not keep the others from closing", async () => {
  const opens = Promise.reject(new Error("disk full"));
  const { gateways, closed } = rig(null, opens);
  const starting = assertRejects(() => gateways.start(TARGET, "a"), Error, "disk full");
  await Promise.all([starting, gateways.close()]);
  assertEquals(closed, []);
});

Deno.test("a gateway that nothing goes through is stopped in time, one in use is not", async () => {
  const { gateways, clock, closed, traffic } = rig(600);
  await gateways.start(TARGET, "a");
  for (let minute = 1; minute <= 30; minute++) {
    traffic.messages++;
    clock.runUntil(minute * 60);
  }
  assertEquals(closed, []);
  clock.runUntil(30 * 60 + 540);
  assertEquals(closed, []);
  clock.runUntil(30 * 60 + 720);
  assertEquals(closed, ["a"]);
  assertEquals(clock.step(), false);
});
