/**
 * The bearer token of a deployment that gives out short-lived ones: had by a command, and kept for
 * half of its life.
 *
 * @module
 */
import { type Clock, HeadwayError } from "../../runtime/mod.ts";

/** What came of a command. */
export interface CommandOutcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, at most until the signal aborts. */
export type RunCommand = (
  command: readonly string[],
  signal: AbortSignal,
) => Promise<CommandOutcome>;

/** Where tokens come from. */
export type TokenOrigin =
  | { readonly kind: "none" }
  | { readonly kind: "literal"; readonly token: string }
  | { readonly kind: "command"; readonly command: readonly string[] };

/** How long a command may take, seconds. */
const COMMAND_S = 15;
/** How long a token is used; they live for twice as long. */
const KEPT_S = 1800;
const MAX_SAID_CHARS = 500;

/** A token, had when it is needed. */
export class TokenSource {
  readonly #origin: TokenOrigin;
  readonly #run: RunCommand;
  readonly #clock: Clock;
  #kept: { readonly token: string; readonly untilS: number } | null = null;
  #getting: Promise<string> | null = null;

  /** Has none yet. */
  constructor(origin: TokenOrigin, run: RunCommand, clock: Clock) {
    this.#origin = origin;
    this.#run = run;
    this.#clock = clock;
  }

  /** Whether asking again could give another one. */
  get isRenewable(): boolean {
    return this.#origin.kind === "command";
  }

  /**
   * The token; null where none is needed.
   *
   * @param refused One that was refused: another one is had, unless somebody has done so already.
   * @throws {HeadwayError} when the command fails or gives none.
   */
  async get(refused?: string | null): Promise<string | null> {
    const origin = this.#origin;
    if (origin.kind === "none") return null;
    if (origin.kind === "literal") return origin.token;
    const kept = this.#kept;
    if (kept !== null && kept.token !== refused && this.#clock.now() < kept.untilS) {
      return kept.token;
    }
    this.#getting ??= this.#ask(origin.command).finally(() => this.#getting = null);
    return await this.#getting;
  }

  async #ask(command: readonly string[]): Promise<string> {
    const limit = new AbortController();
    const timer = this.#clock.after(COMMAND_S, () => limit.abort());
    let outcome: CommandOutcome;
    try {
      outcome = await this.#run(command, limit.signal);
    } finally {
      timer.cancel();
    }
    const { code, stdout, stderr } = outcome;
    if (limit.signal.aborted) {
      throw new HeadwayError(`${command[0]} gave no token within ${COMMAND_S} s`);
    }
    if (code !== 0) {
      const said = stderr.trim().slice(0, MAX_SAID_CHARS);
      throw new HeadwayError(`${command[0]} ended with exit code ${code}: ${said}`);
    }
    const token = tokenOf(stdout);
    if (token === null) {
      throw new HeadwayError(`${command[0]} printed no token: JSON with access_token, or one word`);
    }
    this.#kept = { token, untilS: this.#clock.now() + KEPT_S };
    return token;
  }
}

/** What a command prints: JSON with `access_token`, or the token alone. */
function tokenOf(stdout: string): string | null {
  const text = stdout.trim();
  let token: unknown = text;
  try {
    token = Object(JSON.parse(text)).access_token;
  } catch {
    // Not JSON: the token itself.
  }
  return typeof token === "string" && /^[\x21-\x7e]+$/.test(token) ? token : null;
}
