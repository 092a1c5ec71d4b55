import { assertEquals } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { PublicProbe } from "./public_probe.ts";

function world(answer: (count: number) => Response | Promise<Response>) {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  const asked: Request[] = [];
  let bypassed = 0;
  const probe = new PublicProbe({
    publicUrl: new URL("https://studio.example"),
    fetch: (input, init) => {
      asked.push(new Request(input as URL, init));
      const given = Promise.resolve(answer(asked.length));
      const { signal } = init!;
      return Promise.race([
        given,
        new Promise<never>((_, reject) =>
          signal!.addEventListener("abort", () => reject(signal!.reason), { once: true })
        ),
      ]);
    },
    clock,
    nonce: () => `nonce ${asked.length}`,
    log,
    onBypassed: () => void bypassed++,
  });
  return { asked, clock, log, probe, bypassed: () => bypassed };
}

const json = (value: unknown) => new Response(JSON.stringify(value));

Deno.test("PublicProbe ends the bypass when the public address makes strangers look local", async () => {
  const { asked, bypassed, clock, log } = world(() => json({ via: "bypass" }));
  await clock.settle(1);
  assertEquals([bypassed(), log.of("loopback bypass turned off").length], [1, 1]);
  assertEquals(asked[0]!.url, "https://studio.example/api/auth/status");
  await clock.settle(8000);
  assertEquals(asked.length, 1, "what is off stays off");
});

Deno.test("PublicProbe asks every hour, as nobody, each time with another text", async () => {
  const { asked, bypassed, clock, probe } = world((count) =>
    json({ via: count < 3 ? null : "bypass" })
  );
  await clock.settle(1);
  await clock.settle(3599);
  assertEquals(asked.length, 1);
  await clock.settle(3601);
  assertEquals([asked.length, bypassed()], [2, 0]);
  await clock.settle(7202);
  assertEquals([asked.length, bypassed()], [3, 1]);
  const probes = asked.map(({ headers }) => headers.get("X-Headway-Probe"));
  assertEquals(new Set(probes).size, 3);
  assertEquals(asked.map(({ headers }) => headers.get("Authorization")), [null, null, null]);
  probe.stop();
});

Deno.test("PublicProbe warns of an address that does not answer within 10 s, and tries again", async () => {
  const { asked, bypassed, clock, log, probe } = world(() => new Promise(() => {}));
  await clock.settle(10);
  assertEquals(log.of("public address not reached").map(({ fields }) => fields), [
    { why: "no answer within 10 s" },
  ]);
  await clock.settle(3611);
  assertEquals([asked.length, bypassed()], [2, 0]);
  probe.stop();
});

Deno.test("PublicProbe takes no answer of another program for a sign", async () => {
  for (const text of ["<html>", "null", "[]", `{"via":"${"x".repeat(5000)}"}`]) {
    const { bypassed, clock, probe } = world(() => new Response(text));
    await clock.settle(1);
    assertEquals(bypassed(), 0, text.slice(0, 20));
    probe.stop();
  }
});

Deno.test("PublicProbe that is stopped asks and says nothing more", async () => {
  const { asked, clock, log, probe } = world(() => new Promise(() => {}));
  probe.stop();
  await clock.settle(8000);
  assertEquals([asked.length, log.lines], [1, []]);
});
