/** Scenarios on a real NATS server, by real workers of which some are killed. */
import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import config from "../deno.json" with { type: "json" };
import { runJobs } from "../cli/job_pool.ts";
import { queueJobs } from "../cli/queue_jobs.ts";
import { runCall, type RunJobs } from "../cli/scenario_call.ts";
import type { ScenarioJob } from "../cli/scenario_job.ts";
import { openQueue, work } from "../queue/mod.ts";
import { Rng, TargetError, UsageError, WallClock } from "../runtime/mod.ts";
import { SHIPPED } from "../scenarios/shipped/mod.ts";
import { testContext } from "./support/cli_context.ts";
import { NO_HOME } from "./support/headway.ts";
import { startNats } from "./support/nats.ts";
import { tempFolder } from "./support/temp_folder.ts";
import { assertSameReports } from "./support/without_timing.ts";

const MAIN = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const NAMES = [
  ...["healthy-stream", "overload", "seek-storm", "network-burst", "jittery-network"],
  ...["pause-and-resume", "loop-band", "idle-pause", "swap-to-shorter", "knob-storm"],
];

/** The jobs of a call, at timing fidelity. */
function jobs(out: string): ScenarioJob[] {
  return NAMES.map((name) => ({
    scenario: SHIPPED.find((it) => it.name === name)!,
    origin: name,
    target: "sim",
    controlUrl: null,
    token: null,
    fidelity: "timing",
    seed: 1,
    latenessBudgetMs: 25,
    checkDeterminism: false,
    out,
    folder: name,
  }));
}

async function call(out: string, run: RunJobs, options: { stop?: AbortController } = {}) {
  const context = testContext();
  const told: string[] = [];
  const { summary } = await runCall(jobs(out), {
    out,
    isQuiet: true,
    shard: null,
    run: (jobs, signal, onOutcome) =>
      run(jobs, signal, (index, outcome) => {
        told.push(jobs[index]!.scenario.name);
        onOutcome(index, outcome);
      }),
  }, { ...context, ...(options.stop && { stopSignal: () => options.stop!.signal }) });
  return { summary, told };
}

/** `headway worker` as a process of its own, which is killed when it begins its `killAt`-th scenario. */
function startWorker(url: string, killAt: number): { gone: Promise<boolean>; end(): void } {
  const child = new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", "--allow-all", MAIN, "worker", "--nats", url],
    env: { NO_COLOR: "1", HEADWAY_HOME: NO_HOME },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const reading = (async () => {
    let begun = 0;
    const lines = child.stderr.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      if (line.endsWith(" begins") && ++begun === killAt) child.kill("SIGKILL");
    }
    await child.status;
    return begun >= killAt;
  })();
  return {
    gone: reading,
    end() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It is gone already.
      }
    },
  };
}

Deno.test("two of three workers are killed, one comes back, and the report is the same", async () => {
  await using nats = await startNats();
  await using folder = await tempFolder();
  const [here, there] = [`${folder.path}/here`, `${folder.path}/there`];
  await call(here, (jobs, signal, onOutcome) => runJobs(jobs, 1, signal, onOutcome));

  const rng = new Rng("workers that die");
  const doomed = [1, 2].map(() => startWorker(nats.url, 1 + rng.int(3)));
  // The third joins, and one comes back, when both are dead: so each of them did begin something.
  const late = Promise.all(doomed.map(({ gone }) => gone)).then((wasKilled) => {
    assertEquals(wasKilled, [true, true]);
    return [1, 2].map(() => startWorker(nats.url, Infinity));
  });
  const queue = queueJobs(
    nats.url,
    there,
    { clock: new WallClock(), stderr: testContext().stderr },
    {
      redeliverS: 1,
    },
  );
  const { summary, told } = await call(there, queue);
  for (const worker of await late) {
    worker.end();
    await worker.gone;
  }
  assertEquals(told.sort(), [...NAMES].sort());
  assertEquals([summary.exitCode, summary.problems], [0, []]);
  await assertSameReports(there, here);
});

Deno.test("a worker of another version refuses, and nobody who works is told at the end", async () => {
  await using nats = await startNats();
  await using folder = await tempFolder();
  const clock = new WallClock();
  await using queue = await openQueue({ url: nats.url, name: "test", redeliverS: 1 });
  const stop = new AbortController();
  const working = work({
    queue,
    clock,
    version: "0.0.1",
    name: "old-one",
    run: () => Promise.reject(new Error("it must not be run")),
    makeFolder: () => Deno.makeTempDir(),
    signal: stop.signal,
    idleS: 0,
    say: () => {},
  });
  const jobs = queueJobs(nats.url, folder.path, { clock, stderr: testContext().stderr });
  const { summary } = await call(folder.path, jobs);
  stop.abort();
  await working;
  assertEquals([summary.exitCode, summary.problems.length], [2, NAMES.length]);
  assertStringIncludes(
    summary.problems[0]!.message,
    `worker old-one is Headway 0.0.1, the call is of ${config.version}`,
  );
});

Deno.test("without workers a call gives up, says how to start one, and takes its jobs back", async () => {
  await using nats = await startNats();
  await using folder = await tempFolder();
  const { stderr } = testContext();
  const jobs = queueJobs(nats.url, folder.path, { clock: new WallClock(), stderr }, {
    patienceS: 0.1,
  });
  await assertRejects(
    () => call(folder.path, jobs),
    TargetError,
    "nothing came from the queue for 0.1 s; start workers with headway worker --nats",
  );
  assertStringIncludes(stderr.text, "no worker is there");
  await using queue = await openQueue({ url: nats.url, name: "test" });
  const { state } = await queue.manager.streams.info("HEADWAY_JOBS");
  assertEquals(state.messages, 0);
});

Deno.test("when the last worker died over a job, the call gives up all the same", async () => {
  await using nats = await startNats();
  await using folder = await tempFolder();
  const dead = await openQueue({ url: nats.url, name: "one that dies" });
  const workers = await dead.jetstream.consumers.get("HEADWAY_JOBS", "workers");
  const taken = workers.next({ expires: 60_000 });
  const jobs = queueJobs(nats.url, folder.path, {
    clock: new WallClock(),
    stderr: { write: () => {} },
  }, { patienceS: 0.1 });
  await assertRejects(() => call(folder.path, jobs), TargetError, "nothing came from the queue");
  assert(await taken !== null, "the job was not taken, so nobody died over it");
  await dead[Symbol.asyncDispose]();
});

Deno.test("a call that is stopped takes back what nobody has begun", async () => {
  await using nats = await startNats();
  await using folder = await tempFolder();
  const stop = new AbortController();
  const jobs = queueJobs(nats.url, folder.path, {
    clock: new WallClock(),
    stderr: { write: () => stop.abort() },
  });
  const { told } = await call(folder.path, jobs, { stop });
  assertEquals(told, []);
  await using queue = await openQueue({ url: nats.url, name: "test" });
  assertEquals((await queue.manager.streams.info("HEADWAY_JOBS")).state.messages, 0);
});

Deno.test("an address that is none, and a server that is not there, are one sentence each", async () => {
  for (const url of ["http://127.0.0.1:4222", "127.0.0.1", "nats://"]) {
    await assertRejects(
      () => openQueue({ url, name: "test" }),
      UsageError,
      "takes the form nats://",
    );
  }
  const error = await assertRejects(
    () => openQueue({ url: "nats://someone:secret@127.0.0.1:1", name: "test" }),
    TargetError,
    "cannot reach NATS at 127.0.0.1:1",
  );
  assert(!error.message.includes("secret"));
});
