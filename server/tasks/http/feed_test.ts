import { assert, assertEquals } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { ptyId } from "../../../tests/support/memory_tasks.ts";
import { TerminalWorld } from "../../../tests/support/terminal_world.ts";
import type { ScreenSnapshot } from "../terminal/terminals.ts";
import { Feed } from "./feed.ts";

/** A viewer that keeps what it gets. */
class Viewer {
  readonly got: string[] = [];
  text = "";
  nextSeq = 0;
  snapshots: ScreenSnapshot[] = [];
  hasRoom = true;
  readonly feed: Feed;

  constructor(world: TerminalWorld, windowBytes: number | null = null) {
    this.feed = new Feed(world.terminals, ptyId(1), {
      hasRoom: () => this.hasRoom,
      onSnapshot: (snapshot) => {
        this.snapshots.push(snapshot);
        this.text = "";
        this.nextSeq = snapshot.seq;
        this.got.push("snapshot");
      },
      onOutput: ({ text, seq, nextSeq }) => {
        assertEquals(seq, this.nextSeq, "output does not follow");
        this.text += text;
        this.nextSeq = nextSeq;
        this.got.push("output");
      },
      onEvent: ({ kind }) => this.got.push(kind),
      onFailure: (reason) => this.got.push(`failure: ${reason}`),
    }, windowBytes);
  }
}

/** Lets everything happen that is due, also on the screen, which reads in turns of its own. */
async function settle({ terminals }: TerminalWorld, clock: VirtualClock): Promise<void> {
  for (let turn = 0; turn < 2; turn++) {
    await clock.settle(clock.now());
    if (terminals.get(ptyId(1)) !== undefined) await terminals.snapshot(ptyId(1));
  }
  await clock.settle(clock.now());
}

async function world(ringBytes?: number) {
  const clock = new VirtualClock();
  const world = new TerminalWorld(clock, ringBytes === undefined ? {} : { ringBytes });
  const program = await world.task(1);
  return { clock, world, program };
}

Deno.test("a viewer goes on from what it has, and every viewer gets everything", async () => {
  const { clock, world: terminals, program } = await world();
  program.write("before ");
  const [late, first] = [new Viewer(terminals), new Viewer(terminals)];
  first.feed.start(0);
  late.nextSeq = 3;
  late.feed.start(3);
  await settle(terminals, clock);
  program.write("after");
  await settle(terminals, clock);
  assertEquals([first.text, late.text], ["before after", "ore after"]);
  for (const { feed } of [late, first]) feed.close();
  await terminals.terminals.closeAll();
});

Deno.test("without a place a viewer gets the screen, and what comes after it", async () => {
  const { clock, world: terminals, program } = await world();
  program.write("\x1b[2J\x1b[Hhello");
  const viewer = new Viewer(terminals);
  viewer.feed.start(null);
  await settle(terminals, clock);
  program.write(" world");
  await settle(terminals, clock);
  assertEquals(viewer.got, ["snapshot", "output"]);
  assert(viewer.snapshots[0]!.paint.includes("hello"));
  assertEquals(viewer.text, " world");
  viewer.feed.close();
  await terminals.terminals.closeAll();
});

Deno.test("who does not acknowledge gets its window, then the screen, and nothing queues up meanwhile", async () => {
  const { clock, world: terminals, program } = await world();
  const viewer = new Viewer(terminals, 65_536);
  viewer.feed.start(0);
  for (let i = 0; i < 24; i++) {
    program.write("x".repeat(65_536));
    await clock.settle(0);
  }
  // One message may be begun while there is room for a byte.
  assert(viewer.text.length <= 2 * 65_536, `${viewer.text.length}`);
  assertEquals(viewer.snapshots.length, 0);
  program.write("\x1b[2J\x1b[Hthe end");
  await settle(terminals, clock);
  viewer.feed.acknowledge(viewer.nextSeq);
  await settle(terminals, clock);
  assertEquals(viewer.snapshots.length, 1);
  assert(viewer.snapshots[0]!.paint.includes("the end"));
  assertEquals(viewer.nextSeq, terminals.terminals.get(ptyId(1))!.seq);
  viewer.feed.close();
  await terminals.terminals.closeAll();
});

Deno.test("a connection without room gets nothing until it has some", async () => {
  const { clock, world: terminals, program } = await world();
  const viewer = new Viewer(terminals);
  viewer.feed.start(0);
  viewer.hasRoom = false;
  program.write("waits");
  await settle(terminals, clock);
  assertEquals(viewer.text, "");
  viewer.hasRoom = true;
  viewer.feed.pump();
  assertEquals(viewer.text, "waits");
  viewer.feed.close();
  await terminals.terminals.closeAll();
});

Deno.test("a place that is gone from the ring, or never was, brings the screen", async () => {
  const { clock, world: terminals, program } = await world(1024);
  program.write("y".repeat(5000));
  program.write("\r\nlast");
  await settle(terminals, clock);
  for (const place of [10, 99_999_999]) {
    const viewer = new Viewer(terminals);
    viewer.nextSeq = place;
    viewer.feed.start(place);
    await settle(terminals, clock);
    program.write(".");
    await settle(terminals, clock);
    assert(viewer.snapshots.length > 0, `${place}`);
    assert(viewer.snapshots.at(-1)!.paint.includes("last"));
    viewer.feed.close();
  }
  await terminals.terminals.closeAll();
});

Deno.test("the end comes after the last output, and is the last news", async () => {
  const { clock, world: terminals, program } = await world();
  const viewer = new Viewer(terminals);
  viewer.feed.start(0);
  await settle(terminals, clock);
  program.write(new Uint8Array([0x6f, 0x6b, 0xe2, 0x82]));
  await settle(terminals, clock);
  assertEquals(viewer.text, "ok");
  program.exit(3);
  await settle(terminals, clock);
  assertEquals(viewer.text, "ok\ufffd");
  assertEquals(viewer.got.slice(-2), ["exited", "closed"]);
  const later = new Viewer(terminals);
  later.feed.start(0);
  await settle(terminals, clock);
  assertEquals(later.got.at(-1), "closed");
});

Deno.test("for a viewer that is behind no output is asked for until its screen is painted", async () => {
  const { clock, world: terminals, program } = await world();
  const asked: number[] = [];
  const { subscribe } = terminals.terminals;
  terminals.terminals.subscribe = (id, fromSeq, on) => {
    asked.push(fromSeq);
    return subscribe.call(terminals.terminals, id, fromSeq, on);
  };
  const viewer = new Viewer(terminals);
  viewer.feed.start(0);
  viewer.hasRoom = false;
  for (let i = 0; i < 40; i++) {
    program.write("x".repeat(65_536));
    await clock.settle(clock.now() + 0.01);
  }
  await settle(terminals, clock);
  assertEquals(asked, [0, Infinity]);
  // What happens beside output is told all the same, and once.
  program.exit(3);
  await settle(terminals, clock);
  assertEquals(viewer.got.filter((kind) => kind === "exited" || kind === "closed").length, 2);
  await terminals.terminals.closeAll();
});
