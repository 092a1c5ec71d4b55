/** What the recipes for many machines tell machines to run does what the page says. */
import { assert, assertEquals } from "@std/assert";
import { commands } from "../cli/commands.ts";
import { dispatch } from "../cli/dispatch.ts";
import { testContext } from "./support/cli_context.ts";
import { tempFolder } from "./support/temp_folder.ts";
import { assertSameReports } from "./support/without_timing.ts";

/** Scenarios that stand for all: the recipes name none. */
const FEW = ["healthy-stream", "overload", "knob-storm", "idle-pause"];
const FAST = ["--fidelity", "timing", "--jobs", "1"];

async function headway(args: readonly string[], env: Record<string, string> = {}): Promise<number> {
  return await dispatch(args, testContext({ env }), { commands, version: "1.2.3" });
}

function read(path: string): Promise<string> {
  return Deno.readTextFile(new URL(`../${path}`, import.meta.url));
}

/** The arguments of a manifest's container, as a list. */
async function argsOf(manifest: string, container: string): Promise<string[]> {
  const text = await read(`deploy/many-machines/${manifest}`);
  const [, args] = new RegExp(`- name: ${container}\\n[^]*?args:\\s*(\\[[^\\]]*\\])`).exec(text)!;
  // A list over several lines may end with a comma.
  return JSON.parse(args!.replace(/,\s*\]$/, "]"));
}

/** `deno task scenario …` is `headway scenario …`, and `deno task headway …` is `headway …`. */
function withoutTask(args: readonly string[]): string[] {
  return args[0] === "headway" ? args.slice(1) : [...args];
}

async function whole(out: string): Promise<void> {
  assertEquals(await headway(["scenario", ...FEW, ...FAST, "--out", out]), 0);
}

Deno.test("the pods of the Indexed Job and the job that joins them make the whole report", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const placed = (args: readonly string[], index = "") =>
    withoutTask(args).map((arg) =>
      arg.replace("$(JOB_COMPLETION_INDEX)", index).replace(/^\/reports/, path)
    );
  const job = await read("deploy/many-machines/scenarios-job.yaml");
  const completions = Number(/completions: (\d+)/.exec(job)![1]);
  assert(job.includes("completionMode: Indexed"));
  const pod = await argsOf("scenarios-job.yaml", "scenarios");
  for (let i = 0; i < completions; i++) {
    const [command, ...args] = placed(pod, String(i));
    const code = await headway([command!, ...FEW, ...FAST, ...args], {
      JOB_COMPLETION_INDEX: String(i),
    });
    assertEquals(code, 0);
  }
  assertEquals(await headway(placed(await argsOf("merge-job.yaml", "merge"))), 0);
  await whole(`${path}/expected`);
  await assertSameReports(`${path}/whole`, `${path}/expected`);
});

Deno.test("the CI matrix of the page makes the whole report", async () => {
  await using folder = await tempFolder();
  const { path } = folder;
  const page = await read("docs/howto/many-machines.md");
  const [, yaml] = /```yaml\n([^]*?)```/.exec(page)!;
  const [shard, merge] = [...yaml!.matchAll(/deno@[\d.]+ task (.*)$/gm)].map(([, line]) => line!);
  const shards: number[] = JSON.parse(/shard: (\[.*\])/.exec(yaml!)![1]!);
  const words = (line: string) =>
    withoutTask(line.split(" ")).map((word) => word.replace(/^out\//, `${path}/`));
  for (const i of shards) {
    const [command, ...args] = words(shard!.replaceAll("${{ matrix.shard }}", String(i)));
    assertEquals(await headway([command!, ...FEW, ...FAST, ...args]), 0);
  }
  assertEquals(await headway(words(merge!)), 0);
  await whole(`${path}/expected`);
  await assertSameReports(`${path}/reports`, `${path}/expected`);
});

Deno.test("the workers' manifest starts a worker on the queue that stands beside it", async () => {
  const [command, ...flags] = withoutTask(await argsOf("workers.yaml", "worker"));
  const worker = commands.find(({ name }) => name === command)!;
  assert(flags.filter((it) => it.startsWith("--")).every((it) => it.slice(2) in worker.flags));
  const manifest = await read("deploy/many-machines/workers.yaml");
  const { hostname, port } = new URL(flags[1]!);
  assert(manifest.includes(`kind: Service\nmetadata:\n  name: ${hostname}\n`));
  assert(manifest.includes(`ports: [{ port: ${port} }]`));
});
