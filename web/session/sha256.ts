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
  /** The digest, hex. */
  digest(): string;
}

/** A SHA-256 under way. */
export function createHash(): TextHash {
  const hash = sha256.create();
  return {
    update: (text) => void hash.update(utf8.encode(text)),
    digest: () => [...hash.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
  };
}
