import { assertEquals } from "@std/assert";
import { BoardRig } from "../../../tests/support/board_rig.ts";

/** Lines of a transcript in which tools are called and answer. */
function transcript(calls: readonly (readonly [string, unknown, unknown?, boolean?])[]): string {
  const at = (n: number) => new Date(Date.parse("2026-10-01T11:59:00Z") + n * 1000).toISOString();
  const base = { sessionId: "one", cwd: "/home/dev/project" };
  return calls.flatMap(([name, content, toolUseResult, isError], i) => [
    {
      ...{ ...base, type: "assistant", uuid: `a${i}`, timestamp: at(2 * i) },
      message: {
        ...{ id: `m${i}`, role: "assistant" },
        content: [{ type: "tool_use", id: `t${i}`, name, input: {} }],
      },
    },
    {
      ...{ ...base, type: "user", uuid: `u${i}`, timestamp: at(2 * i + 1) },
      message: {
        role: "user",
        content: [{
          type: "tool_result",
          tool_use_id: `t${i}`,
          content,
          is_error: isError === true,
        }],
      },
      ...(toolUseResult !== undefined && { toolUseResult }),
    },
  ]).map((record) => `${JSON.stringify(record)}\n`).join("");
}

function linksOf(...calls: Parameters<typeof transcript>[0]) {
  const rig = new BoardRig();
  rig.put("one", transcript(calls));
  const [card] = rig.changes.take(rig.nowMs)!.up;
  return card!.audio?.map(({ id, kind, href }) => [id, kind, href]) ?? [];
}

Deno.test("a card links to the reports and the sessions of Headway that its agent drove", () => {
  const text = [{ type: "text", text: "steady-state passed: 9 of 9 expectations hold." }];
  const report = (name: string) => [name, "headless", `/reports/${name}/report.html`];
  assertEquals(linksOf(["mcp__headway__scenario_run", text]), [report("steady-state")]);
  const data = { structuredContent: { scenario: "slow-link", report: "/x/report.json" } };
  assertEquals(linksOf(["mcp__mine__scenario_run", "", data]), [report("slow-link")]);
  const json = JSON.stringify({ scenario: "seek", verdict: "failed", report: "/x/report.json" });
  assertEquals(linksOf(["mcp__headway__scenario_explain", json]), [report("seek")]);
  assertEquals(linksOf(["mcp__headway__headless_start", "Session k3J_x9aQ plays. Let it …"]), [
    ["k3J_x9aQ", "headless", "/api/headless/k3J_x9aQ/report"],
  ]);
  // Each once, the newest three.
  const runs = ["a", "b", "c", "a", "d"].map((name) =>
    ["mcp__headway__scenario_run", `${name} passed: 1 of 1 expectations hold.`] as const
  );
  assertEquals(linksOf(...runs).map(([id]) => id), ["c", "a", "d"]);
});

Deno.test("what other tools say, what failed and what is no name links nowhere", () => {
  const said = "a passed: 1 of 1 expectations hold.";
  assertEquals(linksOf(["mcp__other__run", said]), []);
  assertEquals(linksOf(["scenario_run", said]), []);
  assertEquals(linksOf(["mcp__headway__scenario_run", said, undefined, true]), []);
  assertEquals(linksOf(["mcp__headway__scenario_run", "../../etc passed: 1 of 1"]), []);
  assertEquals(linksOf(["mcp__headway__scenario_run", "nothing of the kind"]), []);
});
