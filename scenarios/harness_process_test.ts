import { fileURLToPath } from "node:url";
import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { TargetError } from "../runtime/mod.ts";
import { spawnDeno } from "./harness_process.ts";

Deno.test("without deno on PATH our own server cannot start, and the error says how to mend it", () => {
  const { message } = assertThrows(
    () => spawnDeno({ args: ["--version"], env: { PATH: "/nowhere" } }),
    TargetError,
  );
  assertMatch(message, /^cannot start our own server: there is no deno on PATH; add the folder /);
});

Deno.test("a Ctrl-C in the terminal does not end our own server: a scenario that plays may end", async () => {
  const program = new URL("../tests/support/interrupted_harness.ts", import.meta.url);
  const { stdout, stderr } = await new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--allow-all", fileURLToPath(program)],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
    // A group of its own, as a shell gives to what it starts: the signal is not for the tests.
    // Only what is spawned gets one; `output()` alone heeds no `detached`.
    detached: true,
  }).spawn().output();
  assertEquals(
    new TextDecoder().decode(stdout),
    JSON.stringify({ success: true, signal: null }),
    new TextDecoder().decode(stderr),
  );
});
