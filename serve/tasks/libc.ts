/**
 * The few functions of the C library that terminals need: Deno has none of them, and lets nobody read
 * below `/proc` who may not do everything. For the terminal host only, which may call foreign code.
 *
 * @module
 */

/** The library's names: glibc, musl, macOS. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  linux: ["libc.so.6", "libc.musl-x86_64.so.1", "libc.musl-aarch64.so.1"],
  darwin: ["libSystem.B.dylib", "/usr/lib/libSystem.B.dylib"],
};

const SYMBOLS = {
  write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  dup: { parameters: ["i32"], result: "i32" },
  ioctl: { parameters: ["i32", "u64"], result: "i32" },
  getsid: { parameters: ["i32"], result: "i32" },
  opendir: { parameters: ["buffer"], result: "pointer" },
  readdir: { parameters: ["pointer"], result: "pointer" },
  closedir: { parameters: ["pointer"], result: "i32" },
} as const;

/** `ioctl` that sets close-on-exec. It takes nothing more, so it is called alike everywhere. */
const FIOCLEX: Readonly<Record<string, bigint>> = { linux: 0x5451n, darwin: 0x20006601n };
const MAX_FILE_BYTES = 256 * 1024;
const PAGE_BYTES = 4096;
/** Where the name stands in a `struct dirent` of 64-bit Linux. */
const NAME_OFFSET = 19;

const encoder = new TextEncoder();
const cString = (text: string) => encoder.encode(`${text}\0`);

/** Calls into the C library. */
export class Libc {
  readonly #c: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];
  readonly #os: string;
  readonly #page = new Uint8Array(PAGE_BYTES);

  private constructor(symbols: Deno.DynamicLibrary<typeof SYMBOLS>["symbols"], os: string) {
    this.#c = symbols;
    this.#os = os;
  }

  /** Opens the library; null on a system that has none that we know. */
  static open(os: string = Deno.build.os): Libc | null {
    for (const name of NAMES[os] ?? []) {
      try {
        return new Libc(Deno.dlopen(name, SYMBOLS).symbols, os);
      } catch {
        // The next name.
      }
    }
    return null;
  }

  /** Another descriptor for the same thing, which no child inherits; null if there is none. */
  duplicate(fd: number): number | null {
    const copy = this.#c.dup(fd);
    if (copy < 0) return null;
    this.closeOnExec(copy);
    return copy;
  }

  /** No child will inherit this descriptor. */
  closeOnExec(fd: number): void {
    this.#c.ioctl(fd, FIOCLEX[this.#os]!);
  }

  /** Writes what can be written at once; 0 when nothing can. */
  write(fd: number, bytes: Uint8Array): number {
    return Math.max(0, Number(this.#c.write(fd, bytes.slice(), BigInt(bytes.length))));
  }

  /** Closes a descriptor. */
  close(fd: number): void {
    this.#c.close(fd);
  }

  /** The process session of a process; −1 if there is no such process. */
  sessionOf(pid: number): number {
    return this.#c.getsid(pid);
  }

  /** A small file, at most 256 KiB of it; null if it cannot be read. */
  readFile(path: string): string | null {
    const fd = this.#c.open(cString(path), 0);
    if (fd < 0) return null;
    try {
      let text = "";
      for (let left = MAX_FILE_BYTES; left > 0;) {
        const length = Number(this.#c.read(fd, this.#page, BigInt(this.#page.length)));
        if (length <= 0) break;
        text += new TextDecoder("latin1").decode(this.#page.subarray(0, length));
        left -= length;
      }
      return text;
    } finally {
      this.#c.close(fd);
    }
  }

  /** Names in a folder of Linux; none if it cannot be read. */
  namesIn(path: string): string[] {
    const folder = this.#c.opendir(cString(path));
    if (folder === null) return [];
    const names: string[] = [];
    for (let entry = this.#c.readdir(folder); entry !== null; entry = this.#c.readdir(folder)) {
      names.push(new Deno.UnsafePointerView(entry).getCString(NAME_OFFSET));
    }
    this.#c.closedir(folder);
    return names;
  }
}
