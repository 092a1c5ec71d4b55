import { assertEquals, assertRejects } from "@std/assert";
import { UsageError } from "../runtime/errors.ts";
import { testContext } from "../tests/support/cli_context.ts";
import { hooksPrintCommand } from "./hooks.ts";

Deno.test("settings for an agent's hooks are printed, for the server that is named", async () => {
  const context = testContext();
  assertEquals(await hooksPrintCommand.execute(["--url", "http://127.0.0.1:1400/x"], context), 0);
  const { hooks } = JSON.parse(context.stdout.text);
  assertEquals(Object.keys(hooks), [
    ...["SessionStart", "UserPromptSubmit", "Stop", "Notification", "SessionEnd"],
  ]);
  assertEquals(hooks.Stop, [{
    hooks: [{ type: "http", url: "http://127.0.0.1:1400/api/hooks/claude", timeout: 2 }],
  }]);
  const far = testContext();
  await hooksPrintCommand.execute(["--url", "https://studio.example"], far);
  const [hook] = JSON.parse(far.stdout.text).hooks.Notification[0].hooks;
  assertEquals([hook.url, hook.headers, hook.allowedEnvVars], [
    "https://studio.example/api/hooks/claude",
    { Authorization: "Bearer $HEADWAY_TOKEN" },
    ["HEADWAY_TOKEN"],
  ]);
  for (const url of ["127.0.0.1:1400", "file:///x", "http://"]) {
    await assertRejects(
      () => hooksPrintCommand.execute(["--url", url], context),
      UsageError,
      "--url",
    );
  }
});

Deno.test("a hook that is a command tells its pane of tmux, says nothing to the agent and never holds it up", async () => {
  const context = testContext();
  const run = (...args: string[]) =>
    hooksPrintCommand.execute(["--type", "command", ...args], context);
  assertEquals(await run("--url", "http://127.0.0.1:1400/x?y=it's"), 0);
  const { hooks } = JSON.parse(context.stdout.text);
  assertEquals(hooks.SessionStart, [{
    hooks: [{
      type: "command",
      command: "curl -q -s -o /dev/null -m 2 --noproxy '*' -H 'Content-Type: application/json' " +
        `-H "X-Tmux-Pane: $TMUX_PANE" --data-binary @- ` +
        "'http://127.0.0.1:1400/api/hooks/claude' || true",
      timeout: 4,
    }],
  }]);
  await assertRejects(() => run("--url", "https://studio.example"), UsageError, "--type http");
});
