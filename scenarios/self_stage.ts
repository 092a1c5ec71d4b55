/**
 * Our own server in another process, so that its work does not make the harness late.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import { errorMessage, type Rng, TargetError, WallClock } from "../runtime/mod.ts";
import { MirrorWitness } from "../sim/mod.ts";
import { type HarnessCommand, type HarnessEvent, harnessEventSchema } from "./harness_protocol.ts";
import { liveStage, type ServerBackdoor } from "./live_stage.ts";
import type { Scenario } from "./types.ts";
import type { Stage } from "./stage.ts";

/** How long the server may take to listen, seconds. */
const START_TIMEOUT_S = 30;
/** How long it may take to come to rest, and to end, seconds. */
const HOLD_TIMEOUT_S = 5;
const EXIT_TIMEOUT_S = 5;

const clock = new WallClock();

const SERVER = fileURLToPath(new URL("../serve/harness_main.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../deno.json", import.meta.url));

/** Starts our server with the scenario's settings and opens it as a live target. */
export async function selfStage(scenario: Scenario, options: { rng: Rng }): Promise<Stage> {
  const server = new HarnessServer(scenario);
  try {
    const { url, controlUrl } = await server.listening;
    return await liveStage(scenario, {
      target: "self",
      url,
      controlUrl,
      rng: options.rng,
      backdoor: server,
    });
  } catch (error) {
    await server.close();
    throw error;
  }
}

/** The server process, and the private channel to it. */
class HarnessServer implements ServerBackdoor {
  readonly witness: MirrorWitness = new MirrorWitness();
  readonly listening: Promise<Extract<HarnessEvent, { ev: "listening" }>>;
  readonly #process: Deno.ChildProcess;
  readonly #stdin: WritableStreamDefaultWriter<Uint8Array>;
  readonly #reading: Promise<void>;
  readonly #drops = { window: 0, age: 0 };
  readonly #listened = Promise.withResolvers<Extract<HarnessEvent, { ev: "listening" }>>();
  #held = Promise.withResolvers<number | null>();
  #writing: Promise<void> = Promise.resolve();

  constructor(scenario: Scenario) {
    this.listening = this.#listened.promise;
    this.#process = spawnDeno({
      args: [
        "run",
        "--no-prompt",
        `--config=${CONFIG}`,
        "--allow-net=127.0.0.1",
        "--allow-env",
        "--allow-read",
        SERVER,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    });
    this.#stdin = this.#process.stdin.getWriter();
    this.#reading = this.#read();
    this.#send({ do: "start", server: scenario.server, engine: scenario.engine });
    const timer = clock.after(
      START_TIMEOUT_S,
      () =>
        this.#listened.reject(
          new TargetError(`our server did not start within ${START_TIMEOUT_S} s`),
        ),
    );
    this.listening.finally(() => timer.cancel()).catch(() => {});
  }

  setEngineProfile(profile: Extract<HarnessCommand, { do: "engine" }>["profile"]): void {
    this.#send({ do: "engine", profile });
  }

  async hold(): Promise<number | null> {
    this.#send({ do: "hold" });
    return await within(this.#held.promise, HOLD_TIMEOUT_S, null);
  }

  drops(): { window: number; age: number } {
    return { ...this.#drops };
  }

  async close(): Promise<void> {
    await this.#writing;
    // The server ends with its input, in an orderly way.
    await this.#stdin.close().catch(() => {});
    const ended = await within(this.#process.status.then(() => true), EXIT_TIMEOUT_S, false);
    if (!ended) this.#process.kill("SIGKILL");
    await this.#process.status;
    await this.#reading;
  }

  #send(command: HarnessCommand): void {
    const line = new TextEncoder().encode(`${JSON.stringify(command)}\n`);
    this.#writing = this.#writing.then(() => this.#stdin.write(line)).catch(() => {});
  }

  async #read(): Promise<void> {
    const lines = this.#process.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    try {
      for await (const line of lines) this.#take(harnessEventSchema.parse(JSON.parse(line)));
    } catch (error) {
      this.#listened.reject(new TargetError(`our server talks nonsense: ${errorMessage(error)}`));
    }
    this.#listened.reject(
      new TargetError("our server ended before it listened; see its log above"),
    );
    this.#held.resolve(null);
  }

  #take(event: HarnessEvent): void {
    switch (event.ev) {
      case "listening":
        return this.#listened.resolve(event);
      case "mark":
        return this.witness.onServer(event.mark);
      case "drop":
        this.#drops[event.cause]++;
        return;
      case "held":
        return this.#held.resolve(event.crc);
    }
  }
}

/**
 * Starts `deno`.
 *
 * @throws {TargetError} when there is none on PATH; it says how to mend that.
 */
export function spawnDeno(options: Deno.CommandOptions): Deno.ChildProcess {
  try {
    return new Deno.Command("deno", options).spawn();
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new TargetError(
      "cannot start our own server: there is no deno on PATH; add the folder that holds it, " +
        'or run everything through "npx deno"',
    );
  }
}

/** The promise's value, or `fallback` after `limitS` seconds. */
async function within<T, F>(promise: Promise<T>, limitS: number, fallback: F): Promise<T | F> {
  const timeout = Promise.withResolvers<F>();
  const timer = clock.after(limitS, () => timeout.resolve(fallback));
  try {
    return await Promise.race([promise, timeout.promise]);
  } finally {
    timer.cancel();
  }
}
