import { assert, assertEquals, assertRejects } from "@std/assert";
import { VirtualClock, WallClock } from "../../runtime/mod.ts";
import type { Git } from "../../server/board/commits/git.ts";
import { linkCommits } from "../../server/board/commits/link.ts";
import { printedCommits } from "../../server/board/commits/printed.ts";
import {
  commonFolder,
  type RepoState,
  ScanError,
  scanRepo,
  uncommittedOf,
} from "../../server/board/commits/scan.ts";
import { TestGit, type TestRepo } from "../../tests/support/git_repo.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { GitProcess } from "./git_process.ts";

const T = Date.parse("2026-10-01T12:00:00Z");
const DAY_MS = 86_400_000;

/** With time for a busy machine, where a test does not say how much. */
function unhurried(git: Git): Git {
  return { run: (request) => git.run({ timeoutS: 120, ...request }) };
}

/** Git for a test, and the git that is tested. */
async function world() {
  const folder = await tempFolder();
  const process = new GitProcess(new WallClock());
  const git = unhurried(process);
  const making = new TestGit();
  return {
    ...{ folder: folder.path, git, making },
    async [Symbol.asyncDispose]() {
      await making[Symbol.asyncDispose]();
      await process.close();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What git printed of commits, as a session's transcript has it. */
function printedBy(...answers: readonly string[]) {
  return answers.flatMap((text) =>
    printedCommits(text, "bracketed").map((it) => ({ ...it, ms: T }))
  );
}

function links(state: RepoState, printed: ReturnType<typeof printedBy>) {
  const session = { id: "s", files: new Map(), lastMs: T, printed };
  return linkCommits({ reachable: state.reachable.values(), lost: state.lost.values() }, [session])
    .map(({ confidence, evidence, sha }) => `${sha} ${confidence} ${evidence}`);
}

Deno.test("T8: real commits keep their session when they are amended and rebased; merges are none", async () => {
  await using it = await world();
  const repo = await it.making.repo(`${it.folder}/repo ü`);
  const scan = (known: RepoState | null, printed: ReturnType<typeof printedBy>) =>
    scanRepo(it.git, {
      top: repo.path,
      known,
      sinceMs: T - DAY_MS,
      printed: printed.map(({ id }) => id),
      isLinked: (sha) => known !== null && links(known, printed).join().includes(sha),
    });
  await repo.commit("Begin", { "a.txt": "1\n2\n3\n", "other.txt": "x\n" }, T);
  const first = await repo.commit("Mend a", { "a.txt": "1\n2\n3\nmore\n" }, T + 60_000);
  const printed = printedBy(first.printed);
  const known = await scan(null, printed);
  assertEquals(known.reachable.size, 2);
  assertEquals(links(known, printed), [`${first.sha} high printed`]);
  // Nothing has changed: nothing is read but where the branches are.
  assert(await scan(known, printed) === known);

  // The same change under another message: the one that was printed is gone.
  const amended = await repo.commit("Mend a, better said", {}, T + 120_000, ["--amend"]);
  const second = await scan(known, printed);
  assertEquals(links(second, printed), [`${amended.sha} high patch`]);

  // Rebased onto another commit: moved once more, and not counted twice.
  await repo.run("checkout", "--quiet", "-b", "next", "HEAD~1");
  await repo.commit("Beside", { "other.txt": "y\n" }, T + 180_000);
  await repo.run("checkout", "--quiet", "main");
  await repo.run("rebase", "--quiet", "next");
  const rebased = (await repo.run("rev-parse", "HEAD")).trim();
  assert(rebased !== amended.sha);
  const third = await scan(second, printed);
  assertEquals(links(third, printed), [`${rebased} high patch`]);
  // Whoever sees the repository for the first time now finds the same.
  assertEquals(links(await scan(null, printed), printed), [`${rebased} high patch`]);

  // Another change in its place: what was printed is gone, and with it the link.
  await repo.commit("Something else", { "a.txt": "0\n" }, T + 240_000, ["--amend"]);
  assertEquals(links(await scan(third, printed), printed), []);

  await repo.run("checkout", "--quiet", "-b", "side", "HEAD~1");
  const side = await repo.commit("Side", { "s.txt": "s\n" }, T + 300_000);
  await repo.run("checkout", "--quiet", "main");
  await repo.run("merge", "--quiet", "--no-ff", "-m", "Merge side", "side");
  const merge = (await repo.run("rev-parse", "HEAD")).trim();
  const merged = await scan(null, printed);
  assertEquals([merged.reachable.has(side.sha), merged.reachable.has(merge)], [true, false]);
});

Deno.test("T8: a commit of a wrong clock hides none of those before it", async () => {
  await using it = await world();
  const repo = await it.making.repo(`${it.folder}/repo`);
  await repo.commit("Long ago", { "a.txt": "0\n" }, T - 40 * 24 * 3600_000);
  const before = await repo.commit("Before", { "a.txt": "1\n" }, T);
  await repo.commit("Years ago, by its clock", { "a.txt": "2\n" }, T - 3000 * 24 * 3600_000);
  const after = await repo.commit("After", { "a.txt": "3\n" }, T + 60_000);
  const state = await scanRepo(it.git, {
    ...{ top: repo.path, known: null, printed: [], isLinked: () => false },
    sinceMs: T - 3600_000,
  });
  assertEquals([...state.reachable.keys()].sort(), [before.sha, after.sha].sort());
});

Deno.test("T8: working trees share their commits; renames, names and trailers are read as they are", async () => {
  await using it = await world();
  const repo = await it.making.repo(`${it.folder}/repo`);
  await repo.commit("Begin", { "old name.txt": "1\n2\n3\n4\n" }, T);
  await repo.run("mv", "old name.txt", "nëw\tname.txt");
  await repo.commit("Move\n\nSession: 0f8fad5b-d9cb-469f-a165\n", {}, T + 1000);
  const tree = `${it.folder}/tree`;
  await repo.run("worktree", "add", "--quiet", "-b", "beside", tree);
  const keys = await Promise.all([repo.path, tree].map((top) => commonFolder(it.git, top)));
  assertEquals(keys[0], keys[1]);
  // What is stashed is no commit of a branch.
  repo.write("nëw\tname.txt", "5\n");
  await repo.run("stash");
  const options = { known: null, sinceMs: 0, printed: [], isLinked: () => false };
  const state = await scanRepo(it.git, { top: tree, ...options });
  const [moved, begun] = state.reachable.values();
  assertEquals(state.reachable.size, 2);
  assertEquals(moved!.files, [["nëw\tname.txt", "old name.txt"]]);
  assertEquals([moved!.named, begun!.files], [["0f8fad5b-d9cb-469f-a165"], [["old name.txt"]]]);
  assertEquals(state.unpushed.size, 0);
});

Deno.test("files that are not committed are told from those that were only touched", async () => {
  await using it = await world();
  const repo = await it.making.repo(`${it.folder}/repo`);
  const files = { "same.txt": "1", "touched.txt": "1", "changed.txt": "1", "gone.txt": "1" };
  await repo.commit("Begin", { ...files, ".gitignore": "ignored.txt\n" }, T);
  repo.write("touched.txt", "1");
  await Deno.utime(`${repo.path}/touched.txt`, T / 1000, T / 1000);
  repo.write("changed.txt", "2");
  repo.write("new ü.txt", "2");
  repo.write("ignored.txt", "2");
  repo.write("staged.txt", "2");
  await repo.run("add", "staged.txt");
  await Deno.remove(`${repo.path}/gone.txt`);
  repo.write("*.txt", "a name, no pattern");
  const names = [...Object.keys(files), "new ü.txt", "ignored.txt", "staged.txt", "not there.txt"];
  assertEquals((await uncommittedOf(it.git, repo.path, names)).sort(), [
    ...["changed.txt", "gone.txt", "new ü.txt", "staged.txt"],
  ]);
  assertEquals(await uncommittedOf(it.git, repo.path, ["*.txt"]), ["*.txt"]);
  assertEquals(await uncommittedOf(it.git, repo.path, []), []);
});

/** Configures everything in a repository that may run a program. */
async function arm(repo: TestRepo, program: string, mark: string): Promise<void> {
  const settings = {
    ...{ "core.fsmonitor": program, "core.hooksPath": `${repo.path}/hooks`, "core.pager": program },
    ...{ "core.sshCommand": program, "core.editor": program, "core.askPass": program },
    ...{ "diff.external": program, "diff.evil.command": program, "diff.evil.textconv": program },
    ...{
      "filter.evil.clean": program,
      "filter.evil.smudge": program,
      "filter.evil.process": program,
    },
    ...{ "filter.evil.required": "true", "gpg.program": program, "log.showSignature": "true" },
    ...{ "alias.log": `!${program}`, "alias.for-each-ref": `!${program}`, "pager.log": program },
    ...{ "core.alternateRefsCommand": program, "credential.helper": program },
    ...{
      "remote.origin.url": `ext::${program.replaceAll(" ", "% ")}`,
      "protocol.ext.allow": "always",
    },
    ...{ "remote.origin.promisor": "true", "extensions.partialClone": "origin" },
    ...{ "remote.origin.uploadpack": program, "protocol.allow": "always" },
  };
  for (const [name, value] of Object.entries(settings)) await repo.run("config", name, value);
  await repo.run("config", "core.repositoryFormatVersion", "1");
  const hooks = ["post-index-change", "reference-transaction", "post-checkout", "pre-commit"];
  for (const hook of hooks) {
    repo.write(`hooks/${hook}`, `#!/bin/sh\ntouch '${mark}'\n`);
    await Deno.chmod(`${repo.path}/hooks/${hook}`, 0o755);
  }
  repo.write(".gitattributes", "* diff=evil filter=evil\n");
  repo.write(".git/info/attributes", "* diff=evil filter=evil\n");
}

Deno.test("reading a hostile repository runs nothing of it, whatever it is configured to run", async () => {
  await using it = await world();
  const repo = await it.making.repo(`${it.folder}/repo`);
  await repo.commit("Begin", { "a.txt": "1\n" }, T);
  const signed = (await repo.run("cat-file", "commit", "HEAD")).replace(
    "\n\n",
    "\ngpgsig -----BEGIN PGP SIGNATURE-----\n \n abc\n -----END PGP SIGNATURE-----\n\n",
  );
  const object = await it.making.run(
    repo.path,
    ["hash-object", "-t", "commit", "-w", "--stdin"],
    { input: signed },
  );
  await repo.run("update-ref", "refs/heads/main", object.trim());
  const second = await repo.commit("More", { "a.txt": "1\n2\n" }, T + 1000);
  await repo.commit("More", { "a.txt": "1\n2\n" }, T + 2000, ["--amend"]);
  const mark = `${it.folder}/ran`;
  const program = `${it.folder}/program`;
  Deno.writeTextFileSync(program, `#!/bin/sh\ntouch '${mark}'\n`);
  await Deno.chmod(program, 0o755);
  await arm(repo, program, mark);
  // Of the oldest commit a blob is not there: whoever wants it would fetch it.
  const blob = (await repo.run("rev-parse", "HEAD~1:a.txt")).trim();
  await Deno.remove(`${repo.path}/.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`);
  repo.write("a.txt", "3\n");
  const ran = () => Deno.stat(mark).then(() => true, () => false);

  await commonFolder(it.git, repo.path);
  const state = await scanRepo(it.git, {
    top: repo.path,
    known: null,
    sinceMs: 0,
    printed: [second.sha.slice(0, 8)],
    isLinked: () => false,
  });
  const changed = await uncommittedOf(it.git, repo.path, ["a.txt", "b.txt"]);
  assertEquals([await ran(), state.reachable.size, changed], [false, 2, ["a.txt"]]);
  // It is armed: git as people use it runs what is there.
  for (const command of ["status", "log -1 main~1", "diff-tree -p HEAD"]) {
    await Deno.remove(mark).catch(() => {});
    const flags = command === "status" ? [] : ["-c", "core.fsmonitor=false"];
    await repo.run(...flags, ...command.split(" ")).catch(() => "");
    assertEquals(await ran(), true, command);
  }
});

Deno.test("what is no repository, is broken, or takes too long is told as such", async () => {
  await using it = await world();
  await assertRejects(() => commonFolder(it.git, it.folder), ScanError, "not a git repository");
  await assertRejects(() => commonFolder(it.git, `${it.folder}/none`), ScanError, "cwd");
  // Nor is a repository without a working tree believed, which may lie in any folder.
  const bare = `${it.folder}/bare`;
  await it.making.run(it.folder, ["init", "--quiet", "--bare", bare]);
  await assertRejects(() => commonFolder(it.git, bare), ScanError, "cannot use bare repository");
  const repo = await it.making.repo(`${it.folder}/repo`);
  await repo.commit("Begin", { "a.txt": "1\n" }, T);
  const args = ["log"];
  const cut = await it.git.run({ cwd: repo.path, args, maxBytes: 10 });
  assert(cut.kind === "done" && cut.isCut && cut.text.length === 10);
  const late = await it.git.run({ cwd: repo.path, args, timeoutS: 0 });
  assertEquals(late, { kind: "late" });
  const again = await it.git.run({ cwd: repo.path, args: ["rev-parse", "--is-bare-repository"] });
  assert(again.kind === "done" && again.text === "false\n");
});

Deno.test("git's process ends when nobody has asked for a while, and starts again when somebody does", async () => {
  await using folder = await tempFolder();
  const clock = new VirtualClock();
  const git = new GitProcess(clock);
  const ask = () => unhurried(git).run({ cwd: folder.path, args: ["version"] });
  assertEquals([(await ask()).kind, git.isRunning], ["done", true]);
  await clock.runUntil(200);
  assertEquals(git.isRunning, false);
  assertEquals((await ask()).kind, "done");
  await git.close();
  assertEquals(await ask(), { kind: "absent", reason: "the server is closing" });
});
