import { assertEquals } from "@std/assert";
import { outOfTurn, type TurnJob } from "./order.ts";

/** Jobs of lanes a, b, c…, asked for at 0.1 s each, begun in the given order, one after the other. */
function turns(asked: string, begun: string, priorities: Record<string, number> = {}): TurnJob[] {
  const order = begun.split(" ");
  return asked.split(" ").map((label, i) => {
    const at = order.indexOf(label);
    return {
      ...{ label, lane: label[0]!, priority: priorities[label[0]!] ?? 0, askedS: i / 100 },
      startedS: at < 0 ? null : 1 + at,
      overS: at < 0 ? null : 1.5 + at,
    };
  });
}

const wrong = (jobs: readonly TurnJob[], policy: string) =>
  outOfTurn(jobs, [{ fromS: 0, policy }]).map(({ label }) => label);

Deno.test("round-robin gives every session a turn, and finds who jumped the queue", () => {
  const asked = "a1 a2 a3 b1 c1 c2";
  assertEquals(wrong(turns(asked, "a1 b1 c1 a2 c2 a3"), "round-robin"), []);
  assertEquals(wrong(turns(asked, "a1 a2 b1 c1 c2 a3"), "round-robin"), ["a2", "c2"]);
});

Deno.test("priority takes the most urgent, and of equals the oldest", () => {
  const asked = "l1 h1 m1 h2 l2 m2";
  const priorities = { l: 0, h: 5, m: 5 };
  assertEquals(wrong(turns(asked, "h1 m1 h2 m2 l1 l2", priorities), "priority"), []);
  assertEquals(wrong(turns(asked, "l1 h1 m1 h2 m2 l2", priorities), "priority"), ["l1"]);
});

Deno.test("fifo-global takes the oldest of all", () => {
  const asked = "a1 a2 b1 c1";
  assertEquals(wrong(turns(asked, "a1 a2 b1 c1"), "fifo-global"), []);
  assertEquals(wrong(turns(asked, "a1 b1 a2 c1"), "fifo-global"), ["b1"]);
});

Deno.test("a session whose job is being made has to wait, whatever the policy", () => {
  const job = (label: string, startedS: number, overS: number): TurnJob => ({
    ...{ label, lane: label[0]!, priority: 0, askedS: 0, startedS, overS },
  });
  const jobs = [job("a1", 1, 5), job("a2", 5, 6), job("b1", 1.1, 2)];
  assertEquals(wrong(jobs, "fifo-global"), []);
});

Deno.test("a policy counts from when it was set", () => {
  const jobs = turns("a1 a2 b1 b2", "a1 b1 a2 b2");
  assertEquals(outOfTurn(jobs, [{ fromS: 0, policy: "fifo-global" }]).length, 1);
  const policies = [{ fromS: 0, policy: "fifo-global" }, { fromS: 1.5, policy: "round-robin" }];
  // At the first pick the lanes' turns had not begun to count.
  assertEquals(outOfTurn(jobs, policies).map(({ label }) => label), ["b1"]);
});

Deno.test("who was stopped before its turn waits no longer", () => {
  const [a1, b1, c1] = turns("a1 b1 c1", "a1 c1") as [TurnJob, TurnJob, TurnJob];
  assertEquals(wrong([a1, { ...b1, overS: 1.5 }, c1], "round-robin"), []);
  assertEquals(wrong([a1, b1, c1], "round-robin"), ["c1"]);
});
