/**
 * Shells on terminals: what agents are started in, and what people type into.
 *
 * @module
 */
import type { Rng } from "../../runtime/mod.ts";
import type { AgentEnvironment } from "./agents/agent_env.ts";
import { newPtyId, type PtyId } from "./ids.ts";
import type { TaskSettings } from "./settings.ts";
import type { Disk } from "./store/disk.ts";
import type { TerminalFiles, TerminalInfo, Terminals } from "./terminal/terminals.ts";

/** What shells are made of. */
export interface ShellParts {
  readonly terminals: Pick<Terminals, "create">;
  readonly rng: Rng;
  /** Program and arguments. */
  readonly shell: readonly string[];
  readonly environment: AgentEnvironment;
  readonly settings: Pick<TaskSettings, "cols" | "rows">;
}

/** What is wanted of one. */
export interface ShellOrder {
  readonly label: string;
  /** Folder that it starts in. */
  readonly cwd: string;
  /** A new id unless told. */
  readonly id?: PtyId;
  /** The usual size unless told. */
  readonly cols?: number | undefined;
  readonly rows?: number | undefined;
  /** What is kept; nothing unless told. */
  readonly files?: TerminalFiles | null;
}

/**
 * Starts a shell with the environment that agents get.
 *
 * @throws {HeadwayError} when no terminal can be had.
 */
export function openShell(parts: ShellParts, order: ShellOrder): Promise<TerminalInfo> {
  const { terminals, rng, shell, environment, settings } = parts;
  const { id = newPtyId(rng), label, cwd, files = null } = order;
  const { cols = settings.cols, rows = settings.rows } = order;
  return terminals.create({
    ...{ id, label, cwd, cols, rows, files, argv: shell },
    ...{ env: environment.env, secrets: environment.secrets },
  });
}

/** What {@link Shells} are made of. */
export interface ShellsOptions extends ShellParts {
  readonly disk: Pick<Disk, "makeFolder">;
  /** Folder that they start in; made if there is none. */
  readonly workFolder: string;
}

/** Opens shells for people: no task, no transcript, gone with their terminal. */
export class Shells {
  readonly #parts: ShellsOptions;

  /** Opens none. */
  constructor(parts: ShellsOptions) {
    this.#parts = parts;
  }

  /** Opens one. @throws {TerminalLimitError} when as many as may be are there. */
  async open(order: Pick<ShellOrder, "label" | "cols" | "rows">): Promise<TerminalInfo> {
    const { disk, workFolder } = this.#parts;
    await disk.makeFolder(workFolder);
    return await openShell(this.#parts, { ...order, cwd: workFolder });
  }
}
