import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
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
  const { files = new DiskFiles() } = options;
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

Deno.test("what is in a folder that comes is read at once, also when it was there before anybody watched the folder", async () => {
  await using folder = await tempFolder();
  await using outside = await tempFolder();
  // Nobody watches: only what is told counts.
  await using it = await rig(folder.path, { isWatching: false });
  const { cards, ingest, until } = it;
  await ingest.start();
  const projects = `${folder.path}/projects`;
  Deno.mkdirSync(`${projects}/-home-dev-other/deep`, { recursive: true });
  Deno.writeTextFileSync(`${projects}/-home-dev-other/two.jsonl`, text("two", 20));
  Deno.mkdirSync(`${outside.path}/deep`);
  Deno.writeTextFileSync(`${outside.path}/deep/three.jsonl`, text("three", 20));
  Deno.symlinkSync(outside.path, `${projects}/-home-dev-link`);
  ingest.touched([
    ...[`${projects}/-home-dev-link`, `${projects}/-home-dev-link/deep`, `${projects}/none`],
    outside.path,
    `${projects}/-home-dev-other`,
  ]);
  await until(() => cards.has("two"));
  assertEquals([...cards.keys()], ["two"]);
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

Deno.test("links that lead out, other files and empty ones are left out, and counted", async () => {
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

Deno.test("T15: a link that leads out is left out whenever it comes, in place of a transcript, too", async () => {
  await using folder = await tempFolder();
  await using it = await rig(`${folder.path}/root`, { isWatching: false });
  const { cards, ingest, library, projects, until } = it;
  Deno.mkdirSync(`${folder.path}/outside`);
  for (const name of ["secret", "one"]) {
    Deno.writeTextFileSync(`${folder.path}/outside/${name}.jsonl`, text(name, 10));
  }
  Deno.writeTextFileSync(`${projects}/one.jsonl`, text("one", 20));
  await ingest.start();
  Deno.symlinkSync(`${folder.path}/outside/secret.jsonl`, `${projects}/secret.jsonl`);
  Deno.symlinkSync(`${folder.path}/outside`, `${projects}/folder`);
  // As the system would tell of them.
  ingest.touched([`${projects}/secret.jsonl`, `${projects}/folder/secret.jsonl`]);
  assertEquals([library.sessions.size, ingest.state().left.escapes], [1, 2]);
  Deno.removeSync(`${projects}/one.jsonl`);
  Deno.symlinkSync(`${folder.path}/outside/one.jsonl`, `${projects}/one.jsonl`);
  ingest.touched([`${projects}/one.jsonl`]);
  await until(() => !cards.has("one"));
  Deno.writeTextFileSync(`${projects}/two.jsonl`, text("two", 10));
  ingest.sweep();
  await until(() => cards.has("two"));
  assertEquals([...cards.keys()], ["two"]);
});

/** A disk some of whose files may not be read. */
class GuardedFiles extends DiskFiles {
  readonly guarded = new Set<string>();

  override open(path: string) {
    return this.guarded.has(path) ? null : super.open(path);
  }
}

Deno.test("T15: what may not be read is no session, is counted, and is read when it may be", async () => {
  await using folder = await tempFolder();
  const files = new GuardedFiles();
  await using it = await rig(folder.path, { files, isWatching: false });
  const { cards, ingest, library, projects, until } = it;
  const [one, two] = ["one", "two"].map((id) => `${projects}/${id}.jsonl`) as [string, string];
  Deno.writeTextFileSync(one, text("one", 10));
  Deno.writeTextFileSync(two, text("two", 10));
  files.guarded.add(two);
  await ingest.start();
  const counted = () => [ingest.state().left.refused, library.sessions.size, cards.size];
  assertEquals(counted(), [1, 1, 1]);
  files.guarded.delete(two);
  ingest.sweep();
  await until(() => cards.has("two"));
  assertEquals(counted(), [0, 2, 2]);
  // One that was read keeps its numbers, as if it were gone.
  files.guarded.add(one);
  const { usage } = [...library.sessions.values()].find(({ id }) => id === "one")!.facts;
  const before = usage.usd;
  const { mtime, size } = Deno.statSync(one);
  Deno.writeTextFileSync(one, "\n", { append: true });
  ingest.sweep();
  await until(() => !cards.has("one"));
  assertEquals([counted(), usage.usd], [[1, 2, 1], before]);
  // Also when nothing of it has changed since it was read.
  Deno.truncateSync(one, size);
  Deno.utimeSync(one, mtime!, mtime!);
  files.guarded.delete(one);
  ingest.sweep();
  await until(() => cards.has("one"));
  assertEquals(counted(), [0, 2, 2]);
});

Deno.test("T16: a transcript that went while no process ran keeps its numbers, from start to start", async () => {
  await using folder = await tempFolder();
  const database = `${folder.path}/board.db`;
  let usd = 0;
  {
    await using it = await rig(folder.path, { database });
    Deno.writeTextFileSync(`${it.projects}/one.jsonl`, text("one", 60));
    Deno.writeTextFileSync(`${it.projects}/two.jsonl`, text("two", 20));
    await it.ingest.start();
    usd = it.cards.get("one")!.cost.usd;
    Deno.removeSync(`${it.projects}/one.jsonl`);
  }
  for (let start = 0; start < 2; start++) {
    await using it = await rig(folder.path, { database });
    await it.ingest.start();
    assertEquals([...it.cards.keys()], ["two"]);
    const one = [...it.library.sessions.values()].find(({ id }) => id === "one")!;
    assertEquals([one.isArchived, Math.round(one.facts.usage.usd * 1e6) / 1e6], [true, usd]);
    const days = it.store.usage(0, 1e9).filter(({ session }) => session === "one");
    assertAlmostEquals(days.reduce((sum, { usd }) => sum + usd, 0), usd, 1e-6);
    assertEquals([...it.store.search("proj")].sort(), ["one", "two"]);
  }
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
  put(15, { sessionId: "unproven", status: "busy" });
  put(16, { sessionId: "number", status: "idle", procStart: 903 });
  // The process that a session had before is no word of the one that it has.
  put(17, { sessionId: "alive", status: "idle", procStart: "904", statusUpdatedAt: 99 });
  put(18, { sessionId: "gone", status: "busy", procStart: "905" });
  const starts = new Map([
    ...[[11, "900"], [12, "77777"], [13, "902"], [15, "1"], [16, "903"]] as const,
  ]);
  const found = await readRegistry([folder.path], () => Promise.resolve(starts));
  assertEquals([...found].map(([id, { isAlive }]) => [id, isAlive]).sort(), [
    ["alive", true],
    ["gone", false],
    ["number", true],
    ["reused", false],
  ]);
  assertEquals([found.get("alive")!.pid, found.get("alive")!.status], [11, "busy"]);
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
