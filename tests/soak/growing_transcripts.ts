/**
 * Transcripts on disk that grow as those of agents do: a few lines at a time, some of them torn for a
 * moment. One that has come to its end is replaced by another, or left for a new session.
 *
 * @module
 */
import { transcriptLines } from "../../fixtures/transcripts/mod.ts";
import type { Clock, Rng } from "../../runtime/mod.ts";

/** What was written of a transcript that is there now. */
export interface Written {
  readonly id: string;
  readonly prompts: number;
  readonly answers: number;
}

/** What it is made of. */
export interface GrowingTranscriptsOptions {
  /** Where agents have their transcripts. */
  readonly root: string;
  /** How many grow at a time. */
  readonly sessions: number;
  readonly clock: Clock;
  readonly rng: Rng;
  /** How much faster than an agent it all goes. */
  readonly pace: number;
}

/** Between two times at which something is written, and between the halves of a torn line, seconds. */
const PAUSE_S = [0.2, 0.8] as const;
const TORN_S = [0.05, 0.3] as const;
const TORN_SHARE = 0.05;
/** Lines that come at once at most. */
const MAX_LINES = 3;
/** Records of a transcript: an hour brings each of them to its end twice or so. */
const RECORDS = [240, 480] as const;
/** Transcripts that nobody writes any more; the oldest of more is deleted. */
const MAX_LEFT = 5;

/** A transcript that is being written. */
interface Writer {
  readonly id: string;
  readonly path: string;
  readonly lines: Iterator<string>;
  prompts: number;
  readonly answers: Set<string>;
}

/** The transcripts. */
export class GrowingTranscripts {
  /** What happened so far. */
  readonly counts = { lines: 0, torn: 0, replaced: 0, begun: 0, deleted: 0 };
  readonly #options: GrowingTranscriptsOptions;
  readonly #folder: string;
  readonly #writers: Writer[] = [];
  /** Those that nobody writes any more, the oldest first. */
  readonly #left: Writer[] = [];
  #lives = 0;

  /** Writes those that are there at the beginning, each somewhere in its life. */
  constructor(options: GrowingTranscriptsOptions) {
    this.#options = options;
    this.#folder = `${options.root}/projects/-home-dev-soak`;
    Deno.mkdirSync(this.#folder, { recursive: true });
    for (let i = 0; i < options.sessions; i++) this.#writers.push(this.#begin(null));
  }

  /** Sessions that are written. */
  get ids(): readonly string[] {
    return this.#writers.map(({ id }) => id);
  }

  /** What was written of each of them since it began. */
  written(): Written[] {
    return this.#writers.map(({ id, prompts, answers }) => ({
      id,
      prompts,
      answers: answers.size,
    }));
  }

  /** Writes until it is told to stop. No line is left torn then. */
  async grow(signal: AbortSignal): Promise<void> {
    const { clock, pace, rng } = this.#options;
    while (!signal.aborted) {
      await this.#step();
      await clock.sleep(rng.between(...PAUSE_S) / pace);
    }
  }

  async #step(): Promise<void> {
    const { clock, pace, rng } = this.#options;
    const place = rng.int(this.#writers.length);
    const writer = this.#writers[place]!;
    const text = linesOf(writer, 1 + rng.int(MAX_LINES));
    if (text === "") return this.#end(place);
    this.counts.lines += text.split("\n").length - 1;
    const bytes = new TextEncoder().encode(text);
    const at = rng.chance(TORN_SHARE) ? 1 + rng.int(bytes.length - 1) : 0;
    if (at > 0) {
      this.counts.torn++;
      Deno.writeFileSync(writer.path, bytes.subarray(0, at), { append: true });
      await clock.sleep(rng.between(...TORN_S) / pace);
    }
    Deno.writeFileSync(writer.path, bytes.subarray(at), { append: true });
  }

  /** A transcript has come to its end: another one stands in its place, or a new session begins. */
  #end(place: number): void {
    const { rng } = this.#options;
    const ended = this.#writers[place]!;
    if (rng.chance(0.5)) {
      this.counts.replaced++;
      this.#writers[place] = this.#begin(ended);
      return;
    }
    this.counts.begun++;
    this.#writers[place] = this.#begin(null);
    this.#left.push(ended);
    if (this.#left.length <= MAX_LEFT) return;
    this.counts.deleted++;
    Deno.removeSync(this.#left.shift()!.path);
  }

  /** Begins a transcript, in place of another one or of a new session. */
  #begin(replaced: Writer | null): Writer {
    const { clock, rng } = this.#options;
    const life = ++this.#lives;
    const id = replaced?.id ?? sessionId(rng);
    const records = RECORDS[0] + rng.int(RECORDS[1] - RECORDS[0]);
    // Those of the beginning have gone on for a while, the later ones begin with a prompt.
    const isFirst = life <= this.#options.sessions;
    const history = isFirst ? 1 + rng.int(records - 1) : 1;
    const paceMs = 1000 * this.#options.sessions / 4;
    const startMs = clock.unixS() * 1000 - history * paceMs;
    const writer: Writer = {
      id,
      path: `${this.#folder}/${id}.jsonl`,
      lines: transcriptLines({
        ...{ seed: `soak ${life}`, session: id, startMs, records, paceMs },
        cwd: "/home/dev/soak",
      })[Symbol.iterator](),
      prompts: 0,
      answers: new Set(),
    };
    Deno.writeTextFileSync(writer.path, linesOf(writer, history));
    return writer;
  }
}

/** The next lines of a transcript; fewer at its end. */
function linesOf(writer: Writer, most: number): string {
  let text = "";
  for (let i = 0; i < most; i++) {
    const { value, done } = writer.lines.next();
    if (done === true) break;
    text += `${value}\n`;
    const { type, message, isCompactSummary } = JSON.parse(value);
    if (type === "assistant") writer.answers.add(message.id);
    if (type !== "user" || isCompactSummary === true) continue;
    if (typeof message.content === "string") writer.prompts++;
  }
  return text;
}

function sessionId(rng: Rng): string {
  const hex = (digits: number) =>
    rng.uint32().toString(16).padStart(8, "0").slice(0, digits).padEnd(digits, "0");
  return `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(8)}${hex(4)}`;
}
