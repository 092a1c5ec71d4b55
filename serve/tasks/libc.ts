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
  eventfd: { parameters: ["u32", "i32"], result: "i32", optional: true },
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32", nonblocking: true },
  ioctl: { parameters: ["i32", "u64"], result: "i32" },
  __errno_location: { parameters: [], result: "pointer", optional: true },
  getsid: { parameters: ["i32"], result: "i32" },
  opendir: { parameters: ["buffer"], result: "pointer" },
  readdir: { parameters: ["pointer"], result: "pointer" },
  closedir: { parameters: ["pointer"], result: "i32" },
} as const;

/** `ioctl` that sets close-on-exec. It takes nothing more, so it is called alike everywhere. */
const FIOCLEX: Readonly<Record<string, bigint>> = { linux: 0x5451n, darwin: 0x20006601n };
const MAX_FILE_BYTES = 256 * 1024;
const PAGE_BYTES = 64 * 1024;
const EFD_NONBLOCK_CLOEXEC = 0o2004000;
/** `EIO`, which a terminal gives when nobody has its other side any more, and `EBADF`. */
const ENDS: ReadonlySet<number> = new Set([5, 9]);
const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
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

  /** No child will inherit this descriptor. */
  closeOnExec(fd: number): void {
    this.#c.ioctl(fd, FIOCLEX[this.#os]!);
  }

  /** A descriptor that can be polled for, and woken by {@link Libc.wake}; null if there is none. */
  eventDescriptor(): number | null {
    const fd = this.#c.eventfd?.(0, EFD_NONBLOCK_CLOEXEC) ?? -1;
    return fd < 0 ? null : fd;
  }

  /** Wakes whoever polls for it. */
  wake(eventFd: number): void {
    this.#c.write(eventFd, ONE, 8n);
  }

  /**
   * Waits until something can be read, in a thread of its own. `fds` are pairs as `poll` has them: the
   * descriptor, then the events in the lower half and what happened in the upper half of the second.
   */
  async poll(fds: Int32Array<ArrayBuffer>, timeoutMs: number): Promise<number> {
    const bytes = new Uint8Array(fds.buffer);
    return Number(await this.#c.poll(bytes, BigInt(fds.length / 2), timeoutMs));
  }

  /**
   * Reads what is there, up to 64 KiB, however small the pieces are in which the system gives it; the
   * bytes are the caller's until the next call. `isOver` when nothing will come any more.
   */
  read(fd: number): { readonly bytes: Uint8Array<ArrayBuffer>; readonly isOver: boolean } {
    const page = this.#page;
    let at = 0;
    let isOver = false;
    while (at < page.length) {
      const length = Number(this.#c.read(fd, page.subarray(at), BigInt(page.length - at)));
      if (length > 0) {
        at += length;
        continue;
      }
      // The number may be that of something else that failed meanwhile: only what says the end is believed.
      isOver = length === 0 || ENDS.has(this.#errno());
      break;
    }
    return { bytes: page.subarray(0, at), isOver };
  }

  /** Writes what can be written at once; 0 when nothing can. */
  write(fd: number, bytes: Uint8Array): number {
    return Math.max(0, Number(this.#c.write(fd, bytes.slice(), BigInt(bytes.length))));
  }

  #errno(): number {
    const place = this.#c.__errno_location?.() ?? null;
    return place === null ? 0 : new Deno.UnsafePointerView(place).getInt32();
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
