/** The lock of servers that share one loudspeaker. */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { VirtualClock } from "../../runtime/mod.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { voiceRig } from "../../tests/support/voice_rig.ts";
import { FileLock, isProcessAlive } from "./speaking_lock.ts";

/** Two processes that share a folder. */
function rig(folder: string) {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  const alive = new Set([1, 2]);
  const lock = (pid: number, dir = folder) =>
    new FileLock({ folder: dir, clock, log, pid, isAlive: (it) => alive.has(it) });
  const path = join(folder, "speaking.json");
  const held = () => JSON.parse(Deno.readTextFileSync(path));
  const acquire = (it: FileLock, jobId: string) => {
    const state = { isGranted: false, leave: () => {} };
    const holder = { jobId, text: "Hello. ".repeat(100), durationS: 40 };
    state.leave = it.acquire(holder, () => state.isGranted = true);
    return state;
  };
  return { clock, log, alive, path, held, one: lock(1), two: lock(2), lock, acquire };
}

Deno.test("of two processes one speaks, and then the other", async () => {
  await using temp = await tempFolder();
  const { clock, held, one, two, acquire } = rig(temp.path);
  const [a, b] = [acquire(one, "aaaaaaaa"), acquire(two, "bbbbbbbb")];
  // Nobody is told before he has been given the way to leave.
  assertEquals([a.isGranted, b.isGranted], [false, false]);
  clock.runUntil(1);
  assertEquals([a.isGranted, b.isGranted], [true, false]);
  const { speaking, job_id, pid, text, acquired_at, duration_sec } = held();
  assertEquals([speaking, job_id, pid, text.length, typeof acquired_at, duration_sec], [
    ...[true, "aaaaaaaa", 1, 200, "number", 40],
  ]);
  a.leave();
  clock.runUntil(2);
  assertEquals([b.isGranted, held().pid], [true, 2]);
  b.leave();
  b.leave();
  assertEquals([...Deno.readDirSync(temp.path)], []);
});

Deno.test("only who holds it gives it back, by process and by job", async () => {
  await using temp = await tempFolder();
  const { clock, held, one, two, acquire } = rig(temp.path);
  acquire(one, "aaaaaaaa");
  clock.runUntil(1);
  assertEquals(two.release("aaaaaaaa"), false);
  assertEquals(one.release("bbbbbbbb"), false);
  assertEquals(held().job_id, "aaaaaaaa");
  assertEquals(one.release("aaaaaaaa"), true);
  assertEquals(one.release("aaaaaaaa"), false);
});

Deno.test("the lock of a dead process, of a forgetful one, or of nobody is taken", async () => {
  await using temp = await tempFolder();
  const { clock, alive, path, held, one, two, acquire } = rig(temp.path);
  acquire(one, "aaaaaaaa");
  clock.runUntil(1);
  alive.delete(1);
  const b = acquire(two, "bbbbbbbb");
  clock.runUntil(2);
  assertEquals([b.isGranted, held().pid], [true, 2]);
  alive.add(1);
  // A minute longer than its text takes to say.
  const c = acquire(one, "cccccccc");
  clock.runUntil(100);
  assertEquals(c.isGranted, false);
  clock.runUntil(103);
  assertEquals([c.isGranted, held().pid], [true, 1]);
  // Of somebody who does not say how long: longer than any text takes to say.
  Deno.writeTextFileSync(path, JSON.stringify({ ...held(), duration_sec: undefined }));
  const d = acquire(two, "dddddddd");
  clock.runUntil(2800);
  assertEquals(d.isGranted, false);
  clock.runUntil(2900);
  assertEquals([d.isGranted, held().pid], [true, 2]);
  for (const broken of ["", "{", "null", "[]", '{"pid": "1"}', " ".repeat(10_000)]) {
    Deno.writeTextFileSync(path, broken);
    const it = acquire(two, "dddddddd");
    clock.runUntil(clock.now() + 1);
    assertEquals([broken.slice(0, 20), it.isGranted], [broken.slice(0, 20), true]);
    it.leave();
  }
});

Deno.test("who stops waiting is never told, and a folder that cannot be written silences nobody", async () => {
  await using temp = await tempFolder();
  const { clock, log, one, two, lock, acquire } = rig(temp.path);
  acquire(one, "aaaaaaaa");
  clock.runUntil(1);
  const b = acquire(two, "bbbbbbbb");
  clock.runUntil(2);
  b.leave();
  one.release("aaaaaaaa");
  clock.runUntil(10);
  assertEquals(b.isGranted, false);
  const file = join(temp.path, "file");
  Deno.writeTextFileSync(file, "");
  const nowhere = lock(1, file);
  for (const jobId of ["cccccccc", "dddddddd"]) {
    const it = acquire(nowhere, jobId);
    clock.runUntil(clock.now() + 1);
    assert(it.isGranted);
    it.leave();
  }
  assertEquals(log.of("no speaking lock can be had").length, 1);
});

Deno.test("two servers that share a folder never play at the same time", async () => {
  await using temp = await tempFolder();
  const { clock, log } = rig(temp.path);
  const lock = (pid: number) =>
    new FileLock({ folder: temp.path, clock, log, pid, isAlive: () => true });
  const rigs = [1, 2].map((pid) => voiceRig({ clock, lock: lock(pid) }));
  let most = 0;
  const look = () => {
    most = Math.max(most, rigs.filter(({ voice }) => voice.playing !== null).length);
    if (clock.now() < 60) clock.after(0.05, look);
  };
  look();
  const jobs = rigs.flatMap(({ speak }) => [1, 2, 3].map((n) => speak(null, `Sentence ${n}.`)));
  const [stopped] = jobs.splice(5);
  clock.runUntil(clock.now() + 1);
  rigs[1]!.voice.stop({ jobId: stopped!.id });
  clock.runUntil(clock.now() + 60);
  assertEquals([most, jobs.map(({ route }) => route)], [1, jobs.map(() => "played")]);
  assertEquals([stopped!.route, [...Deno.readDirSync(temp.path)]], [null, []]);
});

Deno.test("a process that runs is told from one that has ended, where Deno may look", async () => {
  const module = new URL("./speaking_lock.ts", import.meta.url);
  const code = `import { isProcessAlive } from ${JSON.stringify(module)};
    const child = new Deno.Command("deno", { args: ["--version"], stdout: "null" }).spawn();
    await child.status;
    console.log(isProcessAlive(Deno.pid), isProcessAlive(child.pid), isProcessAlive(-1));`;
  const { stdout } = await new Deno.Command("deno", { args: ["eval", code] }).output();
  assertEquals(new TextDecoder().decode(stdout), "true false false\n");
  // Here it may not: whoever cannot be looked for runs.
  assert(isProcessAlive(Deno.pid));
  assertEquals(isProcessAlive(-1), false);
});
