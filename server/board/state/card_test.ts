import { assertEquals } from "@std/assert";
import { BoardRig } from "../../../tests/support/board_rig.ts";
import { SessionLines } from "../../../tests/support/session_lines.ts";
import { askOf } from "./tools.ts";

Deno.test("a card shows what is asked: the question of a long answer, or the call that waits for leave", () => {
  const rig = new BoardRig();
  const lines = new SessionLines("one", { nowMs: rig.nowMs });
  let shown: string | undefined;
  const lastText = () => shown = rig.changes.take(rig.nowMs)?.up[0]?.lastText ?? shown;
  const found = `${"I looked at it. ".repeat(40)}\n\n`;
  rig.put("one", lines.prompt("Mend it").answer(`${found}Shall I\n *push* it?`).take());
  assertEquals(lastText(), "Shall I *push* it?");
  // Of a long question the end is what asks.
  rig.append("one", lines.answer(`${found}${"This, or that. ".repeat(20)}Which?`).take());
  assertEquals([lastText()?.length, lastText()?.slice(0, 1)], [160, "…"]);
  assertEquals(lastText()?.slice(-21), "This, or that. Which?");
  rig.append("one", lines.answer(found).take());
  assertEquals(lastText()?.slice(0, 15), "I looked at it.");
  rig.append("one", lines.call("Bash", { command: "rm -rf\n build" }).take());
  assertEquals(lastText()?.slice(0, 15), "I looked at it.");
  rig.nowMs += 130_000;
  assertEquals(lastText(), "Bash: rm -rf build");
});

Deno.test("what a call asks is a line: a question with its options, a plan, a command, a file, or its name", () => {
  const options = [{ label: "Red" }, { label: "Blue" }, { other: 1 }];
  const rows: readonly (readonly [name: string, input: unknown, asks: string])[] = [
    ["AskUserQuestion", { questions: [{ question: "Which?", options }] }, "Which? (Red, Blue)"],
    ["AskUserQuestion", { questions: [{ question: "A?" }, 3, { question: "B?" }] }, "A? B?"],
    ["AskUserQuestion", { questions: "x" }, ""],
    ["ExitPlanMode", { plan: "# Plan\n1. Read" }, "# Plan 1. Read"],
    ["Edit", { file_path: "/a/b.ts", old_string: "x" }, "Edit: /a/b.ts"],
    ["WebFetch", { url: "https://example.org/" }, "WebFetch: https://example.org/"],
    ["mcp__x__y", null, "mcp__x__y"],
  ];
  for (const [name, input, asks] of rows) assertEquals(askOf({ id: "1", name, input }), asks);
  const long = { questions: [{ question: "q".repeat(1 << 20), options }] };
  assertEquals(askOf({ id: "1", name: "AskUserQuestion", input: long }).length, 160);
});
