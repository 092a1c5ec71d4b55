import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { synthSource } from "../fixtures/mod.ts";
import { Rng, UsageError, VirtualClock } from "../runtime/mod.ts";
import { MotionBank, PassThroughEngine } from "../server/streaming/engine/mod.ts";
import { parseConfig } from "../wire/mod.ts";
import { builtInEngine, builtInStems, withEngineProfiles } from "./engines.ts";
import { streamId } from "../tests/support/stream_id.ts";

Deno.test("built-in engines of one server share their rendered layers", () => {
  const bank = new MotionBank();
  const createEngine = builtInEngine(new VirtualClock(), bank);
  const source = synthSource({ seconds: 2 });
  const state = {
    knobs: { denoise: 0.7 },
    prompt: "warm strings",
    promptB: "warm strings",
    promptBlend: 0,
    loras: [],
    timbre: null,
    timbreStrength: 0,
    structure: null,
  };
  const render = () => {
    const engine = createEngine();
    // Another array with the same samples, as every session has its own.
    engine.load({ ...source, audio: source.audio.slice() }, "full");
    const out = new Float32Array(9600 * source.channels);
    engine.render({ startSample: 0, frames: 9600, state, out }, () => {}, (error) => {
      throw error;
    });
    return out;
  };
  const first = render();
  const { bytes } = bank;
  assert(bytes > 0);
  assertEquals([render(), bank.bytes], [first, bytes]);
});

Deno.test("built-in stems are given up when nobody wants them any more", async () => {
  const clock = new VirtualClock();
  const gone = new AbortController();
  const stems = Promise.resolve(builtInStems(clock)(synthSource({ seconds: 2 }), gone.signal));
  gone.abort(new Error("nobody listens"));
  clock.run();
  await assertRejects(() => stems, Error, "nobody listens");
});

/** What a session of this config gets for an engine. */
function engineFor(config: object) {
  const opening = parseConfig(JSON.stringify(config));
  if (opening.kind !== "session") throw new Error("that is no session");
  const clock = new VirtualClock();
  const create = withEngineProfiles(() => new PassThroughEngine(), { clock, rng: new Rng(1) });
  return { engine: create(opening.config, streamId("abc")), clock };
}

Deno.test("a config may ask for an engine that takes its time", () => {
  const { engine, clock } = engineFor({ engine_profile: { type: "overload", renderMs: 900 } });
  engine.load(synthSource({ seconds: 2 }), "full");
  const state = {} as Parameters<typeof engine.render>[0]["state"];
  const request = { startSample: 0, frames: 960, state, out: new Float32Array(1920) };
  let doneS: number | null = null;
  engine.render(request, () => (doneS = clock.now()), (error) => {
    throw error;
  });
  clock.run();
  assertEquals(doneS, 0.9);
});

Deno.test("a config without an engine profile gets the usual engine", () => {
  for (const config of [{}, { engine_profile: null }]) {
    assert(engineFor(config).engine instanceof PassThroughEngine);
  }
});

Deno.test("an engine profile that is none refuses the session and says what would be one", () => {
  for (
    const engine_profile of ["slow", {}, { type: "overload" }, { type: "overload", renderMs: -1 }]
  ) {
    assertThrows(() => engineFor({ engine_profile }), UsageError, '"renderMs": 900');
  }
});
