import { assertEquals, assertRejects } from "@std/assert";
import { TargetError, VirtualClock } from "../runtime/mod.ts";
import { EmbeddedServer, type OwnProcess } from "./embedded_server.ts";
import { type Target, targetAt } from "./target.ts";

/** Processes that are started, listen and end when the test says so. */
function processes() {
  const started: { listen(): void; fail(): void; end(): void }[] = [];
  const start = (): OwnProcess => {
    const port = 5000 + started.length;
    const listened = Promise.withResolvers<Target>();
    listened.promise.catch(() => {});
    const ended = Promise.withResolvers<void>();
    started.push({
      listen: () => listened.resolve(targetAt({ url: `ws://127.0.0.1:${port}` })),
      fail: () => listened.reject(new TargetError("our server ended before it listened")),
      end: () => ended.resolve(),
    });
    const close = () => Promise.resolve(ended.resolve());
    return { target: listened.promise, ended: ended.promise, close };
  };
  return { started, start };
}

Deno.test("a server of our own that has ended is started anew at the next call, which says so", async () => {
  const { started, start } = processes();
  const server = new EmbeddedServer(new VirtualClock(), start);
  started[0]!.listen();
  assertEquals((await server.target()).mainUrl, "http://127.0.0.1:5000");
  assertEquals(await server.target(), await server.target());
  started[0]!.end();
  await Promise.resolve();
  assertEquals([started.length, server.takeNotice()], [1, null], "nobody has asked for it yet");
  const asked = [server.target(), server.target()];
  assertEquals(started.length, 2);
  started[1]!.listen();
  for (const target of await Promise.all(asked)) {
    assertEquals(target.mainUrl, "http://127.0.0.1:5001");
  }
  assertEquals(server.takeNotice()?.includes("sessions of before are gone"), true);
  assertEquals(server.takeNotice(), null);
  await server.close();
});

Deno.test("a start that failed is not remembered for ever", async () => {
  const { started, start } = processes();
  const server = new EmbeddedServer(new VirtualClock(), start);
  started[0]!.fail();
  await assertRejects(() => server.target(), TargetError);
  started[0]!.end();
  await Promise.resolve();
  const asked = server.target();
  started[1]!.listen();
  assertEquals((await asked).mainUrl, "http://127.0.0.1:5001");
});
