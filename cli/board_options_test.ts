import { assertEquals } from "@std/assert";
import { defaultRoots } from "./board_options.ts";

Deno.test("T2: transcripts and running agents are looked for where the agent keeps them", () => {
  const roots = (env: Readonly<Record<string, string>>) => defaultRoots((name) => env[name]);
  const home = { HOME: "/home/me" };
  const usual = ["/home/me/.claude", "/home/me/.config/claude"];
  assertEquals(roots(home), usual);
  assertEquals(roots({ USERPROFILE: "/users/me" }), [
    ...["/users/me/.claude", "/users/me/.config/claude"],
  ]);
  assertEquals(roots({ ...home, CLAUDE_CONFIG_DIR: "/elsewhere" }), ["/elsewhere"]);
  assertEquals(roots({ ...home, CLAUDE_CONFIG_DIR: " /a , /b,," }), ["/a", "/b"]);
  // Where a relative one would lead depends on where somebody stands.
  assertEquals(roots({ ...home, CLAUDE_CONFIG_DIR: "here, ./there" }), usual);
  assertEquals(roots({ ...home, CLAUDE_CONFIG_DIR: "" }), usual);
  assertEquals([roots({}), roots({ HOME: "relative" })], [[], []]);
});
