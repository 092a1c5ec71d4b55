/**
 * Walks through folders for files that may be transcripts.
 *
 * @module
 */
import type { WalkedFile } from "../../server/board/adapter.ts";

/** How deep, and how many files at most. */
const MAX_DEPTH = 8;
const MAX_FILES = 200_000;

/** What a walk came upon and left out. */
export interface WalkCounts {
  files: number;
  /** Folders and files that may not be looked at. */
  refused: number;
  /** Links that lead out of their root. */
  escapes: number;
}

/** Every file below a folder whose name ends so. A folder that is not there has none. */
export function* walkFiles(
  folder: string,
  ending: string,
  counts: WalkCounts,
): Generator<WalkedFile> {
  let root: string;
  try {
    root = Deno.realPathSync(folder);
  } catch {
    return;
  }
  const folders: { readonly path: string; readonly depth: number }[] = [{ path: folder, depth: 0 }];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const { path, depth } = next;
    for (const entry of entriesOf(path, counts)) {
      const at = `${path}/${entry.name}`;
      if (entry.isSymlink && !isWithin(root, at)) {
        counts.escapes++;
        continue;
      }
      // A link to a folder could lead round in circles; its files are where it leads to.
      if (entry.isDirectory) {
        if (depth < MAX_DEPTH) folders.push({ path: at, depth: depth + 1 });
      } else if (entry.name.endsWith(ending)) {
        const file = statOf(at, counts);
        if (file === null) continue;
        if (counts.files++ >= MAX_FILES) return;
        yield file;
      }
    }
  }
}

/** A file, as a walk would come upon it; null when there is none, or it is another kind of thing. */
export function statOf(path: string, counts: Pick<WalkCounts, "refused">): WalkedFile | null {
  try {
    const { isFile, size, mtime, birthtime } = Deno.statSync(path);
    if (!isFile) return null;
    return {
      path,
      size,
      mtimeMs: mtime?.getTime() ?? 0,
      birthMs: birthtime?.getTime() ?? NaN,
    };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) counts.refused++;
    return null;
  }
}

/** Whether there is a folder, and not a link to one. */
export function isFolder(path: string): boolean {
  try {
    return Deno.lstatSync(path).isDirectory;
  } catch {
    return false;
  }
}

/** Whether links on the way to a path lead out of all of these folders. */
export function leadsOut(folders: readonly string[], path: string): boolean {
  return !folders.some((folder) => {
    try {
      return isWithin(Deno.realPathSync(folder), path);
    } catch {
      return false;
    }
  });
}

function entriesOf(path: string, counts: WalkCounts): Deno.DirEntry[] {
  try {
    return [...Deno.readDirSync(path)];
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) counts.refused++;
    return [];
  }
}

function isWithin(root: string, path: string): boolean {
  try {
    return Deno.realPathSync(path).startsWith(`${root}/`);
  } catch {
    return false;
  }
}
