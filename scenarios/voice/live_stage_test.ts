/** Scenarios about voices on a server at an address, which has no other way in. */
import { assertEquals } from "@std/assert";
import { VoiceWorld } from "../../tests/support/voice_world.ts";
import { defineScenario } from "../define.ts";
import { targetOptions } from "../open_stage.ts";
import type { Target } from "../result.ts";
import { playScenario } from "../run.ts";
import { SHIPPED_VOICES } from "../shipped/mod.ts";
import { foreignVoiceObstacle } from "./live_stage.ts";

Deno.test("what a voice server at an address cannot play says why, and the rest is played", () => {
  const reasons = Object.fromEntries(
    SHIPPED_VOICES.map((scenario) => [
      scenario.name,
      foreignVoiceObstacle(scenario)?.replace(/, which .*/, "") ?? null,
    ]),
  );
  assertEquals(reasons, {
    "two-agents-one-listener": null,
    "listener-comes-back": null,
    "slow-listener": null,
    "policy-order": "it needs a server with settings or faults of its own",
    "no-listener-falls-back": "it needs a server with settings or faults of its own",
    "burst-of-fifty": "it needs speech with a timing of its own",
    "worker-crash": "it needs a server with settings or faults of its own",
    "stop-in-mid-speech": "it waits for what the server's loudspeaker plays",
    "barge-in": "it needs speech with a timing of its own",
    "device-change": "it changes the devices of the server's machine",
  });
});

Deno.test("a voice server at an address is played by its token: who listens hears, the rest is played", async () => {
  const token = "a-token-of-sixteen-or-more";
  await using world = await VoiceWorld.start({ token, loopbackBypass: false });
  const scenario = defineScenario({
    subject: "voice",
    name: "at-an-address",
    description: "Is a server heard that is only known by its address?",
    durationS: 1.5,
    steps: [
      { do: "register", atS: 0, session: "ada" },
      { do: "register", atS: 0, session: "ben" },
      { do: "subscribe", atS: 0, session: "ada", listener: "page" },
      { do: "speak", atS: 0.2, session: "ada", job: "a1", text: "One." },
      { do: "speak", atS: 0.2, session: "ada", job: "a2", text: "Two." },
      { do: "speak", atS: 0.3, session: "ben", job: "b1", text: "Three." },
      { do: "speak", when: { heard: "a2" }, afterS: 0.1, session: "ada", job: "a3", text: "Four." },
      { do: "stop", when: { heard: "a3" }, afterS: 0, session: "ada" },
    ],
    expectations: [
      { metric: "voice.sessions.ada.jobs.heard", equals: 3 },
      { metric: "voice.sessions.ben.jobs.played", equals: 1 },
      { metric: "voice.jobs.lost", equals: 0 },
      { metric: "voice.jobs.doubled", equals: 0 },
      { metric: "voice.jobs.wrongSession", equals: 0 },
      { metric: "voice.overlaps", equals: 0 },
    ],
  });
  const address = { target: world.url as Target, controlUrl: null, token };
  const result = await playScenario(scenario, targetOptions(scenario, address));
  const red = result.expectations.filter(({ passed }) => !passed);
  assertEquals([red, result.target], [[], world.url]);
  assertEquals(world.player.played.length, 1);
});
