/**
 * That scenarios about voices find what they look for: each passes as it is shipped, and turns red when
 * a defence of the server or of the listener is switched off, or when what it is about is taken away.
 * Where there is nothing to defend against, the defence must not be missed.
 */
import { assert, assertEquals } from "@std/assert";
import { parseScenario } from "../scenarios/define.ts";
import { playScenario, type RunResult, type VoiceScenario } from "../scenarios/mod.ts";
import { SHIPPED_VOICES } from "../scenarios/shipped/mod.ts";
import { NO_VOICE_FAULTS, type VoiceFaults } from "../server/voice/faults.ts";

/** What is otherwise than the scenario has it. */
interface Change {
  readonly server?: Partial<VoiceFaults>;
  readonly listener?: Partial<VoiceScenario["listener"]["faults"]>;
  readonly engine?: Partial<VoiceScenario["engine"]>;
  /** Kinds of steps that are left out. */
  readonly without?: readonly string[];
}

/** What turns red, by the name or the metric of an expectation. */
type Proof = readonly [change: Change, red: string];

interface Case {
  /** What takes the matter of the scenario away; null where every run has it. */
  readonly absent: Change | null;
  /** What turns red then; null for nothing. */
  readonly absentRed: string | null;
  readonly proofs: readonly Proof[];
}

const server = (
  fault: keyof VoiceFaults,
  red: string,
): Proof => [{ server: { [fault]: true } }, red];
const listener = (fault: keyof NonNullable<Change["listener"]>, red: string): Proof => [
  { listener: { [fault]: true } },
  red,
];

const CASES: Readonly<Record<string, Case>> = {
  "two-agents-one-listener": {
    ...{ absent: { without: ["subscribe"] }, absentRed: "voice.sessions.ada.jobs.heard" },
    proofs: [
      server("broadcast", "voice.jobs.wrongSession"),
      server("playAnyway", "voice.jobs.doubled"),
      listener("playAtOnce", "no two jobs are heard at once"),
    ],
  },
  "policy-order": {
    ...{ absent: { without: ["policy"] }, absentRed: "priority takes the most urgent first" },
    proofs: [
      server("ignorePolicy", "round-robin takes one of each in turn"),
      server("ignorePolicy", "priority takes the most urgent first"),
      server("ignorePolicy", "voice.order.faults"),
    ],
  },
  "no-listener-falls-back": {
    ...{ absent: null, absentRed: null },
    proofs: [
      server("dropUnheard", "voice.jobs.lost"),
      server("shareSpeaker", "one at a time"),
      server("ignorePolicy", "voice.order.heard"),
    ],
  },
  "listener-comes-back": {
    ...{ absent: { without: ["network"] }, absentRed: "voice.listeners.lost" },
    proofs: [
      server("trustGoneListeners", "voice.jobs.lost"),
      listener("stayAway", "the listener hears three"),
      listener("doubleSocket", "voice.jobs.doubled"),
    ],
  },
  "stop-in-mid-speech": {
    ...{ absent: { without: ["stop"] }, absentRed: "voice.stops.count" },
    proofs: [
      server("keepWaiting", "nothing of it is heard later"),
      server("keepWaiting", "voice.sessions.ben.firstAudioS.max"),
    ],
  },
  "barge-in": {
    ...{ absent: { without: ["stop"] }, absentRed: "voice.stops.count" },
    proofs: [
      listener("ignoreStop", "the rest ends at once"),
      server("keepWaiting", "voice.sessions.ada.firstAudioS.max"),
    ],
  },
  "burst-of-fifty": {
    ...{ absent: null, absentRed: null },
    proofs: [
      server("raceInSession", "in each session in order"),
      server("ignorePolicy", "the last one to ask waits a lap"),
      listener("playAtOnce", "voice.overlaps"),
      [{ engine: { realTimeFactor: 1 } }, "voice.jobs.heard"],
    ],
  },
  "device-change": {
    ...{ absent: { without: ["deviceChange"] }, absentRed: "voice.speaker.on.Built-in Output" },
    proofs: [server("rememberDevices", "voice.speaker.on.Built-in Output")],
  },
  "worker-crash": {
    ...{ absent: { engine: { crashesAt: "never said" } }, absentRed: "one job fails" },
    proofs: [server("loseWorkers", "all others are heard")],
  },
  "slow-listener": {
    ...{ absent: { without: ["stopReading"] }, absentRed: "the loudspeaker takes over" },
    proofs: [server("keepSlowListeners", "the loudspeaker takes over")],
  },
};

function shipped(name: string): VoiceScenario {
  return SHIPPED_VOICES.find((it) => it.name === name)!;
}

function varied(name: string, ...changes: readonly (Change | null)[]): VoiceScenario {
  let scenario = shipped(name);
  for (const change of changes) {
    if (change === null) continue;
    const { server = {}, listener = {}, engine = {}, without = [] } = change;
    scenario = parseScenario({
      ...scenario,
      server: { ...scenario.server, faults: { ...scenario.server.faults, ...server } },
      listener: { ...scenario.listener, faults: { ...scenario.listener.faults, ...listener } },
      engine: { ...scenario.engine, ...engine },
      steps: scenario.steps.filter((step) => !without.includes(step.do)),
    }, name) as VoiceScenario;
  }
  return scenario;
}

const played = new Map<string, Promise<RunResult>>();

function play(scenario: VoiceScenario): Promise<RunResult> {
  const key = JSON.stringify(scenario);
  const run = played.get(key) ?? playScenario(scenario, { fidelity: "timing" });
  played.set(key, run);
  return run;
}

function judged({ expectations }: RunResult, called: string) {
  const found = expectations.filter(({ name, metric }) => name === called || metric === called);
  assert(found.length > 0, `no expectation is called ${JSON.stringify(called)}`);
  return found;
}

Deno.test("there is a proof for every shipped scenario about voices, and for none other", () => {
  assertEquals(Object.keys(CASES).sort(), SHIPPED_VOICES.map(({ name }) => name).sort());
});

for (const [name, { absent, absentRed, proofs }] of Object.entries(CASES)) {
  Deno.test(`${name} passes, and turns red without its defences or its matter`, async () => {
    const asShipped = await play(shipped(name));
    assertEquals([asShipped.verdict, asShipped.reason], ["passed", null]);
    if (absentRed !== null) {
      const without = await play(varied(name, absent));
      assertEquals(without.verdict, "failed", `without its matter ${name} still passes`);
      assert(judged(without, absentRed).some(({ passed }) => !passed), `${absentRed} holds`);
    }
    for (const [change, red] of proofs) {
      const what = `${name} with ${JSON.stringify(change)}`;
      const result = await play(varied(name, change));
      assertEquals(result.verdict, "failed", `${what} passes`);
      assert(judged(result, red).some(({ passed }) => !passed), `${what}: "${red}" holds`);
      // Only where listeners may stop or stay away is a defence of theirs against something else.
      if (absent === null || change.server === undefined) continue;
      const [defended, defenceless] = await Promise.all([
        play(varied(name, absent)),
        play(varied(name, absent, change)),
      ]);
      const figures = [defended, defenceless].map((it) => judged(it, red).map((e) => e.actual));
      if (!NEEDED_ANYWAY.has(`${name} ${Object.keys(change.server)[0]}`)) {
        assertEquals(
          figures[1],
          figures[0],
          `${what}: "${red}" needs this also without its matter`,
        );
      }
    }
  });
}

/** Defences that every run needs, whatever the scenario is about. */
const NEEDED_ANYWAY: ReadonlySet<string> = new Set([
  // Any listener will do for these two, and without one nothing is broadcast or played anyway.
  "policy-order ignorePolicy",
]);

Deno.test("every defence of the voice server turns a scenario red when it is switched off", () => {
  const switched = new Set(
    Object.values(CASES).flatMap(({ proofs }) =>
      proofs.flatMap(([change]) => Object.keys(change.server ?? {}))
    ),
  );
  assertEquals(Object.keys(NO_VOICE_FAULTS).filter((fault) => !switched.has(fault)), []);
});

Deno.test("every carelessness of a listener turns a scenario red", () => {
  const switched = new Set(
    Object.values(CASES).flatMap(({ proofs }) =>
      proofs.flatMap(([change]) => Object.keys(change.listener ?? {}))
    ),
  );
  const faults = Object.keys(shipped("barge-in").listener.faults);
  assertEquals(faults.filter((fault) => !switched.has(fault)), []);
});

Deno.test("both fidelities hear the same, event by event, and seeds 1 to 20 pass", async () => {
  for (const scenario of SHIPPED_VOICES) {
    const [full, timing, again] = [
      await playScenario(scenario),
      await play(scenario),
      await playScenario(scenario, { fidelity: "timing" }),
    ];
    assertEquals(full.verdict, "passed", scenario.name);
    assertEquals(full.trace.hash, timing.trace.hash, scenario.name);
    assertEquals(again.trace.hash, timing.trace.hash, scenario.name);
    assertEquals([full.played === null, timing.played === null], [false, true], scenario.name);
    for (let seed = 2; seed <= 20; seed++) {
      const { verdict, expectations } = await playScenario(scenario, { fidelity: "timing", seed });
      const unmet = expectations.filter(({ passed }) => !passed).map((e) =>
        `${e.name} ${e.actual}`
      );
      assertEquals([verdict, unmet], ["passed", []], `${scenario.name} with seed ${seed}`);
    }
  }
});

Deno.test("another seed is another run where there is anything random", async () => {
  const hashes = await Promise.all([1, 2, 3].map(async (seed) => {
    const { trace } = await playScenario(shipped("burst-of-fifty"), { fidelity: "timing", seed });
    return trace.hash;
  }));
  assertEquals(new Set(hashes).size, 3);
});
