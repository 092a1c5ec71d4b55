/** The executable from outside: streams and exit codes. */
import { assertEquals, assertMatch } from "@std/assert";
import { runHeadway } from "./support/headway.ts";

Deno.test("headway --help speaks on stdout and ends well", async () => {
  const { code, stdout, stderr } = await runHeadway(["--help"]);
  assertEquals([code, stderr], [0, ""]);
  assertMatch(stdout, /^headway \d+\.\d+\.\d+: .*\n\nUsage: headway <command>/);
});

Deno.test("a word that headway does not know is one line on stderr and exit code 2", async () => {
  const { code, stdout, stderr } = await runHeadway(["--vrsion"]);
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr, "headway: unknown flag --vrsion: did you mean --version?\n");
});
