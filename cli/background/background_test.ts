import { assertEquals, assertRejects } from "@std/assert";
import { HeadwayError, VirtualClock } from "../../runtime/mod.ts";
import { octal } from "../../serve/home.ts";
import { filesBelow, tempFolder } from "../../tests/support/temp_folder.ts";
import { endProcess, runningServer, stopServer } from "./control.ts";
import { beganOf, type Processes } from "./processes.ts";
import { parseReady, readyText } from "./ready.ts";
import { readRunNote, type RunNote, writeRunNote } from "./run_file.ts";

const NOTE: RunNote = {
  pid: 4242,
  began: "1000",
  boot: "b00t",
  urls: { main: "http://127.0.0.1:1318" },
  settings: { port: "0" },
};

/** Processes by id; one ends at the signal whose number in order is named. */
function machine(running: Record<number, string>, endsAtSignal: number) {
  const clock = new VirtualClock();
  const signals: string[] = [];
  const signalled = Promise.withResolvers<void>();
  const processes: Processes = {
    began: (pid) => Promise.resolve(running[pid] ?? null),
    signal(pid, name) {
      signals.push(`${name} ${pid}`);
      signalled.resolve();
      if (signals.length === endsAtSignal) delete running[pid];
      return Promise.resolve(true);
    },
    holders: () => Promise.resolve({ named: [], hiddenUids: [] }),
  };
  return { clock, processes, signals, signalled: signalled.promise };
}

Deno.test("the note about a server comes back, for its owner only, or not at all", async () => {
  await using temp = await tempFolder();
  assertEquals(await readRunNote(temp.path), null);
  await writeRunNote(temp.path, NOTE);
  assertEquals(await readRunNote(temp.path), NOTE);
  const path = `${temp.path}/run/server.json`;
  assertEquals(octal((await Deno.stat(path)).mode!), "0600");
  for (const text of ["", "{", "null", "[]", '{"pid":1}', '{"pid":"4242"}', '{"pid":-1}']) {
    await Deno.writeTextFile(path, text);
    assertEquals(await readRunNote(temp.path), null, text);
  }
  const texts = JSON.stringify({ ...NOTE, pid: 0 });
  await Deno.writeTextFile(path, texts);
  assertEquals(await readRunNote(temp.path), null);
});

Deno.test("a server that ends when it is asked gets one signal", async () => {
  await using temp = await tempFolder();
  await writeRunNote(temp.path, NOTE);
  const { clock, processes, signals, signalled } = machine({ 4242: "1000" }, 1);
  const stopping = stopServer({ home: temp.path, clock, processes });
  await signalled;
  await clock.settle(6);
  assertEquals((await stopping)?.pid, 4242);
  assertEquals(signals, ["TERM 4242"]);
  assertEquals(await filesBelow(temp.path), []);
});

Deno.test("a process that took the id of one that is gone is left alone", async () => {
  await using temp = await tempFolder();
  await writeRunNote(temp.path, NOTE);
  const { clock, processes, signals } = machine({ 4242: "2000" }, 1);
  const background = { home: temp.path, clock, processes };
  assertEquals(await runningServer(background), null);
  assertEquals(await filesBelow(temp.path), [], "the note is of no use any more");
  await writeRunNote(temp.path, NOTE);
  assertEquals(await stopServer(background), null);
  await endProcess(background, NOTE);
  assertEquals(signals, []);
});

Deno.test("a server that does not end is asked again, and then not asked", async () => {
  const { clock, processes, signals } = machine({ 4242: "1000" }, 3);
  const ending = endProcess({ home: "", clock, processes }, NOTE);
  await clock.settle(4.9);
  assertEquals(signals, ["TERM 4242"]);
  await clock.settle(5.9);
  assertEquals(signals, ["TERM 4242", "TERM 4242"]);
  await clock.settle(10);
  await ending;
  assertEquals(signals.at(-1), "KILL 4242");
});

Deno.test("a process that nothing ends is named", async () => {
  const { clock, processes } = machine({ 4242: "1000" }, 99);
  const ending = assertRejects(
    () => endProcess({ home: "", clock, processes }, NOTE),
    HeadwayError,
    "process 4242 did not end",
  );
  await clock.settle(20);
  await ending;
});

Deno.test("beganOf finds the time in a line whose name means harm", () => {
  const rest = (state: string) =>
    `${state} 1 1 1 0 -1 4194560 1 0 0 0 1 1 0 0 20 0 1 0 1526312 1000 100`;
  assertEquals(beganOf(`42 (deno) ${rest("S")}`), "1526312");
  assertEquals(beganOf(`42 (a) R 1 (b) ${rest("S")}`), "1526312");
  assertEquals(beganOf(`42 (deno) ${rest("Z")}`), null);
  assertEquals(beganOf(""), null);
});

Deno.test("what a server says when it is ready is understood, and not before it is whole", () => {
  const server = { boot: "b00t", httpUrl: "http://127.0.0.1:5", controlUrl: "http://127.0.0.1:6" };
  const text = readyText(server, "/home/me/.headway/logs/server.log");
  assertEquals(parseReady(text), {
    boot: "b00t",
    urls: { main: "http://127.0.0.1:5", control: "http://127.0.0.1:6" },
  });
  // The last character is the end of its line: without it the text may go on.
  for (let end = 0; end < text.length; end++) assertEquals(parseReady(text.slice(0, end)), null);
  assertEquals(parseReady("headway: port 1 is taken\n"), null);
  const alone = parseReady(readyText({ ...server, controlUrl: null }, "/l"));
  assertEquals(Object.keys(alone!.urls), ["main"]);
});
