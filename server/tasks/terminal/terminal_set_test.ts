import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { HeadwayError, Rng, VirtualClock } from "../../../runtime/mod.ts";
import { newPtyId, type PtyId } from "../ids.ts";
import { readCast } from "./asciicast.ts";
import { TERMINAL_MARK } from "./backend.ts";
import { TerminalGoneError, TerminalLimitError } from "./errors.ts";
import { FakePtyBackend, MemorySinks } from "./fake_backend.ts";
import { TerminalSet, type TerminalSetOptions } from "./terminal_set.ts";
import type { TerminalEvent, TerminalSpec } from "./terminals.ts";

function world(options: Partial<TerminalSetOptions> = {}) {
  const clock = new VirtualClock();
  const backend = new FakePtyBackend();
  const sinks = new MemorySinks();
  const gone: PtyId[] = [];
  const troubles: string[] = [];
  const set = new TerminalSet({
    ...{ clock, backend, processes: backend, openSink: sinks.openSink, maxTerminals: 2 },
    onGone: (id) => gone.push(id),
    onTrouble: (_, what) => troubles.push(what),
    ...options,
  });
  const rng = new Rng(1);
  const spec = (over: Partial<TerminalSpec> = {}): TerminalSpec => ({
    ...{ id: newPtyId(rng), label: "test", argv: ["bash"], cwd: "/", env: { TERM: "xterm" } },
    ...{ cols: 80, rows: 24, files: null, secrets: [] },
    ...over,
  });
  const start = async (over: Partial<TerminalSpec> = {}) => {
    const info = await set.create(spec(over));
    return { id: info.id, info, program: backend.programs.at(-1)! };
  };
  return { clock, backend, sinks, set, spec, start, gone, troubles };
}

const FILES = {
  ...{ transcriptPath: "t", recordingPath: "r", transcriptCapBytes: 1000 },
  ...{ title: "title", command: "agent" },
};

function collect(set: TerminalSet, id: PtyId, fromSeq = 0) {
  const events: TerminalEvent[] = [];
  const end = set.subscribe(id, fromSeq, (event) => events.push(event));
  const text = () =>
    events.map((it) => it.kind === "output" ? new TextDecoder().decode(it.bytes) : `<${it.kind}>`)
      .join("");
  return { events, text, end };
}

Deno.test("what a program writes is followed, kept and recorded, with secrets masked in all three", async () => {
  const { clock, set, sinks, start } = world();
  const { id, program } = await start({ files: FILES, secrets: ["hunter22"] });
  const { text } = collect(set, id);
  await clock.settle(0.001);
  program.write("the password is hun");
  program.write("ter22\r\n");
  await clock.settle(1);
  set.mark(id, "step");
  program.exit(3);
  await clock.settle(2);
  assertEquals(text(), "the password is ********\r\n<exited><closed>");
  assertEquals(sinks.text("t"), "the password is ********\r\n");
  const { header, events } = readCast(sinks.text("r"));
  assertEquals([header.title, header.command], ["title", "agent"]);
  assertEquals(events.map(({ code, data }) => [code, data]), [
    ["o", "the password is ********\r\n"],
    ["m", "step"],
    ["x", "3"],
  ]);
  assertEquals(sinks.open.size, 0);
});

Deno.test("a recording's title, command and labels hold no secret either", async () => {
  const { clock, set, sinks, start } = world();
  const files = { ...FILES, title: "use hunter22, please", command: "agent --key=hunter22" };
  const { id, program } = await start({ files, secrets: ["hunter22"] });
  set.mark(id, "with hunter22");
  program.exit(0);
  await clock.settle(1);
  const { header, events } = readCast(sinks.text("r"));
  assertEquals([header.title, header.command], ["use ********, please", "agent --key=********"]);
  assertEquals(events[0]?.data, "with ********");
});

Deno.test("a program has the environment that it was given, and the mark of its terminal", async () => {
  const { start } = world();
  const { id, program } = await start({ env: { A: "1" } });
  assertEquals(program.order.env, { A: "1", [TERMINAL_MARK]: id });
});

Deno.test("only so many may be there; grace does not count, and it ends by itself", async () => {
  const { clock, set, start, spec } = world();
  const first = await start();
  await start();
  await assertRejects(
    () => set.create(spec()),
    TerminalLimitError,
    "Maximum 2 concurrent sessions",
  );
  const { text } = collect(set, first.id);
  set.beginGrace(first.id, 300);
  await clock.settle(10);
  assertEquals(set.get(first.id)?.graceEndsAt, 300);
  await start();
  await assertRejects(() => set.create(spec()), TerminalLimitError);
  // Neither a second call nor a viewer makes it longer.
  set.beginGrace(first.id, 900);
  set.touch(first.id);
  await clock.settle(299);
  assertEquals(first.program.signals, []);
  await clock.settle(301);
  assertEquals([text(), set.get(first.id)], ["<grace><exited><closed>", undefined]);
});

Deno.test("many who ask at once do not get more than there may be", async () => {
  const { set, spec } = world({ maxTerminals: 3 });
  const asked = await Promise.allSettled(Array.from({ length: 20 }, () => set.create(spec())));
  assertEquals(asked.filter(({ status }) => status === "fulfilled").length, 3);
});

Deno.test("closing waits for no fixed time, and ends what is left of the session", async () => {
  const { clock, set, backend, start, gone } = world();
  const { id, info, program } = await start();
  const closed = Promise.all([set.close(id), set.close(id)]);
  await closed;
  assertEquals(clock.now(), 0);
  assertEquals([program.signals[0], program.isReleased], ["SIGHUP", true]);
  assertEquals([backend.endedSessions, gone, set.list()], [[info.pid], [id], []]);
  await set.close(id);
});

Deno.test("a program that survives the hang-up is ended by force after three seconds", async () => {
  const { clock, set, start } = world();
  const { id, program } = await start();
  program.endsAtHangUp = false;
  let isClosed = false;
  const closing = set.close(id).then(() => isClosed = true);
  await clock.settle(2.99);
  assertEquals([isClosed, program.signals], [false, ["SIGHUP", "SIGCONT"]]);
  await clock.settle(3);
  await closing;
  assertEquals([clock.now(), program.signals.at(-1)], [3, "SIGKILL"]);
});

Deno.test("a program that nothing ends is given up, and its followers are told", async () => {
  const { clock, set, start, backend } = world();
  const { id, program } = await start();
  program.endsAtHangUp = false;
  backend.signal = () => {};
  const { text } = collect(set, id);
  const closing = set.close(id);
  await clock.settle(4.1);
  await closing;
  assertEquals([text(), set.list()], ["<exited><closed>", []]);
});

Deno.test("what the session left is ended when the leader ends by itself, too", async () => {
  const { clock, set, backend, start, gone } = world();
  const { id, info, program } = await start();
  program.exit(0);
  await clock.settle(0.1);
  assertEquals([backend.endedSessions, gone, set.get(id)], [[info.pid], [id], undefined]);
});

Deno.test("one that ended before anybody followed it can be followed for a moment", async () => {
  const { clock, set, start } = world();
  const { id, program } = await start();
  program.write("last words");
  program.exit(127);
  await clock.settle(0.1);
  assertEquals(set.list(), []);
  const late = collect(set, id);
  await clock.settle(4.9);
  assertEquals(late.text(), "last words<exited><closed>");
  await clock.settle(5.2);
  assertThrows(() => set.subscribe(id, 0, () => {}), TerminalGoneError);
});

Deno.test("all are closed at a shutdown", async () => {
  const { set, start, gone } = world();
  await start();
  await start();
  await set.closeAll();
  assertEquals([gone.length, set.list().length], [2, 0]);
});

Deno.test("one that is just being started is ended by a shutdown, too", async () => {
  const { clock, backend, set, spec, gone } = world();
  const spawn = backend.spawn.bind(backend);
  const slow = Promise.withResolvers<void>();
  backend.spawn =
    ((...order: Parameters<typeof spawn>) =>
      slow.promise.then(() => spawn(...order))) as unknown as typeof spawn;
  const creating = set.create(spec());
  const closing = set.closeAll();
  await assertRejects(() => set.create(spec()), HeadwayError, "being closed");
  await clock.settle(1);
  slow.resolve();
  const { id } = await creating;
  await clock.settle(2);
  await closing;
  assertEquals([gone, set.list(), backend.programs[0]?.signals[0]], [[id], [], "SIGHUP"]);
});

Deno.test("input, sizes and subscriptions of none are refused; the rest does nothing", async () => {
  const { clock, set, start } = world();
  const { id, program } = await start();
  await set.input(id, new TextEncoder().encode("ls\r"));
  await set.resize(id, 100, 30);
  assertEquals([program.typed, program.sizes, set.get(id)?.cols], ["ls\r", [[100, 30]], 100]);
  for (const [cols, rows] of [[1, 24], [80, 0], [1001, 24], [80, 501], [NaN, 24], [80.5, 24]]) {
    await assertRejects(() => set.resize(id, cols!, rows!), HeadwayError, "is no size");
  }
  program.exit(0);
  await clock.settle(0.1);
  await assertRejects(() => set.input(id, new Uint8Array(1)), TerminalGoneError);
  await assertRejects(() => set.resize(id, 80, 24), TerminalGoneError);
  await assertRejects(() => set.snapshot(id), TerminalGoneError);
  await clock.settle(6);
  assertThrows(() => set.subscribe(id, 0, () => {}), TerminalGoneError);
  set.mark(id, "x");
  set.touch(id);
  set.beginGrace(id, 1);
  await set.close(id);
});

Deno.test("a terminal that nobody attends to is closed after its time, whatever it writes", async () => {
  const { clock, set, start } = world({ idleS: 5000 });
  const [silent, watched] = [await start(), await start()];
  for (let s = 0; s < 8000; s += 100) {
    await clock.settle(s);
    silent.program.write(".");
    set.touch(watched.id);
  }
  assertEquals([set.get(silent.id), set.get(watched.id)?.id], [undefined, watched.id]);
  await set.closeAll();
});

Deno.test("files that cannot be opened are told of, and the program runs without", async () => {
  const { clock, set, start, troubles } = world({
    openSink: () => {
      throw new Error("read-only");
    },
  });
  const { id, program } = await start({ files: FILES });
  const { text } = collect(set, id);
  program.write("hello");
  await clock.settle(0.1);
  assertEquals([troubles, text()], [["the transcript", "the recording"], "hello"]);
});

Deno.test("a prompt that may begin a secret is shown a moment later", async () => {
  const { clock, set, start } = world();
  const { id, program } = await start({ secrets: ["$ecret-of-mine"] });
  const { text } = collect(set, id);
  program.write("~ $");
  await clock.settle(0.02);
  assertEquals(text(), "~ ");
  await clock.settle(0.04);
  assertEquals(text(), "~ $");
});

Deno.test("a program that asks gets an answer, whoever looks", async () => {
  const { clock, set, start } = world();
  const { id, program } = await start();
  program.write("\x1b[5;7H\x1b[6n\x1b[c\x1b]11;?\x07\x1b[21t");
  await set.snapshot(id);
  await clock.settle(0.1);
  assertEquals(program.typed, "\x1b[5;7R\x1b[?1;2c");
});

Deno.test("a snapshot shows all output so far, and says where it ends", async () => {
  const { set, start } = world({ ringBytes: 4096 });
  const { id, program } = await start({ cols: 40, rows: 5 });
  for (let i = 0; i < 5000; i++) program.write(`line ${i}\r\n`);
  const { cols, rows, paint, seq } = await set.snapshot(id);
  assertEquals([cols, rows, seq], [40, 5, set.get(id)?.seq]);
  assert(paint.includes("line 4999"));
  assert(!paint.includes("line 3000\r\n"));
});

Deno.test("an empty program and an id that is there are refused", async () => {
  const { set, spec, start } = world();
  await assertRejects(() => set.create(spec({ argv: [] })), HeadwayError, "needs a program");
  const { id } = await start();
  await assertRejects(() => set.create(spec({ id })), HeadwayError, "already");
});
