import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../../runtime/mod.ts";
import { agentEnvironment } from "./agent_env.ts";

/** Ten names that no agent may ever see. */
const PINNED = [
  ...["CLAUDECODE", "CLAUDE_CODE_SESSION", "DATABRICKS_TOKEN", "DATABRICKS_HOST", "GEMINI_API_KEY"],
  ...["NPM_TOKEN", "UV_DEFAULT_INDEX", "UV_INDEX_MY_PASSWORD", "UV_INDEX_MY_USERNAME"],
  "npm_config_//registry.example/:_authToken",
];

Deno.test("agents get what they need to run, and of everything else nothing", () => {
  const { env } = agentEnvironment({
    ...{ PATH: "/usr/bin", HOME: "/home/me", LANG: "de_DE.UTF-8", LC_TIME: "C", TZ: "UTC" },
    ...{ SHLVL: "3", SOMETHING: "else", XDG_SESSION_TOKEN: "abc", SSH_AUTH_SOCK: "/s" },
    ...Object.fromEntries(PINNED.map((name) => [name, "a secret value"])),
  });
  assertEquals(env, {
    ...{ HOME: "/home/me", LANG: "de_DE.UTF-8", LC_TIME: "C", TZ: "UTC" },
    ...{ PATH: "/home/me/.local/bin:/usr/bin", TERM: "xterm-256color", HISTFILE: "" },
  });
});

Deno.test("the pinned names are gone one by one, also when somebody asks for them", () => {
  for (const name of PINNED) {
    assertEquals(agentEnvironment({ [name]: "value" }).env[name], undefined);
    assertThrows(() => agentEnvironment({}, [name]), UsageError, `${name} is never given`);
  }
});

Deno.test("a credential is passed on only by its name, and masked all the same", () => {
  const own = { ANTHROPIC_API_KEY: "sk-long-enough", OTHER_TOKEN: "another-secret", EXTRA: "x" };
  const { env, secrets } = agentEnvironment(
    own,
    ["ANTHROPIC_API_KEY", "EXTRA"],
    "the-server-token-1",
  );
  assertEquals([env["ANTHROPIC_API_KEY"], env["EXTRA"], env["OTHER_TOKEN"]], [
    "sk-long-enough",
    "x",
    undefined,
  ]);
  assertEquals(secrets, ["the-server-token-1", "sk-long-enough", "another-secret"]);
});

Deno.test("short values are no secrets, those of several lines are several", () => {
  const { secrets } = agentEnvironment({
    A_TOKEN: "1",
    MY_PRIVATE_KEY: "-----BEGIN-----\nabcdefgh\r\n\n-----END-----",
  });
  assertEquals(secrets, ["-----BEGIN-----", "abcdefgh", "-----END-----"]);
});
