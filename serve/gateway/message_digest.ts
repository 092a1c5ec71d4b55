import { createHash } from "node:crypto";

/** What a {@link MessageDigest} keeps its bytes with. */
export interface BlobStore {
  open(): { readonly path: string; readonly file: Deno.FsFile };
  hasRoom(bytes: number): boolean;
  /** Gives a whole blob its name; false when others have taken its room meanwhile. */
  keep(path: string, sha256: string, bytes: number): boolean;
  fail(error: unknown): void;
}

/** A binary message on its way into a recording: its digest, its head, and perhaps its bytes. */
export class MessageDigest {
  readonly #hash = createHash("sha256");
  #target: { readonly maxBytes: number; readonly store: BlobStore } | null;
  #part: { readonly path: string; readonly file: Deno.FsFile } | null = null;
  #bytes = 0;

  /** A message of no bytes yet; `target` is null when only the digest is wanted. */
  constructor(target: { readonly maxBytes: number; readonly store: BlobStore } | null) {
    this.#target = target;
  }

  /** Takes a piece. */
  add(piece: Uint8Array): void {
    this.#hash.update(piece);
    this.#bytes += piece.length;
    const target = this.#target;
    if (target === null) return;
    if (this.#bytes > target.maxBytes || !target.store.hasRoom(this.#bytes)) return this.drop();
    this.#try(() => {
      this.#part ??= target.store.open();
      writeAllSync(this.#part.file, piece);
    });
  }

  /** The whole message: its digest, and whether its bytes are kept. */
  end(): { readonly sha256: string; readonly isKept: boolean } {
    const sha256 = this.#hash.digest("hex");
    const [part, target] = [this.#part, this.#target];
    if (part === null || target === null) return { sha256, isKept: false };
    this.#part = null;
    let isKept = false;
    this.#try(() => {
      part.file.close();
      isKept = target.store.keep(part.path, sha256, this.#bytes);
    });
    return { sha256, isKept };
  }

  /** Gives the bytes up: the message never became whole, or is too large. */
  drop(): void {
    this.#target = null;
    const part = this.#part;
    if (part === null) return;
    this.#part = null;
    try {
      part.file.close();
      Deno.removeSync(part.path);
    } catch {
      // It is swept when the recording is gone on with.
    }
  }

  #try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#target?.store.fail(error);
      this.drop();
    }
  }
}

/** Writes all of it. */
export function writeAllSync(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += file.writeSync(bytes.subarray(at));
}
