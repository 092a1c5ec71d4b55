import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../../runtime/mod.ts";
import { TaskError } from "../errors.ts";
import { agentCommand, AgentList, parseAgent, typedLine } from "./agent_list.ts";
import { shellQuote } from "./shell_quote.ts";

const PATHS = { prompt: "/t/it's/prompt.txt", folder: "/t/it's", exit: "/t/agent.exit" };

Deno.test("the known agents are there, the server's choice runs unless another is named", () => {
  const agents = new AgentList("hermes");
  assertEquals(agents.names, ["hermes", "claude", "codex"]);
  assertEquals(agents.byName("").name, "hermes");
  assertEquals(new AgentList("codex").byName("").name, "codex");
  assertThrows(
    () => agents.byName("bash -c x"),
    TaskError,
    "this server has hermes, claude, codex",
  );
});

Deno.test("a command line of the server's user is an agent of its own", () => {
  const agents = new AgentList("my-agent --in {prompt_file}", [parseAgent("two=b {task_dir}")]);
  assertEquals(agents.byName("").command, "my-agent --in {prompt_file}");
  assertEquals(agents.byName("two").command, "b {task_dir}");
  assertEquals(
    agentCommand(agents.byName(""), PATHS, "smart"),
    "my-agent --in '/t/it'\\''s/prompt.txt'",
  );
  const replaced = new AgentList("hermes", [parseAgent("hermes=other {prompt_file}")]);
  assertEquals(replaced.byName("").command, "other {prompt_file}");
});

Deno.test("a choice that cannot be is refused at the start", () => {
  const cases: [() => unknown, RegExp][] = [
    [() => new AgentList("hermse"), /there is no agent "hermse"; name one of hermes/],
    [() => new AgentList("my-agent --help"), /has no \{prompt_file\}/],
    [() => new AgentList("a {prompt_file}\nb"), /control characters/],
    [() => parseAgent("nothing"), /is not NAME=COMMAND/],
    [
      () => new AgentList("hermes", [parseAgent("Bad Name=x {prompt_file}")]),
      /agent name "Bad Name"/,
    ],
  ];
  for (const [make, says] of cases) assertMatch(assertThrows(make, UsageError).message, says);
});

Deno.test("permissions choose between the flags of an agent", () => {
  const agents = new AgentList("hermes");
  const of = (name: string, permissions: "smart" | "yolo") =>
    agentCommand(agents.byName(name), PATHS, permissions);
  assertMatch(of("hermes", "yolo"), / --yolo$/);
  assertMatch(of("claude", "smart"), /--permission-mode acceptEdits <.*prompt\.txt'$/);
  assertMatch(of("claude", "yolo"), /--dangerously-skip-permissions <.*prompt\.txt'$/);
  assertMatch(of("codex", "smart"), /--full-auto - </);
  assertEquals(of("codex", "yolo").includes("--full-auto"), false);
});

Deno.test("a quoted value is one word, whatever it holds", () => {
  // What a POSIX shell does with it: a quote ends and begins the text, a backslash takes one quote.
  const unquoted = (word: string) => word.slice(1, -1).split("'\\''").join("'");
  fc.assert(fc.property(fc.string(), (value) => {
    const word = shellQuote(value);
    assertEquals(unquoted(word), value);
    assertEquals(word.slice(1, -1).split("'\\''").some((part) => part.includes("'")), false);
  }));
});

Deno.test("a line that a terminal would not take is refused", () => {
  assertThrows(() => typedLine("x".repeat(4001), PATHS), TaskError, "a terminal takes 4000");
  assertThrows(() => typedLine("a\u0003b", PATHS), TaskError, "without control characters");
  assertEquals(typedLine("a", PATHS), "(trap : INT; a; echo $? > '/t/agent.exit')\n");
});
