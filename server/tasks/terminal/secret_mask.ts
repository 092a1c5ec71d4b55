/**
 * Takes known secrets out of a stream of bytes: each is written over with as many `*`, also where it
 * comes in pieces.
 *
 * @module
 */

const STAR = 0x2a;
/** Bytes of all secrets of one terminal at most; what is over that is not looked for. */
const MAX_PATTERN_BYTES = 64 * 1024;
/** So much of the beginning of a secret may be shown while nobody knows how it goes on, bytes. */
const MAX_SHOWN = 3;

const encoder = new TextEncoder();

/** A node of the automaton: a beginning of one of the secrets (after Aho and Corasick). */
class Node {
  readonly next = new Map<number, Node>();
  readonly depth: number;
  /** The longest other beginning that this one ends with. */
  fail: Node | null = null;
  /** Length of the longest secret that ends here; 0 for none. */
  matched = 0;

  constructor(depth: number) {
    this.depth = depth;
  }
}

/**
 * Masks a stream. What may be the beginning of a secret is held back until it is known; the owner
 * lets it go ({@link SecretMask.release}) when nothing follows for a while. The stream keeps its length.
 *
 * @example
 * ```ts
 * import { SecretMask } from "./secret_mask.ts";
 *
 * const mask = new SecretMask(["hunter22"]);
 * const [a, b] = ["my hunt", "er22!"].map((text) => mask.push(new TextEncoder().encode(text)));
 * console.log([a, b].map((bytes) => new TextDecoder().decode(bytes))); // [ "my ", "********!" ]
 * ```
 */
export class SecretMask {
  readonly #root: Node | null;
  /** 1 for bytes with which a secret begins: most bytes are not, and are passed over quickly. */
  readonly #isFirst = new Uint8Array(256);
  #node: Node;
  /** Bytes held back: the end of what came, as far as it may be the beginning of a secret. */
  #held: Uint8Array = new Uint8Array();

  /** Looks for these texts; empty ones are left out. */
  constructor(secrets: readonly string[]) {
    this.#root = automaton(patternsOf(secrets));
    this.#node = this.#root ?? new Node(0);
    for (const byte of this.#node.next.keys()) this.#isFirst[byte] = 1;
  }

  /** How many bytes are held back. */
  get heldBytes(): number {
    return this.#held.length;
  }

  /** The next bytes in, what is known to be clean out. Without secrets the same bytes come out. */
  push(bytes: Uint8Array): Uint8Array {
    const root = this.#root;
    if (root === null || bytes.length === 0) return bytes;
    const all = new Uint8Array(this.#held.length + bytes.length);
    all.set(this.#held);
    all.set(bytes, this.#held.length);
    let node = this.#node;
    let maskedEnd = 0;
    for (let i = this.#held.length; i < all.length; i++) {
      const byte = all[i]!;
      if (node === root && this.#isFirst[byte] === 0) continue;
      let next = node.next.get(byte);
      while (next === undefined && node.fail !== null) {
        node = node.fail;
        next = node.next.get(byte);
      }
      node = next ?? root;
      if (node.matched > 0) {
        maskedEnd = i + 1;
        all.fill(STAR, Math.max(0, maskedEnd - node.matched), maskedEnd);
      }
    }
    this.#node = node;
    return this.#split(all, Math.min(node.depth, all.length - maskedEnd));
  }

  /**
   * Nothing followed for a while: lets go what is held if that is only a few bytes, such as a prompt
   * that begins as a secret does. A longer beginning stays until it is known. If the rest of the secret
   * follows after all, that is masked.
   */
  release(): Uint8Array {
    const shown = this.#node.depth - this.#held.length;
    const longest = Math.min(MAX_SHOWN, Math.floor(this.#secretAhead() / 4));
    const free = Math.max(0, Math.min(this.#held.length, longest - shown));
    return this.#split(this.#held, this.#held.length - free);
  }

  /** Nothing follows any more. What is held goes out: masked, if it is half a secret or more. */
  end(): Uint8Array {
    const rest = Uint8Array.from(this.#held);
    if (this.#node.depth * 2 >= this.#secretAhead()) rest.fill(STAR);
    this.#held = new Uint8Array();
    return rest;
  }

  #split(all: Uint8Array, heldBytes: number): Uint8Array {
    this.#held = all.slice(all.length - heldBytes);
    return all.subarray(0, all.length - heldBytes);
  }

  /** Length of a secret that this may become. */
  #secretAhead(): number {
    let node: Node | undefined = this.#node;
    while (node !== undefined && node.matched < node.depth) [node] = node.next.values();
    return node?.depth ?? 0;
  }
}

/** The same for a text that is whole. */
export function maskedText(text: string, secrets: readonly string[]): string {
  const mask = new SecretMask(secrets);
  const parts = [mask.push(encoder.encode(text)), mask.end()];
  const decoder = new TextDecoder();
  return parts.map((part) => decoder.decode(part, { stream: true })).join("") + decoder.decode();
}

/** What secrets look like in output: a terminal ends lines in its own way. */
function patternsOf(secrets: readonly string[]): Uint8Array[] {
  const texts = new Set(secrets.flatMap((text) => [text, text.replaceAll(/\r?\n/g, "\r\n")]));
  const patterns: Uint8Array[] = [];
  let bytes = 0;
  for (const text of texts) {
    const pattern = encoder.encode(text);
    bytes += pattern.length;
    if (pattern.length > 0 && bytes <= MAX_PATTERN_BYTES) patterns.push(pattern);
  }
  return patterns;
}

function automaton(patterns: readonly Uint8Array[]): Node | null {
  if (patterns.length === 0) return null;
  const root = new Node(0);
  for (const pattern of patterns) {
    let node = root;
    for (const byte of pattern) {
      let next = node.next.get(byte);
      if (next === undefined) node.next.set(byte, next = new Node(node.depth + 1));
      node = next;
    }
    node.matched = pattern.length;
  }
  const queue = [...root.next.values()];
  for (const node of queue) node.fail = root;
  for (const node of queue) {
    for (const [byte, child] of node.next) {
      let fail = node.fail;
      while (fail !== null && !fail.next.has(byte)) fail = fail.fail;
      child.fail = fail?.next.get(byte) ?? root;
      child.matched = Math.max(child.matched, child.fail.matched);
      queue.push(child);
    }
  }
  return root;
}
