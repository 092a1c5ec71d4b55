import { assertEquals } from "@std/assert";
import type { HeadlessClient } from "../sim/mod.ts";
import { collected } from "../tests/support/collected.ts";
import { defineScenario } from "./define.ts";
import { Director, inWords } from "./director.ts";
import { clientFaultsSchema } from "./schema.ts";
import type { ClientFaultSpec, StepInput } from "./types.ts";
import { Shelf } from "./shelf.ts";
import type { Stage } from "./stage.ts";

/** Anything that is called, noted as `name(arguments)` with its time. */
function noting(log: string[], nowS: () => number, prefix = ""): Record<string, unknown> {
  return new Proxy({}, {
    get: (_, name) => (...args: unknown[]) => {
      const words = args.map((arg) => JSON.stringify(arg));
      log.push(`${nowS()} ${prefix}${String(name)}(${words.join(", ")})`);
    },
  });
}

/** Client faults as a complete scenario has them. */
const faultsOf = (on: Partial<ClientFaultSpec>) => clientFaultsSchema.parse(on);

/** A director that has begun at 10 s on the clock, and everything that it did. */
function directed(steps: StepInput[]) {
  const run = collected();
  const { clock, collector } = run;
  const log: string[] = [];
  const relS = () => Math.round((clock.now() - 10) * 1000) / 1000;
  const note = noting(log, relS);
  clock.runUntil(10);
  const scenario = defineScenario({
    name: "directed",
    description: "What is done when?",
    durationS: 60,
    steps,
    expectations: [{ metric: "lag.slices.count", min: 0 }],
  });
  const director = new Director({
    scenario,
    // Only what directors use.
    stage: {
      clock,
      faults: noting(log, relS, "faults."),
      inject: note["inject"],
      setEngineProfile: note["setEngineProfile"],
    } as unknown as Stage,
    client: note as unknown as HeadlessClient,
    watcher: collector,
    onStep: (step) => collector.onStep(step),
    shelf: new Shelf("timing", (clip) => ({ vocals: clip, instruments: clip })),
    startSecondClient: (source) =>
      void log.push(`${relS()} second${source === undefined ? "" : ` ${JSON.stringify(source)}`}`),
  });
  collector.onChange = () => director.look();
  run.begin();
  director.begin();
  return { ...run, director, log, until: (s: number) => clock.runUntil(10 + s) };
}

Deno.test("steps are carried out at their times after streaming began", () => {
  const { log, until } = directed([
    { do: "resume", atS: 3 },
    { do: "seek", atS: 1, toS: 7.5 },
    { do: "pause", atS: 2 },
    { do: "rate", atS: 2, rate: 1.02 },
  ]);
  until(2.5);
  assertEquals(log, ["1 seek(7.5)", "2 setPaused(true)", "2 setRate(1.02)"]);
  until(60);
  assertEquals(log.at(-1), "3 setPaused(false)");
});

Deno.test("a step may wait for a number of slices, and is carried out once", () => {
  const { log, until, slice } = directed([{ do: "pause", when: { slices: 3 } }]);
  for (const atS of [1, 2, 3, 4, 5]) {
    until(atS);
    slice();
  }
  until(6);
  assertEquals(log, ["3 setPaused(true)"]);
});

Deno.test("a step may wait for the playhead", () => {
  const { log, until, tick } = directed([{ do: "pause", when: { playheadS: 2 } }]);
  for (const atS of [1, 1.9, 2, 3]) {
    until(atS);
    tick({ playheadS: atS });
  }
  until(4);
  assertEquals(log, ["2 setPaused(true)"]);
});

Deno.test("a step may wait for an event of the server", () => {
  const { log, until, collector } = directed([{ do: "pause", when: { event: "swap_ready" } }]);
  until(1);
  collector.onEvent({ type: "prompt_applied" });
  until(2);
  collector.onEvent({ type: "swap_ready" });
  until(3);
  assertEquals(log, ["2 setPaused(true)"]);
});

Deno.test("a step may wait for slices behind the playhead", () => {
  const { log, until, slice } = directed([{ do: "pause", when: { behindPlayhead: 2 } }]);
  for (const [atS, leadS] of [[1, -0.1], [2, 0.2], [3, -0.2], [4, -0.3]] as const) {
    until(atS);
    slice({ leadS });
  }
  until(5);
  assertEquals(log, ["3 setPaused(true)"]);
});

Deno.test("afterS waits on, whatever becomes of the condition", () => {
  const { log, until, slice, tick } = directed([
    { do: "pause", when: { slices: 1 }, afterS: 1.5 },
    { do: "resume", when: { playheadS: 5 }, afterS: 0.5 },
  ]);
  until(1);
  slice();
  tick({ playheadS: 5 });
  until(1.2);
  tick({ playheadS: 0 });
  until(9);
  assertEquals(log, ["1.5 setPaused(false)", "2.5 setPaused(true)"]);
});

Deno.test("nothing is carried out after the stop, waiting or timed", () => {
  const { log, until, slice, director } = directed([
    { do: "pause", atS: 2 },
    { do: "resume", when: { slices: 1 }, afterS: 1 },
    { do: "seek", when: { slices: 2 }, toS: 1 },
  ]);
  until(1);
  slice();
  director.stop();
  until(5);
  slice();
  until(9);
  assertEquals(log, []);
});

Deno.test("every step has its deed", () => {
  const source = { synthS: 2 };
  const cases: [StepInput, string[]][] = [
    [{ do: "loopBand", atS: 1, band: { startS: 2, endS: 4 } }, [
      '1 setLoopBand({"startS":2,"endS":4})',
    ]],
    [{ do: "knobs", atS: 1, values: { denoise: 0.5 } }, ['1 setKnobs({"denoise":0.5})']],
    [{ do: "prompt", atS: 1, tags: "a", tagsB: "b" }, [
      '1 send({"type":"prompt","tags":"a","tags_b":"b"})',
    ]],
    [{ do: "promptBlend", atS: 1, value: 0.5 }, [
      '1 send({"type":"set_prompt_blend","value":0.5})',
    ]],
    [{ do: "depth", atS: 1, value: 2 }, ['1 send({"type":"set_depth","value":2})']],
    [{ do: "lora", atS: 1, id: "haze", strength: 0.5 }, [
      '1 send({"type":"enable_lora","id":"haze","strength":0.5})',
    ]],
    [{ do: "lora", atS: 1, id: "haze", strength: null }, [
      '1 send({"type":"disable_lora","id":"haze"})',
    ]],
    [{ do: "send", atS: 1, message: { type: "odd", x: 1 } }, [
      '1 send({"type":"odd","x":1}, null, {"omitBinary":true})',
    ]],
    [{ do: "external", atS: 1, message: { type: "prompt", tags: "x" } }, [
      '1 inject("", {"type":"prompt","tags":"x"})',
    ]],
    [{ do: "structure", atS: 1, source: null }, ['1 send({"type":"clear_structure_source"})']],
    [{ do: "timbre", atS: 1, source: { fixture: "a.wav" }, strength: 0.7 }, [
      '1 send({"type":"set_timbre_strength","value":0.7})',
      '1 send({"type":"set_timbre_fixture","name":"a.wav"})',
    ]],
    [{ do: "structure", atS: 1, source }, [
      '1 send({"type":"set_structure_source","name":"structure"}, {"audio":{},"channels":2,"frames":96000})',
    ]],
    [{ do: "swap", atS: 1, source: { fixture: "a.wav", stems: "vocals" }, tags: "x" }, [
      '1 send({"type":"swap_source","tags":"x","stem_source_mode":"vocals","fixture_name":"a.wav","use_server_source":true})',
    ]],
    [{ do: "swap", atS: 1, source }, [
      '1 send({"type":"swap_source","use_server_source":false}, {"audio":{},"channels":2,"frames":96000})',
    ]],
    [{ do: "faults", atS: 1, faults: { omitParams: true } }, [
      `1 setFaults(${JSON.stringify(faultsOf({ omitParams: true }))})`,
    ]],
    [{ do: "disconnect", atS: 1 }, ["1 disconnect()"]],
    [{ do: "reconnect", atS: 1 }, ["1 reconnect()"]],
    [{ do: "secondClient", atS: 1 }, ["1 second"]],
    [{ do: "secondClient", atS: 1, source: { fixture: "nowhere.wav" } }, [
      '1 second {"fixture":"nowhere.wav","upload":false}',
    ]],
    [{ do: "stopReading", atS: 1, durationS: 2 }, [
      "1 setReadPaused(true)",
      "3 setReadPaused(false)",
    ]],
    [{ do: "network", atS: 1, fault: "halfOpen" }, ["1 faults.halfOpen()"]],
    [{ do: "network", atS: 1, fault: "abruptClose" }, ["1 faults.abruptClose()"]],
    [{ do: "network", atS: 1, fault: "corruptSlice" }, ["1 faults.corruptNextSlice()"]],
    [{ do: "network", atS: 1, fault: { stallS: 2 } }, ['1 faults.stall(2, "both")']],
    [{ do: "network", atS: 1, fault: { profile: { up: { latencyMs: 9 } } } }, [
      '1 faults.setProfile({"up":{"latencyMs":9}})',
    ]],
    [{ do: "engine", atS: 1, profile: { type: "constant", renderMs: 30 } }, [
      '1 setEngineProfile({"type":"constant","renderMs":30})',
    ]],
  ];
  for (const [step, expected] of cases) {
    const { log, until } = directed([step]);
    until(10);
    assertEquals(log, expected);
  }
});

Deno.test("a step in words names the faults that are on", () => {
  const words = (faults: Parameters<typeof faultsOf>[0]) =>
    inWords({ do: "faults", atS: 1, faults: faultsOf(faults) });
  assertEquals(words({ omitParams: true }), "faults omitParams");
  assertEquals(
    words({ quitOnDamage: true, decodeLateMs: 5 }),
    "faults quitOnDamage, decodeLateMs 5",
  );
  assertEquals(words({}), "faults none");
});

Deno.test("a step in words leaves out when it is", () => {
  assertEquals(inWords({ do: "pause", atS: 3 }), "pause");
  assertEquals(
    inWords({ do: "seek", when: { slices: 1 }, afterS: 2, toS: 7 }),
    'seek {"toS":7}',
  );
});
