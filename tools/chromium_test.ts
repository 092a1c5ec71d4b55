import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/mod.ts";
import { findChromium, needChromium } from "./chromium.ts";

const around = (env: Record<string, string>, ...files: string[]) => ({
  env: (name: string) => env[name],
  isFile: (path: string) => files.includes(path),
});

Deno.test("a Chromium that is named comes before all others", () => {
  const env = { HEADWAY_CHROMIUM: "/opt/mine", PATH: "/usr/bin" };
  assertEquals(findChromium(around(env, "/opt/mine", "/usr/bin/chromium")), "/opt/mine");
  assertThrows(() => findChromium(around(env, "/usr/bin/chromium")), UsageError, "/opt/mine");
});

Deno.test("a Chromium is found on PATH, then in the usual places", () => {
  const env = { PATH: "/home/me/bin:/usr/bin" };
  assertEquals(
    findChromium(around(env, "/snap/bin/chromium", "/home/me/bin/google-chrome")),
    "/home/me/bin/google-chrome",
  );
  assertEquals(findChromium(around(env, "/snap/bin/chromium")), "/snap/bin/chromium");
});

Deno.test("a missing Chromium is an error that says how to get one", () => {
  assertEquals(findChromium(around({})), null);
  assertThrows(() => needChromium(around({})), UsageError, "deno task browser:install");
});
