/**
 * Where packages from npm lie on this machine, for a bundler that knows nothing of Deno.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };

const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** A package at a version, and a path in it. */
export interface PackagePath {
  /** Such as `hono` or `@noble/hashes`. */
  readonly name: string;
  /** Such as `4.13.19`. */
  readonly version: string;
  /** Such as `./html`; `.` for the package itself. */
  readonly path: string;
}

/** What the import map says of a bare specifier; null where it says nothing of npm. */
export function packageOf(
  specifier: string,
  imports: Readonly<Record<string, string>> = config.imports,
): PackagePath | null {
  const base = Object.keys(imports)
    .filter((key) => specifier === key || specifier.startsWith(`${key}/`))
    .sort((a, b) => b.length - a.length)[0];
  const target = base === undefined ? undefined : imports[base];
  const match = /^npm:((?:@[^/]+\/)?[^@/]+)@([^/]+)(\/.*)?$/.exec(target ?? "");
  if (base === undefined || match === null) return null;
  const [, name = "", version = "", inside = ""] = match;
  return { name, version, path: `.${inside}${specifier.slice(base.length)}` };
}

/** Conditions of `exports`, in the order in which a browser's bundle wants them. */
const CONDITIONS = ["browser", "import", "module", "default"];

/** The file that a package gives for a path, below the package; null where it gives none. */
export function entryOf(
  manifest: { readonly exports?: unknown; readonly module?: string; readonly main?: string },
  path: string,
): string | null {
  const { exports } = manifest;
  if (exports === undefined) return path === "." ? manifest.module ?? manifest.main ?? null : path;
  const table = typeof exports === "object" && exports !== null ? exports : { ".": exports };
  const isTable = Object.keys(table).some((key) => key.startsWith("."));
  return pick(isTable ? (table as Record<string, unknown>)[path] : path === "." ? table : null);
}

function pick(target: unknown): string | null {
  if (typeof target === "string") return target;
  if (typeof target !== "object" || target === null) return null;
  for (const condition of CONDITIONS) {
    const found = pick((target as Record<string, unknown>)[condition]);
    if (found !== null) return found;
  }
  return null;
}

/** Finds files of packages in Deno's cache. Needs `--allow-run=deno` and `--allow-read`. */
export class PackageFinder {
  readonly #programs: readonly string[];
  #roots: Promise<readonly string[]> | null = null;
  #fetched: Promise<void> | null = null;

  /** A finder for what these programs import: what of it is not in the cache yet is fetched. */
  constructor(programs: readonly string[]) {
    this.#programs = programs;
  }

  /** The file that a bare specifier means; null where it is no package of ours. */
  async find(specifier: string): Promise<string | null> {
    const wanted = packageOf(specifier);
    if (wanted === null) return null;
    const found = await this.#look(wanted);
    if (found !== null) return found;
    // Nothing that has run so far needed it.
    this.#fetched ??= fetchPackages(this.#programs);
    await this.#fetched;
    this.#roots = null;
    return await this.#look(wanted);
  }

  async #look(wanted: PackagePath): Promise<string | null> {
    this.#roots ??= registryFolders();
    for (const root of await this.#roots) {
      const folder = `${root}/${wanted.name}/${wanted.version}`;
      let text: string;
      try {
        text = await Deno.readTextFile(`${folder}/package.json`);
      } catch (error) {
        if (error instanceof Deno.errors.NotFound) continue;
        throw error;
      }
      const entry = entryOf(JSON.parse(text), wanted.path);
      if (entry !== null) return `${folder}/${entry.replace(/^\.\//, "")}`;
    }
    return null;
  }
}

async function fetchPackages(programs: readonly string[]): Promise<void> {
  await new Deno.Command("deno", {
    args: ["cache", `--config=${CONFIG}`, ...programs],
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).output();
}

/** One folder for each registry that packages came from. */
async function registryFolders(): Promise<string[]> {
  const { stdout } = await new Deno.Command("deno", {
    args: ["info", "--json"],
    stdin: "null",
    stderr: "inherit",
  }).output();
  const { npmCache } = JSON.parse(new TextDecoder().decode(stdout)) as { npmCache: string };
  const folders: string[] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(npmCache)) {
      if (isDirectory) folders.push(`${npmCache}/${name}`);
    }
  } catch (error) {
    // Nothing was ever fetched.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return folders;
}
