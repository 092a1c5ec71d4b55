/**
 * The import graph of the project's own files, read from their text.
 *
 * @module
 */

/** One import or re-export as written. */
export interface Import {
  /** The module specifier. */
  readonly specifier: string;
  /** True when nothing of it is left at run time. */
  readonly isTypeOnly: boolean;
}

const STATIC = /^(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"\s*[,)]/g;
/** Comment lines as the formatter leaves them: their examples import things too. */
const COMMENT_LINE = /^\s*(?:\/\/|\/?\*).*$/gm;

/** The imports of a formatted TypeScript source. */
export function importsOf(source: string): Import[] {
  const code = source.replace(COMMENT_LINE, "");
  const found: Import[] = [];
  for (const [, type, specifier] of code.matchAll(STATIC)) {
    found.push({ specifier: specifier!, isTypeOnly: type !== undefined });
  }
  for (const [, specifier] of code.matchAll(DYNAMIC)) {
    found.push({ specifier: specifier!, isTypeOnly: false });
  }
  return found;
}

/** The path, below the root, that a relative specifier means in the file `from`. */
export function resolveImport(from: string, specifier: string): string {
  return new URL(specifier, `file:///${from}`).pathname.slice(1);
}

/** Folders that hold none of our sources. */
const SKIPPED = new Set(["node_modules", "out", "coverage"]);

/** Paths of all TypeScript files below `root`, relative to it, sorted. */
export function sourceFiles(root: URL, folder = ""): string[] {
  const paths: string[] = [];
  for (const entry of Deno.readDirSync(new URL(folder === "" ? "." : folder, root))) {
    const path = folder + entry.name;
    if (entry.isDirectory && !entry.name.startsWith(".") && !SKIPPED.has(entry.name)) {
      paths.push(...sourceFiles(root, `${path}/`));
    } else if (entry.isFile && /\.tsx?$/.test(entry.name)) {
      paths.push(path);
    }
  }
  return paths.sort();
}

/** The first cycle in a graph of names as a path that ends where it began; null without one. */
export function findCycle(graph: ReadonlyMap<string, readonly string[]>): string[] | null {
  const finished = new Set<string>();
  const path: string[] = [];
  const visit = (node: string): string[] | null => {
    if (finished.has(node)) return null;
    const start = path.indexOf(node);
    if (start !== -1) return [...path.slice(start), node];
    path.push(node);
    for (const next of graph.get(node) ?? []) {
      const cycle = visit(next);
      if (cycle !== null) return cycle;
    }
    path.pop();
    finished.add(node);
    return null;
  };
  for (const node of graph.keys()) {
    const cycle = visit(node);
    if (cycle !== null) return cycle;
  }
  return null;
}
