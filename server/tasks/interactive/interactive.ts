/**
 * Agents that a person goes on with: a copy of a folder, a terminal in it, a first prompt.
 *
 * @module
 */
import { join } from "node:path";
import { type Clock, errorMessage, type Rng } from "../../../runtime/mod.ts";
import type { Log } from "../../log.ts";
import type { AgentEnvironment } from "../agents/agent_env.ts";
import { isTypeable, shellQuote } from "../agents/shell_quote.ts";
import { TaskError } from "../errors.ts";
import { newPtyId, type PtyId, ptyIdOf } from "../ids.ts";
import type { TaskSettings } from "../settings.ts";
import { openShell } from "../shells.ts";
import type { Disk } from "../store/disk.ts";
import type { Terminals } from "../terminal/terminals.ts";
import { OutputWatch } from "./output_watch.ts";

/** Agents that can be opened so. */
export const INTERACTIVE_AGENTS: readonly string[] = [
  ...["claude", "hermes", "codex", "gemini", "opencode"],
];

/**
 * The command that copies a folder to a place that is not there yet. Another provider may fetch it
 * from elsewhere.
 */
export type CopyCommand = (from: string, to: string) => string;

/** A folder of this machine. */
export const copyLocal: CopyCommand = (from, to) =>
  `cp -R -- ${shellQuote(from)} ${shellQuote(to)}`;

/** What it is made of. */
export interface InteractiveOptions {
  readonly disk: Disk;
  /** Folder of the copies, one below it for each terminal. */
  readonly projects: string;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  readonly settings: TaskSettings;
  readonly terminals: Terminals;
  readonly environment: AgentEnvironment;
  readonly shell: readonly string[];
  readonly copy: CopyCommand;
  /** Called before anything is made: makes sure that it may be. */
  readonly prepare?: () => Promise<void>;
}

/** An agent that was started. */
export interface OpenedAgent {
  readonly ptyId: PtyId;
  /** The copy. */
  readonly folder: string;
}

const LOOK_EVERY_S = 0.2;
/** An agent that has said nothing for so long is ready to be typed at, or it is after `MAX_READY_S`. */
const QUIET_S = 1;
const MAX_READY_S = 5;
const MAX_PROMPT_CHARS = 3000;
/** Typed in two parts, so that the echo of the command is not taken for its outcome. */
const MARK = ["CODA_", "COPY_"] as const;

/** The interactive agents of a server. */
export class InteractiveSessions {
  readonly #options: InteractiveOptions;

  /** Opens nothing. */
  constructor(options: InteractiveOptions) {
    this.#options = options;
  }

  /** Removes copies whose terminals went with an earlier server. */
  async sweep(): Promise<void> {
    const { disk, projects, terminals } = this.#options;
    for (const name of await disk.list(projects)) {
      const id = ptyIdOf(name);
      if (id !== null && terminals.get(id) === undefined) await disk.remove(join(projects, name));
    }
  }

  /**
   * Copies, starts, and types the prompt.
   *
   * @throws {TaskError} for an agent that is none of these, a path that is none, and a copy that
   * fails or takes too long; then nothing is left.
   */
  async open(
    { agent, prompt, workspacePath }: {
      readonly agent: string;
      readonly prompt: string;
      readonly workspacePath: string;
    },
    signal?: AbortSignal,
  ): Promise<OpenedAgent> {
    check(agent, prompt, workspacePath);
    const { disk, projects, rng, terminals } = this.#options;
    await this.#options.prepare?.();
    const id = newPtyId(rng);
    const parent = join(projects, id);
    const folder = join(parent, workspaceName(workspacePath));
    await disk.makeFolder(parent);
    try {
      await openShell(this.#options, { id, label: agent, cwd: parent });
    } catch (error) {
      await disk.remove(parent);
      throw error;
    }
    const unsubscribe = terminals.subscribe(id, Infinity, ({ kind }) => {
      if (kind !== "closed") return;
      unsubscribe();
      this.#remove(parent);
    });
    try {
      await this.#copy(id, workspacePath, folder, signal);
      await this.#launch(id, agent, prompt, folder);
      return { ptyId: id, folder };
    } catch (error) {
      await terminals.close(id);
      throw error;
    }
  }

  async #remove(folder: string): Promise<void> {
    const { disk, log } = this.#options;
    try {
      await disk.remove(folder);
    } catch (error) {
      log.warn("copy not removed", { folder, reason: errorMessage(error) });
    }
  }

  async #copy(id: PtyId, from: string, to: string, signal?: AbortSignal): Promise<void> {
    const { clock, copy, disk, settings: { copyWithinS }, terminals } = this.#options;
    using output = new OutputWatch(terminals, id, clock);
    const say = (word: string) => `printf '%s%s%s\\n' '${MARK[0]}' '${MARK[1]}' '${word}'`;
    await type(terminals, id, `${copy(from, to)} && ${say("OK")} || ${say("FAILED")}`);
    const until = clock.now() + copyWithinS;
    for (;;) {
      signal?.throwIfAborted();
      if (output.isGone) throw new TaskError("the terminal was closed while the folder was copied");
      if (output.text.includes(`${MARK.join("")}OK`)) break;
      if (output.text.includes(`${MARK.join("")}FAILED`)) {
        throw new TaskError(
          `${from} could not be copied; the server's user must be able to read it`,
        );
      }
      if (clock.now() >= until) {
        throw new TaskError(
          `${from} was not copied within ${copyWithinS} s; name a smaller folder`,
        );
      }
      await clock.sleep(LOOK_EVERY_S);
    }
    if ((await disk.list(to)).length > 0) return;
    throw new TaskError(`${from} is no folder, or there is nothing in it`);
  }

  async #launch(id: PtyId, agent: string, prompt: string, folder: string): Promise<void> {
    const { clock, terminals } = this.#options;
    const enter = `cd ${shellQuote(folder)} && `;
    if (agent === "claude") {
      return await type(terminals, id, `${enter}claude ${shellQuote(prompt)}`);
    }
    using output = new OutputWatch(terminals, id, clock);
    await type(terminals, id, `${enter}${agent}`);
    const until = clock.now() + MAX_READY_S;
    while (clock.now() < until && !output.isGone && !output.isQuietFor(QUIET_S)) {
      await clock.sleep(LOOK_EVERY_S);
    }
    await type(terminals, id, prompt);
  }
}

function check(agent: string, prompt: string, path: string): void {
  if (!INTERACTIVE_AGENTS.includes(agent)) {
    const said = JSON.stringify(agent.slice(0, 80));
    throw new TaskError(
      `there is no agent ${said}; choose one of ${INTERACTIVE_AGENTS.join(", ")}`,
    );
  }
  if (!path.startsWith("/") || !isTypeable(path) || path.length > 1000) {
    throw new TaskError("workspace_path must be an absolute path of at most 1000 characters");
  }
  if (prompt.trim() === "" || prompt.length > MAX_PROMPT_CHARS || !isTypeable(prompt)) {
    throw new TaskError(
      `prompt must be one line of 1 to ${MAX_PROMPT_CHARS} characters: it is typed; use coda_run for longer ones`,
    );
  }
}

/** The last part of a path as the name of its copy. */
export function workspaceName(path: string): string {
  const name = (path.replace(/\/+$/, "").split("/").at(-1) ?? "").replace(/[^A-Za-z0-9._-]/g, "_");
  return ["", ".", ".."].includes(name) ? "workspace" : name;
}

async function type(terminals: Terminals, id: PtyId, line: string): Promise<void> {
  await terminals.input(id, new TextEncoder().encode(`${line}\r`));
}
