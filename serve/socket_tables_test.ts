import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

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
