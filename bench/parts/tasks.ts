/**
 * Terminals of agent tasks: whether one that floods delays the server, whether it loses anything, what
 * many short tasks leave behind, and how soon a late viewer has a screen.
 *
 * @module
 */
import { WallClock } from "../../runtime/mod.ts";
import { Child } from "../child.ts";
import type { Figure, PartOptions, PartResult } from "../figures.ts";
import type { Many, Opened, Started, TerminalsQuestion } from "../roles/terminals.ts";
import { quantileOf } from "../rounds.ts";

const ROLE = new URL("../roles/terminals.ts", import.meta.url);
const CAP_BYTES = 10 * 2 ** 20;
const REQUESTS = 800;
/** Between two requests, seconds: other people's, not a load. */
const PAUSE_S = 0.005;
/** Of other requests while a terminal floods, ms. */
const REQUEST_GOAL = { most: 10 };
const SHORT_TASKS = 1000;
const SNAPSHOTS = 50;
/** Of the screen of a late viewer, ms; a part of what a page has for its first paint. */
const SNAPSHOT_GOAL = { most: 150 };

const clock = new WallClock();

/** Measures terminals. */
export async function tasksPart({ say }: PartOptions): Promise<PartResult> {
  const folder = await Deno.makeTempDir({ prefix: "headway-bench-" });
  try {
    await using server = Child.deno(ROLE);
    const ask = <Answer>(question: TerminalsQuestion) => server.ask<Answer>(question);
    const { url } = await ask<Opened>({ do: "open", folder });
    const figures: Figure[] = [];
    say("other requests, nothing else");
    figures.push(...requestFigures("on an idle server", await requests(url)));
    for (const watched of [false, true]) {
      const what = watched ? "while a followed terminal floods" : "while a terminal floods";
      say(`other requests ${what}`);
      const { id } = await ask<Started>({
        ...{ do: "start", command: "yes 'a line of a flood'", name: `flood-${watched}` },
        ...{ capBytes: CAP_BYTES, watched },
      });
      figures.push(...requestFigures(what, await requests(url), REQUEST_GOAL));
      await ask({ do: "close", id });
    }
    say("a flood, byte by byte");
    figures.push(...await floodFigures(ask, folder));
    say(`${SHORT_TASKS} short tasks`);
    figures.push(...await growthFigures(ask));
    say("snapshots");
    figures.push(...await snapshotFigures(ask));
    return { figures, notes: [] };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

type Ask = <Answer>(question: TerminalsQuestion) => Promise<Answer>;

function figure(
  name: string,
  value: number,
  unit: string,
  goal: Figure["goal"] = null,
): Figure {
  return { part: "tasks", name, value, unit, goal, ratio: null };
}

/** How long requests take that have nothing to do with terminals, ms. */
async function requests(url: string): Promise<number[]> {
  const times: number[] = [];
  for (let i = -50; i < REQUESTS; i++) {
    const startS = clock.now();
    const response = await fetch(`${url}/healthz`);
    await response.text();
    if (i >= 0) times.push((clock.now() - startS) * 1000);
    await clock.sleep(PAUSE_S);
  }
  return times;
}

function requestFigures(what: string, times: readonly number[], goal: Figure["goal"] = null) {
  return [
    figure(`other requests ${what}, p50`, quantileOf(times, 0.5), "ms"),
    figure(`other requests ${what}, p99`, quantileOf(times, 0.99), "ms", goal),
  ];
}

async function floodFigures(ask: Ask, folder: string): Promise<Figure[]> {
  const last = 2_000_000;
  const startS = clock.now();
  const { id } = await ask<Started>({
    ...{ do: "start", command: `seq 1 ${last}`, name: "seq", capBytes: CAP_BYTES, watched: false },
  });
  await ask({ do: "end", id });
  const tookS = clock.now() - startS;
  const expected = new TextEncoder().encode(
    Array.from({ length: last }, (_, i) => `${i + 1}\r\n`).join(""),
  );
  const kept = await Deno.readFile(`${folder}/seq.log`);
  const lost = expected.subarray(0, CAP_BYTES).reduce(
    (sum, byte, i) => sum + (kept[i] === byte ? 0 : 1),
    0,
  );
  return [
    figure("a flood, kept and recorded", expected.length / 1e6 / tookS, "MB/s"),
    figure("bytes of it lost or wrong, up to the cap of 10 MiB", lost, "bytes", { most: 0 }),
  ];
}

/** What a process has: descriptors, memory, children that live. */
async function sizeOf(pid: number): Promise<{ fds: number; rssMiB: number; children: number }> {
  const text = async (command: string, ...args: string[]) => {
    const { stdout } = await new Deno.Command(command, { args, stderr: "null" }).output();
    return new TextDecoder().decode(stdout);
  };
  const status = await text("cat", `/proc/${pid}/status`);
  const children = await text("cat", `/proc/${pid}/task/${pid}/children`);
  return {
    fds: (await text("ls", `/proc/${pid}/fd`)).trim().split("\n").length,
    rssMiB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? NaN) / 1024,
    children: children.trim() === "" ? 0 : children.trim().split(" ").length,
  };
}

async function growthFigures(ask: Ask): Promise<Figure[]> {
  const fifty = await ask<Many>({ do: "many", count: 50, atOnce: 50 });
  const holder = await ask<Started>({
    ...{ do: "start", command: "read -r", name: "holder", capBytes: 0, watched: false },
  });
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${holder.pid}/status`] })
    .output();
  const host = Number(/PPid:\s+(\d+)/.exec(new TextDecoder().decode(stdout))?.[1]);
  const warm = await ask<Many>({ do: "many", count: 300, atOnce: 8 });
  const before = await sizeOf(host);
  const short = await ask<Many>({ do: "many", count: SHORT_TASKS, atOnce: 8 });
  // What has ended can be followed for five seconds more, and is kept for that long.
  await clock.sleep(6);
  const after = await sizeOf(host);
  await ask({ do: "close", id: holder.id });
  return [
    figure("50 programs at once, start to end of all", fifty.tookS * 1000, "ms"),
    figure(
      `${SHORT_TASKS} short tasks, eight at a time, each`,
      short.tookS / SHORT_TASKS * 1000,
      "ms",
    ),
    figure(
      "short tasks whose output or code was wrong",
      fifty.wrong + warm.wrong + short.wrong,
      "tasks",
      { most: 0 },
    ),
    figure("descriptors more after them", after.fds - before.fds, "", { most: 0 }),
    figure("processes more after them", after.children - before.children, "", { most: 0 }),
    figure("memory of the terminal host, before", before.rssMiB, "MiB"),
    figure("memory of the terminal host, after", after.rssMiB, "MiB"),
  ];
}

async function snapshotFigures(ask: Ask): Promise<Figure[]> {
  // Ten thousand coloured lines behind it, and more while it is looked at.
  const command =
    "for i in $(seq 1 10000); do printf '\\e[3%dmline %d\\e[0m some more text\\r\\n' " +
    "$((i % 8)) $i; done; while :; do printf 'more '; sleep 0.01; done";
  const { id } = await ask<Started>({
    ...{ do: "start", command, name: "screen", capBytes: CAP_BYTES, watched: false },
  });
  await clock.sleep(2);
  const { timesMs } = await ask<{ timesMs: number[] }>({ do: "snapshots", id, count: SNAPSHOTS });
  const [first = NaN, ...later] = timesMs;
  await ask({ do: "close", id });
  return [
    figure("screen for the first late viewer, 10 000 lines behind it", first, "ms", SNAPSHOT_GOAL),
    figure("screen for later ones, p99", quantileOf(later, 0.99), "ms", SNAPSHOT_GOAL),
  ];
}
