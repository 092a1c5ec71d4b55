import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Commit } from "./commit.ts";
import { fileSetOf, keptCommit, parseLog } from "./commit.ts";
import { linkCommits, type SessionTrace } from "./link.ts";
import { commitSearch, printedCommits } from "./printed.ts";

const T = Date.parse("2026-10-01T12:00:00Z");
const MINUTE = 60_000;

function commit(sha: string, atMs: number, files: readonly string[], more = {}): Commit {
  return {
    sha: sha.padEnd(40, "0"),
    authorMs: atMs,
    committerMs: atMs,
    subject: sha,
    files: files.map((it) => it.split(">").reverse()),
    fileCount: files.length,
    named: [],
    ...more,
  };
}

function trace(
  id: string,
  files: readonly string[],
  more: Partial<SessionTrace> = {},
): SessionTrace {
  const touch = { edits: 1, firstMs: T, lastMs: T };
  return {
    id,
    files: new Map(files.map((name) => [name, touch])),
    lastMs: T + 10 * MINUTE,
    printed: [],
    ...more,
  };
}

const made = (id: string, ms = T) => ({ id, ms, isMade: true });

/** Links in short: session, confidence, and whether it counts. */
function linksOf(
  reachable: readonly Commit[],
  sessions: readonly SessionTrace[],
  lost: readonly Commit[] = [],
) {
  return linkCommits({ reachable, lost }, sessions).map((it) =>
    `${it.sha.slice(0, 4)} ${it.session} ${it.confidence}${it.isPrimary ? " *" : ""}`
  );
}

Deno.test("T8: a commit that a session's own command printed is its own", () => {
  const one = commit("aaaa1111", T + MINUTE, ["x"]);
  assertEquals(linksOf([one], [trace("s", [], { printed: [made("aaaa111")] })]), ["aaaa s high *"]);
  const far = commit("bbbb1111", T + 1e9, ["x"]);
  assertEquals(linksOf([far], [trace("s", [], { printed: [made("bbbb111")] })]), ["bbbb s high *"]);
  const listed = { id: "bbbb111", ms: T, isMade: false };
  assertEquals(linksOf([far], [trace("s", [], { printed: [listed] })]), []);
});

Deno.test("T8: a trailer that names a session is believed", () => {
  const id = "0f8fad5b-d9cb-469f-a165-70867728950e";
  const one = commit("aaaa", T + 1e10, [], { named: [id, "other-words"] });
  assertEquals(linksOf([one], [trace(id, []), trace("s", [])]), [`aaaa ${id} high *`]);
});

Deno.test("T8: files and time together are likely, either alone is a hint", () => {
  const session = trace("s", ["a", "b"]);
  const at = (sha: string, ms: number, files: readonly string[]) => commit(sha, ms, files);
  const inTime = T + 20 * MINUTE;
  assertEquals(linksOf([at("half", inTime, ["a", "z"])], [session]), ["half s medium *"]);
  assertEquals(linksOf([at("less", inTime, ["a", "y", "z"])], [session]), ["less s low *"]);
  assertEquals(linksOf([at("none", inTime, ["z"])], [session]), ["none s low *"]);
  assertEquals(linksOf([at("noth", inTime, [])], [session]), ["noth s low *"]);
  const [before, after] = [T - 2 * MINUTE, T + 25 * MINUTE];
  assertEquals(linksOf([at("firs", before, ["a"]), at("last", after, ["a"])], [session]), [
    ...["firs s medium *", "last s medium *"],
  ]);
  assertEquals(
    linksOf([at("firs", before - 1000, ["a"]), at("last", after + 1000, ["a"])], [
      session,
    ]),
    [],
  );
  const moved = { ...at("when", after + 1e8, ["a"]), authorMs: inTime };
  assertEquals(linksOf([moved], [session]), ["when s medium *"]);
  // Who edited nothing has no time of edits.
  assertEquals(linksOf([at("none", inTime, ["a"])], [trace("s", [])]), []);
});

Deno.test("T8: a renamed file counts by either name", () => {
  const one = commit("aaaa", T, ["old>new"]);
  assertEquals(linksOf([one], [trace("s", ["old"])]), ["aaaa s medium *"]);
  assertEquals(linksOf([one], [trace("s", ["new"])]), ["aaaa s medium *"]);
});

Deno.test("T8: an id that several commits begin with is a hint of each", () => {
  const two = [commit("abcdef01", T + 1e9, []), commit("abcdef02", T + 1e9, [])];
  const session = trace("s", [], { printed: [made("abcdef0")] });
  assertEquals(linksOf(two, [session]), ["abcd s low *", "abcd s low *"]);
});

Deno.test("T8: of two sessions one commit counts for the surer one, the larger share, the later edit", () => {
  const one = commit("aaaa1111", T + 5 * MINUTE, ["a", "b"]);
  const sure = trace("zz", [], { printed: [made("aaaa111")] });
  // What another session made for sure is no more than a hint for this one.
  assertEquals(linksOf([one], [trace("s", ["a", "b"]), sure]), ["aaaa zz high *", "aaaa s low"]);
  assertEquals(linksOf([one], [trace("half", ["a"]), trace("whole", ["a", "b"])]), [
    ...["aaaa whole medium *", "aaaa half medium"],
  ]);
  const later = { edits: 1, firstMs: T, lastMs: T + 4 * MINUTE };
  const near = trace("near", [], { files: new Map([["a", later], ["b", later]]) });
  assertEquals(linksOf([one], [trace("far", ["a", "b"]), near]), [
    ...["aaaa near medium *", "aaaa far medium"],
  ]);
  assertEquals(linksOf([one], [trace("b", ["a", "b"]), trace("a", ["a", "b"])]), [
    ...["aaaa a medium *", "aaaa b medium"],
  ]);
});

Deno.test("T8: a commit that no branch reaches gives its links to the one with the same change", () => {
  const gone = commit("aaaa1111", T + MINUTE, ["a"], { patchId: "p1" });
  const heir = commit("cccc1111", T + 1e9, ["a"], { patchId: "p1" });
  const later = commit("cccc2222", T + 2e9, ["a"], { patchId: "p1" });
  const other = commit("dddd1111", T + 1e9, ["a"], { patchId: "p2" });
  const session = trace("s", [], { printed: [made("aaaa111")] });
  assertEquals(linksOf([other], [session], [gone]), []);
  assertEquals(linksOf([other, later, heir], [session], [gone]), ["cccc s high *"]);
  assertEquals(linkCommits({ reachable: [heir], lost: [gone] }, [session])[0]!.evidence, ["patch"]);
  assertEquals(linksOf([heir], [trace("s", ["a"])], [gone]), ["cccc s medium *"]);
});

Deno.test("whatever sessions did, a commit counts once, for its surest session", () => {
  const name = fc.constantFrom("a", "b", "c", "d");
  const minutes = fc.integer({ min: -30, max: 60 });
  const commits = fc.uniqueArray(
    fc.record({ no: fc.nat(15), at: minutes, files: fc.uniqueArray(name) }),
    { selector: ({ no }) => no, maxLength: 12 },
  );
  const sessions = fc.uniqueArray(
    fc.record({
      no: fc.nat(9),
      files: fc.uniqueArray(name),
      printed: fc.array(fc.nat(15), { maxLength: 3 }),
    }),
    { selector: ({ no }) => no, maxLength: 6 },
  );
  const sha = (no: number) => `${no.toString(16)}abcdef`;
  fc.assert(fc.property(commits, sessions, (commits, sessions) => {
    const reachable = commits.map(({ at, files, no }) => commit(sha(no), T + at * MINUTE, files));
    const traces = sessions.map(({ files, no, printed }) =>
      trace(`s${no}`, files, { printed: printed.map((it) => made(sha(it))) })
    );
    const links = linkCommits({ reachable, lost: [] }, traces);
    const rank = { high: 2, medium: 1, low: 0 };
    for (const [, its] of Map.groupBy(links, (it) => it.sha)) {
      assertEquals(its.filter(({ isPrimary }) => isPrimary).length, 1);
      const best = Math.max(...its.map(({ confidence }) => rank[confidence]));
      assertEquals(rank[its.find(({ isPrimary }) => isPrimary)!.confidence], best);
      const isTaken = its.some(({ confidence }) => confidence === "high");
      assert(!isTaken || its.every(({ confidence }) => confidence !== "medium"));
    }
    const turned = linkCommits({ reachable, lost: [] }, traces.toReversed());
    assertEquals(turned, links);
  }));
});

Deno.test("ids of commits are found in what git says, and nowhere else", () => {
  assertEquals(commitSearch("cd x && git -C y commit -m 'a'"), "bracketed");
  assertEquals(commitSearch("git commit -qam x && git rev-parse HEAD"), "listed");
  assertEquals(commitSearch("git log --oneline; echo commit"), null);
  assertEquals(commitSearch("ls"), null);
  const said = "[main 1a2b3c4] Mend it\n 1 file changed\n[x (root-commit) 5a6b7c8d9e] y\n";
  assertEquals(printedCommits(said, "bracketed").map(({ id }) => id), ["1a2b3c4", "5a6b7c8d9e"]);
  assertEquals(printedCommits("1a2b3c4 Mend it\n5a6b7c8 Before", "listed"), [
    { id: "1a2b3c4", isMade: false },
  ]);
  assertEquals(printedCommits("1a2b3c4 Mend it", "bracketed"), []);
  assertEquals(printedCommits("deadbeef is a word", "listed").length, 1);
  assertEquals(printedCommits("nothing to commit, working tree clean", "listed"), []);
});

Deno.test("a log is read whatever its names and subjects are, and as far as it goes", () => {
  const sha = (no: number) => String(no).padStart(40, "a");
  const log =
    `${sha(1)}\x001760000000\x001760000001\x00[x] \nA\x00Session: 0f8fad5b-d9cb-469f\n\x00\x00` +
    `\nR087\x00old name\x00n\néw\x00M\x00A\x00C100\x00from\x00to\x00` +
    `${sha(2)}\x001760000000\x001760000000\x00empty\x00\x00\x00` +
    `${sha(3)}\x001760000000\x001760000000\x00cut\x00\x00\x00\nM`;
  const [one, two, three] = parseLog(log);
  assertEquals(one!.files, [["n\néw", "old name"], ["A"], ["to"]]);
  assertEquals([one!.authorMs, one!.committerMs, one!.subject], [
    ...[1760000000_000, 1760000001_000, "[x] A"],
  ]);
  assertEquals(one!.named, ["0f8fad5b-d9cb-469f"]);
  assertEquals([two!.files, two!.fileCount, three!.subject], [[], 0, "cut"]);
  assertEquals(fileSetOf(one!), "3\nA\nn\néw\nto");
  for (let end = 0; end < log.length; end++) assert(parseLog(log.slice(0, end)).length <= 3);
});

Deno.test("whatever time a commit says that it was made, it is one that can be written", () => {
  const at = (author: string, committer: string) => {
    const [commit] = parseLog(`${"a".repeat(40)}\0${author}\0${committer}\0s\0\0`);
    return [commit!.authorMs, commit!.committerMs].map((ms) => new Date(ms).toISOString());
  };
  const [begin, end] = ["1970-01-01T00:00:00.000Z", "9999-12-31T23:59:59.000Z"];
  assertEquals(at("1790000000", "0"), ["2026-09-21T14:13:20.000Z", begin]);
  assertEquals(at("18446744073709551615", "99999999999999"), [end, end]);
  assertEquals(at("-5000", ""), [begin, begin]);
  assertEquals(at("abc", "253402300800"), [begin, end]);
  const kept = keptCommit('{"sha": "a", "authorMs": 1e20, "committerMs": null}');
  assertEquals([kept.authorMs, kept.committerMs], [Date.parse(end), 0]);
});
