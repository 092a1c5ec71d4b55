/**
 * The files that tools read and write for their caller.
 *
 * @module
 */
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { errorMessage } from "../runtime/mod.ts";
import { ToolError } from "./errors.ts";

/** Reads and writes files by the names that callers give. */
export interface FileAccess {
  /**
   * A file's bytes.
   *
   * @throws {ToolError} when it cannot be read, or is none of those that this caller may name.
   */
  read(path: string): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * The whole path of a file or folder that is there and may be read.
   *
   * @throws {ToolError} when it is none of those that this caller may name, or not there.
   */
  find(path: string): Promise<string>;
  /**
   * Writes a WAV file piece by piece, and gives back its whole path. Links are not followed.
   *
   * @throws {ToolError} likewise.
   */
  writeWav(path: string, pieces: Iterable<Uint8Array>): Promise<string>;
  /**
   * The whole path of a recording that may be written; neither it nor its folder of blobs is there.
   *
   * @throws {ToolError} likewise.
   */
  newRecording(path: string): Promise<string>;
}

/** Largest file that is read, bytes. */
const MAX_READ_BYTES = 100 * 2 ** 20;

/**
 * Files of this machine.
 *
 * @param root Only what is below this folder may be named, also by links; null for everything that
 * the process itself may read and write. With a folder, files that are there are not replaced: who
 * may add to it may not thereby take from it.
 */
export function diskAccess(root: string | null): FileAccess {
  return {
    async read(path) {
      try {
        const file = await allowed(path, root);
        // Before it is opened: opening a pipe waits for whoever writes into it.
        const { size, isFile } = await Deno.stat(file);
        if (!isFile) throw new ToolError(`${path} is no ordinary file; name a WAV file`);
        if (size > MAX_READ_BYTES) {
          throw new ToolError(`${path} is ${size} bytes, more than the ${MAX_READ_BYTES} allowed`);
        }
        return await Deno.readFile(file);
      } catch (error) {
        throw unusable("read", path, error);
      }
    },
    async find(path) {
      try {
        return await Deno.realPath(await allowed(path, root));
      } catch (error) {
        throw unusable("read", path, error);
      }
    },
    async writeWav(path, pieces) {
      if (!/\.wav$/i.test(path)) throw new ToolError(`${path} must end in .wav`);
      try {
        const file = await writable(path, root);
        // A new name never leads anywhere else, whatever is put in its place meanwhile.
        const fresh = root === null ? `${file}.${crypto.randomUUID()}.part` : file;
        await writeNew(fresh, pieces);
        if (fresh !== file) await Deno.rename(fresh, file);
        return file;
      } catch (error) {
        throw unusable("write", path, error);
      }
    },
    async newRecording(path) {
      if (!/\.ndjson$/i.test(path)) throw new ToolError(`${path} must end in .ndjson`);
      try {
        const file = await writable(path, root);
        for (const it of [file, file.replace(/\.ndjson$/i, ".blobs")]) {
          if (await lstatOrNull(it) === null) continue;
          throw new ToolError(`${basename(it)} is there already; choose another name`);
        }
        return file;
      } catch (error) {
        throw unusable("write", path, error);
      }
    },
  };
}

/** The whole path of a file that may be named; its folder must exist. */
async function allowed(path: string, root: string | null): Promise<string> {
  checkName(path);
  if (root === null) return resolve(path);
  const top = await Deno.realPath(root);
  const named = resolve(top, path);
  // Links are followed before it is judged where they lead.
  const real = await realPathOrNull(named) ??
    join(await Deno.realPath(dirname(named)), basename(named));
  checkBelow(path, real, top);
  return real;
}

/** The whole path of a file that may be written: in a folder that may be named, and no link. */
async function writable(path: string, root: string | null): Promise<string> {
  checkName(path);
  const top = root === null ? null : await Deno.realPath(root);
  const named = top === null ? resolve(path) : resolve(top, path);
  const folder = await Deno.realPath(dirname(named));
  const file = join(folder, basename(named));
  if (top !== null) checkBelow(path, file, top);
  const found = await lstatOrNull(file);
  if (found === null) return file;
  if (found.isSymlink) throw new ToolError(`${path} is a link; name the file itself`);
  if (!found.isFile) throw new ToolError(`${path} is no ordinary file; choose another name`);
  if (top !== null) throw new ToolError(`${path} is there already; choose another name`);
  return file;
}

function checkName(path: string): void {
  if (path === "") throw new ToolError("the path is empty; name a file");
  if (path.includes("\0")) {
    throw new ToolError("the path holds a zero character, as no path does; name a file");
  }
}

function checkBelow(path: string, real: string, top: string): void {
  const below = relative(top, real);
  if (below !== ".." && !below.startsWith("../") && !isAbsolute(below)) return;
  throw new ToolError(`${path} is not below ${top}, where this server keeps to; name a file there`);
}

async function lstatOrNull(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.lstat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function realPathOrNull(path: string): Promise<string | null> {
  try {
    return await Deno.realPath(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/** Writes a file that must not be there yet; none of it stays when that fails. */
async function writeNew(file: string, pieces: Iterable<Uint8Array>): Promise<void> {
  using out = await Deno.open(file, { write: true, createNew: true });
  try {
    for (const piece of pieces) await writeAll(out, piece);
  } catch (error) {
    await Deno.remove(file).catch(() => {});
    throw error;
  }
}

async function writeAll(out: Deno.FsFile, piece: Uint8Array): Promise<void> {
  for (let at = 0; at < piece.length;) at += await out.write(piece.subarray(at));
}

function unusable(what: "read" | "write", path: string, error: unknown): ToolError {
  if (error instanceof ToolError) return error;
  const why = error instanceof Deno.errors.NotFound
    ? "there is no such file or folder"
    : error instanceof Deno.errors.AlreadyExists
    ? "it is there already"
    : error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable
    ? "permission denied"
    : errorMessage(error);
  return new ToolError(`cannot ${what} ${path}: ${why}`, { path });
}
