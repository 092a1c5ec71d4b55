/**
 * A foreign page in place of ours: the files of one folder, as they were when the server started.
 *
 * The folder is read once, into a manifest of names. A request names one of them or gets nothing, so
 * no path leads out of the folder, and what is put there later is not served.
 *
 * @module
 */
import { join } from "node:path";
import { errorMessage, UsageError } from "../../runtime/mod.ts";
import { textResponse } from "../../server/app.ts";

/** Files in a folder at most. */
const MAX_FILES = 500;
/** How deep folders may lie in each other. */
const MAX_DEPTH = 4;
/** Longest file, bytes: models of speech are the longest. */
const MAX_FILE_BYTES = 64 * 2 ** 20;

/** Media types by ending; what has another ending is not served. */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  map: "application/json",
  txt: "text/plain; charset=utf-8",
  wasm: "application/wasm",
  onnx: "application/octet-stream",
  svg: "image/svg+xml",
  png: "image/png",
  jpg: "image/jpeg",
  ico: "image/x-icon",
  woff2: "font/woff2",
  wav: "audio/wav",
  mp3: "audio/mpeg",
};

/** Port of the kernel that such pages look for; most know no other. */
const KERNEL_PORT = 6931;

/**
 * What a foreign page may do. Its scripts stand in the page itself and in workers that it makes; it
 * speaks to this server, and to a kernel on this machine: at the usual port, or at that of the channel
 * forwarder beside it.
 */
export function foreignPolicy(channelPort: number | null): string {
  const ports = [...new Set([KERNEL_PORT, channelPort ?? KERNEL_PORT])];
  return [
    "default-src 'self'",
    "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval' blob:",
    "style-src 'self' 'unsafe-inline'",
    `connect-src 'self' blob: data: ${ports.map((it) => `http://localhost:${it}`).join(" ")}`,
    "worker-src 'self' blob:",
    "img-src 'self' data:",
    "media-src 'self' blob: data:",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

/** The files of a folder. */
export class ForeignDashboard {
  readonly #folder: string;
  /** Names with forward slashes, and the files that they mean. */
  readonly #files: ReadonlyMap<string, string>;

  private constructor(folder: string, files: ReadonlyMap<string, string>) {
    this.#folder = folder;
    this.#files = files;
  }

  /**
   * Reads the names of a folder. Links, hidden files and files of unknown types are left out.
   *
   * @throws {UsageError} for a folder that is not there, has no `index.html`, or has too much in it.
   */
  static async read(folder: string): Promise<ForeignDashboard> {
    const names: string[] = [];
    await list(folder, "", names);
    if (!names.includes("index.html")) {
      throw new UsageError(
        `--voice-dashboard is ${JSON.stringify(folder)}, which has no index.html; ` +
          "name the folder that holds the page itself",
        { folder },
      );
    }
    const files = new Map(names.map((name) => [name, name]));
    // Repositories often leave the longer of the two out; they are the same library.
    for (const name of names) {
      const plain = name.replace(/\.min\.js$/, ".js");
      if (!files.has(plain)) files.set(plain, name);
    }
    return new ForeignDashboard(folder, files);
  }

  /** The names that are served, sorted. */
  get names(): string[] {
    return [...this.#files.keys()].sort();
  }

  /** The answer to a request for a file. */
  async answer(
    name: string,
    { channelPort, signal }: { readonly channelPort: number | null; readonly signal: AbortSignal },
  ): Promise<Response> {
    const file = this.#files.get(name);
    if (file === undefined) return textResponse("not found", 404);
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      const path = join(this.#folder, file);
      const { isFile, isSymlink, size } = await Deno.lstat(path);
      if (!isFile || isSymlink || size > MAX_FILE_BYTES) return textResponse("not found", 404);
      bytes = await Deno.readFile(path, { signal });
    } catch {
      // It has gone since the server started.
      return textResponse("not found", 404);
    }
    return new Response(bytes, {
      headers: {
        "Content-Type": TYPES[endingOf(file)]!,
        "Content-Length": String(bytes.length),
        "Content-Security-Policy": foreignPolicy(channelPort),
      },
    });
  }
}

const endingOf = (name: string) => /\.([a-z0-9]+)$/.exec(name)?.[1] ?? "";

async function list(folder: string, below: string, names: string[]): Promise<void> {
  if (below.split("/").length > MAX_DEPTH) return;
  try {
    for await (const entry of Deno.readDir(join(folder, below))) {
      const name = `${below}${entry.name}`;
      if (entry.name.startsWith(".") || entry.isSymlink) continue;
      if (entry.isDirectory) await list(folder, `${name}/`, names);
      else if (entry.isFile && Object.hasOwn(TYPES, endingOf(name))) names.push(name);
      if (names.length > MAX_FILES) {
        throw new UsageError(
          `--voice-dashboard is ${
            JSON.stringify(folder)
          }, which has more than ${MAX_FILES} files; ` +
            "name the folder that holds the page itself",
          { folder },
        );
      }
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(
      `--voice-dashboard is ${JSON.stringify(folder)}, which cannot be read as a folder (${
        errorMessage(error)
      })`,
      { folder },
    );
  }
}
