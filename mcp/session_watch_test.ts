import { assertEquals } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { SessionWatch } from "./session_watch.ts";

function rig() {
  const clock = new VirtualClock();
  const gone: string[] = [];
  const watch = new SessionWatch({ clock, onEnd: (id) => gone.push(id) });
  return { clock, gone, watch };
}

Deno.test("a client whose stream broke has left, unless it opens another one soon", async () => {
  const { clock, gone, watch } = rig();
  const stream = watch.open("a")!;
  const reader = stream.body!.getReader();
  assertEquals(stream.headers.get("content-type"), "text/event-stream");
  clock.runUntil(3600);
  // Something comes all the time, and means nothing.
  assertEquals(new TextDecoder().decode((await reader.read()).value), ":\n\n");
  await reader.cancel();
  clock.runUntil(3604);
  const again = watch.open("a")!;
  const second = watch.open("a")!;
  await second.body!.cancel();
  clock.runUntil(3700);
  assertEquals(gone, []);
  await again.body!.cancel();
  clock.runUntil(3704);
  assertEquals(gone, []);
  clock.runUntil(3706);
  assertEquals(gone, ["a"]);
});

Deno.test("a client that says so has left at once, and a server that ends takes nobody for gone", async () => {
  const { clock, gone, watch } = rig();
  watch.end("a");
  assertEquals(gone, ["a"]);
  const stream = watch.open("b")!;
  await watch.open("c")!.body!.cancel();
  watch.close();
  clock.runUntil(60);
  assertEquals(gone, ["a"]);
  assertEquals(await stream.text(), ":\n\n");
});

Deno.test("streams that are held open are bounded, and so are clients that are waited for", async () => {
  const { gone, watch } = rig();
  const streams = Array.from({ length: 257 }, (_, i) => watch.open(`${i}`));
  assertEquals([streams[255] === null, streams[256]], [false, null]);
  await streams[0]!.body!.cancel();
  assertEquals(watch.open("more") === null, false);
  for (const stream of streams.slice(1, 256)) await stream!.body!.cancel();
  assertEquals(gone, []);
  for (const id of ["x", "y"]) await watch.open(id)!.body!.cancel();
  assertEquals(gone, ["x", "y"]);
  watch.close();
});
