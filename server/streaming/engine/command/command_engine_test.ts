import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../../../runtime/mod.ts";
import {
  type Behaviour,
  engineFailed,
  engineFrame,
  engineHello,
  engineLoaded,
  engineWindow,
  fakeSpawn,
  good,
} from "../../../../tests/support/fake_engine.ts";
import { MemoryLog } from "../../../../tests/support/memory_log.ts";
import { emptyClip, levelClip } from "../../../../tests/support/streaming_world.ts";
import type { ControlState, RenderResult } from "../engine.ts";
import { WindowMissedError } from "../engine.ts";
import type { TroubleReport } from "../trouble.ts";
import { CommandEngine, type CommandEngineOptions } from "./command_engine.ts";
import { FROM_ENGINE } from "./protocol.ts";

const STATE: ControlState = {
  knobs: { denoise: 0.5 },
  prompt: "",
  promptB: "",
  promptBlend: 0,
  loras: [],
  timbre: null,
  timbreStrength: 1,
  structure: null,
};
const FRAMES = 480;
const HELLO_BYTES = engineHello().length;

/** An engine on a virtual clock, with a source of a second. */
function rig(
  plans: Behaviour | readonly (Behaviour | Error)[] = good,
  options: Partial<CommandEngineOptions> = {},
) {
  const clock = new VirtualClock();
  const { spawn, processes } = fakeSpawn(clock, Array.isArray(plans) ? plans : [plans]);
  const log = new MemoryLog();
  const engine = new CommandEngine({ command: ["fake", "--flag"], spawn, clock, log, ...options });
  const reports: TroubleReport[] = [];
  engine.watch((report) => reports.push(report));
  const run = (seconds: number) => clock.runUntil(clock.now() + seconds);
  const ask = (state = STATE, startSample = 0) => {
    const out = new Float32Array(FRAMES * 2);
    const answer: { result: RenderResult | null; error: Error | null; out: Float32Array } = {
      result: null,
      error: null,
      out,
    };
    engine.render(
      { startSample, frames: FRAMES, state, out },
      (result) => answer.result = result,
      (error) => answer.error = error,
    );
    return answer;
  };
  engine.load(levelClip(1, 0.5), "full");
  return {
    clock,
    engine,
    processes,
    log,
    reports,
    run,
    ask,
    /** Asks, and waits for what comes of it. */
    answer(state = STATE) {
      const answer = ask(state);
      run(0.1);
      return answer;
    },
    codes: () => reports.map(({ trouble }) => trouble.code),
  };
}

Deno.test("CommandEngine loads the source, sends the controls once, and asks for windows", () => {
  const { processes, run, answer, engine } = rig();
  run(0.1);
  const first = answer();
  assertEquals(first.result, { tickMs: 5, decMs: 1 });
  assert(first.out.every((sample) => sample === 0.25));
  answer();
  answer({ ...STATE, knobs: { denoise: 1 } });
  assertEquals(processes[0]!.command, ["fake", "--flag"]);
  assertEquals(processes[0]!.names.join(" "), "hello load state render render state render");
  const [, load, state] = processes[0]!.heard;
  assertEquals(load!.json, { channels: 2, frames: 48_000, stem_mode: "full" });
  assertEquals(state!.json!["knobs"], { denoise: 0.5 });
  engine.dispose();
});

Deno.test("CommandEngine sends a reference once, and again when it was out of use", () => {
  const { processes, run, answer, engine } = rig();
  run(0.1);
  const timbre = { ...levelClip(0.2, 0.1), name: "t" };
  const structure = { ...levelClip(0.2, 0.2), name: "s" };
  answer({ ...STATE, timbre });
  answer({ ...STATE, timbre, structure, promptBlend: 1 });
  answer();
  answer({ ...STATE, timbre });
  assertEquals(
    processes[0]!.names.slice(2).join(" "),
    "clip state render clip state render state render clip state render",
  );
  const clips = processes[0]!.heard.filter(({ name }) => name === "clip");
  assertEquals(clips.map(({ json }) => [json!["clip"], json!["name"]]), [[1, "t"], [2, "s"], [
    3,
    "t",
  ]]);
  engine.dispose();
});

Deno.test("CommandEngine misses windows while its process starts, without a trouble", () => {
  const { run, ask, answer, reports, engine } = rig();
  const early = ask();
  assert(early.error instanceof WindowMissedError);
  run(0.1);
  assert(answer().result !== null);
  assertEquals(reports, []);
  engine.dispose();
});

Deno.test("CommandEngine needs no process for sources without samples", () => {
  const { engine, processes, run } = rig();
  engine.dispose();
  run(3);
  const clock = new VirtualClock();
  const { spawn, processes: none } = fakeSpawn(clock, [good]);
  const empty = new CommandEngine({ command: ["fake"], spawn, clock, log: new MemoryLog() });
  empty.load(emptyClip(2), "full");
  let result: RenderResult | null = null;
  empty.render(
    { startSample: 0, frames: FRAMES, state: STATE, out: new Float32Array(0) },
    (it) => result = it,
    () => {},
  );
  assertEquals([result, none.length, processes.length], [{ tickMs: 0, decMs: 0 }, 0, 1]);
});

const silent: Behaviour = () => {};
const after = (hello: Uint8Array, act: Behaviour): Behaviour => (process, frame) => {
  if (frame.name === "hello") process.say(hello);
  if (frame.name === "load") process.say(engineLoaded());
  if (frame.name === "render") act(process, frame);
};
/** Where the frame begins that answers the first request. */
const ANSWER_AT = HELLO_BYTES + engineLoaded().length;
const badWindow = (samples: number, request = 1, level = 0.1) =>
  engineWindow(request, new Float32Array(samples).fill(level));

/** What a process does, and which trouble it is. `waitS`: how long it takes to be noticed. */
const TROUBLES: readonly {
  readonly name: string;
  readonly plan: Behaviour | Error;
  readonly trouble: TroubleReport["trouble"];
  readonly waitS?: number;
}[] = [
  {
    name: "cannot be started",
    plan: new Error("no such program"),
    trouble: { code: "not_started", reason: "no such program" },
  },
  {
    name: "says nothing",
    plan: silent,
    trouble: { code: "no_hello", waitedS: 30 },
    waitS: 30,
  },
  {
    name: "ends at once",
    plan: (process) => process.exit(3),
    trouble: { code: "crashed", exitCode: 3, signal: null },
  },
  {
    name: "is killed by somebody while it works",
    plan: after(engineHello(), (process) => process.exit(137, "SIGKILL")),
    trouble: { code: "crashed", exitCode: 137, signal: "SIGKILL" },
  },
  {
    name: "never answers",
    plan: after(engineHello(), silent),
    trouble: { code: "hung", during: "rendering", waitedS: 10 },
    waitS: 10,
  },
  {
    name: "stops to read",
    plan: (process) => {
      process.isReading = false;
      process.say(engineHello());
    },
    trouble: { code: "hung", during: "reading", waitedS: 10 },
    waitS: 10,
  },
  {
    name: "speaks another version",
    plan: after(engineHello({ protocol: "headway.engine/9" }), silent),
    trouble: {
      code: "garbage",
      field: "hello.protocol",
      offset: 0,
      reason: 'hello.protocol: Invalid input: expected "headway.engine/1"',
    },
  },
  {
    name: "says hello twice",
    plan: after(engineHello(), (process) => process.say(engineHello())),
    trouble: {
      code: "garbage",
      field: "hello",
      offset: ANSWER_AT,
      reason: "engine said hello twice",
    },
  },
  {
    name: "sends a frame that does not exist",
    plan: after(engineHello(), (process) => process.say(engineFrame(99))),
    trouble: {
      code: "garbage",
      field: "kind",
      offset: ANSWER_AT,
      reason: "frame has the kind 99, which does not exist; stdout is for frames, print to stderr",
    },
  },
  {
    name: "answers another request",
    plan: after(engineHello(), (process) => process.say(badWindow(FRAMES * 2, 8))),
    trouble: {
      code: "garbage",
      field: "request",
      offset: ANSWER_AT,
      reason: "answer is to request 8, but 1 is under way",
    },
  },
  {
    name: "loads what it was not sent",
    plan: after(engineHello(), (process) => process.say(engineLoaded())),
    trouble: {
      code: "garbage",
      field: "loaded",
      offset: ANSWER_AT,
      reason: "engine says it has loaded what it was not sent",
    },
  },
  {
    name: "never loads the source",
    plan: (process, { name }) => {
      if (name === "hello") process.say(engineHello());
    },
    trouble: { code: "hung", during: "loading", waitedS: 30 },
    waitS: 30,
  },
  {
    name: "cannot use the source",
    plan: (process, { name }) => {
      if (name === "hello") process.say(engineHello());
      if (name === "load") process.say(engineFailed(0, "too long for me"));
    },
    trouble: { code: "refused", reason: "too long for me" },
  },
  {
    name: "sends a window that nobody asked for",
    plan: (process, { name }) => {
      if (name === "hello") process.say(engineHello());
      if (name === "load") process.say(badWindow(9));
    },
    trouble: {
      code: "garbage",
      field: "request",
      offset: HELLO_BYTES,
      reason: "a window came that nobody had asked for",
    },
  },
  {
    name: "sends too short a window",
    plan: after(engineHello(), (process) => process.say(badWindow(10))),
    trouble: { code: "wrong_window", reason: "it has 10 samples, expected 960" },
  },
  {
    name: "sends too long a window",
    plan: after(engineHello(), (process) => process.say(badWindow(961))),
    trouble: {
      code: "wrong_window",
      reason: "body of a frame of kind 131 is 3856 bytes long, at most 3852 can be",
    },
  },
  {
    name: "sends samples that are no numbers",
    plan: after(engineHello(), (process) => process.say(badWindow(FRAMES * 2, 1, NaN))),
    trouble: { code: "wrong_window", reason: "sample 0 is NaN, expected a number within ±16" },
  },
  {
    name: "sends samples that no half float can hold",
    plan: after(engineHello(), (process) => process.say(badWindow(FRAMES * 2, 1, -1e6))),
    trouble: { code: "wrong_window", reason: "sample 0 is -1000000, expected a number within ±16" },
  },
  {
    name: "closes stdout and lives on",
    plan: after(engineHello(), (process) => process.breakPipe("stdout")),
    trouble: {
      code: "garbage",
      field: "stdout",
      offset: ANSWER_AT,
      reason: "stdout is closed, but the process still runs",
    },
    waitS: 0.5,
  },
];

for (const { name, plan, trouble, waitS = 0 } of TROUBLES) {
  Deno.test(`a process that ${name} is a "${trouble.code}" trouble, and is replaced`, () => {
    const { engine, processes, reports, run, ask, log } = rig([plan, good]);
    run(0.05);
    const asked = ask();
    run(waitS + 0.1);
    assertEquals(reports, [{ trouble, failures: 1, retryS: 0.5 }]);
    assert(asked.result === null && asked.error instanceof WindowMissedError, `${asked.error}`);
    const [line] = log.of("engine trouble");
    assertEquals([line!.level, line!.fields["code"]], ["warn", trouble.code]);
    for (const process of processes) assert(process.isOver);

    run(0.6);
    assertEquals(processes.length, plan instanceof Error ? 1 : 2);
    const next = ask();
    run(0.1);
    assert(next.result !== null, `${next.error}`);
    assertEquals(reports.length, 1);
    engine.dispose();
  });
}

Deno.test("a process that refuses a window lives on, and is asked again after a rest", () => {
  let renders = 0;
  const { engine, processes, reports, run, answer } = rig((process, frame) => {
    if (frame.name === "render" && ++renders === 1) process.say(engineFailed(1, "out of memory"));
    else good(process, frame);
  });
  run(0.1);
  assert(answer().error instanceof WindowMissedError);
  assertEquals(reports, [{
    trouble: { code: "refused", reason: "out of memory" },
    failures: 1,
    retryS: 0.5,
  }]);
  assert(answer().error instanceof WindowMissedError);
  run(0.5);
  assert(answer().result !== null);
  assertEquals([processes.length, processes[0]!.isOver, renders], [1, false, 2]);
  engine.dispose();
});

Deno.test("CommandEngine waits 0.5, 1, 2 and 4 s between tries in a row, then gives up", () => {
  const starts: number[] = [];
  const { clock, engine, processes, reports, run, answer } = rig((process) => {
    starts.push(clock.now());
    process.exit(1);
  });
  run(60);
  assertEquals(starts.map((atS) => Math.round(atS * 10) / 10), [0, 0.5, 1.5, 3.5, 7.5]);
  assertEquals(reports.map(({ failures, retryS }) => [failures, retryS]), [
    [1, 0.5],
    [2, 1],
    [3, 2],
    [4, 4],
    [5, null],
  ]);
  const { error } = answer();
  assert(error !== null && !(error instanceof WindowMissedError));
  assertEquals(
    error.message,
    "engine was given up after 5 troubles in a row; the last: engine ended by itself with exit code 1",
  );
  assertEquals(processes.length, 5);
  engine.dispose();
});

Deno.test("a good window ends a row of troubles", () => {
  let lives = 0;
  const { engine, reports, run, answer } = rig((process, frame) => {
    if (frame.name === "hello") lives++;
    // Every life makes one window and crashes at the second.
    if (frame.name === "render" && process.names.filter((it) => it === "render").length > 1) {
      process.exit(1);
    } else good(process, frame);
  });
  for (let i = 0; i < 10; i++) {
    run(0.7);
    assert(answer().result !== null);
    answer();
  }
  assertEquals([lives, reports.map(({ failures }) => failures)], [10, Array(10).fill(1)]);
  engine.dispose();
});

Deno.test("a refusal too many ends the process too", () => {
  const { engine, processes, run, answer, codes } = rig(
    (process, frame) => {
      if (frame.name === "render") {
        process.say(engineFailed(process.names.filter((it) => it === "render").length, "no"));
      } else good(process, frame);
    },
    { limits: { retryS: [0.1] } },
  );
  run(0.2);
  for (let i = 0; i < 2; i++) {
    answer();
    run(0.2);
  }
  assertEquals(codes(), ["refused", "refused"]);
  assertEquals([processes.length, processes[0]!.names.at(-1), processes[0]!.isOver], [
    1,
    "bye",
    true,
  ]);
  engine.dispose();
});

Deno.test("a new process gets the source and the controls that count now", () => {
  const { engine, processes, run, answer } = rig([(process, frame) => {
    if (frame.name === "render") process.exit(1);
    else good(process, frame);
  }, good]);
  run(0.1);
  answer({ ...STATE, prompt: "old" });
  engine.load(levelClip(2, 0.1, 1), "vocals");
  run(1);
  engine.load(levelClip(2, 0.1), "vocals");
  run(0.1);
  assert(answer({ ...STATE, prompt: "new" }).result !== null);
  const { names, heard } = processes[1]!;
  assertEquals(names.join(" "), "hello load load state render");
  assertEquals(heard.map(({ json }) => json?.["stem_mode"] ?? json?.["prompt"]), [
    undefined,
    "vocals",
    "vocals",
    "new",
    undefined,
  ]);
  engine.dispose();
});

Deno.test("sources that a slow process has not taken yet are replaced, not queued", () => {
  const { engine, processes, run, answer } = rig();
  run(0.1);
  const process = processes[0]!;
  process.isReading = false;
  for (let level = 1; level <= 9; level++) engine.load(levelClip(1, level / 10), "vocals");
  run(1);
  process.isReading = true;
  process.read();
  run(0.1);
  assert(answer().result !== null);
  const loads = process.heard.filter(({ name }) => name === "load");
  const levelOf = (body: Uint8Array) =>
    new DataView(body.buffer).getFloat32(body.length - 4, true).toFixed(1);
  assertEquals(loads.map(({ body }) => levelOf(body)), ["0.5", "0.1", "0.9"]);
  engine.dispose();
});

Deno.test("a process that takes a big source slowly is not hung as long as it goes on", () => {
  const { clock, engine, processes, run, reports } = rig();
  const process = processes[0]!;
  run(0.05);
  process.isReading = false;
  engine.load(levelClip(1, 0.5), "full");
  // A piece of 64 KiB every 9 s: six pieces are a minute.
  for (let i = 0; i < 6; i++) {
    run(9);
    process.isReading = true;
    process.read();
    clock.step();
    process.isReading = false;
  }
  assertEquals(reports, []);
  run(10.1);
  assertEquals(reports.map(({ trouble }) => trouble.code), ["hung"]);
  engine.dispose();
});

Deno.test("swaps that keep coming do not give a process more time to load a source", () => {
  const { engine, run, reports } = rig((process, frame) => {
    if (frame.name === "hello") process.say(engineHello());
  });
  for (let i = 0; i < 29; i++) {
    run(1);
    engine.load(levelClip(1, 0.1), "full");
  }
  assertEquals(reports, []);
  run(1.1);
  assertEquals(reports.map(({ trouble }) => trouble), [
    { code: "hung", during: "loading", waitedS: 30 },
  ]);
  engine.dispose();
});

Deno.test("a source that comes while a window is due does not put off the end of the wait", () => {
  for (const isReading of [true, false]) {
    const { engine, processes, run, ask, reports } = rig(after(engineHello(), (process) => {
      process.isReading = isReading;
    }));
    run(0.1);
    const asked = ask();
    for (let i = 0; i < 9; i++) {
      run(1);
      engine.load(levelClip(1, 0.1), "full");
    }
    assertEquals([reports, processes.length], [[], 1]);
    run(1.1);
    assertEquals(reports.map(({ trouble }) => trouble), [
      { code: "hung", during: "rendering", waitedS: 10 },
    ]);
    assert(asked.error instanceof WindowMissedError);
    engine.dispose();
  }
});

Deno.test("a process that answers late has its full time for the source that came meanwhile", () => {
  let loads = 0;
  const { engine, processes, run, ask, reports } = rig((process, frame) => {
    if (frame.name === "hello") process.say(engineHello());
    if (frame.name === "load" && ++loads === 1) process.say(engineLoaded());
  }, { limits: { startS: 5 } });
  run(0.1);
  const asked = ask();
  run(0.1);
  engine.load(levelClip(0.1, 0.1), "full");
  run(9);
  processes[0]!.say(badWindow(FRAMES * 2));
  run(4.9);
  assert(asked.result !== null);
  assertEquals([loads, reports], [2, []]);
  run(0.2);
  assertEquals(reports.map(({ trouble }) => trouble), [
    { code: "hung", during: "loading", waitedS: 5 },
  ]);
  engine.dispose();
});

Deno.test("a window that comes twice breaks the protocol; the first of the two is played", () => {
  const { engine, run, answer, reports } = rig(after(engineHello(), (process) => {
    process.say(badWindow(FRAMES * 2));
    process.say(badWindow(FRAMES * 2));
  }));
  run(0.05);
  assert(answer().result !== null);
  assertEquals(reports.map(({ trouble }) => trouble), [{
    code: "garbage",
    field: "request",
    offset: ANSWER_AT + badWindow(FRAMES * 2).length,
    reason: "a window came that nobody had asked for",
  }]);
  engine.dispose();
});

Deno.test("an answer may come before the system says that the question was taken", () => {
  const { engine, processes, run, answer, reports } = rig((process, frame) => {
    if (frame.name === "hello") {
      process.say(engineHello());
      process.isReading = false;
    } else if (frame.name !== "load") good(process, frame);
  });
  run(0.1);
  const [process] = processes;
  process!.say(engineLoaded());
  run(0.1);
  process!.isReading = true;
  process!.read();
  run(0.1);
  assert(answer().result !== null);
  assertEquals(reports, []);
  engine.dispose();
});

Deno.test("CommandEngine misses windows until the newest source is loaded", () => {
  let loads = 0;
  const { engine, processes, run, answer, reports } = rig((process, frame) => {
    if (frame.name !== "load" || ++loads === 1) good(process, frame);
  });
  run(0.1);
  assert(answer().result !== null);
  engine.load(levelClip(1, 0.1), "full");
  run(20);
  assert(answer().error instanceof WindowMissedError);
  processes[0]!.say(engineLoaded());
  run(0.1);
  assert(answer().result !== null);
  assertEquals(reports, []);
  engine.dispose();
});

Deno.test("CommandEngine says goodbye when it is disposed of, and closes the pipe", () => {
  const { engine, processes, run, reports } = rig();
  run(0.1);
  engine.dispose();
  run(10);
  const [process] = processes;
  assertEquals([process!.names.at(-1), process!.isInputClosed, process!.isOver], [
    "bye",
    true,
    true,
  ]);
  assertEquals([process!.signals, reports, processes.length], [[], [], 1]);
});

Deno.test("CommandEngine asks, then makes a process go that ignores its goodbye", () => {
  const { clock, engine, processes, run } = rig((process, frame) => {
    process.obeysTerm = false;
    if (frame.name !== "bye") good(process, frame);
  });
  run(0.1);
  engine.dispose();
  run(0.99);
  assertEquals(processes[0]!.signals, []);
  run(0.02);
  assertEquals(processes[0]!.signals, ["SIGTERM"]);
  run(1);
  assertEquals([processes[0]!.signals, processes[0]!.isOver], [["SIGTERM", "SIGKILL"], true]);
  const atS = clock.now();
  clock.run();
  assertEquals(clock.now(), atS, "no timer is left");
});

Deno.test("a signal that cannot be sent is a line in the log, and the next one is tried", () => {
  const clock = new VirtualClock();
  const { spawn, processes } = fakeSpawn(clock, [(process, frame) => {
    if (frame.name !== "bye") good(process, frame);
  }]);
  const log = new MemoryLog();
  const engine = new CommandEngine({
    command: ["sudo"],
    clock,
    log,
    spawn(command, handler) {
      const process = spawn(command, handler);
      const kill = process.kill.bind(process);
      process.kill = (signal) => {
        if (signal === "SIGTERM") throw new Error("not permitted");
        kill(signal);
      };
      return process;
    },
  });
  engine.load(levelClip(1, 0.5), "full");
  clock.runUntil(0.1);
  engine.dispose();
  clock.run();
  assertEquals([processes[0]!.signals, processes[0]!.isOver], [["SIGKILL"], true]);
  assertEquals(log.of("engine says").map(({ fields }) => fields["line"]), [
    "could not send SIGTERM: not permitted",
  ]);
});

Deno.test("a hung process that ignores SIGTERM is killed before another one starts", () => {
  const { engine, processes, run, answer } = rig([(process, frame) => {
    process.obeysTerm = false;
    if (frame.name !== "render") good(process, frame);
  }, good]);
  run(0.1);
  answer();
  run(10.8);
  assertEquals([processes.length, processes[0]!.signals], [1, ["SIGTERM"]]);
  assertEquals(processes[0]!.paused, ["stdout"], "what it still says interests nobody");
  run(0.3);
  assertEquals([processes.length, processes[0]!.signals], [2, ["SIGTERM", "SIGKILL"]]);
  engine.dispose();
});

Deno.test("an engine disposed of while its process is away starts no other", () => {
  const { clock, engine, processes, run } = rig((process) => process.exit(1));
  run(0.1);
  engine.dispose();
  const atS = clock.now();
  clock.run();
  assertEquals([processes.length, clock.now()], [1, atS], "no timer is left");
});

Deno.test("troubles before anybody listens are told when somebody does", () => {
  const clock = new VirtualClock();
  const { spawn } = fakeSpawn(clock, [new Error("no such program")]);
  const engine = new CommandEngine({ command: ["x"], spawn, clock, log: new MemoryLog() });
  engine.load(levelClip(1, 0.5), "full");
  clock.runUntil(0.6);
  const failures: number[] = [];
  engine.watch((report) => failures.push(report.failures));
  assertEquals(failures, [1, 2]);
  clock.runUntil(2);
  assertEquals(failures, [1, 2, 3]);
  engine.dispose();
});

Deno.test("what a process prints and logs goes to the log, with its pid", () => {
  const { engine, processes, run, log } = rig();
  run(0.1);
  processes[0]!.complain("warming up\n");
  processes[0]!.say(engineFrame(FROM_ENGINE.log, new TextEncoder().encode("loaded")));
  run(0.1);
  assertEquals(log.of("engine ready").map(({ fields }) => fields), [
    { pid: 101, name: "fake", version: null },
  ]);
  assertEquals(log.of("engine says").map(({ fields }) => fields), [
    { pid: 101, line: "warming up" },
    { pid: 101, line: "loaded" },
  ]);
  engine.dispose();
});

Deno.test("a process that floods its pipes is read a little at a time", () => {
  const { engine, processes, run, log } = rig();
  run(1.5);
  const [process] = processes;
  for (let i = 0; i < 300; i++) {
    process!.complain("x\n".repeat(512));
    process!.say(engineFrame(FROM_ENGINE.log, new Uint8Array(1024).fill(120)));
  }
  run(0.1);
  assertEquals(process!.paused, ["stderr", "stdout"]);
  run(1);
  assertEquals(process!.paused, []);
  assert(log.of("engine says").length <= 80);
  engine.dispose();
});

Deno.test("a process that floods with empty frames is read a little at a time", () => {
  const { engine, processes, run, log } = rig();
  run(1.5);
  const [process] = processes;
  const flood = (frames: number) => {
    for (let i = 0; i < frames; i++) process!.say(engineFrame(FROM_ENGINE.log));
    run(0.01);
  };
  flood(1024);
  assertEquals(process!.paused, []);
  flood(1);
  assertEquals(process!.paused, ["stdout"]);
  run(1);
  assertEquals(process!.paused, []);
  assertEquals(log.of("engine says"), []);
  engine.dispose();
});

Deno.test("a process that floods, then breaks the protocol, is not read any more", () => {
  const { engine, processes, run, codes } = rig((process, frame) => {
    process.obeysTerm = false;
    good(process, frame);
  });
  run(0.1);
  const [process] = processes;
  process!.complain("x".repeat(300_000));
  for (let i = 0; i < 300; i++) {
    process!.say(engineFrame(FROM_ENGINE.log, new Uint8Array(1024).fill(120)));
  }
  process!.say(engineFrame(99));
  run(0.1);
  assertEquals([codes(), process!.paused], [["garbage"], ["stdout"]]);
  run(0.85);
  assertEquals([process!.isOver, process!.paused], [false, ["stdout"]]);
  engine.dispose();
  run(3);
});

Deno.test("a process that closes its pipes on the way out has crashed, and that is all", () => {
  const { clock, engine, processes, run, codes } = rig([(process, frame) => {
    good(process, frame);
    if (frame.name !== "load") return;
    process.breakPipe("stdout");
    process.breakPipe("stdin");
    process.exit(1);
  }, good]);
  run(0.1);
  assertEquals(codes(), ["crashed"]);
  engine.dispose();
  const atS = clock.now();
  clock.run();
  assertEquals([clock.now(), processes.length], [atS, 1], "no timer is left");
});

Deno.test("whatever bytes a process sends, it costs the process, and nothing is thrown", () => {
  const frames = fc.oneof(
    fc.uint8Array({ maxLength: 100 }),
    fc.tuple(fc.integer({ min: 128, max: 134 }), fc.uint8Array({ maxLength: 60 })).map((
      [kind, body],
    ) => engineFrame(kind, body)),
    fc.constant(engineHello()),
    fc.constant(engineLoaded()),
    fc.nat({ max: 3 }).map((id) => badWindow(FRAMES * 2, id)),
    fc.nat({ max: 3 }).map((id) => engineFailed(id, "no")),
  );
  fc.assert(
    fc.property(fc.array(frames, { maxLength: 12 }), (sent) => {
      const queue = [...sent];
      const { engine, processes, run, ask } = rig((process) => {
        const bytes = queue.shift();
        if (bytes !== undefined) process.say(bytes);
      });
      for (let i = 0; i < 8; i++) {
        run(0.3);
        const { error } = ask();
        if (error !== null) assert(error.message.length < 1000);
        run(12);
      }
      engine.dispose();
      run(5);
      assert(processes.every((process) => process.isOver));
    }),
    { numRuns: 200 },
  );
});
