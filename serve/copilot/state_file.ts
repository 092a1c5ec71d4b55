/**
 * The file that the copilot keeps things in, and the one that says what was typed.
 *
 * @module
 */
import { join } from "node:path";
import { errorMessage } from "../../runtime/mod.ts";
import type { AuditRow } from "../../server/copilot/audit.ts";
import type { CopilotKept, CopilotStore } from "../../server/copilot/keep.ts";
import type { Log } from "../../server/log.ts";
import { ensureFolder } from "../home.ts";

const STATE = "copilot.json";
const AUDIT = "copilot.ndjson";
const MAX_AUDIT_BYTES = 2 ** 22;

/** Files below a home folder; null keeps nothing. */
export class StateFiles implements CopilotStore {
  readonly #home: string | null;
  readonly #log: Pick<Log, "warn">;
  #next: CopilotKept | null = null;
  /** What could not be written, while nothing newer was. */
  #unwritten: CopilotKept | null = null;
  #writing: Promise<void> = Promise.resolve();
  #isBroken = false;

  /** Nothing is read or written yet. */
  constructor(home: string | null, log: Pick<Log, "warn">) {
    this.#home = home;
    this.#log = log;
  }

  /** See {@link CopilotStore.load}. What cannot be read counts as something that halts the autopilot. */
  async load(): Promise<unknown> {
    if (this.#home === null) return null;
    try {
      return JSON.parse(await Deno.readTextFile(join(this.#home, "run", STATE)));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotCapable) {
        return null;
      }
      this.#log.warn("copilot not restored", { reason: errorMessage(error) });
      return {};
    }
  }

  /** See {@link CopilotStore.save}. */
  save(kept: CopilotKept): void {
    const isWaiting = this.#next !== null;
    this.#next = kept;
    if (isWaiting || this.#home === null) return;
    this.#writing = this.#writing.then(async () => {
      const newest = this.#next!;
      this.#next = null;
      this.#unwritten = newest;
      await this.#try(async (home) => {
        await ensureFolder(join(home, "run"));
        const path = join(home, "run", STATE);
        await Deno.writeTextFile(`${path}.new`, JSON.stringify(newest), { mode: 0o600 });
        await Deno.rename(`${path}.new`, path);
        this.#unwritten = null;
      });
    });
  }

  /** Appends a line about what was typed; the file and the one before it stay small. */
  audit(row: AuditRow): void {
    this.#writing = this.#writing.then(() =>
      this.#try(async (home) => {
        await ensureFolder(join(home, "logs"));
        const path = join(home, "logs", AUDIT);
        const size = await Deno.stat(path).then((it) => it.size, () => 0);
        if (size > MAX_AUDIT_BYTES) await Deno.rename(path, `${path}.1`);
        await Deno.writeTextFile(path, `${JSON.stringify(row)}\n`, { append: true, mode: 0o600 });
      })
    );
  }

  /** Resolves when all is written. What could not be is tried once more: there may be no other change. */
  async close(): Promise<void> {
    await this.#writing;
    if (this.#unwritten !== null) this.save(this.#unwritten);
    await this.#writing;
  }

  async #try(work: (home: string) => Promise<void>): Promise<void> {
    if (this.#home === null) return;
    try {
      await work(this.#home);
      this.#isBroken = false;
    } catch (error) {
      // A server that may write nowhere works as well, and says so once. A disk that was full is tried
      // again: what is halted has to stay so.
      if (!this.#isBroken) this.#log.warn("copilot not kept", { reason: errorMessage(error) });
      this.#isBroken = true;
    }
  }
}
