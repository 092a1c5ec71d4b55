/**
 * Real terminals for tests: programs in bash, through the terminal host.
 *
 * @module
 */
import { Rng, WallClock } from "../../runtime/mod.ts";
import {
  type OpenTerminals,
  openTerminals,
  type OpenTerminalsOptions,
} from "../../serve/tasks/open_terminals.ts";
import { newPtyId, type PtyId } from "../../server/tasks/ids.ts";
import type {
  TerminalExit,
  TerminalFiles,
  TerminalInfo,
  TerminalSpec,
} from "../../server/tasks/terminal/mod.ts";
import { MemoryLog } from "./memory_log.ts";
import { tempFolder } from "./temp_folder.ts";

/** How long something may take before a test gives up, seconds: long, as machines are busy. */
const PATIENCE_S = 60;
const clock = new WallClock();

/** A program on a terminal, and what it has written. */
export class TerminalRun {
  readonly info: TerminalInfo;
  /** Everything it wrote, as far as there was no gap. */
  text = "";
  gaps = 0;
  /** Changes of size that were told. */
  readonly sizes: string[] = [];
  readonly #exit = Promise.withResolvers<TerminalExit>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #terminals: OpenTerminals;
  readonly #waiting: { readonly text: string; readonly resolve: () => void }[] = [];

  /** Follows it from its first byte. */
  constructor(terminals: OpenTerminals, info: TerminalInfo) {
    this.#terminals = terminals;
    this.info = info;
    const decoder = new TextDecoder();
    terminals.subscribe(info.id, 0, (event) => {
      if (event.kind === "output") this.#add(decoder.decode(event.bytes, { stream: true }));
      else if (event.kind === "gap") this.gaps++;
      else if (event.kind === "resized") this.sizes.push(`${event.cols}x${event.rows}`);
      else if (event.kind === "exited") this.#exit.resolve(event.exit);
      else if (event.kind === "closed") this.#closed.resolve();
    });
  }

  /** Its id. */
  get id(): PtyId {
    return this.info.id;
  }

  /** How it ends. */
  get exit(): Promise<TerminalExit> {
    return inTime(this.#exit.promise, "the end of a program");
  }

  /** When its terminal is gone. */
  get closed(): Promise<void> {
    return inTime(this.#closed.promise, "the end of a terminal");
  }

  /** Waits until it has written this. */
  async until(text: string): Promise<void> {
    if (this.text.includes(text)) return;
    const came = new Promise<void>((resolve) => this.#waiting.push({ text, resolve }));
    await inTime(came, () => `"${text}" in ${JSON.stringify(this.text.slice(-500))}`);
  }

  /** Types. */
  type(text: string): Promise<void> {
    return this.#terminals.input(this.id, new TextEncoder().encode(text));
  }

  #add(text: string): void {
    this.text += text;
    for (const waiting of [...this.#waiting]) {
      if (!this.text.includes(waiting.text)) continue;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      waiting.resolve();
    }
  }
}

/** Terminals, a log and a folder, which all go when it is disposed of. */
export class TerminalRig implements AsyncDisposable {
  readonly terminals: OpenTerminals;
  readonly log: MemoryLog;
  readonly folder: string;
  readonly #folder: AsyncDisposable;
  /** Not seeded: programs are known by their terminal's id, and other tests run beside this one. */
  readonly #rng = new Rng(crypto.randomUUID());

  private constructor(
    terminals: OpenTerminals,
    log: MemoryLog,
    folder: AsyncDisposable & { readonly path: string },
  ) {
    this.terminals = terminals;
    this.log = log;
    this.folder = folder.path;
    this.#folder = folder;
  }

  /** Opens them. Needs `--allow-run=deno`, read, write and env. */
  static async open(options: Partial<OpenTerminalsOptions> = {}): Promise<TerminalRig> {
    const log = new MemoryLog();
    const terminals = openTerminals({ clock, log, maxTerminals: 100, ...options });
    return new TerminalRig(terminals, log, await tempFolder());
  }

  /** What a program in bash is, unless something is said otherwise. */
  spec(command: string, over: Partial<TerminalSpec> = {}): TerminalSpec {
    return {
      id: newPtyId(this.#rng),
      label: "test",
      argv: ["/bin/bash", "--norc", "-c", command],
      cwd: this.folder,
      env: { PATH: "/usr/local/bin:/usr/bin:/bin", TERM: "xterm-256color", LANG: "C.UTF-8" },
      cols: 80,
      rows: 24,
      files: null,
      secrets: [],
      ...over,
    };
  }

  /** Starts a program in bash. */
  async start(command: string, over: Partial<TerminalSpec> = {}): Promise<TerminalRun> {
    return new TerminalRun(this.terminals, await this.terminals.create(this.spec(command, over)));
  }

  /** Files for one terminal. */
  files(name: string, transcriptCapBytes = 10 * 2 ** 20): TerminalFiles {
    return {
      transcriptPath: `${this.folder}/${name}.log`,
      recordingPath: `${this.folder}/${name}.cast`,
      transcriptCapBytes,
      title: name,
      command: "bash",
    };
  }

  /** The bytes of a file in the folder. */
  bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    return Deno.readFile(`${this.folder}/${name}`);
  }

  /** Shuts them down. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminals.shutdown();
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** Waits, but not for ever. */
async function inTime<T>(promise: Promise<T>, what: string | (() => string)): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = clock.after(PATIENCE_S, () => {
    const text = typeof what === "string" ? what : what();
    late.reject(new Error(`waited ${PATIENCE_S} s for ${text}`));
  });
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    timer.cancel();
  }
}
