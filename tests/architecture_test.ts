/** Imports point down only. The table is the architecture; a change of it is a decision. */
import { assertEquals } from "@std/assert";
import { findCycle, importsOf, resolveImport, sourceFiles } from "./support/imports.ts";

const ROOT = new URL("../", import.meta.url);

interface Layer {
  /** Layers that it may import from. */
  readonly from: readonly string[];
  /** Layers that it may take types from, nothing that exists at run time. */
  readonly typesFrom?: readonly string[];
  /** Single files of other layers that it may import. */
  readonly files?: readonly string[];
}

/** What each folder may import beside itself. `*`: anything. */
const LAYERS: Readonly<Record<string, Layer>> = {
  runtime: { from: [] },
  std: { from: [] },
  audio: { from: ["runtime"] },
  fixtures: { from: ["audio", "runtime"] },
  wire: { from: [], files: ["audio/float16.ts", "runtime/errors.ts"] },
  sim: { from: ["wire", "audio", "runtime"] },
  server: { from: ["wire", "audio", "runtime", "fixtures"] },
  scenarios: { from: ["sim", "server", "wire", "audio", "runtime", "fixtures"] },
  reports: { from: ["sim", "audio", "runtime"], typesFrom: ["scenarios"] },
  load: { from: ["reports", "sim", "wire", "audio", "runtime", "fixtures"] },
  queue: { from: ["load", "reports", "scenarios", "runtime"] },
  mcp: { from: ["server", "sim", "scenarios", "reports", "audio", "wire", "runtime"] },
  // The page is a client of the project's own: it measures with what the headless client measures with.
  web: {
    from: ["wire", "sim", "runtime"],
    typesFrom: ["scenarios", "reports"],
    files: [
      "deno.json",
      "server/page.ts",
      "server/tasks/terminal/asciicast.ts",
      "server/voice/http/openapi.ts",
      "scenarios/collector.ts",
      "scenarios/define.ts",
      "scenarios/expectations.ts",
      "scenarios/facts.ts",
      "reports/from_result.ts",
    ],
  },
  serve: { from: ["*"] },
  cli: { from: ["*"] },
  tools: { from: ["*"] },
  // Programs for other people to copy: they stand alone.
  examples: { from: [] },
  bench: { from: ["*"] },
  tests: { from: ["*"] },
};

/** Files that may import more than their folder. */
const EXCEPTIONS: Readonly<Record<string, readonly string[]>> = {
  // The simulated world is where client and server meet.
  "sim/world.ts": ["server/streaming/"],
};

function layerOf(path: string): string {
  return path.includes("/") ? path.slice(0, path.indexOf("/")) : "";
}

function isAllowed(from: string, to: string, isTypeOnly: boolean): boolean {
  const layer = LAYERS[layerOf(from)];
  const target = layerOf(to);
  if (layer === undefined) return false;
  return target === layerOf(from) || layer.from.includes("*") || layer.from.includes(target) ||
    (isTypeOnly && (layer.typesFrom ?? []).includes(target)) ||
    (layer.files ?? []).includes(to) ||
    (EXCEPTIONS[from] ?? []).some((prefix) => to.startsWith(prefix));
}

interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
}

/** The project's own arrows; faces of the library at the root and tests may import anything. */
function readArrows(): Arrow[] {
  const arrows: Arrow[] = [];
  for (const from of sourceFiles(ROOT)) {
    if (!from.includes("/") || from.endsWith("_test.ts")) continue;
    const source = Deno.readTextFileSync(new URL(from, ROOT));
    for (const { specifier, isTypeOnly } of importsOf(source)) {
      if (!specifier.startsWith(".")) continue;
      arrows.push({ from, to: resolveImport(from, specifier), isTypeOnly });
    }
  }
  return arrows;
}

const ARROWS = readArrows();

Deno.test("imports point down the layers", () => {
  const upward = ARROWS
    .filter(({ from, to, isTypeOnly }) => !isAllowed(from, to, isTypeOnly))
    .map(({ from, to, isTypeOnly }) => `${from} imports ${isTypeOnly ? "types of " : ""}${to}`);
  assertEquals(upward, []);
});

Deno.test("every folder of sources stands in the table of layers", () => {
  const folders = new Set(sourceFiles(ROOT).map(layerOf).filter((folder) => folder !== ""));
  assertEquals([...folders].filter((folder) => !(folder in LAYERS)), []);
});

Deno.test("no file imports itself by way of others", () => {
  const graph = new Map<string, string[]>();
  for (const { from, to, isTypeOnly } of ARROWS) {
    // A type that points back leaves nothing at run time, and often says it best.
    if (!isTypeOnly) graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  assertEquals(findCycle(graph), null);
});

Deno.test("T73: whoever answers requests has no means to parse a transcript", () => {
  const graph = new Map<string, string[]>();
  for (const { from, to, isTypeOnly } of ARROWS) {
    if (!isTypeOnly) graph.set(from, [...(graph.get(from) ?? []), to]);
  }
  const reachedFrom = (start: string) => {
    const reached = new Set([start]);
    for (const path of reached) for (const to of graph.get(path) ?? []) reached.add(to);
    return reached;
  };
  const parsers = [
    "server/board/read/parse_line.ts",
    "server/board/read/tail_reader.ts",
    "server/board/items/transcript_index.ts",
    "server/board/library/library.ts",
  ];
  // The thread beside has them all: so the names above are those of files that there are.
  const beside = reachedFrom("serve/board/ingest_worker.ts");
  assertEquals(parsers.filter((path) => !beside.has(path)), []);
  const main = reachedFrom("serve/serve.ts");
  assertEquals(main.has("server/board/routes.ts"), true);
  assertEquals(parsers.filter((path) => main.has(path)), []);
});
