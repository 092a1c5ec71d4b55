/**
 * SHA-256 for the trace, at once and piece by piece as `node:crypto` has it: the bundle puts it in its
 * place.
 *
 * @module
 */
import { sha256 } from "@noble/hashes/sha2.js";

const utf8 = new TextEncoder();

/** What the trace needs of a hash. */
export interface TextHash {
  /** Adds text. */
  update(text: string): void;
  /** The digest, hex. Nothing can be added after it. */
  digest(): string;
  /** Another one that has come as far. */
  copy(): TextHash;
}

/** A SHA-256 under way. */
export function createHash(): TextHash {
  return textHash(sha256.create());
}

function textHash(hash: ReturnType<typeof sha256.create>): TextHash {
  return {
    update: (text) => void hash.update(utf8.encode(text)),
    digest: () => [...hash.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    copy: () => textHash(hash.clone()),
  };
}
