/**
 * That scenarios find what they look for: each of them passes as it is shipped, and turns red when a
 * defence of the server or of the client is switched off, or when the fault that it is about is taken
 * away. Without the fault, the defence must not be missed: else the scenario would find the lack of
 * it by accident.
 */
import { assert, assertEquals } from "@std/assert";
import { MUTANTS } from "../scenarios/explore/mod.ts";
import type { ClientFaultSpec, Scenario } from "../scenarios/mod.ts";
import { SHIPPED_STREAMS } from "../scenarios/shipped/mod.ts";
import { NO_FAULTS } from "../server/streaming/mod.ts";
import { askAll, type Question } from "./support/lanes.ts";
import { type RunFacts, shipped } from "./support/lab.ts";
import { CAREFUL, CASES, type Proof } from "./support/proofs.ts";
import { type Change, together } from "./support/vary.ts";

/** How much of its effect a defence may have where there is nothing to defend against. */
const SLIGHT = 0.1;

/** A proof, and the scenario that it is about. */
interface TableRow extends Proof {
  readonly name: string;
}

const TABLE: readonly TableRow[] = Object.entries(CASES)
  .flatMap(([name, { proofs }]) => proofs.map((proof) => ({ name, ...proof })));

/** What has to go for the fault of a row to be gone; null where there is none, or no defence. */
function faultGone({ name, isDefence, absent }: TableRow): Change | null {
  const gone = absent ?? CASES[name]!.absent;
  return isDefence && typeof gone !== "string" ? gone : null;
}

/** The judgement of the expectations that are called so, or that measure this. */
function judged({ expectations }: RunFacts, called: string) {
  return expectations.filter(({ name, metric }) => name === called || metric === called)
    // As the verdict counts it: what is meant to fail is met when something measured does.
    .map(({ passed, expectedToFail, actual }) => ({
      isMet: expectedToFail ? !passed && actual !== null : passed,
      actual,
    }));
}

/** Runs of scenarios with changes, each asked for once however many rows compare with it. */
class Runs {
  readonly #questions = new Map<string, Question<"runVaried">>();
  #answers = new Map<string, RunFacts>();

  /** Asks for a run; gives what it will answer to. */
  ask({ name, needsSamples }: TableRow, change: Change | null): string {
    const question: Question<"runVaried"> = ["runVaried", name, change, needsSamples ?? false];
    const key = JSON.stringify(question);
    this.#questions.set(key, question);
    return key;
  }

  async play(): Promise<void> {
    const answers = await askAll([...this.#questions.values()]);
    this.#answers = new Map([...this.#questions.keys()].map((key, i) => [key, answers[i]!]));
  }

  /** The expectations of a run that a row is about. */
  of(key: string, { red }: TableRow) {
    return judged(this.#answers.get(key)!, red);
  }

  verdict(key: string): string {
    return this.#answers.get(key)!.verdict;
  }
}

Deno.test("every shipped scenario passes, and turns red without its defence or its fault", async () => {
  const runs = new Runs();
  const rows = TABLE.map((row) => {
    const absent = faultGone(row);
    return {
      row,
      asShipped: runs.ask(row, null),
      red: runs.ask(row, row.change),
      // Who has no defence against what is not there misses nothing.
      harmless: absent && {
        defended: runs.ask(row, absent),
        defenceless: runs.ask(row, together(absent, row.change)),
      },
    };
  });
  await runs.play();
  const problems = rows.flatMap(({ row, asShipped, red, harmless }) => {
    const what = `${row.name} with ${JSON.stringify(row.change)}`;
    const met = runs.of(asShipped, row);
    if (met.length === 0) return [`${row.name} has no expectation "${row.red}"`];
    const passes = runs.verdict(asShipped) === "passed" && met.every(({ isMet }) => isMet);
    return [
      ...(passes ? [] : [`${row.name} does not pass as it is`]),
      ...(runs.verdict(red) === "failed" ? [] : [`${what} is ${runs.verdict(red)}`]),
      ...(runs.of(red, row).every(({ isMet }) => isMet) ? [`${what}: "${row.red}" holds`] : []),
      ...(harmless !== null && isMissed(runs, row, { asShipped, red, ...harmless })
        ? [`${what}: "${row.red}" needs this defence also where the fault is absent`]
        : []),
    ];
  });
  assertEquals(problems.length, 0, `${problems.length} proofs fail:\n  ${problems.join("\n  ")}`);
});

/**
 * Whether a defence matters where there is nothing to defend against. Where the fault itself is what
 * an expectation asks for, it is not met then, defence or not; what is measured must not depend on
 * the defence, or by far less than with the fault.
 */
function isMissed(
  runs: Runs,
  row: TableRow,
  keys: { asShipped: string; red: string; defended: string; defenceless: string },
): boolean {
  const [shipped, red, defended] = [keys.asShipped, keys.red, keys.defended]
    .map((key) => runs.of(key, row).map(({ actual }) => actual));
  return runs.of(keys.defenceless, row).some(({ isMet, actual }, i) => {
    const effect = difference(red![i], shipped![i]);
    const slight = effect === Infinity ? 0 : SLIGHT * effect;
    return !isMet && difference(actual, defended![i]) > slight;
  });
}

/** How far two figures are apart; what is no number is equal or infinitely far. */
function difference(a: unknown, b: unknown): number {
  if (typeof a === "number" && typeof b === "number") return Math.abs(a - b);
  return a === b ? 0 : Infinity;
}

Deno.test("there is a proof for every shipped scenario, and for none other", () => {
  assertEquals(Object.keys(CASES).sort(), SHIPPED_STREAMS.map(({ name }) => name).sort());
});

Deno.test("every defence of the server turns a scenario red when it is switched off", () => {
  const missing = Object.entries(NO_FAULTS).filter(([fault, off]) =>
    !TABLE.some(({ change }) => isSwitched(change.server?.faults, fault, off)) &&
    !isPlanted("server", fault, off)
  ).map(([fault]) => fault);
  // These two are burdens and no defences: they are taken away.
  assertEquals(missing, ["receiveMs", "teardownS"]);
  for (const burden of missing) {
    assert(TABLE.some(({ change }) => burden in (change.server?.faults ?? {})), burden);
  }
  assert(TABLE.some(({ change }) => change.server?.flowControl === false), "flowControl");
  assert(TABLE.some(({ change }) => change.server?.idlePauseS === 0), "idlePauseS");
});

Deno.test("every carelessness of the client turns a scenario red, or is what one shows", () => {
  const missing = Object.entries(CAREFUL).filter(([fault, off]) =>
    !TABLE.some(({ change, name }) =>
      isSwitched(change.client?.faults, fault, off) || showsItself(shipped(name), fault, change)
    ) && !isPlanted("client", fault, off)
  ).map(([fault]) => fault);
  assertEquals(missing, []);
});

/**
 * Defences that no scenario can miss: they are against what only a real socket does, or against
 * clients that no listener uses. Each has tests of its own that turn red without it.
 */
const HELD_ELSEWHERE: readonly {
  readonly defence: string;
  readonly file: string;
  readonly tests: readonly string[];
}[] = [
  {
    defence: "a peer that reads nothing any more, or answers no ping, is dropped (PeerWatch)",
    file: "server/streaming/ws_server_connection_test.ts",
    tests: [
      "WsServerConnection resets a peer that stops reading within 10 s",
      "WsServerConnection closes with 1011 when an idle peer answers no ping",
    ],
  },
  {
    defence: "a peer that does not answer a close is dropped",
    file: "server/streaming/ws_server_connection_test.ts",
    tests: ["WsServerConnection drops a peer that does not answer a close"],
  },
  {
    defence: "text has a greatest size",
    file: "server/streaming/ws_server_connection_test.ts",
    tests: [
      "WsServerConnection refuses text of more than 1 MiB",
    ],
  },
  {
    defence: "a client that sends faster than it is served is dropped before it fills the memory",
    file: "server/streaming/inbox_test.ts",
    tests: ["more than can wait is a flood"],
  },
  {
    defence: "so is one that sends on while its handshake is under way",
    file: "server/streaming/primary_test.ts",
    tests: ["hundreds of frames that come although nothing is read end the connection"],
  },
  {
    defence: "a connection that does not get as far as a session is closed in the end",
    file: "server/streaming/primary_test.ts",
    tests: ["a connection that says nothing, or sends no audio, is closed in the end"],
  },
  {
    defence: "samples that would poison a buffer are refused",
    file: "wire/pcm_test.ts",
    tests: ["samples that no half can hold are refused where they stand"],
  },
  {
    defence: "a fault of one session ends that session only",
    file: "server/streaming/primary_test.ts",
    tests: ["a fault in a session's own works ends its connection with 1011, not the server"],
  },
  {
    defence: "slices that wait are bounded in bytes too",
    file: "server/streaming/events_test.ts",
    tests: ["audio is capped by bytes too: older slices make room, control events stay"],
  },
  {
    defence: "uploads that are kept are bounded",
    file: "server/streaming/library_test.ts",
    tests: ["uploads are capped: the oldest make room, the newest always stays"],
  },
  {
    defence: "the control bus reads no body of unknown length",
    file: "server/streaming/control_routes_test.ts",
    tests: ["controlRoutes reads no body whose length is not given, or not a number"],
  },
];

Deno.test("what no scenario can show is held by other tests", async () => {
  const missing: string[] = [];
  for (const { defence, file, tests } of HELD_ELSEWHERE) {
    const text = await Deno.readTextFile(new URL(`../${file}`, import.meta.url));
    for (const name of tests) {
      if (!text.includes(`Deno.test("${name}"`)) missing.push(`${defence}: ${file} “${name}”`);
    }
  }
  assertEquals(missing, []);
});

/** Whether the search proves that it finds this one, see `explore_mutants_test.ts`. */
function isPlanted(where: "server" | "client", fault: string, off: unknown): boolean {
  return MUTANTS.some((mutant) => isSwitched(mutant[where], fault, off));
}

/** Whether a set of faults has this one on. */
function isSwitched(faults: object | undefined, fault: string, off: unknown): boolean {
  const value = (faults as Record<string, unknown> | undefined)?.[fault];
  return value !== undefined && value !== off;
}

/** Whether the scenario has the fault, and the change takes it away. */
function showsItself({ client, steps }: Scenario, fault: string, change: Change): boolean {
  const off = CAREFUL[fault as keyof ClientFaultSpec];
  if (isSwitched(client.faults, fault, off)) return fault in (change.client?.faults ?? {});
  return change.without?.includes("faults") === true &&
    steps.some((step) => step.do === "faults" && isSwitched(step.faults, fault, off));
}
