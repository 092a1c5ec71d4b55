/**
 * tmux, as a program of this machine, and what it is run with.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { Tmux, TmuxAnswer } from "../../server/copilot/panes.ts";

/** tmux answers within milliseconds; one that hangs is ended, and nothing waits for it, seconds. */
const LIMIT_S = 10;
const NOTHING: TmuxAnswer = { isOk: false, stdout: "" };

/**
 * Names of variables that make a program think that it runs inside of another one's session, and of
 * our own secrets.
 */
const MARKS = /^(?:CLAUDECODE|CLAUDE_CODE_.*|TMUX|TMUX_PANE|HEADWAY_(?:.*_)?TOKEN)$/;

/** The environment without the marks of a session around us, and without our secrets. */
export function scrubbed(
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !MARKS.test(name)));
}

/** Runs `tmux`, or what is in its place, such as `tmux -L work`. */
export class TmuxProgram implements Tmux {
  readonly #command: readonly string[];
  readonly #environment: Readonly<Record<string, string>>;
  readonly #clock: Clock;

  /** Nothing is run yet. */
  constructor(
    command: readonly string[],
    environment: Readonly<Record<string, string>>,
    clock: Clock,
  ) {
    this.#command = command;
    this.#clock = clock;
    this.#environment = scrubbed(environment);
  }

  /** See {@link Tmux.run}. Where there is no tmux, or it may not be run, nothing is there. */
  async run(args: readonly string[], input?: string): Promise<TmuxAnswer> {
    const [program = "tmux", ...first] = this.#command;
    const end = new AbortController();
    const late = this.#clock.after(LIMIT_S, () => end.abort());
    try {
      const child = new Deno.Command(program, {
        // Without -u it would hand out no letters beyond ASCII in some locales.
        args: [...first, "-u", ...args],
        clearEnv: true,
        env: this.#environment,
        stdin: input === undefined ? "null" : "piped",
        stdout: "piped",
        stderr: "null",
        signal: end.signal,
      }).spawn();
      if (input !== undefined) {
        const writer = child.stdin.getWriter();
        await writer.write(new TextEncoder().encode(input)).then(() => writer.close())
          .catch(() => {});
      }
      const { success, stdout } = await child.output();
      return { isOk: success, stdout: new TextDecoder().decode(stdout) };
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) {
        return NOTHING;
      }
      throw error;
    } finally {
      late.cancel();
    }
  }
}
