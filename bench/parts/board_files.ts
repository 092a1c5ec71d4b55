/**
 * Transcripts on disk for the board's benchmarks.
 *
 * @module
 */
import { corpusFiles, transcriptPieces } from "../../fixtures/transcripts/mod.ts";
import { walkFiles } from "../../serve/board/walk.ts";

/** How many sessions, and how long they are. */
export interface Corpus {
  readonly sessions: number;
  readonly meanBytes: number;
}

/** Writes one below a root, and says how many bytes it has. */
export function writeCorpus(root: string, { sessions, meanBytes }: Corpus): number {
  let bytes = 0;
  const nowMs = Date.now();
  for (const { path, recipe, mtimeMs } of corpusFiles({ seed: 1, sessions, nowMs, meanBytes })) {
    bytes += writeFile(`${root}/${path}`, transcriptPieces(recipe));
    Deno.utimeSync(`${root}/${path}`, mtimeMs / 1000, mtimeMs / 1000);
  }
  return bytes;
}

/** A long transcript that has just ended, in pieces. */
export function longPieces(session: string, bytes: number): Generator<Uint8Array> {
  const startMs = Date.now() - bytes / 2300 * 4000;
  return transcriptPieces({ seed: 5, session, startMs, bytes, cwd: "/home/dev/big" });
}

/** Writes a file and the folders to it, and says how many bytes it has. */
export function writeFile(path: string, pieces: Iterable<Uint8Array>): number {
  Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
  using file = Deno.openSync(path, { write: true, create: true, truncate: true });
  let bytes = 0;
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) at += file.writeSync(piece.subarray(at));
    bytes += piece.length;
  }
  return bytes;
}

/** Every transcript below a root. */
export function filesOf(root: string) {
  return [...walkFiles(`${root}/projects`, ".jsonl", { files: 0, refused: 0, escapes: 0 })];
}
