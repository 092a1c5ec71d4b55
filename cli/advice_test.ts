import { assertEquals } from "@std/assert";
import { adviceOn } from "./advice.ts";

const JUDGED = { passed: 1, failed: 1, inconclusive: 0, "not-applicable": 1 };

function advice(inconclusive: number, ...messages: readonly string[]): string {
  const problems = messages.map((message) => ({ name: "some-run", message }));
  return adviceOn({ counts: { ...JUDGED, inconclusive }, problems }, "ws://there");
}

Deno.test("a call that was judged, or whose problem says how to mend it, gets no advice", () => {
  assertEquals(advice(0), "");
  assertEquals(advice(0, "cannot reach ws://there: connection refused; is it running?"), "");
});

Deno.test("a machine that was too busy is told what helps, once for all runs", () => {
  assertEquals(
    advice(3),
    "inconclusive: this machine was too busy to judge; close other programs, use a quieter one, " +
      "or allow more with --lateness-budget-ms\n",
  );
});

Deno.test("a server that opens no session is one that wants a token, or the wrong address", () => {
  const answered = (status: number) =>
    `connection closed with 1006: server answered ${status} instead of opening a WebSocket ` +
    "before the session began";
  assertEquals(
    advice(0, answered(401), answered(401)),
    "ws://there wants a token: give it with --token or HEADWAY_TOKEN\n",
  );
  for (const status of [200, 403, 404]) {
    assertEquals(
      advice(0, answered(status)),
      "ws://there has no streaming sessions to give: is --target the right address and port?\n",
    );
  }
});
