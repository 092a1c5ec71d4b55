/** Real programs on real terminals, through the terminal host. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import headless from "@xterm/headless";
import { HeadwayError } from "../../runtime/mod.ts";
import { readCast, TerminalLimitError } from "../../server/tasks/terminal/mod.ts";
import { TerminalRig } from "../../tests/support/terminal_rig.ts";

const CAP = 10 * 2 ** 20;

/** What `seq 1 last` writes on a terminal. */
function seqText(last: number): string {
  return Array.from({ length: last }, (_, i) => `${i + 1}\r\n`).join("");
}

Deno.test("every byte of a flood is in the transcript up to its cap, and the marker after it", async () => {
  await using rig = await TerminalRig.open();
  const run = await rig.start("seq 1 1400000", { files: rig.files("seq", CAP) });
  assertEquals(await run.exit, { code: 0, signal: null });
  await run.closed;
  const expected = new TextEncoder().encode(seqText(1_400_000).slice(0, CAP));
  const marker = new TextEncoder().encode(`\n[transcript truncated at ${CAP} bytes]\n`);
  const bytes = await rig.bytes("seq.log");
  assertEquals(bytes.length, CAP + marker.length);
  assertEquals(firstDifference(bytes, expected), -1);
  assertEquals(bytes.subarray(CAP), marker);
  if (Deno.build.os !== "windows") {
    const { mode } = await Deno.stat(`${rig.folder}/seq.log`);
    assertEquals((mode ?? 0) & 0o777, 0o600);
    assertEquals(((await Deno.stat(`${rig.folder}/seq.cast`)).mode ?? 0) & 0o777, 0o600);
  }
});

function firstDifference(bytes: Uint8Array, expected: Uint8Array): number {
  return expected.findIndex((byte, i) => bytes[i] !== byte);
}

Deno.test("exactly the cap is no cut, and one byte more is", async () => {
  await using rig = await TerminalRig.open();
  const [exact, more] = await Promise.all(
    [16, 17].map((length) =>
      rig.start(`printf %${length}s | tr ' ' x`, { files: rig.files(`cap${length}`, 16) })
    ),
  );
  await Promise.all([exact!.closed, more!.closed]);
  const text = async (name: string) => new TextDecoder().decode(await rig.bytes(name));
  assertEquals(await text("cap16.log"), "x".repeat(16));
  assertEquals(await text("cap17.log"), `${"x".repeat(16)}\n[transcript truncated at 16 bytes]\n`);
});

Deno.test("an exit code is told as it was, and a signal as a signal", async () => {
  await using rig = await TerminalRig.open();
  const runs = await Promise.all([
    ...[0, 1, 7, 255].map((code) => rig.start(`exit ${code}`)),
    ...["TERM", "KILL", "HUP"].map((name) => rig.start(`kill -${name} $$; sleep 60`)),
  ]);
  const exits = await Promise.all(runs.map(({ exit }) => exit));
  assertEquals(exits.slice(0, 4).map(({ code, signal }) => [code, signal]), [
    [0, null],
    [1, null],
    [7, null],
    [255, null],
  ]);
  assertEquals(exits.slice(4).map(({ signal }) => signal), [15, 9, 1]);
});

Deno.test("a program sees the size, each change of it, and so do the followers", async () => {
  await using rig = await TerminalRig.open();
  const run = await rig.start(
    "stty size; trap 'stty size' WINCH; echo ready; while :; do sleep 0.01; done",
    { cols: 90, rows: 20 },
  );
  await run.until("ready");
  await rig.terminals.resize(run.id, 111, 33);
  await run.until("33 111");
  assertEquals([run.text.startsWith("20 90"), run.sizes], [true, ["111x33"]]);
  assertEquals(rig.terminals.get(run.id)?.cols, 111);
  await rig.terminals.close(run.id);
});

Deno.test("a megabyte arrives whole at a program that reads late, and what is typed after it", async () => {
  await using rig = await TerminalRig.open();
  const run = await rig.start(
    "stty raw -echo; echo ready; sleep 0.4; head -c 1048576 | sha256sum; head -c 5; echo",
  );
  await run.until("ready");
  const bytes = Uint8Array.from({ length: 2 ** 20 }, (_, i) => 33 + (i * 7919 + (i >> 8)) % 90);
  const typing = rig.terminals.input(run.id, bytes);
  await assertRejects(() => run.type("no"), HeadwayError, "wait to be typed");
  await typing;
  await run.type("later");
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const hex = Array.from(new Uint8Array(digest), (it) => it.toString(16).padStart(2, "0")).join("");
  await run.until(hex);
  await run.until("later");
  assertEquals((await run.exit).code, 0);
});

Deno.test("no program has the terminals of others", async () => {
  await using rig = await TerminalRig.open();
  const first = await rig.start("echo ready; sleep 60");
  await first.until("ready");
  const second = await rig.start("ls -l /proc/self/fd; echo; ls -l /proc/$$/fd; echo end");
  await second.until("end");
  assert(second.text.includes("/dev/pts/"), second.text);
  assert(!second.text.includes("ptmx"), second.text);
  const own = new Set(second.text.match(/\/dev\/pts\/\d+/g));
  assertEquals(own.size, 1, second.text);
});

Deno.test("secrets are masked in output, transcript and recording, wherever the program stops", async () => {
  await using rig = await TerminalRig.open();
  const secret = "s3cret-t0ken-of-mine";
  const run = await rig.start(
    `for c in $(echo ${secret} | fold -w1); do printf %s $c; done; echo; ` +
      `printf %s ${secret.slice(0, 11)}; sleep 0.2; echo ${secret.slice(11)}; echo "[${secret}]"`,
    { files: rig.files("masked"), secrets: [secret] },
  );
  await run.closed;
  const stars = "*".repeat(secret.length);
  const transcript = new TextDecoder().decode(await rig.bytes("masked.log"));
  // Of one that comes slowly three bytes may be shown.
  const expected = [stars, `${secret.slice(0, 3)}${stars.slice(3)}`, `[${stars}]`];
  const lines = transcript.trimEnd().split("\r\n");
  assertEquals(lines.map((line) => line.length), expected.map((line) => line.length));
  for (
    const text of [run.text, transcript, new TextDecoder().decode(await rig.bytes("masked.cast"))]
  ) {
    assert(!text.includes(secret.slice(3)), text);
    assert(text.includes(`[${stars}]`), text);
  }
  assertEquals(run.text, transcript);
});

Deno.test("without secrets every byte is kept, text or not", async () => {
  await using rig = await TerminalRig.open();
  const run = await rig.start(
    "stty -opost; for i in $(seq 0 255); do printf \"\\\\x$(printf %x $i)\"; done; printf '\\xe2\\x82'; " +
      "sleep 0.1; printf '\\xac.'",
    { files: rig.files("bytes") },
  );
  await run.closed;
  const expected = [...Array.from({ length: 256 }, (_, i) => i), 0xe2, 0x82, 0xac, 0x2e];
  assertEquals([...await rig.bytes("bytes.log")], expected);
  assert(run.text.endsWith("€."));
  const { events } = readCast(new TextDecoder().decode(await rig.bytes("bytes.cast")));
  const recorded = events.filter(({ code }) => code === "o").map(({ data }) => data).join("");
  assert(recorded.endsWith("€."));
  assertEquals(events.at(-1), { ...events.at(-1)!, code: "x", data: "0" });
});

Deno.test("a late viewer of a full-screen program gets its screen at once", async () => {
  await using rig = await TerminalRig.open();
  const draw = [
    "\\e[?1049h\\e[2J\\e[H\\e[38;2;10;200;30mtitle\\e[0m",
    "\\e[5;20H┌────┐\\e[6;20H│ 漢字 │\\e[7;20H└────┘",
    "\\e[3;10r\\e[10;1Hscrolls\\r\\nscrolls\\r\\n\\e[r\\e[12;3H",
  ].join("");
  const run = await rig.start(`printf '${draw}'; printf ready; read -r`, { cols: 60, rows: 14 });
  await run.until("ready");
  const { cols, rows, paint, seq } = await rig.terminals.snapshot(run.id);
  assertEquals([cols, rows, seq], [60, 14, new TextEncoder().encode(run.text).length]);
  assertEquals(await cells(paint), await cells(run.text));
  await run.type("\r");
  await run.closed;
});

async function cells(text: string): Promise<string[]> {
  const terminal = new headless.Terminal({ cols: 60, rows: 14, allowProposedApi: true });
  await new Promise<void>((done) => terminal.write(text, done));
  const { active } = terminal.buffer;
  const lines = Array.from({ length: 14 }, (_, y) => {
    const line = active.getLine(active.viewportY + y)!;
    const colours = Array.from({ length: 60 }, (_, x) => line.getCell(x)!.getFgColor());
    return `${line.translateToString(false)} ${colours.join(",")}`;
  });
  terminal.dispose();
  return [...lines, `${active.cursorX},${active.cursorY} ${active.type}`];
}

Deno.test("a program that asks where the cursor is gets an answer, though nobody looks", async () => {
  await using rig = await TerminalRig.open();
  const info = await rig.terminals.create(
    rig.spec("stty raw -echo; printf '\\e[3;9H\\e[6n'; head -c 6 | od -c > answer; sleep 60"),
  );
  const follower = Promise.withResolvers<void>();
  rig.terminals.subscribe(info.id, Infinity, ({ kind }) => kind === "closed" && follower.resolve());
  const run = await rig.start(
    `until [ -s answer ]; do sleep 0.02; done; cat answer`,
  );
  await run.closed;
  assert(/033\s+\[\s+3\s+;\s+9\s+R/.test(run.text), run.text);
  await rig.terminals.close(info.id);
  await follower.promise;
});

Deno.test("more than may be there are refused, and a folder that is none", async () => {
  await using rig = await TerminalRig.open({ maxTerminals: 1 });
  await assertRejects(
    () => rig.terminals.create(rig.spec("true", { cwd: `${rig.folder}/nowhere` })),
    HeadwayError,
    "is no folder",
  );
  const run = await rig.start("echo ready; sleep 60");
  const refused = () => rig.terminals.create(rig.spec("true"));
  await assertRejects(refused, TerminalLimitError, "Maximum 1 concurrent sessions");
  rig.terminals.beginGrace(run.id, 300);
  const second = await rig.start("true");
  await second.closed;
  assertEquals(rig.terminals.list().map(({ id }) => id), [run.id]);
});

Deno.test("lists tell the program in the foreground, and how much it has written", async () => {
  await using rig = await TerminalRig.open();
  const run = await rig.start("printf 12345; read -r; echo", { argv: ["/bin/bash", "--norc"] });
  await run.type("sleep 60\r");
  await run.until("sleep 60");
  const seen = Promise.withResolvers<void>();
  const look = () => {
    if (rig.terminals.get(run.id)?.process === "sleep") seen.resolve();
    else timer = setTimeout(look, 50);
  };
  let timer = setTimeout(look, 0);
  await seen.promise;
  clearTimeout(timer);
  assert(rig.terminals.get(run.id)!.seq > 0);
  assertEquals(rig.terminals.backend, "lydell");
});
