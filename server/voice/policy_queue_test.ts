import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { PolicyQueue, VOICE_POLICIES, type VoicePolicy, type Waiting } from "./policy_queue.ts";

interface Named extends Waiting {
  readonly name: string;
}

/** `L1` is a job of lane L; `L2:9` has priority 9. */
function queueOf(policy: VoicePolicy, jobs: string, priorities: Record<string, number> = {}) {
  const queue = new PolicyQueue<Named>();
  queue.policy = policy;
  for (const [i, text] of jobs.split(" ").entries()) {
    const [name = "", own] = text.split(":");
    const lane = name[0]!;
    queue.add({ name, lane, priority: Number(own ?? priorities[lane] ?? 0), sequence: i });
  }
  return queue;
}

function drained(queue: PolicyQueue<Named>): string {
  const names: string[] = [];
  for (let job = queue.pick(); job !== null; job = queue.pick()) names.push(job.name);
  return names.join(" ");
}

Deno.test("round-robin gives each lane one job a lap", () => {
  assertEquals(drained(queueOf("round-robin", "A1 A2 A3 B1 C1 C2")), "A1 B1 C1 A2 C2 A3");
  assertEquals(drained(queueOf("round-robin", "A1 A2 A3 B1 B2 B3")), "A1 B1 A2 B2 A3 B3");
});

Deno.test("priority takes the most urgent, and the oldest of those", () => {
  const queue = queueOf("priority", "L1 H1 M1 H2 L2:9 M2", { L: 0, H: 5, M: 5 });
  assertEquals(drained(queue), "L2 H1 M1 H2 M2 L1");
});

Deno.test("fifo-global keeps the order in which jobs were asked for", () => {
  assertEquals(drained(queueOf("fifo-global", "A1 B1 A2 C1 B2")), "A1 B1 A2 C1 B2");
});

Deno.test("a newcomer and one who returns take their turn last", () => {
  const queue = queueOf("round-robin", "A1 B1 B2");
  assertEquals(queue.pick()!.name, "A1");
  queue.add({ name: "A2", lane: "A", priority: 0, sequence: 9 });
  assertEquals(drained(queue), "B1 A2 B2");
});

Deno.test("a lane that may not go now keeps its turn", () => {
  const queue = queueOf("round-robin", "A1 A2 B1 B2");
  assertEquals(queue.pick((lane) => lane !== "A")!.name, "B1");
  assertEquals(drained(queue), "A1 B2 A2");
});

Deno.test("a policy applies from the next pick on", () => {
  const queue = queueOf("round-robin", "A1 A2 B1 C1:7");
  assertEquals(queue.pick()!.name, "A1");
  queue.policy = "priority";
  assertEquals(queue.pick()!.name, "C1");
  queue.policy = "fifo-global";
  assertEquals(drained(queue), "A2 B1");
});

Deno.test("every policy gives out every job once, whatever comes and goes", () => {
  const step = fc.record({
    do: fc.constantFrom("add", "pick", "drop", "remove"),
    lane: fc.constantFrom("A", "B", "C", "D"),
    priority: fc.integer({ min: 0, max: 3 }),
    policy: fc.constantFrom(...VOICE_POLICIES),
  });
  fc.assert(fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
    const queue = new PolicyQueue<Named>();
    const inside = new Set<string>();
    const out = (job: Named | null) => job !== null && assertEquals(inside.delete(job.name), true);
    for (const [i, { lane, priority, policy, ...step }] of steps.entries()) {
      queue.policy = policy;
      if (step.do === "add") {
        queue.add({ name: `${i}`, lane, priority, sequence: i });
        inside.add(`${i}`);
      } else if (step.do === "pick") {
        out(queue.pick((it) => it !== lane));
      } else if (step.do === "drop") {
        queue.drop(lane).forEach(out);
      } else {
        const [first] = queue.all();
        if (first !== undefined && queue.remove(first)) out(first);
      }
      assertEquals(queue.size, inside.size);
      assertEquals(new Set(queue.rotation), new Set(queue.all().map((job) => job.lane)));
      assertEquals(new Set(queue.rotation).size, queue.rotation.length);
    }
    for (let job = queue.pick(); job !== null; job = queue.pick()) out(job);
    assertEquals(inside.size, 0);
  }));
});
