/**
 * Sessions on the machines of all workers, as one fleet.
 *
 * @module
 */
import { NoRespondersError } from "@nats-io/transport-node";
import { z } from "zod";
import type { Fleet, ThreadReading } from "../load/mod.ts";
import { HeadwayError, TargetError } from "../runtime/mod.ts";
import type { Queue } from "./connection.ts";
import { HELLO, type LoadRequest, loadSubject } from "./load_worker.ts";
import { decodeReadings, isReading } from "./readings.ts";

/** How long workers have to say that they are there, ms. */
const HELLO_MS = 1_500;
/** How long an answer may take beyond what was asked for, ms. */
const ANSWER_MS = 60_000;

const helloSchema = z.object({
  name: z.string().regex(/^[a-z0-9-]{1,64}$/),
  version: z.string(),
});
const answerSchema = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), failures: z.array(z.string()).default([]) }),
  z.object({ ok: z.literal(false), message: z.string() }),
]);

/** A fleet of workers. */
export class WorkerFleet implements Fleet {
  readonly #queue: Queue;
  readonly #names: readonly string[];

  private constructor(queue: Queue, names: readonly string[]) {
    this.#queue = queue;
    this.#names = names;
  }

  /**
   * Finds the workers, and has them begin.
   *
   * @param version Our own: workers of another are left out.
   * @throws {TargetError} when there is none.
   */
  static async start(
    queue: Queue,
    options: { readonly url: string; readonly fixture: string | null; readonly version: string },
  ): Promise<WorkerFleet> {
    const { version, url, fixture } = options;
    const names = (await greet(queue)).filter((it) => it.version === version)
      .map(({ name }) => name);
    if (names.length === 0) {
      throw new TargetError(
        `no worker of Headway ${version} is there; start some with headway worker --nats`,
      );
    }
    const fleet = new WorkerFleet(queue, names.sort());
    await fleet.#all(() => ({ do: "start", url, fixture }), 0);
    return fleet;
  }

  /** How many workers take part. */
  get workers(): number {
    return this.#names.length;
  }

  async resize(count: number, rampS: number): Promise<string[]> {
    const { length } = this.#names;
    const answers = await this.#all((i) => ({
      do: "resize",
      count: Math.floor(count / length) + (i < count % length ? 1 : 0),
      rampS,
    }), rampS);
    return answers.flatMap(({ failures }) => failures);
  }

  async measure(seconds: number): Promise<ThreadReading[]> {
    return await Promise.all(this.#names.map(async (name) => {
      const bytes = await this.#ask(name, { do: "measure", seconds }, seconds);
      if (!isReading(bytes)) checked(name, bytes);
      return decodeReadings(bytes);
    }));
  }

  async close(): Promise<void> {
    await this.#all(() => ({ do: "close" }), 0).catch(() => {});
  }

  async #all(request: (index: number) => LoadRequest, seconds: number) {
    return await Promise.all(
      this.#names.map(async (name, i) => checked(name, await this.#ask(name, request(i), seconds))),
    );
  }

  async #ask(name: string, request: LoadRequest, seconds: number): Promise<Uint8Array> {
    try {
      const { data } = await this.#queue.connection.request(
        loadSubject(name),
        JSON.stringify(request),
        { timeout: seconds * 1000 + ANSWER_MS },
      );
      return data;
    } catch (error) {
      throw new TargetError(`worker ${name} went away during the load test`, { name }, {
        cause: error,
      });
    }
  }
}

/** Every worker that says that it is there. */
async function greet({ connection }: Queue): Promise<z.infer<typeof helloSchema>[]> {
  const found: z.infer<typeof helloSchema>[] = [];
  try {
    const answers = await connection.requestMany(HELLO, "", {
      strategy: "timer",
      maxWait: HELLO_MS,
    });
    for await (const { data } of answers) {
      const parsed = helloSchema.safeParse(jsonOf(data));
      if (parsed.success) found.push(parsed.data);
    }
  } catch (error) {
    if (!(error instanceof NoRespondersError)) throw error;
  }
  return found;
}

function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(data));
  } catch {
    return null;
  }
}

function checked(name: string, bytes: Uint8Array) {
  const answer = answerSchema.safeParse(jsonOf(bytes));
  if (!answer.success) throw new HeadwayError(`worker ${name} answered with nonsense`);
  if (!answer.data.ok) throw new HeadwayError(`worker ${name}: ${answer.data.message}`);
  return answer.data;
}
