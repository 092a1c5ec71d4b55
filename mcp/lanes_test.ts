import { assertEquals, assertRejects } from "@std/assert";
import { ToolError } from "./errors.ts";
import { Lanes } from "./lanes.ts";

const OPTIONS = { what: "sound files are read", lanes: 2, mostWaiting: 2 };

/** Work that is done when it is told to. */
function works(lanes: Lanes) {
  const begun: number[] = [];
  const ends: PromiseWithResolvers<number>[] = [];
  const start = (id: number, signal: AbortSignal = new AbortController().signal) => {
    ends[id] = Promise.withResolvers<number>();
    return lanes.run(() => {
      begun.push(id);
      return ends[id]!.promise;
    }, signal);
  };
  return { begun, start, end: (id: number) => ends[id]!.resolve(id), ends };
}

/** Lets everything that waits for promises go on. */
const settle = async () => {
  for (let i = 0; i < 10; i++) await Promise.resolve();
};

Deno.test("Lanes does two pieces of work at a time, the others in their order", async () => {
  const lanes = new Lanes(OPTIONS);
  const { begun, start, end, ends } = works(lanes);
  const all = [0, 1, 2, 3].map((id) => start(id));
  await settle();
  assertEquals([begun, lanes.busy, lanes.waiting], [[0, 1], 2, 2]);
  end(1);
  assertEquals(await all[1], 1);
  await settle();
  assertEquals(begun, [0, 1, 2]);
  ends[0]!.reject(new Error("no such file"));
  await assertRejects(() => all[0]!, Error, "no such file");
  await settle();
  assertEquals(begun, [0, 1, 2, 3]);
  end(2);
  end(3);
  await Promise.all(all.slice(2));
  assertEquals([lanes.busy, lanes.waiting], [0, 0]);
});

Deno.test("Lanes refuses those for whom there is no room to wait", async () => {
  const lanes = new Lanes(OPTIONS);
  const { start, end } = works(lanes);
  const all = [0, 1, 2, 3].map((id) => start(id));
  await assertRejects(
    () => start(4),
    ToolError,
    "2 sound files are read already, and 2 wait; call again in a moment",
  );
  for (let id = 0; id < 4; id++) {
    await settle();
    end(id);
  }
  assertEquals(await Promise.all(all), [0, 1, 2, 3]);
});

Deno.test("Lanes lets go of work that is cancelled before its turn", async () => {
  const lanes = new Lanes(OPTIONS);
  const { begun, start, end } = works(lanes);
  const busy = [start(0), start(1)];
  const cancel = new AbortController();
  const waiting = [start(2, cancel.signal), start(3, AbortSignal.abort())];
  const last = start(4);
  const refused = waiting.map((it) => assertRejects(() => it, ToolError, "cancelled"));
  cancel.abort();
  await Promise.all(refused);
  assertEquals(lanes.waiting, 1);
  end(0);
  end(1);
  await Promise.all(busy);
  await settle();
  assertEquals(begun, [0, 1, 4]);
  end(4);
  await last;
  assertEquals(lanes.busy, 0);
});
