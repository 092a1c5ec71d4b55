/** How terminals end, and that nothing of them is left, as the table of processes shows it. */
import { assert, assertEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";
import { fileURLToPath } from "node:url";
import {
  descriptorsOf,
  processes,
  type ProcessLine,
  remaining,
} from "../../tests/support/process_table.ts";
import { TerminalRig, type TerminalRun } from "../../tests/support/terminal_rig.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";

/** Survives a hang-up, as do its children. */
const STUBBORN = "trap '' HUP; sleep 300 & sleep 301 & echo ready; sleep 302";

/** Forks twice and begins a session of its own, as daemons do. */
const DAEMON = `( ( setsid bash -c 'trap "" HUP; echo "daemon $$ is there"; sleep 303' & ) & )`;

/** The daemon of a program that has started one. */
async function daemonOf(run: TerminalRun): Promise<number> {
  await run.until("is there");
  return Number(/daemon (\d+) is there/.exec(run.text)![1]);
}

function membersOf(table: readonly ProcessLine[], run: TerminalRun): number[] {
  return table.filter(({ session }) => session === run.info.pid).map(({ pid }) => pid);
}

/** The process in which a terminal's program was started. */
function hostOf(table: readonly ProcessLine[], run: TerminalRun): number {
  return table.find(({ pid }) => pid === run.info.pid)!.parent;
}

Deno.test("closing ends a program that ignores the hang-up, with all that it has started", async () => {
  await using rig = await TerminalRig.open({ hangUpS: 0.2 });
  const run = await rig.start(STUBBORN);
  await run.until("ready");
  const members = membersOf(await processes(), run);
  assertEquals(members.length, 3);
  await rig.terminals.close(run.id);
  assertEquals([await remaining(members), rig.terminals.list()], [[], []]);
  assertEquals((await run.exit).signal, 9);
});

Deno.test("what a program left in the background is ended with it, however it ends", async () => {
  await using rig = await TerminalRig.open();
  const left =
    `(trap '' HUP; sleep 300) & (trap '' HUP; sleep 301) & ${DAEMON}; sleep 0.1; echo ready; read -r`;
  const [exits, killed] = [await rig.start(left), await rig.start(`${left}; sleep 300`)];
  await Promise.all([exits.until("ready"), killed.until("ready")]);
  const daemons = [await daemonOf(exits), await daemonOf(killed)];
  const table = await processes();
  for (const pid of daemons) assertEquals(table.find((it) => it.pid === pid)?.session, pid);
  const members = [...membersOf(table, exits), ...membersOf(table, killed), ...daemons];
  assert(members.length >= 8, `${members.length}`);
  await exits.type("\r");
  await rig.start(`kill -KILL ${killed.info.pid}`);
  assertEquals(await exits.exit, { code: 0, signal: null });
  assertEquals((await killed.exit).signal, 9);
  await Promise.all([exits.closed, killed.closed]);
  assertEquals(await remaining(members), []);
});

Deno.test("a server that is killed leaves no process, and the transcript to its last byte", async () => {
  await using folder = await tempFolder();
  const transcript = `${folder.path}/t.log`;
  const main = fileURLToPath(new URL("../../tests/support/terminals_main.ts", import.meta.url));
  const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-run=deno"];
  const server = new Deno.Command("deno", {
    args: ["run", "--quiet", "--no-prompt", ...permissions, main, transcript],
    stdout: "piped",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const said = JSON.parse((await lines.read()).value ?? "{}");
  const table = await processes();
  const host = table.find(({ pid }) => pid === said.leader)!.parent;
  server.kill("SIGKILL");
  await server.status;
  await lines.cancel();
  const all = [said.leader, said.background, host];
  assert(all.every((pid) => table.some((it) => it.pid === pid)), JSON.stringify(all));
  assertEquals(await remaining(all), []);
  assertEquals(
    await Deno.readTextFile(transcript),
    `background ${said.background}\r\nready\r\nhalf a line`,
  );
  await Deno.remove(said.folder, { recursive: true });
});

Deno.test("when the host dies all terminals are closed, nothing is left, and new ones can be made", async () => {
  await using rig = await TerminalRig.open();
  const [first, second] = [await rig.start(STUBBORN), await rig.start(STUBBORN)];
  await Promise.all([first.until("ready"), second.until("ready")]);
  const table = await processes();
  const members = [...membersOf(table, first), ...membersOf(table, second)];
  // The host may be gone before it can answer that the killer runs.
  await rig.start(`kill -KILL ${hostOf(table, first)}`).catch(() => {});
  await Promise.all([first.closed, second.closed]);
  assertEquals(rig.terminals.list(), []);
  const third = await rig.start("echo again");
  await third.closed;
  assertEquals(third.text, "again\r\n");
  assertEquals(await remaining(members), []);
  assertEquals(rig.log.lines.filter(({ level }) => level === "error").map(({ event }) => event), [
    "the terminal host has ended, and all terminals with it",
  ]);
});

Deno.test("what outlived an earlier server is ended only if it is what it was", async () => {
  await using rig = await TerminalRig.open();
  const run = await rig.start(`${DAEMON}; ${STUBBORN}`);
  await run.until("ready");
  const daemon = await daemonOf(run);
  const { id, pid, pidStart } = run.info;
  const members = [daemon, ...membersOf(await processes(), run)];
  const another = rig.spec("").id;
  assertEquals(await rig.terminals.sweepLeftovers([{ id: another, pid, pidStart: "1" }]), 0);
  assertEquals([daemon, ...membersOf(await processes(), run)], members);
  assert(await rig.terminals.sweepLeftovers([{ id, pid, pidStart: pidStart! }]) >= 1);
  assertEquals(await remaining(members), []);
  await run.closed;
});

Deno.test("fifty at once have their own output and code, and leave no descriptor", async () => {
  await using rig = await TerminalRig.open();
  const holder = await rig.start("echo ready; read -r");
  await holder.until("ready");
  const host = hostOf(await processes(), holder);
  const before = await descriptorsOf(host);
  const runs = await Promise.all(
    Array.from({ length: 50 }, (_, i) => rig.start(`seq ${i} 500; exit ${i}`)),
  );
  const exits = await Promise.all(runs.map(({ exit }) => exit));
  assertEquals(exits.map(({ code }) => code), Array.from({ length: 50 }, (_, i) => i));
  await Promise.all(runs.map(({ closed }) => closed));
  for (const [i, { text, gaps }] of runs.entries()) {
    const expected = Array.from({ length: 501 - i }, (_, k) => `${i + k}\r\n`).join("");
    assertEquals([text, gaps], [expected, 0]);
  }
  assertEquals((await descriptorsOf(host)).length, before.length);
  await rig.terminals.close(holder.id);
});

Deno.test("a shutdown ends all terminals and the host", async () => {
  const rig = await TerminalRig.open();
  const run = await rig.start("echo ready; sleep 300");
  await run.until("ready");
  const table = await processes();
  const all = [...membersOf(table, run), hostOf(table, run)];
  await rig[Symbol.asyncDispose]();
  assertEquals(await remaining(all), []);
  await run.closed;
});
