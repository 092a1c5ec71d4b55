/** `node-pty` as other systems than Linux have it, through the terminal host. */
import { assert, assertEquals } from "@std/assert";
import { TerminalRig } from "../../tests/support/terminal_rig.ts";

Deno.test("the library itself runs programs: output, codes, input, sizes, ends", async () => {
  await using rig = await TerminalRig.open({ backend: "library" });
  const run = await rig.start(
    "stty size; trap 'stty size' WINCH; echo ready; read -r a; echo [$a]; seq 1 20000; exit 7",
    { cols: 90, rows: 20 },
  );
  await run.until("ready");
  await rig.terminals.resize(run.id, 100, 30);
  // A shell that reads minds the new size after the line.
  await run.type("größer\r");
  await run.until("30 100");
  await run.until("19999");
  assertEquals(await run.exit, { code: 7, signal: null });
  assert(run.text.startsWith("20 90\r\n") && run.text.includes("[größer]"), run.text.slice(0, 99));
  const other = await rig.start("echo ready; sleep 300");
  await other.until("ready");
  const third = await rig.start("ls -l /proc/self/fd; echo; echo end");
  await third.until("end");
  assert(!third.text.includes("ptmx"), third.text);
  await rig.terminals.close(other.id);
  assertEquals((await other.exit).signal, 1);
});
