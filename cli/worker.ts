/**
 * `headway worker`: runs scenarios that others have put into a queue.
 *
 * @module
 */
import config from "../deno.json" with { type: "json" };
import { ThreadFleet } from "../load/mod.ts";
import { openQueue, type QueuedJob, type QueuedOutcome, serveLoad, work } from "../queue/mod.ts";
import { plainLine } from "../reports/mod.ts";
import { cpuS } from "../serve/cpu_time.ts";
import { defineCommand, EXIT } from "./command.ts";
import { Lane } from "./job_pool.ts";

/** The command. */
export const workerCommand = defineCommand({
  name: "worker",
  summary: "run scenarios from a queue on NATS, for headway scenario --nats",
  description:
    "Takes scenarios from a work queue on NATS JetStream, runs them, and sends their reports back; takes part in load tests, too. Workers may join, die and come back at any time: what one had taken goes to another after some seconds. Ends with Ctrl-C, after the scenario at hand.",
  examples: [
    "headway worker --nats nats://queue.example:4222",
    "headway worker --nats nats://127.0.0.1:4222 --jobs 2 --idle-s 60",
  ],
  flags: {
    nats: {
      type: "string",
      placeholder: "URL",
      default: "nats://127.0.0.1:4222",
      env: "HEADWAY_NATS",
      help: "the NATS server, nats://[user:password@]host:port",
    },
    token: {
      type: "string",
      placeholder: "TOKEN",
      env: "HEADWAY_TOKEN",
      help: "bearer token of ws:// targets; tokens do not travel through the queue",
    },
    jobs: {
      type: "number",
      placeholder: "N",
      default: 1,
      min: 0,
      max: 64,
      integer: true,
      help: "scenarios side by side; 0 takes part in load tests only",
    },
    "idle-s": {
      type: "number",
      placeholder: "S",
      default: 0,
      min: 0,
      max: 86400,
      help: "end after so long without a scenario; 0 waits for ever",
    },
  },
  async run({ flags, stderr, clock, stopSignal }) {
    const signal = stopSignal();
    await using queue = await openQueue({ url: flags.nats, name: "headway worker" });
    const say = (text: string) => stderr.write(`headway: ${plainLine(text)}\n`);
    say(`worker waits for scenarios at ${queue.connection.getServer()}`);
    await using _load = serveLoad({
      ...{ queue, clock, say, cpuS },
      name: crypto.randomUUID(),
      version: config.version,
      open: (options) =>
        ThreadFleet.start({
          ...options,
          token: flags.token ?? null,
          threads: navigator.hardwareConcurrency,
        }),
    });
    if (flags.jobs === 0) {
      await new Promise<void>((resolve) => {
        if (signal.aborted) resolve();
        else signal.addEventListener("abort", () => resolve(), { once: true });
      });
    }
    await Promise.all(Array.from({ length: flags.jobs }, async () => {
      let lane = new Lane();
      const run = async (job: QueuedJob, out: string): Promise<QueuedOutcome> => {
        try {
          return await runIn(lane, job, out, flags.token ?? null);
        } catch (error) {
          // A thread that broke answers nobody any more; the job goes back, and the next gets a new one.
          lane.close();
          lane = new Lane();
          throw error;
        }
      };
      try {
        await work({
          queue,
          clock,
          version: config.version,
          name: crypto.randomUUID(),
          run,
          makeFolder: () => Deno.makeTempDir({ prefix: "headway-worker-" }),
          signal,
          idleS: flags["idle-s"],
          say,
        });
      } finally {
        lane.close();
      }
    }));
    return EXIT.passed;
  },
});

/** In a thread of its own: a simulated run never lets go of its own, and the queue wants answers. */
async function runIn(
  lane: Lane,
  job: QueuedJob,
  out: string,
  token: string | null,
): Promise<QueuedOutcome> {
  const { version: _, ...rest } = job;
  const outcome = await lane.run({ ...rest, token, out });
  return outcome.ok ? { ok: true, run: outcome.run } : outcome;
}
