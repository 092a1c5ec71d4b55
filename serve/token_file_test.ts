import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../runtime/mod.ts";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { octal } from "./home.ts";
import { readOrMakeToken, readToken } from "./token_file.ts";

const bytes = (value: number) => new Uint8Array(32).fill(value);

Deno.test("a token is made once, for its owner's eyes only, and kept", async () => {
  await using temp = await tempFolder();
  const home = `${temp.path}/home`;
  assertEquals(await readToken(home), null);
  const made = await readOrMakeToken(home, bytes(1));
  assertEquals([made.isNew, made.token.length], [true, 43]);
  assertEquals(octal((await Deno.stat(made.path)).mode!), "0600");
  const again = await readOrMakeToken(home, bytes(2));
  assertEquals([again.token, again.isNew], [made.token, false]);
  assertEquals(await filesBelow(home), ["auth_token"]);
});

Deno.test("two servers that start at once keep the same token", async () => {
  await using temp = await tempFolder();
  const made = await Promise.all([1, 2, 3, 4].map((n) => readOrMakeToken(temp.path, bytes(n))));
  assertEquals(new Set(made.map(({ token }) => token)).size, 1);
  assertEquals(made.filter(({ isNew }) => isNew).length, 1);
  assertEquals(await filesBelow(temp.path), ["auth_token"]);
});

Deno.test("a token file that others may read is closed to them, and that is told", async () => {
  await using temp = await tempFolder();
  const { path, token } = await readOrMakeToken(temp.path, bytes(1));
  await Deno.chmod(path, 0o644);
  assertEquals(await readToken(temp.path), { token, path, isNew: false, wasOpen: true });
  assertEquals(octal((await Deno.stat(path)).mode!), "0600");
  assertEquals((await readToken(temp.path))?.wasOpen, false);
});

Deno.test("a token file that holds no usable token is refused, without showing it", async () => {
  await using temp = await tempFolder();
  for (const text of ["", "\n", "short", "two words in one line"]) {
    await Deno.writeTextFile(`${temp.path}/auth_token`, text, { mode: 0o600 });
    const error = await assertRejects(() => readToken(temp.path), UsageError);
    assertEquals(text.trim() !== "" && error.message.includes(text), false);
  }
});
