/**
 * Runs git for the board, and nothing else: a process of its own, so that the server needs no right to
 * start git. Reads questions from stdin and answers on stdout, a line of JSON each.
 *
 * A repository is whatever a transcript names, so it may be anybody's: neither its configuration nor
 * its hooks, filters and helpers run, nothing is fetched, and nothing is written.
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import { type Clock, errorMessage, WallClock } from "../../runtime/mod.ts";
import type { GitRequest, GitResult } from "../../server/board/commits/git.ts";
import type { GitAnswer, GitQuestion } from "./git_messages.ts";

const DEFAULT_MAX_BYTES = 8 * 2 ** 20;
const DEFAULT_TIMEOUT_S = 5;
const MAX_COMPLAINT_CHARS = 300;
const MAX_COMPLAINT_BYTES = 4096;

/** Before every command: what stands here counts more than the configuration of a repository. */
const FLAGS = [
  "--no-pager",
  "--literal-pathspecs",
  ...["core.fsmonitor=false", "core.hooksPath=/dev/null", "core.untrackedCache=false"],
  ...["core.alternateRefsCommand=", "diff.external=", "log.showSignature=false"],
  ...["log.mailmap=false", "gpg.program=false", "safe.bareRepository=explicit"],
  ...["protocol.allow=never", "submodule.recurse=false", "core.quotePath=false"],
].flatMap((it) => it.startsWith("-") ? [it] : ["-c", it]);

/** Commands that show a difference show it themselves. */
const DIFF_FLAGS = ["--no-ext-diff", "--no-textconv"];
const SHOWS_DIFFS = new Set(["log", "diff-tree", "diff-files", "diff-index"]);

/** All that git has of an environment. */
const ENV = {
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_ATTR_NOSYSTEM: "1",
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  // No protocol by that name: objects that are not here are not asked for elsewhere.
  GIT_ALLOW_PROTOCOL: "none",
  GIT_NO_LAZY_FETCH: "1",
  GIT_NO_REPLACE_OBJECTS: "1",
  LC_ALL: "C",
} as const;

/** Asks git once. Never rejects. */
export async function runGit(
  { args, cwd, input = "", maxBytes = DEFAULT_MAX_BYTES, timeoutS = DEFAULT_TIMEOUT_S }: GitRequest,
  clock: Clock,
): Promise<GitResult> {
  const [command = "", ...rest] = args;
  const diffFlags = SHOWS_DIFFS.has(command) ? DIFF_FLAGS : [];
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("git", {
      args: [...FLAGS, command, ...diffFlags, ...rest],
      cwd,
      clearEnv: true,
      env: { ...ENV, ...found() },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    return { kind: "absent", reason: errorMessage(error) };
  }
  let isLate = false;
  const end = () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };
  const timer = clock.after(timeoutS, () => {
    isLate = true;
    end();
  });
  const [, out, complaint, { code }] = await Promise.all([
    write(child.stdin, input),
    read(child.stdout, maxBytes, end),
    read(child.stderr, MAX_COMPLAINT_BYTES, () => {}),
    child.status,
  ]);
  timer.cancel();
  if (isLate) return { kind: "late" };
  const said = complaint.text.split("\n", 1)[0]!.slice(0, MAX_COMPLAINT_CHARS);
  return { kind: "done", code, text: out.text, isCut: out.isCut, complaint: said };
}

/** What a program needs to be found, and on Windows to start. */
function found(): Record<string, string> {
  const names = ["PATH", "SYSTEMROOT"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

async function write(stream: WritableStream<Uint8Array>, text: string): Promise<void> {
  const writer = stream.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // Whoever has read enough reads no more.
  }
}

/** The beginning of what comes; the rest is let go, and `onFull` called. */
async function read(stream: ReadableStream<Uint8Array>, maxBytes: number, onFull: () => void) {
  const decoder = new TextDecoder();
  let [text, bytes, isCut] = ["", 0, false];
  for await (const piece of stream) {
    if (isCut) continue;
    const room = maxBytes - bytes;
    text += decoder.decode(piece.subarray(0, room), { stream: true });
    bytes += piece.length;
    if (bytes <= maxBytes) continue;
    isCut = true;
    onFull();
  }
  return { text: text + decoder.decode(), isCut };
}

if (import.meta.main) {
  const clock = new WallClock();
  const out = Deno.stdout.writable.getWriter();
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const { no, ...request }: GitQuestion = JSON.parse(line);
    const answer: GitAnswer = { no, result: await runGit(request, clock) };
    await out.write(new TextEncoder().encode(`${JSON.stringify(answer)}\n`));
  }
}
