import { assert, assertEquals } from "@std/assert";
import { testContext } from "../tests/support/cli_context.ts";
import { filesBelow, tempFolder } from "../tests/support/temp_folder.ts";
import { keptToken } from "./kept_token.ts";

const LOCAL = { host: "127.0.0.1", controlHost: "127.0.0.1", port: 1318 };
const PUBLIC = { ...LOCAL, host: "0.0.0.0" };

Deno.test("a server that only local programs reach makes no token, but uses one that is there", async () => {
  await using temp = await tempFolder();
  const home = `${temp.path}/home`;
  assertEquals(await keptToken(testContext(), { ...LOCAL, home }), null);
  assertEquals(await filesBelow(temp.path), []);
  const made = await keptToken(testContext(), { ...PUBLIC, home });
  assertEquals(await keptToken(testContext(), { ...LOCAL, home }), made);
});

Deno.test("a server makes a token when it can be reached from elsewhere, or wants one from all", async () => {
  const cases = [
    PUBLIC,
    { ...LOCAL, controlHost: "::" },
    { ...LOCAL, publicUrl: "https://studio.example" },
    { ...LOCAL, loopbackBypass: false },
  ];
  for (const options of cases) {
    await using temp = await tempFolder();
    assertEquals((await keptToken(testContext(), { ...options, home: temp.path }))?.length, 43);
  }
});

Deno.test("a token that was given is used as it is, and none is kept", async () => {
  await using temp = await tempFolder();
  const given = { ...PUBLIC, token: "a-token-of-the-user", home: temp.path };
  assertEquals(await keptToken(testContext(), given), "a-token-of-the-user");
  assertEquals(await filesBelow(temp.path), []);
});

Deno.test("a new token is shown once, in an address's fragment, and only on a terminal", async () => {
  await using temp = await tempFolder();
  const terminal = testContext({ terminal: true });
  const publicUrl = "https://studio.example/";
  const token = await keptToken(terminal, { ...PUBLIC, publicUrl, home: temp.path });
  assert(terminal.stderr.text.includes(`log in at https://studio.example/login#t=${token}\n`));
  const again = testContext({ terminal: true });
  await keptToken(again, { ...PUBLIC, home: temp.path });
  assertEquals(again.stderr.text, "");
  await using other = await tempFolder();
  const piped = testContext();
  const hidden = await keptToken(piped, { ...PUBLIC, home: other.path });
  assert(piped.stderr.text.includes("auth_token") && !piped.stderr.text.includes(hidden!));
});
