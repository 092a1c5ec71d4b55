/**
 * Terminals without processes: what their programs would write, the test writes. Their screens are real.
 *
 * @module
 */
// @ts-types="@xterm/headless"
import headless from "@xterm/headless";
import type { Terminal as HeadlessTerminal } from "@xterm/headless";
import serialize from "@xterm/addon-serialize";
import type { Clock, Timer } from "../../runtime/mod.ts";
import type { PtyId } from "../../server/tasks/ids.ts";
import { TerminalGoneError, TerminalLimitError } from "../../server/tasks/terminal/errors.ts";
import type {
  ScreenSnapshot,
  TerminalEvent,
  TerminalInfo,
  Terminals,
  TerminalSpec,
} from "../../server/tasks/terminal/terminals.ts";

interface Held {
  info: TerminalInfo;
  readonly screen: HeadlessTerminal;
  readonly serializer: { serialize(options: { scrollback: number }): string };
  ring: { seq: number; bytes: Uint8Array }[];
  /** Bytes that the screen has read. */
  readSeq: number;
  readonly subscribers: Set<(event: TerminalEvent) => void>;
  grace: Timer | null;
}

/** Options of {@link MemoryTerminals}. */
export interface MemoryTerminalOptions {
  readonly clock: Clock;
  /** Terminals at a time. */
  readonly most?: number;
  /** Bytes that a ring holds. */
  readonly ringBytes?: number;
}

/** The terminals. */
export class MemoryTerminals implements Terminals {
  /** What was typed, in order: id and text. */
  readonly typed: { readonly id: PtyId; readonly text: string }[] = [];
  /** Marks that were put. */
  readonly marks: string[] = [];
  /** Answers what is typed, as a program would. */
  onInput: ((id: PtyId, text: string) => void) | null = null;
  /** Calls of `snapshot`. */
  snapshots = 0;
  readonly #options: MemoryTerminalOptions;
  readonly #held = new Map<PtyId, Held>();

  constructor(options: MemoryTerminalOptions) {
    this.#options = options;
  }

  create(spec: TerminalSpec): Promise<TerminalInfo> {
    const { most = 5, clock } = this.#options;
    if (this.list().filter(({ graceEndsAt }) => graceEndsAt === null).length >= most) {
      return Promise.reject(new TerminalLimitError(`Maximum ${most} concurrent sessions`));
    }
    const { id, label, cols, rows } = spec;
    const screen = new headless.Terminal({ cols, rows, scrollback: 1000, allowProposedApi: true });
    const serializer = new serialize.SerializeAddon();
    screen.loadAddon(serializer);
    const nowS = clock.unixS();
    const info: TerminalInfo = {
      ...{ id, label, cols, rows, pid: 4242, pidStart: "1", process: "bash", seq: 0 },
      ...{ createdAt: nowS, lastActiveAt: nowS, graceEndsAt: null },
    };
    this.#held.set(id, {
      info,
      screen,
      serializer,
      ring: [],
      readSeq: 0,
      subscribers: new Set(),
      grace: null,
    });
    return Promise.resolve(info);
  }

  list(): readonly TerminalInfo[] {
    return [...this.#held.values()].map(({ info }) => info);
  }

  get(id: PtyId): TerminalInfo | undefined {
    return this.#held.get(id)?.info;
  }

  /** The program writes. */
  write(id: PtyId, output: string | Uint8Array): void {
    const held = this.#there(id);
    const bytes = typeof output === "string" ? new TextEncoder().encode(output) : output;
    const { seq } = held.info;
    held.info = {
      ...held.info,
      seq: seq + bytes.length,
      lastActiveAt: this.#options.clock.unixS(),
    };
    held.ring.push({ seq, bytes });
    const { ringBytes = 1_048_576 } = this.#options;
    while (held.ring.length > 0 && held.info.seq - held.ring[0]!.seq > ringBytes) held.ring.shift();
    held.screen.write(bytes, () => held.readSeq += bytes.length);
    this.#tell(held, { kind: "output", seq, bytes });
  }

  /** The program ends, and the terminal with it. */
  exit(id: PtyId, code = 0): void {
    this.#tell(this.#there(id), { kind: "exited", exit: { code, signal: null } });
    void this.close(id);
  }

  /** Tells every subscriber that something was dropped. */
  gap(id: PtyId): void {
    const held = this.#there(id);
    this.#tell(held, { kind: "gap", seq: held.info.seq });
  }

  input(id: PtyId, bytes: Uint8Array): Promise<void> {
    if (!this.#held.has(id)) return Promise.reject(gone());
    const text = new TextDecoder().decode(bytes);
    this.typed.push({ id, text });
    this.onInput?.(id, text);
    return Promise.resolve();
  }

  resize(id: PtyId, cols: number, rows: number): Promise<void> {
    const held = this.#held.get(id);
    if (held === undefined) return Promise.reject(gone());
    held.info = { ...held.info, cols, rows };
    held.screen.write("", () => held.screen.resize(cols, rows));
    this.#tell(held, { kind: "resized", cols, rows });
    return Promise.resolve();
  }

  mark(_id: PtyId, label: string): void {
    this.marks.push(label);
  }

  touch(id: PtyId): void {
    const held = this.#held.get(id);
    if (held !== undefined) {
      held.info = { ...held.info, lastActiveAt: this.#options.clock.unixS() };
    }
  }

  beginGrace(id: PtyId, graceS: number): void {
    const held = this.#held.get(id);
    if (held === undefined) return;
    const { clock } = this.#options;
    const endsAt = clock.unixS() + graceS;
    held.info = { ...held.info, graceEndsAt: endsAt };
    held.grace = clock.after(graceS, () => void this.close(id));
    this.#tell(held, { kind: "grace", endsAt });
  }

  close(id: PtyId): Promise<void> {
    const held = this.#held.get(id);
    if (held !== undefined) {
      this.#held.delete(id);
      held.grace?.cancel();
      this.#tell(held, { kind: "closed" });
      held.screen.dispose();
    }
    return Promise.resolve();
  }

  /** Ends all. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of [...this.#held.keys()]) await this.close(id);
  }

  async snapshot(id: PtyId): Promise<ScreenSnapshot> {
    this.snapshots++;
    const held = this.#there(id);
    return await new Promise((resolve) =>
      held.screen.write("", () => {
        const { cols, rows } = held.screen;
        const paint = held.serializer.serialize({ scrollback: 1000 });
        resolve({ cols, rows, paint, seq: held.readSeq });
      })
    );
  }

  subscribe(id: PtyId, fromSeq: number, on: (event: TerminalEvent) => void): () => void {
    const held = this.#there(id);
    const first = held.ring[0]?.seq ?? held.info.seq;
    if (fromSeq < first) on({ kind: "gap", seq: held.info.seq });
    else {
      for (const { seq, bytes } of held.ring) {
        if (seq + bytes.length > fromSeq) on({ kind: "output", seq, bytes });
      }
    }
    held.subscribers.add(on);
    return () => held.subscribers.delete(on);
  }

  #there(id: PtyId): Held {
    const held = this.#held.get(id);
    if (held === undefined) throw gone();
    return held;
  }

  #tell(held: Held, event: TerminalEvent): void {
    for (const on of [...held.subscribers]) on(event);
  }
}

function gone(): TerminalGoneError {
  return new TerminalGoneError("there is no such terminal");
}
