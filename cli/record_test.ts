import { assertEquals, assertMatch } from "@std/assert";
import { testContext } from "../tests/support/cli_context.ts";
import { tempFolder } from "../tests/support/temp_folder.ts";
import { commands } from "./commands.ts";
import { dispatch } from "./dispatch.ts";

Deno.test("headway record says what is wrong with what it was told", async () => {
  await using folder = await tempFolder();
  const cases: [string[], RegExp][] = [
    [[], /needs --upstream ws:\/\/host:port/],
    [["--upstream", "http://a"], /upstream is "http:\/\/a"/],
    [["--upstream", "ws://127.0.0.1:1", "--listen", "1400"], /--listen is "1400", expected HOST/],
    [["--upstream", "ws://127.0.0.1:1", "--listen", "0.0.0.0:0"], /needs a token/],
    [
      ["--upstream", "ws://127.0.0.1:1", "--out", `${folder.path}/no/x.ndjson`],
      /its folder is not there; make it first/,
    ],
    [
      ["--upstream", "ws://127.0.0.1:1", "--out", `${folder.path}/`, "--resume"],
      /--resume needs the file/,
    ],
    [["--upstream", "ws://127.0.0.1:1", "--page", "x"], /--page does not go with headway record;/],
    [["inspect"], /takes one recording, got 0/],
    [["inspekt", "a"], /unknown word of headway record: inspekt: did you mean inspect/],
    [["diff", "a"], /takes two recordings, got 1/],
    [["inspect", `${folder.path}/none`], /there is no such file/],
    [["replay", "a", "--target", "there"], /--target is "there"/],
    [["to-scenario", "a", "--seed", "3"], /--seed does not go with headway record to-scenario/],
  ];
  for (const [args, says] of cases) {
    const context = testContext();
    const code = await dispatch(["record", ...args], context, { commands, version: "1.2.3" });
    assertMatch(context.stderr.text, says);
    assertEquals(context.stdout.text, "");
    assertEquals(code, 2, args.join(" "));
  }
});
