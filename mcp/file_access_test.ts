import { assert, assertEquals, assertRejects } from "@std/assert";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { ToolError } from "./errors.ts";
import { diskAccess } from "./file_access.ts";

const bytes = new TextEncoder().encode("RIFF");

Deno.test("diskAccess() writes pieces to one file and reads it back", async () => {
  await using folder = await tempFolder();
  const files = diskAccess(null);
  const path = await files.writeWav(`${folder.path}/a.wav`, [bytes, bytes]);
  assertEquals(new TextDecoder().decode(await files.read(path)), "RIFFRIFF");
});

Deno.test("diskAccess() keeps to its folder, by whatever way one tries to leave it", async () => {
  await using folder = await tempFolder();
  await using outside = await tempFolder();
  await Deno.writeFile(`${outside.path}/secret.wav`, bytes);
  await Deno.symlink(`${outside.path}/secret.wav`, `${folder.path}/link.wav`);
  await Deno.symlink(outside.path, `${folder.path}/door`);
  const files = diskAccess(folder.path);
  const ways = [
    `${outside.path}/secret.wav`,
    "../secret.wav",
    "link.wav",
    "door/secret.wav",
    `${folder.path}/../secret.wav`,
    "/etc/passwd",
  ];
  for (const way of ways) {
    await assertRejects(() => files.read(way), ToolError, "", way);
    const asWav = way.endsWith(".wav") ? way : `${way}.wav`;
    await assertRejects(() => files.writeWav(asWav, [bytes]), ToolError, "", way);
  }
  await assertRejects(() => files.writeWav("door/new.wav", [bytes]), ToolError, "is not below");
  assertEquals(await Deno.readFile(`${outside.path}/secret.wav`), bytes);
  const path = await files.writeWav("..fine.wav", [bytes]);
  assertEquals(await files.read("..fine.wav"), bytes);
  assert(path.endsWith("/..fine.wav"));
});

Deno.test("diskAccess() tells in plain words what is wrong with a path", async () => {
  await using folder = await tempFolder();
  const files = diskAccess(folder.path);
  const wrong: [() => Promise<unknown>, string][] = [
    [() => files.read("none.wav"), "cannot read none.wav: there is no such file or folder"],
    [() => files.read("."), ". is no ordinary file; name a WAV file"],
    [() => files.read(""), "the path is empty"],
    [() => files.read("a\0b"), "name a file"],
    [() => files.writeWav("a.mp3", []), "a.mp3 must end in .wav"],
    [() => files.writeWav("no/where/a.wav", []), "cannot write no/where/a.wav: there is no such"],
  ];
  for (const [attempt, text] of wrong) await assertRejects(attempt, ToolError, text);
});

Deno.test("diskAccess() writes through no link, also one that leads nowhere yet", async () => {
  await using folder = await tempFolder();
  await using outside = await tempFolder();
  await Deno.symlink(`${outside.path}/new.wav`, `${folder.path}/dangling.wav`);
  for (const root of [folder.path, null]) {
    await assertRejects(
      () => diskAccess(root).writeWav(`${folder.path}/dangling.wav`, [bytes]),
      ToolError,
      "is a link; name the file itself",
    );
  }
  assertEquals(await filesBelow(outside.path), []);
});

Deno.test("diskAccess() neither reads nor writes what is no ordinary file", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(`${folder.path}/folder.wav`);
  const files = diskAccess(folder.path);
  const attempts: (() => Promise<unknown>)[] = [
    () => files.read("folder.wav"),
    () => files.writeWav("folder.wav", []),
  ];
  for (const attempt of attempts) {
    await assertRejects(attempt, ToolError, "folder.wav is no ordinary file");
  }
  // A device stands for a pipe, which would let whoever opens it wait.
  await assertRejects(() => diskAccess(null).read("/dev/null"), ToolError, "is no ordinary file");
});

Deno.test("diskAccess() replaces a file where it may name any, and none in its folder", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/a.wav`;
  await diskAccess(null).writeWav(path, [bytes, bytes]);
  await diskAccess(null).writeWav(path, [bytes]);
  await assertRejects(
    () => diskAccess(folder.path).writeWav("a.wav", []),
    ToolError,
    "a.wav is there already; choose another name",
  );
  assertEquals(await Deno.readFile(path), bytes);
});

Deno.test("diskAccess() leaves nothing of a file that could not be written to its end", async () => {
  await using folder = await tempFolder();
  function* pieces() {
    yield bytes;
    throw new Error("the recording is gone");
  }
  for (const root of [folder.path, null]) {
    await assertRejects(
      () => diskAccess(root).writeWav(`${folder.path}/a.wav`, pieces()),
      ToolError,
      "the recording is gone",
    );
  }
  assertEquals(await filesBelow(folder.path), []);
});
