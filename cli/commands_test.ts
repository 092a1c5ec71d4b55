import { assertEquals, assertMatch } from "@std/assert";
import { commands } from "./commands.ts";
import { commandHelp, commandsMarkdown } from "./help.ts";

Deno.test("docs/cli.md is what the commands declare (deno task docs)", async () => {
  const page = await Deno.readTextFile(new URL("../docs/cli.md", import.meta.url));
  assertEquals(page, commandsMarkdown(commands));
});

Deno.test("every command and flag is in kebab-case and says what it does", () => {
  for (const command of commands) {
    assertMatch(command.name, /^[a-z]+(-[a-z]+)*( [a-z]+)?$/);
    assertMatch(command.summary, /^[^.]+$/);
    for (const [name, flag] of Object.entries(command.flags)) {
      assertMatch(name, /^[a-z0-9]+(-[a-z0-9]+)*$/, `${command.name} --${name}`);
      assertMatch(flag.help, /[^.]$/, `${command.name} --${name}`);
    }
    assertMatch(commandHelp(command), /\n$/);
  }
});
