/**
 * As much of WASI as the flite program needs to run once: arguments in, one file out, all in memory.
 *
 * @module
 */

/** What a run left behind. */
export interface WasiRun {
  readonly exitCode: number;
  /** What was written to the file that it opened. */
  readonly file: Uint8Array<ArrayBuffer>;
}

/** Results of WASI calls. */
const OK = 0;
const BAD_DESCRIPTOR = 8;
const UNSUPPORTED = 58;
/** The folder that the program believes to be in, and the file that it opens there. */
const FOLDER = 3;
const FILE = 4;
/** More than the longest sentence makes. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

class Exit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exit ${code}`);
    this.code = code;
  }
}

/** Runs a fresh instance of a program to its end, on this thread. */
export function runWasi(module: WebAssembly.Module, args: readonly string[]): WasiRun {
  const encoder = new TextEncoder();
  const argv = args.map((text) => encoder.encode(`${text}\0`));
  const written: Uint8Array<ArrayBuffer>[] = [];
  let fileBytes = 0;
  let memory: WebAssembly.Memory | null = null;
  const bytes = () => new Uint8Array(memory!.buffer);
  const view = () => new DataView(memory!.buffer);
  const put = (at: number, value: number) => view().setUint32(at, value, true);

  const calls: Readonly<Record<string, (...args: number[]) => number>> = {
    args_sizes_get(countAt = 0, sizeAt = 0) {
      put(countAt, argv.length);
      put(sizeAt, argv.reduce((sum, arg) => sum + arg.length, 0));
      return OK;
    },
    args_get(pointersAt = 0, textAt = 0) {
      for (const arg of argv) {
        put(pointersAt, textAt);
        bytes().set(arg, textAt);
        pointersAt += 4;
        textAt += arg.length;
      }
      return OK;
    },
    // Always the same: what is said depends on nothing but the arguments.
    clock_time_get(_id = 0, _precision = 0, at = 0) {
      view().setBigUint64(at, 0n, true);
      return OK;
    },
    fd_fdstat_get(fd = 0, at = 0) {
      if (fd > FILE) return BAD_DESCRIPTOR;
      const type = fd < FOLDER ? 2 : fd === FOLDER ? 3 : 4;
      view().setUint16(at, type, true);
      view().setUint16(at + 2, 0, true);
      for (const rights of [8, 16]) view().setBigUint64(at + rights, 0xffffffffffffffffn, true);
      return OK;
    },
    fd_prestat_get(fd = 0, at = 0) {
      if (fd !== FOLDER) return BAD_DESCRIPTOR;
      put(at, 0);
      put(at + 4, 1);
      return OK;
    },
    fd_prestat_dir_name(_fd = 0, at = 0) {
      bytes()[at] = ".".charCodeAt(0);
      return OK;
    },
    path_open(...args) {
      put(args[8]!, FILE);
      return OK;
    },
    fd_write(fd = 0, piecesAt = 0, count = 0, sizeAt = 0) {
      let size = 0;
      for (let i = 0; i < count; i++) {
        const from = view().getUint32(piecesAt + 8 * i, true);
        const length = view().getUint32(piecesAt + 8 * i + 4, true);
        size += length;
        if (fd !== FILE) continue;
        fileBytes += length;
        if (fileBytes > MAX_FILE_BYTES) throw new Exit(1);
        written.push(bytes().slice(from, from + length) as Uint8Array<ArrayBuffer>);
      }
      put(sizeAt, size);
      return OK;
    },
    fd_close: () => OK,
    fd_fdstat_set_flags: () => OK,
    fd_read: () => UNSUPPORTED,
    fd_seek: () => UNSUPPORTED,
    proc_exit(code = 0) {
      throw new Exit(code);
    },
  };

  const instance = new WebAssembly.Instance(module, { wasi_snapshot_preview1: calls });
  memory = instance.exports["memory"] as WebAssembly.Memory;
  let exitCode = 0;
  try {
    (instance.exports["_start"] as () => void)();
  } catch (error) {
    if (!(error instanceof Exit)) throw error;
    exitCode = error.code;
  }
  const file = new Uint8Array(fileBytes);
  let at = 0;
  for (const piece of written) {
    file.set(piece, at);
    at += piece.length;
  }
  return { exitCode, file };
}
