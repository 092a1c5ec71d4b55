/**
 * A real tmux server for one test, on a socket of its own, with agents in its panes that write down
 * every byte that they get.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import {
  Panes,
  type ProcessFact,
  type ProcessTable,
  type Tmux,
  type TmuxAnswer,
} from "../../server/copilot/panes.ts";

const MAIN = fileURLToPath(new URL("./tmux_main.ts", import.meta.url));

/** What its program is asked to do. */
export type TmuxOrder =
  | {
    readonly do: "open";
    readonly files: Readonly<Record<string, string>>;
    readonly isInShell: boolean;
  }
  | { readonly do: "run"; readonly args: readonly string[]; readonly input?: string }
  | { readonly do: "chain"; readonly pid: number }
  | { readonly do: "signal"; readonly pid: number; readonly signal: Deno.Signal }
  | { readonly do: "shown"; readonly pane: string; readonly text: string }
  | { readonly do: "socket" };

/** An agent in a pane. */
export interface PaneAgent {
  /** Files that say what it does, and what it got. */
  readonly folder: string;
  readonly pane: string;
  readonly pid: number;
}

/** A tmux server. */
export class TestTmux implements Tmux, ProcessTable, AsyncDisposable {
  readonly panes: Panes = new Panes(this, this);
  readonly #child: Deno.ChildProcess;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: ReadableStreamDefaultReader<string>;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #reading: Promise<void> = Promise.resolve();
  #last = 0;
  /** Called with the arguments of each command that goes to tmux. */
  onRun: (args: readonly string[]) => void | Promise<void> = () => {};

  private constructor() {
    this.#child = new Deno.Command("deno", {
      args: ["run", "--quiet", "--allow-all", MAIN],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#writer = this.#child.stdin.getWriter();
    this.#lines = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /** Starts one. Throws where there is no tmux and none may be installed. */
  static async start(): Promise<TestTmux> {
    const it = new TestTmux();
    const { value } = await it.#lines.read();
    if (value === undefined) {
      await it[Symbol.asyncDispose]();
      throw new Error("there is no tmux for this test; what is missing stands above");
    }
    it.#reading = it.#read();
    return it;
  }

  /** See {@link Tmux.run}. */
  async run(args: readonly string[], input?: string): Promise<TmuxAnswer> {
    await this.onRun(args);
    return await this.#ask<TmuxAnswer>({
      do: "run",
      args,
      ...(input !== undefined && { input }),
    });
  }

  /** See {@link ProcessTable.chain}. */
  chain(pid: number): Promise<readonly ProcessFact[]> {
    return this.#ask<readonly ProcessFact[]>({ do: "chain", pid });
  }

  /** Opens an agent in a pane of its own: as the pane's program, or as one that a shell runs. */
  open(
    files: Readonly<Record<string, string>> = {},
    { isInShell = false } = {},
  ): Promise<PaneAgent> {
    return this.#ask<PaneAgent>({ do: "open", files, isInShell });
  }

  /** Shows something else, and waits until that is to be seen. */
  async show(agent: PaneAgent, mode: string, text: string): Promise<void> {
    Deno.writeTextFileSync(`${agent.folder}/mode`, mode);
    await this.signal(agent, "SIGUSR1");
    await this.shown(agent, text);
  }

  /** Waits until a pane shows a text. */
  async shown(agent: PaneAgent, text: string): Promise<void> {
    await this.#ask({ do: "shown", pane: agent.pane, text });
  }

  /** Sends an agent a signal. */
  async signal(agent: PaneAgent, signal: Deno.Signal): Promise<void> {
    await this.#ask({ do: "signal", pid: agent.pid, signal });
  }

  /** The folder of its socket. */
  socketFolder(): Promise<string> {
    return this.#ask<string>({ do: "socket" });
  }

  /** Everything that an agent got, as text. */
  typed({ folder }: PaneAgent): string {
    const hex = Deno.readTextFileSync(`${folder}/bytes`);
    const bytes = hex.match(/../g) ?? [];
    return new TextDecoder().decode(Uint8Array.from(bytes, (it) => parseInt(it, 16)));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer.close().catch(() => {});
    await this.#reading;
    while (!(await this.#lines.read()).done);
    await this.#child.status;
  }

  async #ask<T = unknown>(order: TmuxOrder): Promise<T> {
    const no = ++this.#last;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(no, answer);
    await this.#writer.write(new TextEncoder().encode(`${JSON.stringify({ no, order })}\n`));
    return await answer.promise as T;
  }

  async #read(): Promise<void> {
    for (;;) {
      const { value, done } = await this.#lines.read();
      if (done) return;
      const { no, answer, error } = JSON.parse(value);
      const waiting = this.#waiting.get(no);
      this.#waiting.delete(no);
      if (error === undefined) waiting?.resolve(answer);
      else waiting?.reject(new Error(error));
    }
  }
}
