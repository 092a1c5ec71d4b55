import { assertEquals, assertRejects } from "@std/assert";
import { fileURLToPath } from "node:url";
import { sharedReading } from "./socket_tables.ts";

Deno.test("sharedReading has one reader at a time, and gives nobody what was read before they asked", async () => {
  const readings: PromiseWithResolvers<string | null>[] = [];
  const read = sharedReading(() => {
    readings.push(Promise.withResolvers());
    return readings.at(-1)!.promise;
  });
  const first = read();
  const waiting = [read(), read(), read()];
  assertEquals(readings.length, 1);
  readings[0]!.resolve("before");
  assertEquals(await first, "before");
  const late = read();
  assertEquals(readings.length, 2);
  readings[1]!.resolve("after");
  assertEquals(await Promise.all(waiting), ["after", "after", "after"]);
  assertEquals(readings.length, 3);
  readings[2]!.resolve("later");
  assertEquals(await late, "later");
});

Deno.test("sharedReading goes on after a reading that fails", async () => {
  const answers = [Promise.reject(new Error("no")), Promise.resolve("table")];
  const read = sharedReading(() => answers.shift()!);
  const [failing, next] = [read(), read()];
  await assertRejects(() => failing, Error, "no");
  assertEquals([await next, answers.length], ["table", 0]);
});

const MAIN = fileURLToPath(new URL("../tests/support/own_peer_main.ts", import.meta.url));

/** What a program finds out about a connection with itself. */
async function ownPeer(...permissions: string[]): Promise<string> {
  const { stdout } = await new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--allow-net=127.0.0.1", ...permissions, MAIN],
    stdin: "null",
  }).output();
  return new TextDecoder().decode(stdout).trim();
}

Deno.test("a server sees that a connection is its own user's, where the system tells", async () => {
  const isTold = Deno.build.os === "linux";
  assertEquals(await ownPeer("--allow-run=cat"), isTold ? "true" : "not known");
});

Deno.test("a server that may not look does not know whose a connection is", async () => {
  assertEquals(await ownPeer(), "not known");
});
