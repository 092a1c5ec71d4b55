/** A simulated run about voices and one over real sockets measure the same. */
import { assert, assertEquals } from "@std/assert";
import { defineScenario } from "../scenarios/mod.ts";
import {
  FIRST_AUDIO_TOLERANCE_S,
  voiceAgreement,
  voiceAgreementTable,
} from "../tools/agreement_voices.ts";

/** A wait has a few turns of both processes in it, each of which may be as late as the harness is. */
const TURNS = 6;

Deno.test("four seconds of two agents, one listener and a stop agree on both roads", async () => {
  const found = await voiceAgreement(defineScenario({
    subject: "voice",
    name: "both-roads",
    description: "Do both roads hear the same?",
    durationS: 4.5,
    steps: [
      { do: "register", atS: 0, session: "ada" },
      { do: "register", atS: 0, session: "ben" },
      { do: "subscribe", atS: 0, session: "ada", listener: "page", chunks: true },
      { do: "speak", atS: 0.5, session: "ada", job: "a1", text: "Sixteen letters." },
      { do: "speak", atS: 0.5, session: "ada", job: "a2", text: "Sixteen letters." },
      {
        do: "speak",
        atS: 0.5,
        session: "ben",
        job: "b1",
        text: "A long answer that is broken off.",
      },
      { do: "stop", when: { heard: "b1" }, afterS: 0.8, session: "ben" },
      { do: "speak", when: { ended: "b1" }, afterS: 0.3, session: "ben", job: "b2", text: "Done." },
    ],
    expectations: [
      { metric: "voice.jobs.heard", equals: 2 },
      { metric: "voice.jobs.played", equals: 2 },
      { metric: "voice.jobs.lost", equals: 0 },
      { metric: "voice.jobs.doubled", equals: 0 },
      { metric: "voice.overlaps", equals: 0 },
      { metric: "voice.stops.heardAfter", equals: 0 },
    ],
  }));
  const { simulated, live, differences, differenceS } = found;
  const table = voiceAgreementTable([found]);
  assertEquals([simulated.verdict, differences], ["passed", []], table);
  const isMet = ({ passed }: { readonly passed: boolean }) => passed;
  assert(live.expectations.every(isMet), JSON.stringify(live.expectations));
  assertEquals(live.voice!.order.heard, simulated.voice!.order.heard);
  const busyS = TURNS * (live.harness.tickLatenessMs.max ?? 0) / 1000;
  assert(Math.abs(differenceS.p50) <= FIRST_AUDIO_TOLERANCE_S.p50 + busyS, table);
  assert(Math.abs(differenceS.max) <= FIRST_AUDIO_TOLERANCE_S.max + busyS, table);
  // What was heard over sockets can be listened to.
  assert(live.played !== null && live.played.audio.some((sample) => Math.abs(sample) > 0.05));
});
