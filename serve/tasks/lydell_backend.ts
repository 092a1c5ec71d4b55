/**
 * Pseudo-terminals by way of `node-pty`, in the build of `@lydell`, which comes compiled.
 *
 * @module
 */
import { type Clock, errorMessage, HeadwayError } from "../../runtime/mod.ts";
import type {
  PtyBackend,
  PtyHandler,
  PtyOrder,
  PtyProcess,
} from "../../server/tasks/terminal/mod.ts";
import { checkFolder } from "./check_folder.ts";
import { FdPoller } from "./fd_poller.ts";
import type { Libc } from "./libc.ts";

type Start = (order: PtyOrder, handler: PtyHandler) => PtyProcess;

/** Starts programs by `node-pty`. */
export class LydellBackend implements PtyBackend {
  readonly name = "lydell";
  readonly #start: Start;

  private constructor(start: Start) {
    this.#start = start;
  }

  /**
   * Loads the compiled part of the library on Linux, else, or if `wanted` says so, all of it.
   *
   * @throws If it cannot be loaded.
   */
  static async load(
    libc: Libc | null,
    clock: Clock,
    wanted: "best" | "library" = "best",
  ): Promise<LydellBackend> {
    const isOurs = wanted === "best" && Deno.build.os === "linux";
    const poller = libc === null || !isOurs ? null : FdPoller.open(libc);
    if (libc !== null && poller !== null) {
      const { startNativeProcess } = await import("./native_process.ts");
      const tools = { libc, poller, clock };
      return new LydellBackend((order, handler) => startNativeProcess(order, handler, tools));
    }
    const { startLibraryProcess } = await import("./library_process.ts");
    return new LydellBackend((order, handler) => startLibraryProcess(order, handler, libc));
  }

  /** Starts one. */
  spawn(order: PtyOrder, handler: PtyHandler): PtyProcess {
    checkFolder(order.cwd);
    try {
      return this.#start(order, handler);
    } catch (error) {
      throw new HeadwayError(`the system gives no terminal: ${errorMessage(error)}`);
    }
  }
}
