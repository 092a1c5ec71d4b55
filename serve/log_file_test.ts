import { assertEquals } from "@std/assert";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { octal } from "./home.ts";
import { LOG_FILE_BYTES, LOG_FILES, LogFile } from "./log_file.ts";

Deno.test("LogFile keeps the newest lines in three files, and splits none", async () => {
  await using temp = await tempFolder();
  const path = `${temp.path}/logs/server.log`;
  const file = new LogFile(path, 20);
  for (let i = 10; i < 30; i++) file.write(`line ${i}\n`);
  file.close();
  assertEquals(await filesBelow(temp.path), [
    "logs/server.log",
    "logs/server.log.1",
    "logs/server.log.2",
  ]);
  const texts = await Promise.all(["", ".1", ".2"].map((end) => Deno.readTextFile(path + end)));
  assertEquals(texts, ["line 28\nline 29\n", "line 26\nline 27\n", "line 24\nline 25\n"]);
  assertEquals([LOG_FILE_BYTES, LOG_FILES], [10_485_760, 3]);
});

Deno.test("LogFile goes on where the last one stopped, for its owner only", async () => {
  await using temp = await tempFolder();
  const path = `${temp.path}/server.log`;
  for (const line of ["one\n", "two\n"]) {
    const file = new LogFile(path, 10);
    file.write(line);
    file.close();
  }
  assertEquals(await Deno.readTextFile(path), "one\ntwo\n");
  assertEquals(octal((await Deno.stat(path)).mode!), "0600");
});

Deno.test("LogFile takes a line that is longer than a file", async () => {
  await using temp = await tempFolder();
  const file = new LogFile(`${temp.path}/server.log`, 5);
  file.write("much too long\n");
  file.write("x\n");
  file.close();
  assertEquals(await Deno.readTextFile(`${temp.path}/server.log`), "x\n");
  assertEquals(await Deno.readTextFile(`${temp.path}/server.log.1`), "much too long\n");
});
