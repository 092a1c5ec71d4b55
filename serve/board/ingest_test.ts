import { assert, assertEquals } from "@std/assert";
import { noTruth, transcriptLines } from "../../fixtures/transcripts/mod.ts";
import { WallClock } from "../../runtime/mod.ts";
import { ClaudeCodeAdapter } from "../../server/board/claude_code.ts";
import { BoardChanges } from "../../server/board/library/changes.ts";
import { DayClock } from "../../server/board/library/day.ts";
import { BoardLibrary } from "../../server/board/library/library.ts";
import { PriceTable } from "../../server/board/money/prices.ts";
import type { Card } from "../../server/board/state/card.ts";
import type { RegistryEntry } from "../../server/board/state/live.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { DiskFiles } from "./disk_files.ts";
import { Ingest, type IngestOptions } from "./ingest.ts";
import { readRegistry, startsIn } from "./registry_reader.ts";
import { repoFinder } from "./repo_finder.ts";
import { SqliteStore } from "./sqlite_store.ts";
import { walkFiles } from "./walk.ts";

const text = (session: string, records: number) =>
  [...transcriptLines({ seed: 3, session, startMs: Date.now() - 3600_000, records }, noTruth())]
    .map((line) => `${line}\n`).join("");

/** A folder of an agent, and an ingest that reads it. */
async function rig(
  folder: string,
  options: Partial<IngestOptions> & { readonly database?: string } = {},
) {
  const projects = `${folder}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  const files = new DiskFiles();
  const adapters = [new ClaudeCodeAdapter([folder])];
  const store = new SqliteStore(options.database ?? ":memory:");
  const library = new BoardLibrary({
    ...{ files, store, adapters, prices: PriceTable.builtIn(), cacheBytes: 1 << 24 },
    limits: { maxLineBytes: 1 << 25, maxParseBytes: 1 << 27 },
  });
  library.restore();
  const cards = new Map<string, Omit<Card, "rev">>();
  let waiting: (() => void) | null = null;
  const ingest = new Ingest({
    ...{ library, adapters, files, clock: new WallClock(), log: { warn: () => {} } },
    changes: new BoardChanges(library, new DayClock("UTC")),
    onChange: ({ up, rm }) => {
      for (const card of up) cards.set(card.id, card);
      for (const id of rm) cards.delete(id);
      waiting?.();
    },
    registry: () => Promise.resolve(new Map()),
    registryFolders: [],
    ...options,
  });
  return {
    ...{ cards, files, ingest, library, projects, store },
    /** Waits until the cards are as wanted: the system tells of a change when it does. */
    async until(isSo: () => boolean) {
      while (!isSo()) await new Promise<void>((resolve) => waiting = resolve);
    },
    async [Symbol.asyncDispose]() {
      await ingest.close();
      store.close();
    },
  };
}

Deno.test("what is there is read once, and what changes is noticed", async () => {
  await using folder = await tempFolder();
  await using it = await rig(folder.path);
  const { cards, files, ingest, projects, until } = it;
  Deno.writeTextFileSync(`${projects}/one.jsonl`, text("one", 60));
  await ingest.start();
  assertEquals([...cards.keys()], ["one"]);
  assertEquals(ingest.state().mode, "watch");
  assertEquals(files.counts.bytes, Deno.statSync(`${projects}/one.jsonl`).size);
  Deno.writeTextFileSync(`${projects}/two.jsonl`, text("two", 30));
  await until(() => cards.has("two"));
  const title = `{"type":"custom-title","customTitle":"Named","sessionId":"one"}\n`;
  const before = files.counts.bytes;
  Deno.writeTextFileSync(`${projects}/one.jsonl`, title, { append: true });
  await until(() => cards.get("one")?.title === "Named");
  assertEquals(files.counts.bytes - before, title.length);
  Deno.removeSync(`${projects}/two.jsonl`);
  await until(() => !cards.has("two"));
  // A folder that was not there when watching began.
  Deno.mkdirSync(`${projects}/one/subagents`, { recursive: true });
  const agent = [...transcriptLines({
    ...{ seed: 3, session: "one", agent: "a1", startMs: Date.now(), records: 10 },
  })].join("\n");
  Deno.writeTextFileSync(`${projects}/one/subagents/agent-a1.jsonl`, `${agent}\n`);
  await until(() => (cards.get("one")?.agents.total ?? 0) === 1);
});

Deno.test("without the system's word files are polled", async () => {
  await using folder = await tempFolder();
  await using it = await rig(folder.path, { isWatching: false });
  const { cards, ingest, projects, until } = it;
  await ingest.start();
  assertEquals(ingest.state().mode, "poll");
  Deno.writeTextFileSync(`${projects}/one.jsonl`, text("one", 20));
  // The slow poll would find it in half a minute; a sweep is what it does.
  ingest.sweep();
  await until(() => cards.has("one"));
  Deno.writeTextFileSync(
    `${projects}/one.jsonl`,
    `{"type":"custom-title","customTitle":"Polled","sessionId":"one"}\n`,
    { append: true },
  );
  await until(() => cards.get("one")?.title === "Polled");
});

Deno.test("a board is there again at once in the next process, and reads nothing twice", async () => {
  await using folder = await tempFolder();
  const database = `${folder.path}/board.db`;
  let usd = 0;
  {
    await using it = await rig(folder.path, { database });
    for (const id of ["one", "two"]) {
      Deno.writeTextFileSync(`${it.projects}/${id}.jsonl`, text(id, 200));
    }
    await it.ingest.start();
    usd = it.cards.get("one")!.cost.usd;
    assert(usd > 0);
    assertEquals([...it.store.search("proj")].sort(), ["one", "two"]);
  }
  await using it = await rig(folder.path, { database });
  await it.ingest.start();
  assertEquals([...it.cards.keys()].sort(), ["one", "two"]);
  assertEquals(it.cards.get("one")!.cost.usd, usd);
  assertEquals(it.files.counts.bytes, 0);
});

Deno.test("links that lead out, other files and what may not be read are left out, and counted", async () => {
  await using folder = await tempFolder();
  await using it = await rig(`${folder.path}/root`);
  const { cards, ingest, projects } = it;
  Deno.writeTextFileSync(`${folder.path}/outside.jsonl`, text("outside", 10));
  Deno.symlinkSync(`${folder.path}/outside.jsonl`, `${projects}/link.jsonl`);
  Deno.writeTextFileSync(`${projects}/notes.txt`, "no transcript");
  Deno.writeTextFileSync(`${projects}/empty.jsonl`, "");
  Deno.writeTextFileSync(`${projects}/real.jsonl`, text("real", 10));
  Deno.symlinkSync(`${projects}/real.jsonl`, `${projects}/alias.jsonl`);
  await ingest.start();
  assertEquals([...cards.keys()].sort(), ["alias", "real"]);
  assertEquals(ingest.state().left.escapes, 1);
});

Deno.test("ten thousand files are walked", async () => {
  await using folder = await tempFolder();
  for (let n = 0; n < 100; n++) {
    Deno.mkdirSync(`${folder.path}/p${n}`);
    for (let m = 0; m < 100; m++) Deno.writeTextFileSync(`${folder.path}/p${n}/s${m}.jsonl`, "x");
  }
  const counts = { files: 0, refused: 0, escapes: 0 };
  assertEquals([...walkFiles(folder.path, ".jsonl", counts)].length, 10_000);
  assertEquals(counts, { files: 10_000, refused: 0, escapes: 0 });
});

Deno.test("an agent's process is known by its number and by when it began", async () => {
  await using folder = await tempFolder();
  Deno.mkdirSync(`${folder.path}/sessions`);
  const put = (pid: number, fields: object) =>
    Deno.writeTextFileSync(
      `${folder.path}/sessions/${pid}.json`,
      JSON.stringify({ pid, ...fields }),
    );
  put(11, { sessionId: "alive", status: "busy", procStart: "900", statusUpdatedAt: 5 });
  put(12, { sessionId: "reused", status: "busy", procStart: "901", statusUpdatedAt: 5 });
  put(13, { sessionId: "legacy", procStart: "902" });
  Deno.writeTextFileSync(`${folder.path}/sessions/14.json`, "{half");
  const starts = new Map([[11, "900"], [12, "77777"], [13, "902"]]);
  const found = await readRegistry([folder.path], () => Promise.resolve(starts));
  assertEquals([...found].map(([id, { isAlive }]) => [id, isAlive]).sort(), [
    ["alive", true],
    ["reused", false],
  ]);
  const unknown = await readRegistry([folder.path], () => Promise.resolve(null));
  assertEquals(unknown.get("alive")!.isAlive, null);
  const line = `42 (a (odd) name) S ${Array.from({ length: 18 }, (_, i) => i).join(" ")} 5555 0 0`;
  assertEquals(startsIn(`${line}\n`), new Map([[42, "5555"]]));
});

Deno.test("agents that run are told with their processes, when these are others than before", async () => {
  await using folder = await tempFolder();
  let entries = new Map<string, RegistryEntry>();
  const told: (readonly [string, number])[][] = [];
  await using it = await rig(folder.path, {
    registry: () => Promise.resolve(entries),
    onAgents: (pids) => void told.push([...pids]),
  });
  await it.ingest.start();
  const say = async (...agents: (readonly [string, number, boolean | null, string])[]) => {
    entries = new Map(
      agents.map(([id, pid, isAlive, status]) => [
        id,
        { pid, status, isAlive, statusMs: 1, waitingFor: null },
      ]),
    );
    it.ingest.touched([`${folder.path}/sessions/1.json`]);
    for (let i = 0; i < 9; i++) await Promise.resolve();
  };
  await say(["one", 11, true, "busy"], ["gone", 12, false, "busy"], ["unsure", 13, null, "idle"]);
  // What it is at makes it no other process.
  await say(["one", 11, true, "idle"]);
  await say(["one", 14, true, "idle"]);
  await say();
  assertEquals(told, [[["one", 11]], [["one", 14]], []]);
});

Deno.test("a repository is found above a folder, by its .git", async () => {
  await using folder = await tempFolder();
  const repoOf = repoFinder();
  Deno.mkdirSync(`${folder.path}/repo/.git`, { recursive: true });
  Deno.mkdirSync(`${folder.path}/repo/a/b`, { recursive: true });
  assertEquals(repoOf(`${folder.path}/repo/a/b`), `${folder.path}/repo`);
  assertEquals(repoOf(`${folder.path}/repo/gone`), `${folder.path}/repo`);
  assertEquals(repoOf("relative"), null);
});
