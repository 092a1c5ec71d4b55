/**
 * Kills real clients, gateways and servers, one after the other, in an order that the seed decides.
 * After each the two others must still be there, the session must come back, and the recording must be
 * readable and tell what happened.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import { Rng } from "../../runtime/mod.ts";
import { readRecording, type RecordedEvent } from "../../scenarios/recording/mod.ts";
import { HeadwayProcess, RecordProcess } from "../support/headway_server.ts";
import { filesBelow, tempFolder } from "../support/temp_folder.ts";

/** Who is killed. */
export type Victim = "client" | "gateway" | "server";

/** What came of the kills. */
export interface Kills {
  readonly kills: readonly { readonly victim: Victim; readonly signal: Deno.Signal }[];
  /** What went wrong, one sentence each. */
  readonly problems: readonly string[];
  readonly connections: number;
  readonly recordedBytes: number;
  /** The longest that a session took to come back, with the start of its process, seconds. */
  readonly slowestS: number;
}

/** Slices after which a session counts as back. */
const BACK_AFTER = 3;
/** File descriptors that a process may have more at the end: buffers of the runtime come and go. */
const SPARE_DESCRIPTORS = 8;
const LISTENER = fileURLToPath(new URL("listener_main.ts", import.meta.url));

/** Kills `count` processes. */
export async function killing(
  count: number,
  seed: number,
  say: (text: string) => void = () => {},
): Promise<Kills> {
  await using folder = await tempFolder();
  await using bench = new Bench(`${folder.path}/chaos.ndjson`);
  const rng = new Rng(seed);
  const problems: string[] = [];
  const kills: { victim: Victim; signal: Deno.Signal }[] = [];
  let slowestS = 0;
  await bench.start();
  const before = bench.descriptors();
  for (let i = 0; i < count; i++) {
    const victim = rng.pick<Victim>(["client", "gateway", "server"]);
    const signal = rng.pick<Deno.Signal>(["SIGKILL", "SIGKILL", "SIGTERM"]);
    say(`kill ${i + 1} of ${count}: ${victim} by ${signal}`);
    kills.push({ victim, signal });
    const earlier = await bench.events();
    const killedMs = performance.now();
    await bench.kill(victim, signal);
    await bench.back();
    slowestS = Math.max(slowestS, (performance.now() - killedMs) / 1000);
    const wrong = [...await afterKill(bench, victim, signal, earlier), ...bench.missing()];
    problems.push(...wrong.map((what) => `kill ${i + 1} (${victim} by ${signal}): ${what}`));
  }
  // Those that were not killed last have lived through the most.
  for (const [who, number] of bench.descriptors()) {
    const atFirst = before.get(who);
    if (atFirst === undefined || number <= atFirst + SPARE_DESCRIPTORS) continue;
    problems.push(`${who} has ${number} open files, ${atFirst} at first`);
  }
  problems.push(...await bench.end());
  const events = await bench.events();
  const left = (await filesBelow(folder.path)).filter((name) => name.includes(".part-"));
  if (left.length > 0) problems.push(`${left.length} unfinished blobs are left`);
  if (events.at(-1)?.kind !== "stop") problems.push("the recording has no last word");
  return {
    kills,
    problems,
    slowestS,
    connections: events.filter(({ kind }) => kind === "open").length,
    recordedBytes: (await Deno.stat(`${folder.path}/chaos.ndjson`)).size,
  };
}

/** What the recording must say after a kill. */
async function afterKill(
  bench: Bench,
  victim: Victim,
  signal: Deno.Signal,
  earlier: readonly RecordedEvent[],
): Promise<string[]> {
  const events = await bench.events();
  const problems: string[] = [];
  const isPrefix = earlier.every((event, i) => JSON.stringify(event) === JSON.stringify(events[i]));
  if (!isPrefix) problems.push("what was recorded before is not there any more");
  const since = events.slice(earlier.length);
  const kinds = since.map(({ kind }) => kind);
  if (!kinds.includes("open")) problems.push("the session that came back is not recorded");
  if (victim === "gateway") {
    if (!kinds.includes("resume")) problems.push("the recording was not gone on with");
    if ((signal === "SIGTERM") !== kinds.includes("stop")) {
      problems.push(`the recording ${kinds.includes("stop") ? "has" : "lacks"} a last word`);
    }
    return problems;
  }
  // Who says goodbye first has ended the session; without a word, whoever is gone first.
  const ended = since.flatMap((event) =>
    event.kind === "close"
      ? [event.dir === "up" ? "client" : "server"]
      : event.kind === "end"
      ? [event.side]
      : []
  );
  if (ended[0] !== victim) {
    problems.push(`the recording says that ${ended[0] ?? "nobody"} ended the session`);
  }
  return problems;
}

/** Server, gateway and client, each in a process of its own. */
class Bench implements AsyncDisposable {
  readonly #file: string;
  #server: HeadwayProcess | null = null;
  #gateway: RecordProcess | null = null;
  #client: Listener | null = null;
  #serverPort = 0;
  #gatewayAddress = "127.0.0.1:0";

  constructor(file: string) {
    this.#file = file;
  }

  async start(): Promise<void> {
    await this.#startServer();
    await this.#startGateway();
    await this.back();
  }

  /** Kills one and, unless it is the client, starts it anew. */
  async kill(victim: Victim, signal: Deno.Signal): Promise<void> {
    if (victim === "client") {
      await this.#client!.end(signal);
    } else if (victim === "server") {
      this.#server!.kill(signal);
      await this.#server!.finished();
      await this.#startServer();
    } else {
      this.#gateway!.kill(signal);
      await this.#gateway!.finished();
      await this.#startGateway();
    }
  }

  /** Resolves when slices come again, to a client that may have to be started first. */
  async back(): Promise<void> {
    for (;;) {
      this.#client = this.#client === null || this.#client.isGone
        ? new Listener(await this.#gateway!.url())
        : this.#client;
      if (await this.#client.streams()) return;
    }
  }

  /** Who is not there that should be. */
  missing(): string[] {
    const all = { server: this.#server!.isGone, gateway: this.#gateway!.isGone };
    return Object.entries(all).flatMap(([who, isGone]) => isGone ? [`the ${who} is gone`] : []);
  }

  async events(): Promise<readonly RecordedEvent[]> {
    return (await readRecording(this.#file)).events;
  }

  /** Open files of each process, where the system tells. */
  descriptors(): Map<string, number> {
    const found = new Map<string, number>();
    const pids = { server: this.#server!.pid, gateway: this.#gateway!.pid };
    for (const [who, pid] of Object.entries(pids)) {
      try {
        found.set(who, [...Deno.readDirSync(`/proc/${pid}/fd`)].length);
      } catch {
        // Not every system has this folder, or shows it.
      }
    }
    return found;
  }

  /** Ends all in order. */
  async end(): Promise<string[]> {
    const problems: string[] = [];
    await this.#client!.end("SIGTERM");
    for (
      const [who, process] of [["gateway", this.#gateway!], ["server", this.#server!]] as const
    ) {
      process.kill("SIGTERM");
      const { code, stderr } = await process.finished();
      if (code !== 0) problems.push(`the ${who} ended with ${code}: ${stderr.slice(-300)}`);
    }
    for (const port of [this.#serverPort, Number(this.#gatewayAddress.split(":")[1])]) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port })).close();
        problems.push(`something still listens on port ${port}`);
      } catch (error) {
        if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
      }
    }
    return problems;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#client?.end("SIGKILL");
    await this.#gateway?.[Symbol.asyncDispose]();
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #startServer(): Promise<void> {
    const port = String(this.#serverPort);
    this.#server = new HeadwayProcess(["serve", "--port", port, "--control-port", "off"]);
    const line = await this.#server.line("listener=main");
    this.#serverPort = Number(/url=http:\/\/[^ ]*:(\d+)/.exec(line)?.[1]);
  }

  async #startGateway(): Promise<void> {
    this.#gateway = new RecordProcess(`ws://127.0.0.1:${this.#serverPort}`, this.#file, [
      ...["--listen", this.#gatewayAddress, "--blobs", "none", "--resume"],
    ]);
    this.#gatewayAddress = new URL(await this.#gateway.url()).host;
  }
}

/** What the client says of itself. */
interface Said {
  readonly state: string;
  readonly sliceCount: number;
}

/** A client in a process of its own. */
class Listener {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<void>;
  readonly #waiting = new Set<() => void>();
  #last: Said = { state: "starting", sliceCount: 0 };
  isGone = false;

  constructor(url: string) {
    this.#child = new Deno.Command("deno", {
      args: [
        "run",
        "--no-prompt",
        "--allow-net=127.0.0.1",
        "--allow-env",
        "--allow-read",
        LISTENER,
        url,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#reading = this.#read();
  }

  /** Resolves to true when some more slices have come, to false when it is gone. */
  async streams(): Promise<boolean> {
    // What is on its way from before a kill proves nothing: a state of its own has to be told first.
    await this.#told();
    const from = this.#last.sliceCount;
    const isBack = () =>
      this.#last.state === "streaming" &&
      (this.#last.sliceCount >= from + BACK_AFTER ||
        (this.#last.sliceCount < from && this.#last.sliceCount >= BACK_AFTER));
    while (!this.isGone && !isBack()) await this.#told();
    return !this.isGone;
  }

  async end(signal: Deno.Signal): Promise<void> {
    try {
      this.#child.kill(signal);
    } catch {
      // It has ended by itself.
    }
    await this.#child.status;
    await this.#reading;
  }

  /** Resolves with the next thing that it says, or when it is gone. */
  #told(): Promise<void> {
    if (this.isGone) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  async #read(): Promise<void> {
    const lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of lines) {
      if (!line.startsWith("{")) continue;
      this.#last = JSON.parse(line);
      this.#tell();
    }
    this.isGone = true;
    this.#tell();
  }

  #tell(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const resolve of waiting) resolve();
  }
}
