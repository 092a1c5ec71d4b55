import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
} from "@std/assert";
import { UsageError } from "../runtime/errors.ts";
import { MemoryFiles, noSpace } from "../tests/support/memory_files.ts";
import { sampleRun } from "../tests/support/sample_run.ts";
import { reportOf } from "./from_result.ts";
import { summarize } from "./summary.ts";
import { checkOut, writeCall, writeRun } from "./write.ts";

const run = sampleRun();
const report = reportOf(run);
const summary = summarize([report], { wallS: 1 });

Deno.test("a run leaves its files in a folder of its own, and nothing else", async () => {
  const disk = new MemoryFiles();
  await writeRun("out/deep", report, run, disk);
  await writeCall("out/deep", summary, [report], disk);
  assertEquals(disk.paths, [
    "out",
    "out/deep",
    "out/deep/healthy-stream",
    "out/deep/healthy-stream/buffer.wav",
    "out/deep/healthy-stream/junit.xml",
    "out/deep/healthy-stream/played.wav",
    "out/deep/healthy-stream/report.html",
    "out/deep/healthy-stream/report.json",
    "out/deep/healthy-stream/summary.md",
    "out/deep/healthy-stream/trace.ndjson",
    "out/deep/index.html",
    "out/deep/junit.xml",
    "out/deep/summary.json",
  ]);
  assertEquals(disk.text("out/deep/healthy-stream/trace.ndjson"), '{"t":0}\n{"t":1}\n');
  assertEquals(JSON.parse(disk.text("out/deep/summary.json")).runs[0].name, "healthy-stream");
  assertEquals(disk.text("out/deep/healthy-stream/played.wav").slice(0, 4), "RIFF");
});

Deno.test("a run takes away what an earlier one left and it does not make", async () => {
  const disk = new MemoryFiles();
  await writeRun("out", report, run, disk);
  disk.files.set("out/healthy-stream/notes.txt", new Uint8Array());
  const timing = sampleRun({ fidelity: "timing", played: null, buffer: null });
  await writeRun("out", reportOf(timing), timing, disk);
  assertEquals(disk.files.has("out/healthy-stream/played.wav"), false);
  assertEquals(disk.files.has("out/healthy-stream/notes.txt"), true);
});

Deno.test("wherever writing fails, nothing half-written is left and no empty folder", async () => {
  const operations: string[] = [];
  await writeRun("a/b", report, run, new MemoryFiles(["."], (op) => void operations.push(op)));
  for (let failing = 0; failing < operations.length; failing++) {
    if (operations[failing] === "remove") continue;
    let done = 0;
    const disk = new MemoryFiles(["."], () => {
      if (done++ === failing) throw noSpace();
    });
    const error = await assertRejects(() => writeRun("a/b", report, run, disk), UsageError);
    assertEquals(disk.paths, [], `operation ${failing}: ${operations[failing]}`);
    assertStringIncludes(error.message, "no space left on the device");
  }
});

Deno.test("a full disk spares the report of an earlier run", async () => {
  let isFull = false;
  const disk = new MemoryFiles(["."], (operation) => {
    if (isFull && operation === "write") throw noSpace();
  });
  await writeRun("out", report, run, disk);
  const before = disk.paths;
  isFull = true;
  await assertRejects(() => writeRun("out", report, run, disk), UsageError);
  assertEquals(disk.paths, before);
  assertEquals(JSON.parse(disk.text("out/healthy-stream/report.json")).seed, 1);
});

Deno.test("a place that cannot be written is one sentence that names it", async () => {
  const disk = new MemoryFiles(["."]);
  disk.files.set("taken", new Uint8Array());
  const error = await assertRejects(() => writeCall("taken", summary, [report], disk), UsageError);
  assertEquals(
    error.message,
    "cannot write reports to taken: part of the path is no folder; name another folder with --out",
  );
});

Deno.test("a name that would leave the folder is refused", async () => {
  const disk = new MemoryFiles();
  for (const scenario of ["../evil", "a/b", "", "."]) {
    await assertRejects(() => writeRun("out", { ...report, scenario }, run, disk), UsageError);
  }
  assertEquals(disk.paths, []);
});

Deno.test("on the real disk: written, written again, and refused below a device", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (let round = 0; round < 2; round++) {
      await writeRun(`${folder}/out`, report, run);
      await writeCall(`${folder}/out`, summary, [report]);
    }
    const names = [...Deno.readDirSync(`${folder}/out/healthy-stream`)].map(({ name }) => name);
    assertEquals(names.sort(), [...report.files].sort());

    await Deno.writeTextFile(`${folder}/file`, "");
    const refused = await assertRejects(() => writeRun(`${folder}/file/out`, report, run));
    assertInstanceOf(refused, UsageError);
    assert(!refused.message.includes("\n"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a folder that can be written is left as it was", async () => {
  const disk = new MemoryFiles();
  await checkOut("out/deep", disk);
  assertEquals(disk.paths, new MemoryFiles().paths);
});

Deno.test("a folder that cannot be written is refused before anything runs", async () => {
  const disk = new MemoryFiles(["."], () => {
    throw noSpace();
  });
  const error = await assertRejects(() => checkOut("out", disk), UsageError);
  assertStringIncludes(error.message, "no space left on the device");
});
