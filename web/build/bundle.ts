/**
 * Makes the page's scripts of their sources, in memory.
 *
 * @module
 */
import { fileURLToPath as fromFileUrl } from "node:url";
import { build, type Plugin, stop } from "esbuild";
import { PackageFinder } from "./packages.ts";

/** The scripts by name, and stylesheets of packages by their file names. */
export type Scripts = Readonly<Record<ScriptName | keyof typeof STYLES, string>>;

/** Where each script begins. */
const ENTRIES = {
  /** The player's page. */
  player: new URL("../player/main.ts", import.meta.url),
  /** The worker that holds the session. */
  session: new URL("../session/worker.ts", import.meta.url),
  /** The audio thread. */
  ring: new URL("../audio/worklet.ts", import.meta.url),
  /** The page of voices. */
  voice: new URL("../voice/main.ts", import.meta.url),
  /** The page of the board, and that of a session. */
  board: new URL("../board/main.ts", import.meta.url),
  transcript: new URL("../board/viewer/main.ts", import.meta.url),
  /** The pages about what sessions produced. */
  insights: new URL("../board/insights/main.ts", import.meta.url),
  /** The page of everything that runs. */
  running: new URL("../board/running.ts", import.meta.url),
  /** The page of what the server is busy with. */
  debug: new URL("../board/debug/main.ts", import.meta.url),
  /** The box that answers a session. */
  reply: new URL("../board/reply.ts", import.meta.url),
  /** The page of a terminal. */
  terminal: new URL("../terminal/main.ts", import.meta.url),
  /** The page of all tasks. */
  inbox: new URL("../terminal/inbox.ts", import.meta.url),
} as const;

/** Stylesheets of packages, which are handed on as they are, but for blanks. */
const STYLES = { "xterm.css": "@xterm/xterm/css/xterm.css" } as const;

/** Name of a script. */
export type ScriptName = keyof typeof ENTRIES;

/** What stands in a browser for what only programs have. */
const STAND_INS: Readonly<Record<string, string>> = {
  "node:zlib": "../session/crc32.ts",
  "node:crypto": "../session/sha256.ts",
};
/** What pages reach only by way of faces that name more than they need: nothing of it is used. */
const UNUSED = /^(node:.*|ws|@types\/ws)$/;

/** Bundles all scripts. Needs to run esbuild's own program, and to read sources and packages. */
export function bundleScripts(): Promise<Scripts> {
  return bundle(true);
}

/** The same without packages, to see how much is ours. Such scripts do not run. */
export function bundleOwn(): Promise<Scripts> {
  return bundle(false);
}

async function bundle(hasPackages: boolean): Promise<Scripts> {
  const entryPoints = Object.fromEntries(
    Object.entries(ENTRIES).map(([name, url]) => [name, fromFileUrl(url)]),
  );
  const packages = new PackageFinder(Object.values(entryPoints));
  const result = await build({
    entryPoints: { ...entryPoints, ...await stylesOf(packages) },
    bundle: true,
    write: false,
    outdir: ".",
    format: "esm",
    platform: "browser",
    target: "es2024",
    minify: true,
    legalComments: "none",
    logLevel: "silent",
    plugins: [forBrowsers(packages, hasPackages)],
  });
  await stop();
  const texts = result.outputFiles.map(({ path, text }) =>
    [path.replace(/^.*[\\/]|\.js$/g, ""), text] as const
  );
  return Object.fromEntries(texts) as Scripts;
}

/** Files of stylesheets, by the names of what is made of them. */
async function stylesOf(packages: PackageFinder): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [name, specifier] of Object.entries(STYLES)) {
    const file = await packages.find(specifier);
    if (file === null) throw new Error(`no package of ours: ${specifier}`);
    found[name.replace(/\.css$/, "")] = file;
  }
  return found;
}

function forBrowsers(packages: PackageFinder, hasPackages: boolean): Plugin {
  return {
    name: "for-browsers",
    setup(build) {
      build.onResolve({ filter: /^\.{1,2}\/.*\bzstd\.ts$/ }, ({ path, importer }) => {
        const isWire = /[\\/]wire[\\/][^\\/]*$/.test(importer) || path.includes("/wire/zstd.ts");
        return isWire ? { path: here("../session/zstd.ts") } : null;
      });
      build.onResolve({ filter: /^[^./]/ }, async ({ path, kind }) => {
        if (kind === "entry-point") return null;
        const standIn = STAND_INS[path];
        if (standIn !== undefined) return { path: here(standIn) };
        if (UNUSED.test(path)) return { path, namespace: "unused", sideEffects: false };
        if (!hasPackages) return { path, external: true };
        const file = await packages.find(path);
        if (file === null) return { errors: [{ text: `no package of ours: ${path}` }] };
        // Our packages do nothing when they are merely loaded.
        return { path: file, sideEffects: false };
      });
      build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({
        contents: "module.exports = {}",
        loader: "js",
      }));
    },
  };
}

function here(path: string): string {
  return fromFileUrl(new URL(path, import.meta.url));
}
