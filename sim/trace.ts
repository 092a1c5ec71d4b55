/**
 * The ordered record of everything that happened in a run, and its fingerprint.
 *
 * A line holds no path, host, date or compressed byte: two machines that ran the same scenario with
 * the same seed have the same lines, and one SHA-256 over them says so.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { Ring } from "../runtime/mod.ts";

/** Most lines that are kept for the file; the hash covers all of them. */
const KEPT_LINES = 500_000;
/** Characters after which collected lines go into the hash. */
const HASH_CHUNK = 1 << 16;

/** A value that a trace line may hold. */
export type TraceValue = string | number | boolean | null;

/** Collects the lines of one run. */
export class Trace {
  readonly #lines: Ring<string>;
  readonly #hash = createHash("sha256");
  #unhashed = "";
  #events = 0;
  #digest: string | null = null;

  /** A trace without lines that keeps the newest `keptLines`. */
  constructor(keptLines = KEPT_LINES) {
    this.#lines = new Ring(keptLines);
  }

  /** How many events were recorded. */
  get events(): number {
    return this.#events;
  }

  /** The kept lines, oldest first, without line ends. */
  get lines(): string[] {
    return [...this.#lines];
  }

  /**
   * Records one event.
   *
   * @param atS When, seconds of the run; kept to the microsecond.
   * @param event What, e.g. `slice`.
   * @param fields Its data; numbers are kept to the ninth decimal.
   */
  add(atS: number, event: string, fields: Readonly<Record<string, TraceValue>>): void {
    let line = `{"t":${rounded(atS, 1e6)},"ev":"${event}"`;
    for (const name in fields) {
      const value = fields[name]!;
      line += `,"${name}":${
        typeof value === "number" ? rounded(value, 1e9) : JSON.stringify(value)
      }`;
    }
    this.addLine(line + "}");
  }

  /** Records an event that is a line already. */
  addLine(line: string): void {
    this.#events++;
    this.#lines.push(line);
    this.#unhashed += line + "\n";
    if (this.#unhashed.length >= HASH_CHUNK) this.#flush();
  }

  /** SHA-256 over all lines, each with its line end, hex. Nothing can be recorded after it. */
  hash(): string {
    if (this.#digest === null) {
      this.#flush();
      this.#digest = this.#hash.digest("hex");
    }
    return this.#digest;
  }

  /** What {@link Trace.hash} would be if this were the end; recording goes on. */
  hashSoFar(): string {
    this.#flush();
    return this.#hash.copy().digest("hex");
  }

  #flush(): void {
    this.#hash.update(this.#unhashed);
    this.#unhashed = "";
  }
}

function rounded(value: number, scale: number): number | null {
  if (!Number.isFinite(value)) return null;
  const result = Math.round(value * scale) / scale;
  return result === 0 ? 0 : result;
}
