import { assertEquals } from "@std/assert";
import { WallClock } from "../../runtime/mod.ts";
import { BoardRig } from "../../tests/support/board_rig.ts";
import { TestGit } from "../../tests/support/git_repo.ts";
import { SessionLines } from "../../tests/support/session_lines.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { GitProcess } from "./git_process.ts";
import { repoFinder } from "./repo_finder.ts";
import { SqliteStore } from "./sqlite_store.ts";

const T = Date.parse("2026-10-01T10:00:00Z");
const MINUTE = 60_000;

Deno.test("T8, T24: commits count for the session that made them, are left open until they are elsewhere, and outlive their repository and the process", async () => {
  await using folder = await tempFolder();
  await using making = new TestGit();
  const repo = await making.repo(`${folder.path}/repo`);
  await repo.commit("Before", { "z.txt": "z\n" }, T - 3600_000);
  const git = new GitProcess(new WallClock());
  const store = new SqliteStore(`${folder.path}/board.db`);
  const open = () => new BoardRig({ git, store, repoOf: repoFinder() });
  const rig = open();
  rig.nowMs = T;
  const commits = async (rig: BoardRig, session: string) =>
    (await rig.ask({ kind: "report", name: "commits", session, query: "", etag: null })).commits
      .map((
        it: { subject: string; confidence: string; primary: boolean },
      ) => `${it.subject}: ${it.confidence}${it.primary ? "" : " beside"}`);
  const counts = async (rig: BoardRig, id: string) =>
    (await rig.window(id, "limit=1")).session.commits;

  const one = new SessionLines("one", { cwd: repo.path, nowMs: T });
  const two = new SessionLines("two", { cwd: `${repo.path}/sub`, nowMs: T });
  one.prompt("Mend a").wait(1).edit(`${repo.path}/a.txt`);
  two.prompt("Mend b").wait(2).edit(`${repo.path}/b.txt`);
  const made = await repo.commit("Mend a", { "a.txt": "a\n" }, T + 5 * MINUTE);
  one.wait(4).bash("git add -A && git commit -m 'Mend a'", made.printed).answer("Done.");
  rig.put("one", one.take());
  rig.put("two", two.take());
  while (await rig.book.tick());
  assertEquals(await commits(rig, "one"), ["Mend a: high"]);
  assertEquals(await commits(rig, "two"), ["Mend a: low beside"]);
  assertEquals(await counts(rig, "one"), { high: 1, medium: 0, low: 0 });
  assertEquals(await counts(rig, "two"), { high: 0, medium: 0, low: 0 });

  // A command of a session makes its repository due; nothing else does, yet.
  await repo.commit("Mend b", { "b.txt": "b\n" }, T + 8 * MINUTE);
  assertEquals(await rig.book.tick(), false);
  rig.nowMs += 3000;
  rig.append("two", two.wait(5).bash("git commit -qm 'Mend b'", "").take());
  while (await rig.book.tick());
  assertEquals(await commits(rig, "two"), ["Mend b: medium", "Mend a: low beside"]);
  const card = rig.changes.take(rig.nowMs)!.up.find(({ id }) => id === "two")!;
  assertEquals(card.commits, { shipped: 1, low: 0 });

  // What is changed and not committed, and what is nowhere else, is left open until it is not.
  const loops = async () => {
    while (await rig.book.tick());
    const answer = await rig.ask({
      ...{ kind: "report", name: "open-loops", session: null, query: "", etag: null },
    });
    return answer.loops.map(({ kind, sessionId, text }: Record<string, string>) =>
      `${sessionId} ${kind}: ${text}`
    ).sort();
  };
  const looked = () => {
    rig.nowMs += 20_000;
    rig.append("two", two.wait(1).bash("git status", "").take());
  };
  await repo.run("update-ref", "refs/remotes/origin/main", "HEAD~2");
  repo.write("b.txt", "changed\n");
  looked();
  assertEquals(await loops(), [
    "one unpushed_commits: Mend a",
    "two uncommitted_edits: b.txt",
    "two unpushed_commits: Mend b",
  ]);
  await repo.run("update-ref", "refs/remotes/origin/main", "HEAD");
  repo.write("b.txt", "b\n");
  looked();
  assertEquals(await loops(), []);

  await Deno.remove(repo.path, { recursive: true });
  const next = open();
  next.library.restore();
  next.book.restore();
  assertEquals(await commits(next, "two"), ["Mend b: medium", "Mend a: low beside"]);
  const kept = [...next.library.sessions.values()].map(({ commits, id }) => [id, commits.high]);
  assertEquals(kept.sort(), [["one", 1], ["two", 0]]);
  await git.close();
  store.close();
});
