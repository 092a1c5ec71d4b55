/** The second choice, `script`, through the terminal host. */
import { assert, assertEquals } from "@std/assert";
import { processes, remaining } from "../../tests/support/process_table.ts";
import { TerminalRig } from "../../tests/support/terminal_rig.ts";

Deno.test("where node-pty cannot be used, script runs programs: output, codes, input, sizes", async () => {
  await using rig = await TerminalRig.open({ backend: "script" });
  const run = await rig.start(
    "stty size; trap 'stty size' WINCH; echo \"it's $0\"; read -r a; echo [$a]; seq 1 20000; exit 7",
    { cols: 90, rows: 20, files: rig.files("script") },
  );
  await run.until("it's");
  assertEquals(rig.terminals.backend, "script");
  await rig.terminals.resize(run.id, 100, 30);
  await run.type("typed\r");
  assertEquals(await run.exit, { code: 7, signal: null });
  await run.closed;
  assert(run.text.startsWith("20 90\r\n"), run.text.slice(0, 200));
  assert(run.text.includes("30 100\r\n") && run.text.includes("[typed]"), run.text.slice(0, 200));
  const transcript = new TextDecoder().decode(await rig.bytes("script.log"));
  assert(transcript.endsWith(Array.from({ length: 20_000 }, (_, i) => `${i + 1}\r\n`).join("")));
});

Deno.test("closing one that script runs ends its whole session", async () => {
  await using rig = await TerminalRig.open({ backend: "script", hangUpS: 0.2 });
  const run = await rig.start("trap '' HUP; sleep 300 & echo ready; sleep 301");
  await run.until("ready");
  const members = (await processes()).filter(({ session }) => session === run.info.pid)
    .map(({ pid }) => pid);
  assertEquals(members.length, 2);
  await rig.terminals.close(run.id);
  assertEquals(await remaining(members), []);
});
