import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Rng, VirtualClock } from "../../../runtime/mod.ts";
import { MemoryDisk } from "../../../tests/support/memory_disk.ts";
import { MemoryLog } from "../../../tests/support/memory_log.ts";
import { type MemoryTerminal, MemoryTerminals } from "../../../tests/support/memory_terminals.ts";
import { TaskError } from "../errors.ts";
import { DEFAULT_TASK_SETTINGS } from "../settings.ts";
import { copyLocal, InteractiveSessions, workspaceName } from "./interactive.ts";

const PROJECTS = "/home/me/tasks/projects";

/** Interactive agents in virtual time; `onCopy` is what the shell does about the copy. */
function interactiveWorld(onCopy: (terminal: MemoryTerminal, to: string) => void) {
  const clock = new VirtualClock();
  const disk = new MemoryDisk(clock);
  const terminals = new MemoryTerminals(clock);
  const typed: string[] = [];
  terminals.onTyped = (terminal) => {
    const line = terminal.typed.trim();
    terminal.typed = "";
    typed.push(line);
    const to = /^cp -R -- '[^']*' '([^']*)'/.exec(line)?.[1];
    // A terminal shows what is typed before anything comes of it.
    terminals.say(terminal.spec.id, `${line}\r\n`);
    if (to !== undefined) onCopy(terminal, to);
  };
  const sessions = new InteractiveSessions({
    ...{ disk, clock, terminals, projects: PROJECTS, copy: copyLocal, shell: ["/bin/bash"] },
    ...{ rng: new Rng(1), log: new MemoryLog(), settings: DEFAULT_TASK_SETTINGS },
    environment: { env: {}, secrets: [] },
  });
  const open = (args: Partial<Parameters<typeof sessions.open>[0]> = {}) =>
    sessions.open({ agent: "claude", prompt: "begin", workspacePath: "/srv/my project/", ...args });
  /** Lets time go on until it has come to something. */
  const settled = async <T>(work: Promise<T>, seconds: number) => {
    work.catch(() => {});
    await clock.settle(clock.now() + seconds);
    return await work;
  };
  const copied = (terminal: MemoryTerminal, to: string) => {
    disk.put(`${to}/readme`, "here");
    terminals.say(terminal.spec.id, "CODA_COPY_OK\r\n");
  };
  return { clock, disk, terminals, typed, sessions, open, settled, copied };
}

type World = ReturnType<typeof interactiveWorld>;

/** A world whose copies succeed. */
function goodWorld(): World {
  const world: World = interactiveWorld((terminal, to) => world.copied(terminal, to));
  return world;
}

Deno.test("a folder is copied, the agent started in it with its prompt, and the copy goes with the terminal", async () => {
  const world = goodWorld();
  const { ptyId, folder } = await world.settled(world.open({ prompt: "it's time" }), 1);
  assertEquals(folder, `${PROJECTS}/${ptyId}/my_project`);
  const [copy, launch] = world.typed;
  assertMatch(copy!, /^cp -R -- '\/srv\/my project\/' '.*my_project' && printf .* \|\| printf /);
  // What the terminal echoes of it is not taken for its outcome.
  assert(!copy!.includes("CODA_COPY_OK"));
  assertEquals([launch, world.typed.length], [`cd '${folder}' && claude 'it'\\''s time'`, 2]);
  const [terminal] = world.terminals.all;
  assertEquals([terminal!.spec.label, terminal!.spec.files], ["claude", null]);
  await world.terminals.close(ptyId);
  await world.clock.settle(world.clock.now() + 1);
  assertEquals(await world.disk.facts(`${PROJECTS}/${ptyId}`), null);
});

Deno.test("a copy that fails, takes too long or is empty leaves nothing, and starts no agent", async () => {
  const cases: [(world: World, terminal: MemoryTerminal) => void, RegExp][] = [
    [
      (world, { spec }) => world.terminals.say(spec.id, "CODA_COPY_FAILED\r\n"),
      /could not be copied/,
    ],
    [() => {}, /was not copied within 60 s/],
    [(world, { spec }) => world.terminals.say(spec.id, "CODA_COPY_OK\r\n"), /nothing in it/],
    [(world, { spec }) => void world.terminals.close(spec.id), /terminal was closed/],
  ];
  for (const [onCopy, says] of cases) {
    const world: World = interactiveWorld((terminal) => onCopy(world, terminal));
    const error = await assertRejects(() => world.settled(world.open(), 70), TaskError);
    assertMatch(error.message, says);
    await world.clock.settle(world.clock.now() + 1);
    assertEquals([world.typed.length, world.terminals.live.size], [1, 0]);
    assertEquals(await world.disk.list(PROJECTS), []);
  }
});

Deno.test("other agents are typed at when they have been quiet for a second", async () => {
  const world = goodWorld();
  const opening = world.open({ agent: "codex" });
  await world.clock.settle(world.clock.now() + 0.7);
  assertEquals(world.typed.length, 2);
  assertMatch(world.typed[1]!, /my_project' && codex$/);
  const [terminal] = world.terminals.all;
  for (let i = 0; i < 4; i++) {
    world.terminals.say(terminal!.spec.id, "loading\r\n");
    await world.clock.settle(world.clock.now() + 0.6);
    assertEquals(world.typed.length, 2);
  }
  await world.settled(opening, 2);
  assertEquals(world.typed[2], "begin");
});

Deno.test("an agent that never is quiet is typed at after five seconds", async () => {
  const world = goodWorld();
  const opening = world.open({ agent: "hermes" });
  await world.clock.settle(world.clock.now() + 0.5);
  const [terminal] = world.terminals.all;
  for (let i = 0; i < 14; i++) {
    world.terminals.say(terminal!.spec.id, "spin");
    await world.clock.settle(world.clock.now() + 0.4);
  }
  await world.settled(opening, 0.1);
  assertEquals(world.typed[2], "begin");
});

Deno.test("an agent that is none of these is told which there are", async () => {
  const world = goodWorld();
  const cases: [Parameters<World["open"]>[0], RegExp][] = [
    [
      { agent: "bash" },
      /there is no agent "bash"; choose one of claude, hermes, codex, gemini, opencode/,
    ],
    [{ workspacePath: "here" }, /absolute path/],
    [{ workspacePath: "/a\nb" }, /absolute path/],
    [{ prompt: "two\nlines" }, /one line of 1 to 3000/],
    [{ prompt: " " }, /one line/],
  ];
  for (const [args, says] of cases) {
    assertMatch((await assertRejects(() => world.open(args), TaskError)).message, says);
  }
  assertEquals([world.terminals.all.length, world.disk.folders.size], [0, 0]);
});

Deno.test("copies of a server before are removed at a start, and nothing else is", async () => {
  const world = goodWorld();
  const { ptyId } = await world.settled(world.open(), 1);
  const gone = "11111111-2222-4333-8444-555555555555";
  world.disk.put(`${PROJECTS}/${gone}/x/readme`, "");
  world.disk.put(`${PROJECTS}/of-mine/readme`, "");
  await world.sessions.sweep();
  assertEquals((await world.disk.list(PROJECTS)).toSorted(), [ptyId, "of-mine"].toSorted());
});

Deno.test("the copy has a name that is one, whatever the path", () => {
  const names = ["/a/b", "/a/b/", "/a/bä c", "/", "/..", "/a/.", "/a/.env"].map(workspaceName);
  assertEquals(names, ["b", "b", "b__c", "workspace", "workspace", "workspace", ".env"]);
});
