/** The server's side of the conversation with the host, and the host's own, in memory. */
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { HeadwayError, Rng, VirtualClock } from "../../runtime/mod.ts";
import { newPtyId } from "../../server/tasks/ids.ts";
import { FakePtyBackend, MemorySinks } from "../../server/tasks/terminal/fake_backend.ts";
import {
  TerminalGoneError,
  TerminalLimitError,
  TerminalSet,
  type TerminalSpec,
} from "../../server/tasks/terminal/mod.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import type { HostHandler, StartHost } from "./host_process.ts";
import { openTerminals } from "./open_terminals.ts";
import { encodeFrame, FrameReader } from "./pty_frames.ts";
import { PtyHostServer } from "./pty_host_server.ts";
import type { Leader } from "./system_processes.ts";

/** Hosts in memory: the host's own code, on programs that the test plays. */
function world() {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  const hosts: { readonly backend: FakePtyBackend; readonly crash: () => void }[] = [];
  const swept: Leader[][] = [];
  const startHost: StartHost = (handler: HostHandler) => {
    const backend = new FakePtyBackend();
    let isOver = false;
    const [toHost, toServer] = [new FrameReader(), new FrameReader()];
    const set = new TerminalSet({
      ...{ clock, backend, processes: backend, openSink: new MemorySinks().openSink },
      maxTerminals: 2,
      onGone: (id) => host.gone(id),
    });
    const host: PtyHostServer = new PtyHostServer({
      terminals: set,
      clock,
      endLeftovers: (leaders) => {
        swept.push([...leaders]);
        return Promise.resolve(leaders.length);
      },
      send: (frame) => {
        if (isOver) return;
        for (const got of toServer.push(encodeFrame(frame))) handler.onFrame(got);
      },
    });
    const end = (reason: string) => {
      isOver = true;
      host.end();
      handler.onEnd(reason);
    };
    hosts.push({ backend, crash: () => end("it was ended by SIGKILL") });
    queueMicrotask(() =>
      handler.onFrame({ kind: "message", value: { ev: "ready", backend: "fake", reason: null } })
    );
    return {
      pid: 99,
      send: (frame) => {
        if (!isOver) { for (const got of toHost.push(encodeFrame(frame))) host.receive(got); }
      },
      end: async () => {
        await set.closeAll();
        end("it ended with 0");
      },
      kill: () => end("it was ended by SIGKILL"),
    };
  };
  const terminals = openTerminals({ clock, log, maxTerminals: 2, startHost });
  const rng = new Rng(1);
  const spec = (): TerminalSpec => ({
    ...{ id: newPtyId(rng), label: "test", argv: ["bash"], cwd: "/", env: {}, cols: 80, rows: 24 },
    ...{ files: null, secrets: [] },
  });
  return { clock, log, hosts, swept, terminals, spec };
}

function collect(terminals: ReturnType<typeof world>["terminals"], spec: TerminalSpec) {
  const events: string[] = [];
  const end = terminals.subscribe(spec.id, 0, (event) => {
    if (event.kind === "output") events.push(new TextDecoder().decode(event.bytes));
    else events.push(`<${event.kind}>`);
  });
  return { events, end };
}

Deno.test("no host is started before a terminal is wanted, and then one", async () => {
  const { hosts, terminals, spec } = world();
  assertEquals([hosts.length, terminals.list(), terminals.backend], [0, [], null]);
  await Promise.all([terminals.create(spec()), terminals.create(spec())]);
  assertEquals([hosts.length, terminals.list().length, terminals.backend], [1, 2, "fake"]);
  await assertRejects(() => terminals.create(spec()), TerminalLimitError, "Maximum 2");
  await terminals.shutdown();
});

Deno.test("what is asked of a terminal reaches it, and what it does is told", async () => {
  const { clock, hosts, terminals, spec } = world();
  const own = spec();
  await terminals.create(own);
  const { events } = collect(terminals, own);
  const program = hosts[0]!.backend.programs[0]!;
  program.write("hello");
  await terminals.input(own.id, new TextEncoder().encode("ls\r"));
  await terminals.resize(own.id, 100, 30);
  assertEquals([program.typed, program.sizes, terminals.get(own.id)?.cols], [
    "ls\r",
    [[100, 30]],
    100,
  ]);
  terminals.beginGrace(own.id, 10);
  assertEquals(terminals.get(own.id)?.graceEndsAt, 10);
  await clock.settle(9);
  assertEquals((await terminals.snapshot(own.id)).paint, "hello");
  await clock.settle(11);
  await terminals.close(own.id);
  assertEquals(events, ["hello", "<resized>", "<grace>", "<exited>", "<closed>"]);
  assertEquals(terminals.get(own.id), undefined);
  await terminals.shutdown();
});

Deno.test("a flood comes whole to who takes it, and stops when nobody follows", async () => {
  const { hosts, terminals, spec } = world();
  const own = spec();
  await terminals.create(own);
  const { events, end } = collect(terminals, own);
  const program = hosts[0]!.backend.programs[0]!;
  const piece = "x".repeat(10_000);
  for (let i = 0; i < 500; i++) program.write(piece);
  assertEquals(events.join("").length, 5_000_000);
  end();
  program.write(piece);
  assertEquals(events.join("").length, 5_000_000);
  // The screen reads in turns of its own: all of it, before the test ends.
  await terminals.snapshot(own.id);
  await terminals.shutdown();
});

Deno.test("a host that dies closes its terminals, what they left is swept, and another one starts", async () => {
  const { clock, log, hosts, swept, terminals, spec } = world();
  const own = spec();
  const { pid, pidStart } = await terminals.create(own);
  const { events } = collect(terminals, own);
  hosts[0]!.backend.programs[0]!.isReading = false;
  const typing = assertRejects(
    () => terminals.input(own.id, new Uint8Array(10)),
    TerminalGoneError,
    "SIGKILL",
  );
  await clock.settle(1);
  hosts[0]!.crash();
  await typing;
  assertEquals([events, terminals.list()], [["<closed>"], []]);
  assertThrows(() => terminals.subscribe(own.id, 0, () => {}), TerminalGoneError);
  await clock.settle(2);
  assertEquals(swept, [[{ id: own.id, pid, pidStart: pidStart! }]]);
  await terminals.create(spec());
  assertEquals(hosts.length, 2);
  assertEquals(log.lines.map(({ event }) => event), [
    "the terminal host has ended, and all terminals with it",
  ]);
  await terminals.shutdown();
});

Deno.test("over a megabyte of input is refused before it is sent", async () => {
  const { hosts, terminals, spec } = world();
  const own = spec();
  await terminals.create(own);
  const program = hosts[0]!.backend.programs[0]!;
  program.isReading = false;
  const first = terminals.input(own.id, new Uint8Array(2 ** 20)).catch(() => {});
  await assertRejects(() => terminals.input(own.id, new Uint8Array(1)), HeadwayError, "wait");
  await terminals.shutdown();
  await first;
});

Deno.test("a follower that fails does not disturb the others", async () => {
  const { log, hosts, terminals, spec } = world();
  const own = spec();
  await terminals.create(own);
  terminals.subscribe(own.id, 0, () => {
    throw new Error("oops");
  });
  const { events } = collect(terminals, own);
  hosts[0]!.backend.programs[0]!.write("hello");
  assertEquals(events, ["hello"]);
  assertEquals(log.lines.map(({ level }) => level), ["error"]);
  await terminals.shutdown();
});

Deno.test("a host that is not ready in time is ended, and whoever asked hears of it", async () => {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  let kills = 0;
  const terminals = openTerminals({
    ...{ clock, log, maxTerminals: 1 },
    startHost: (handler) => ({
      pid: 1,
      send: () => {},
      end: () => Promise.resolve(),
      kill: () => {
        kills++;
        handler.onEnd("it was ended by SIGKILL");
      },
    }),
  });
  const creating = assertRejects(() => terminals.create(world().spec()), HeadwayError, "not ready");
  await clock.settle(31);
  await creating;
  assertEquals(kills, 1);
});

Deno.test("after a shutdown nothing is started", async () => {
  const { terminals, spec } = world();
  await terminals.shutdown();
  await assertRejects(() => terminals.create(spec()), HeadwayError, "shutting down");
});
