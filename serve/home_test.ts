import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/mod.ts";
import { tempFolder } from "../tests/support/temp_folder.ts";
import { ensureFolder, findHome, homePath, octal, readConfig } from "./home.ts";

const envOf = (values: Record<string, string>) => (name: string) => values[name];
const modeOf = async (path: string) => octal((await Deno.stat(path)).mode!);

Deno.test("the home folder is where it is said, else in the user's own", () => {
  assertEquals(
    homePath(envOf({ HEADWAY_HOME: "/data/headway", HOME: "/home/me" })),
    "/data/headway",
  );
  assertEquals(homePath(envOf({ HEADWAY_HOME: "", HOME: "/home/me" })), "/home/me/.headway");
  assertEquals(findHome(envOf({ HOME: "relative" })), null);
  assertThrows(() => homePath(envOf({})), UsageError, "set HEADWAY_HOME");
});

Deno.test("ensureFolder makes a folder for its owner only, and closes one that was open", async () => {
  await using temp = await tempFolder();
  const path = `${temp.path}/a/b`;
  await ensureFolder(path);
  assertEquals(await modeOf(path), "0700");
  await Deno.chmod(path, 0o755);
  await ensureFolder(path);
  assertEquals(await modeOf(path), "0700");
});

Deno.test("readConfig reads an object, nothing where there is none, and refuses the rest", async () => {
  await using temp = await tempFolder();
  const path = `${temp.path}/config.json`;
  assertEquals(readConfig(temp.path), {});
  await Deno.writeTextFile(path, '{"port": 1400}');
  assertEquals(readConfig(temp.path), { port: 1400 });
  assertThrows(() => readConfig(path), UsageError, "config.json/config.json cannot be read");
  for (const text of ["[]", "null", "1", "{", ""]) {
    await Deno.writeTextFile(path, text);
    assertThrows(() => readConfig(temp.path), UsageError, "config.json", text);
  }
});
