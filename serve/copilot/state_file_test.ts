import { assertEquals } from "@std/assert";
import type { AuditRow } from "../../server/copilot/audit.ts";
import { type CopilotKept, readKept } from "../../server/copilot/keep.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { tempFolder } from "../../tests/support/temp_folder.ts";
import { octal } from "../home.ts";
import { StateFiles } from "./state_file.ts";

const kept = (more: Partial<CopilotKept>): CopilotKept => ({ ...readKept(null), ...more });
const row = (reason: string): AuditRow => ({
  ...{ ts: "2026-10-01T12:00:00.000Z", session: "one", cursor: "0.1", origin: "autopilot" },
  ...{ action: "send", reason },
});

Deno.test("T50: what the copilot keeps is there for the next server, whole and for its owner only", async () => {
  await using folder = await tempFolder();
  const home = `${folder.path}/home`;
  const log = new MemoryLog();
  const files = new StateFiles(home, log);
  assertEquals(await files.load(), null);
  const ledger = { "1790812800000": { autopilot: 0.5, human: 1 } };
  for (const isHalted of [false, false, true]) files.save(kept({ isHalted, ledger }));
  await files.close();
  const path = `${home}/run/copilot.json`;
  assertEquals(readKept(await new StateFiles(home, log).load()), kept({ isHalted: true, ledger }));
  assertEquals(octal((await Deno.stat(path)).mode!), "0600");
  assertEquals([...Deno.readDirSync(`${home}/run`)].map(({ name }) => name), ["copilot.json"]);
  // What cannot be read halts the autopilot, and is told.
  Deno.writeTextFileSync(path, '{"isHalted": fal');
  assertEquals(readKept(await new StateFiles(home, log).load()).isHalted, true);
  assertEquals(log.lines.map(({ event }) => event), ["copilot not restored"]);
});

Deno.test("T48: rows about what was typed are appended, in two files of a bounded size", async () => {
  await using folder = await tempFolder();
  const files = new StateFiles(folder.path, new MemoryLog());
  for (const reason of ["confirmed", "unconfirmed"]) files.audit(row(reason));
  await files.close();
  const path = `${folder.path}/logs/copilot.ndjson`;
  const reasons = (path: string) =>
    Deno.readTextFileSync(path).trim().split("\n").map((line) => JSON.parse(line).reason);
  assertEquals(reasons(path), ["confirmed", "unconfirmed"]);
  Deno.writeTextFileSync(path, `${JSON.stringify(row("x".repeat(2 ** 22)))}\n`);
  files.audit(row("halted"));
  await files.close();
  assertEquals(reasons(path), ["halted"]);
  assertEquals((await Deno.stat(`${path}.1`)).size > 2 ** 22, true);
});

Deno.test("a copilot that may write nowhere works, and says so once", async () => {
  await using folder = await tempFolder();
  Deno.writeTextFileSync(`${folder.path}/file`, "");
  const log = new MemoryLog();
  const files = new StateFiles(`${folder.path}/file`, log);
  files.audit(row("confirmed"));
  files.save(kept({ isHalted: true }));
  await files.close();
  assertEquals(log.lines.map(({ event }) => event), ["copilot not kept"]);
  const none = new StateFiles(null, log);
  none.save(kept({}));
  await none.close();
  assertEquals(await none.load(), null);
});

Deno.test("what could not be written once is written again, and each failure after a success is told", async () => {
  await using folder = await tempFolder();
  const log = new MemoryLog();
  const home = `${folder.path}/home`;
  const files = new StateFiles(home, log);
  const save = async (isHalted: boolean) => {
    files.save(kept({ isHalted }));
    await files.close();
    return readKept(await files.load()).isHalted;
  };
  Deno.writeTextFileSync(home, "in the way");
  await save(false);
  await save(false);
  Deno.removeSync(home);
  assertEquals(await save(true), true);
  Deno.renameSync(`${home}/run`, `${home}/away`);
  Deno.writeTextFileSync(`${home}/run`, "in the way");
  await save(true);
  assertEquals(log.lines.filter(({ event }) => event === "copilot not kept").length, 2);
});

Deno.test("what could not be written is written at the end, if it can be by then", async () => {
  await using folder = await tempFolder();
  const home = `${folder.path}/home`;
  const told = Promise.withResolvers<void>();
  const files = new StateFiles(home, { warn: () => told.resolve() });
  Deno.writeTextFileSync(home, "in the way");
  files.save(kept({ isHalted: true }));
  await told.promise;
  Deno.removeSync(home);
  await files.close();
  assertEquals(readKept(await files.load()).isHalted, true);
});
