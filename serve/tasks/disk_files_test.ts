import { assertEquals } from "@std/assert";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { DiskFiles } from "./disk_files.ts";

Deno.test("DiskFiles reads any part of a file, and no more than there is", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/transcript.log`;
  await Deno.writeTextFile(path, "0123456789");
  const file = await new DiskFiles().open(path);
  const read = async (offset: number, length: number) =>
    new TextDecoder().decode(await file!.read(offset, length));
  assertEquals(file!.sizeBytes, 10);
  assertEquals([await read(8, 5), await read(0, 3), await read(20, 1)], ["89", "012", ""]);
  file!.close();
  file!.close();
});

Deno.test("DiskFiles opens no folder, no link, and nothing that is not there", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/real`, "secret");
  await Deno.symlink(`${folder.path}/real`, `${folder.path}/link`);
  const files = new DiskFiles();
  for (const name of ["", "/link", "/none", "/real/below"]) {
    assertEquals(await files.open(folder.path + name), null, name);
  }
});
