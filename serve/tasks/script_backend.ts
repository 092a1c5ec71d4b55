/**
 * Pseudo-terminals by way of `script` from util-linux, where `node-pty` cannot be loaded: two processes
 * more for each, and the size is changed from outside by `stty`.
 *
 * @module
 */
import { basename } from "node:path";
import { type Clock, errorMessage, HeadwayError } from "../../runtime/mod.ts";
import type {
  PtyBackend,
  PtyHandler,
  PtyOrder,
  PtyProcess,
} from "../../server/tasks/terminal/mod.ts";
import { checkFolder } from "./check_folder.ts";

/** How long the program's shell may take to say where it is, seconds. */
const START_S = 5;
const LOOK_S = 0.01;
/** Bytes of input on their way to `script` at most. */
const MAX_UNDER_WAY = 64 * 1024;
/** Longest file in which the shell says where it is, characters. */
const MAX_PLACE = 4096;

/** Says id and terminal, sets the size, becomes the program. */
const PRELUDE =
  'printf "%s %s\\n" "$$" "$(tty)" > "$1.new" && mv "$1.new" "$1"; stty rows "$2" cols "$3"; ' +
  'shift 3; exec "$@"';

/** Starts programs by `script`. */
export class ScriptBackend implements PtyBackend {
  readonly name = "script";
  readonly #clock: Clock;

  /** `script` is looked for when something is started. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Starts one. */
  async spawn(order: PtyOrder, handler: PtyHandler): Promise<PtyProcess> {
    checkFolder(order.cwd);
    const folder = Deno.makeTempDirSync({ prefix: "headway-terminal-" });
    const place = `${folder}/place`;
    const words = ["/bin/sh", "-c", PRELUDE, "sh", place, order.rows, order.cols, ...order.argv];
    try {
      const child = new Deno.Command("script", {
        args: ["-qefc", `exec ${words.map((word) => quoted(String(word))).join(" ")}`, "/dev/null"],
        cwd: order.cwd,
        env: { SHELL: "/bin/sh", ...order.env },
        clearEnv: true,
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      const process = new ScriptProcess(child, order, handler);
      const found = await this.#placeOf(place, process);
      process.begin(found);
      return process;
    } catch (error) {
      throw new HeadwayError(`script gives no terminal: ${errorMessage(error)}`);
    } finally {
      Deno.removeSync(folder, { recursive: true });
    }
  }

  /** What the shell wrote of itself; null if it ended first. */
  async #placeOf(path: string, process: ScriptProcess): Promise<Place | null> {
    for (let waitedS = 0; waitedS < START_S && !process.hasEnded; waitedS += LOOK_S) {
      try {
        const text = Deno.readTextFileSync(path).slice(0, MAX_PLACE);
        const [pid, tty] = text.trim().split(" ");
        return { pid: Number(pid), tty: tty ?? "" };
      } catch {
        await this.#clock.sleep(LOOK_S);
      }
    }
    if (process.hasEnded) return null;
    process.kill();
    throw new Error(`the program's shell did not start in ${START_S} s`);
  }
}

interface Place {
  readonly pid: number;
  readonly tty: string;
}

class ScriptProcess implements PtyProcess {
  readonly #child: Deno.ChildProcess;
  readonly #program: string;
  readonly #handler: PtyHandler;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  #place: Place | null = null;
  #underWay = 0;
  #unpause: PromiseWithResolvers<void> | null = null;
  hasEnded = false;

  constructor(child: Deno.ChildProcess, order: PtyOrder, handler: PtyHandler) {
    this.#child = child;
    this.#program = basename(order.argv[0] ?? "unknown");
    this.#handler = handler;
    this.#input = child.stdin.getWriter();
    this.#input.closed.catch(() => {});
    this.#run();
  }

  get pid(): number {
    return this.#place?.pid ?? this.#child.pid;
  }

  begin(place: Place | null): void {
    this.#place = place;
  }

  write(bytes: Uint8Array): number {
    if (this.hasEnded) return bytes.length;
    const taken = bytes.slice(0, MAX_UNDER_WAY - this.#underWay);
    if (taken.length === 0) return 0;
    this.#underWay += taken.length;
    this.#input.write(taken).catch(() => {}).finally(() => this.#underWay -= taken.length);
    return taken.length;
  }

  resize(cols: number, rows: number): void {
    const tty = this.#place?.tty ?? "";
    if (this.hasEnded || !tty.startsWith("/dev/")) return;
    const args = ["-F", tty, "rows", String(rows), "cols", String(cols)];
    const options = { args, stdin: "null", stdout: "null", stderr: "null" } as const;
    new Deno.Command("stty", options).output().catch(() => {
      // Without it the size stays.
    });
  }

  setPaused(isPaused: boolean): void {
    if (isPaused) this.#unpause ??= Promise.withResolvers();
    else {
      this.#unpause?.resolve();
      this.#unpause = null;
    }
  }

  foreground(): string {
    return this.hasEnded ? "unknown" : this.#program;
  }

  release(): void {
    this.setPaused(false);
    this.kill();
  }

  /** Ends `script` itself, which hangs up the terminal. */
  kill(): void {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  async #run(): Promise<void> {
    try {
      for await (const bytes of this.#child.stdout) {
        await this.#unpause?.promise;
        this.#handler.onOutput(bytes);
      }
    } catch {
      // A pipe that breaks has ended.
    }
    const { code } = await this.#child.status;
    this.hasEnded = true;
    await this.#input.close().catch(() => {});
    this.#handler.onExit({ code, signal: null });
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
