import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { VirtualClock, WallClock } from "../../runtime/mod.ts";
import type { AiAnswer } from "../../server/copilot/ai_answer.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { AiProgram } from "./ai_program.ts";

const STUB = fileURLToPath(new URL("../../tests/support/stub_ai_main.ts", import.meta.url));
const COMMAND = ["deno", "run", "--quiet", "--allow-read", "--allow-write", "--allow-env", STUB];
/** Twenty milliseconds each, and more of a busy machine's. */
const MAX_LOOKS = 6000;
const never = () => new AbortController().signal;

Deno.test("T52: the command works in an empty folder, without the marks of a session around it", async () => {
  await using folder = await tempFolder();
  const ai = new AiProgram({
    ...{ command: COMMAND, timeoutS: 60, maxUsd: 1, clock: new WallClock() },
    folder: `${folder.path}/ai-scratch`,
    environment: {
      ...Deno.env.toObject(),
      ...{ CLAUDECODE: "1", CLAUDE_CODE_ENTRYPOINT: "cli", TMUX: "x", TMUX_PANE: "%1", KEPT: "1" },
      ...{ HEADWAY_TOKEN: "x", HEADWAY_NTFY_TOKEN: "x" },
    },
  });
  assertEquals(ai.availability.available, false);
  await ai.probe(never());
  assertEquals(ai.availability, { available: true });
  for (let i = 0; i < 2; i++) {
    const answer = await ai.ask("WISH:world", never());
    const world = JSON.parse(answer.kind === "answer" ? answer.text : "{}");
    // What the one before left there is gone.
    assertEquals(world.files, []);
    assert(world.folder.endsWith("ai-scratch"));
    assert(world.names.includes("KEPT") && world.names.includes("PATH"));
    const marks = ["CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "TMUX", "TMUX_PANE"];
    for (const name of [...marks, "HEADWAY_TOKEN", "HEADWAY_NTFY_TOKEN"]) {
      assert(!world.names.includes(name), name);
    }
  }
});

Deno.test("T51: a command that is absent, fails or says too much has failed, with the reason", async () => {
  await using folder = await tempFolder();
  const make = (command: readonly string[] | null) =>
    new AiProgram({
      ...{ command, timeoutS: 60, maxUsd: 1, clock: new WallClock() },
      ...{ folder: `${folder.path}/ai-scratch`, environment: Deno.env.toObject() },
    });
  const ai = make(COMMAND);
  await ai.probe(never());
  const answers = await (async () => {
    const found: string[] = [];
    for (const wish of ["reply", "huge", "fail", "turns"]) {
      const answer = await ai.ask(`WISH:${wish}`, never());
      found.push(answer.kind === "answer" ? answer.text : answer.reason);
    }
    return found;
  })();
  assertEquals(answers, [
    "Yes, push it to the branch.",
    "wrote more than 1048576 bytes",
    "deno ended with 1: Invalid API key",
    "deno ended with 1: error_max_turns",
  ]);
  const off = make(null);
  await off.probe(never());
  assertEquals(off.availability, { available: false, reason: "switched off" });
  assertEquals(await off.ask("x", never()), {
    ...{ kind: "failed", reason: "switched off", costUsd: 0 },
  });
  // The right to run it is not given here, or it is not there: either way it cannot be asked.
  const absent = make(["claude"]);
  await absent.probe(never());
  assertEquals(absent.availability.available, false);
});

Deno.test("T51: of a command that writes on and on no more is read than an answer may have", async () => {
  await using folder = await tempFolder();
  const scratch = `${folder.path}/ai-scratch`;
  const ai = new AiProgram({
    // Time stands still: it is not ended, it ends as nobody reads.
    ...{ command: COMMAND, timeoutS: 120, maxUsd: 1, clock: new VirtualClock() },
    ...{ folder: scratch, environment: Deno.env.toObject() },
  });
  await ai.probe(never());
  const answer = await ai.ask("WISH:flood", never());
  assertEquals(answer.kind === "failed" && answer.reason, "wrote more than 1048576 bytes");
  const pieces = Number(Deno.readTextFileSync(`${scratch}/pieces`));
  assert(pieces < 64, `${pieces} pieces of 64 KiB were read`);
});

/** Waits for a file that the command writes before it ends. */
async function fileOf(asked: Promise<AiAnswer>, path: string): Promise<void> {
  const wall = new WallClock();
  let answer: AiAnswer | null = null;
  asked.then((it) => answer = it, () => {});
  for (let looks = 0; looks < MAX_LOOKS && answer === null; looks++) {
    if (existsSync(path)) return;
    await wall.sleep(0.02);
  }
  const what = answer === null ? "went on" : `ended with ${JSON.stringify(answer)}`;
  assert(existsSync(path), `the command ${what} and did not write ${basename(path)}`);
}

Deno.test("T50: a command that takes too long, or is called off, is told to end, then ended", async () => {
  await using folder = await tempFolder();
  const clock = new VirtualClock();
  const scratch = `${folder.path}/ai-scratch`;
  const ai = new AiProgram({
    ...{ command: COMMAND, timeoutS: 120, maxUsd: 1, clock, folder: scratch },
    environment: Deno.env.toObject(),
  });
  await ai.probe(never());
  const leave = new AbortController();
  const ends: readonly [reason: string, signal: AbortSignal, end: () => void][] = [
    ["gave no answer in 120 s", never(), () => clock.runUntil(clock.now() + 120)],
    ["cancelled", leave.signal, () => leave.abort()],
  ];
  for (const [reason, signal, end] of ends) {
    let isOver = false;
    const asked = ai.ask("WISH:slow", signal).finally(() => isOver = true);
    await fileOf(asked, `${scratch}/begun`);
    end();
    const toldS = clock.now();
    await fileOf(asked, `${scratch}/told-to-end`);
    // It takes no notice of that, so it has five seconds.
    clock.runUntil(toldS + 4.9);
    assertEquals(isOver, false, reason);
    clock.runUntil(toldS + 5);
    assertEquals(await asked, { kind: "failed", reason, costUsd: null });
    for (const name of ["begun", "told-to-end"]) Deno.removeSync(`${scratch}/${name}`);
  }
});
