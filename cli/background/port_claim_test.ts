import { assertEquals, assertRejects } from "@std/assert";
import { UsageError, VirtualClock } from "../../runtime/mod.ts";
import type { Health } from "../../server/health.ts";
import type { Background } from "./control.ts";
import type { Holder, Holders } from "./holders.ts";
import { endHolders, heldError, type Holding, holdingOf, judge } from "./port_claim.ts";
import type { RunNote } from "./run_file.ts";

const NOTE: RunNote = {
  pid: 4242,
  began: "1000",
  boot: "b00t",
  urls: { main: "http://127.0.0.1:1318" },
  settings: {},
};
const HOLDER: Holder = {
  pid: 77,
  began: "2000",
  command: "python3 -m http.server",
  isServe: false,
  spared: null,
};
const SERVER: Holder = { ...HOLDER, command: "deno run cli/main.ts serve", isServe: true };
const NOBODY: Holders = { named: [], hiddenUids: [] };

const only = (...named: Holder[]): Holders => ({ named, hiddenUids: [] });
const answer = (pid?: number, boot = "other"): Health => ({
  app: "headway",
  boot,
  ...(pid !== undefined && { pid }),
});

/** What a look at port 1318 finds. */
function look(
  { note = null, health = null, isTaken = true, holders = NOBODY, host, port = 1318 }: {
    note?: RunNote | null;
    health?: Health | null;
    isTaken?: boolean;
    holders?: Holders | null;
    host?: string;
    port?: number;
  },
): Promise<Holding> {
  return holdingOf({ host: host ?? "127.0.0.1", port }, note, {
    health: () => Promise.resolve(health),
    isTaken: () => isTaken,
    holders: () => holders === null ? Promise.reject(new Error("asked")) : Promise.resolve(holders),
  });
}

/** Processes that end at once when they are told to. */
function machine(began: Record<number, string>) {
  const signals: string[] = [];
  const clock = new VirtualClock();
  const background: Background = {
    home: "",
    clock,
    processes: {
      began: (pid) => Promise.resolve(began[pid] ?? null),
      signal(pid, name) {
        signals.push(`${name} ${pid}`);
        delete began[pid];
        return Promise.resolve(true);
      },
      holders: () => Promise.resolve(NOBODY),
    },
  };
  const end = async (holding: Holding, isForced: boolean) => {
    const ending = endHolders(background, holding, { port: 1318, isForced });
    const ended = ending.then((holders) => holders.map(({ pid }) => pid));
    await Promise.all([ended.catch(() => {}), clock.settle(clock.now() + 5)]);
    return await ended;
  };
  return { end, signals };
}

Deno.test("the system is asked only about a port that somebody else may hold", async () => {
  const holders = null;
  assertEquals(await look({ port: 0, holders }), { type: "free" });
  assertEquals(await look({ isTaken: false, holders }), { type: "free" });
  assertEquals(await look({ note: NOTE, holders }), { type: "ours" }, "it hangs");
  assertEquals(await look({ note: NOTE, health: answer(1, "b00t"), holders }), { type: "ours" });
});

Deno.test("our own server is known by its process wherever it listens", async () => {
  const ours = only({ ...SERVER, pid: 4242, began: "1000" });
  const note = { ...NOTE, urls: {} };
  assertEquals(await look({ note, health: answer(4242, "b00t"), holders: ours }), { type: "ours" });
  assertEquals(await look({ note, holders: ours }), { type: "ours" });
  const copied = await look({ note, health: answer(4242, "b00t"), holders: only(HOLDER) });
  assertEquals(copied.type, "foreign", "anybody can copy what our server says");
  const reused = only({ ...SERVER, pid: 4242, began: "3000" });
  assertEquals((await look({ note, holders: reused })).type, "foreign");
});

Deno.test("our own server that hangs does not hold its port at another address", async () => {
  const ours: Holder = { ...SERVER, pid: 4242, began: "1000" };
  for (const host of ["10.0.0.1", "::1", "localhost", "0.0.0.0"]) {
    const at = (holders: Holders, health: Health | null = null) =>
      look({ note: NOTE, host, health, holders });
    assertEquals((await at(only(HOLDER))).type, "foreign", host);
    assertEquals((await at(only(HOLDER), answer(4242, "b00t"))).type, "foreign", "a copied answer");
    assertEquals((await at(only(HOLDER, ours))).type, "foreign", "both would be in the way");
    assertEquals(await at(only(ours)), { type: "ours" }, "it listens there, too");
  }
  const six = { ...NOTE, urls: { main: "http://[::1]:1318" } };
  assertEquals(await look({ note: six, host: "::1", holders: null }), { type: "ours" });
});

Deno.test("a Headway server is what answers as one and is the process that the system names", () => {
  const type = (health: Health | null, holders: Holders) => judge(health, holders, null).type;
  assertEquals(type(answer(77), only(SERVER)), "headway");
  assertEquals(type(answer(77), only(HOLDER)), "headway", "started in a way of somebody's own");
  assertEquals(type(answer(), only(SERVER)), "headway", "tells its process to nobody");
  assertEquals(type(answer(), only(HOLDER)), "foreign", "as a tunnel to one does");
  assertEquals(type(answer(78), only(HOLDER)), "foreign", "names a bystander");
  assertEquals(type(answer(78), only(SERVER)), "foreign");
  assertEquals(type(null, only(SERVER)), "foreign", "does not answer");
  assertEquals(type(answer(77), NOBODY), "foreign", "nobody is named");
  assertEquals(type(answer(77), only(SERVER, { ...SERVER, pid: 78 })), "foreign", "two");
  assertEquals(type(answer(77), { named: [SERVER], hiddenUids: [33] }), "foreign");
  assertEquals(type(answer(77), only({ ...SERVER, spared: "another-user" })), "foreign");
  assertEquals(type(answer(77), only({ ...SERVER, spared: "above-us" })), "foreign");
});

Deno.test("who holds the port is told as the system names it", () => {
  const told = (health: Health | null, holders: Holders) =>
    heldError(judge(health, holders, null), 1318)?.message;
  assertEquals(
    told(answer(77), only(SERVER)),
    "a Headway server that is not this home folder's holds port 1318, " +
      "process 77 (deno run cli/main.ts serve); headway restart replaces it; " +
      "or choose another port with --port",
  );
  assertEquals(
    told(null, only(HOLDER)),
    "port 1318 is held by process 77 (python3 -m http.server), which does not answer as Headway; " +
      "stop it, or choose another with --port; headway restart --force ends it",
  );
  assertEquals(
    told(answer(78), only(HOLDER)),
    "port 1318 is held by process 77 (python3 -m http.server), " +
      "which answers as Headway, but says that it is process 78; " +
      "stop it, or choose another with --port; headway restart --force ends it",
  );
  assertEquals(
    told(null, { named: [], hiddenUids: [33] }),
    "port 1318 is held by a process of user 33 that the system does not show, " +
      "which does not answer as Headway; stop it, or choose another with --port",
  );
  assertEquals(
    told(null, NOBODY),
    "port 1318 is held by a process that the system does not show, " +
      "which does not answer as Headway; stop it, or choose another with --port",
  );
  assertEquals(heldError({ type: "free" }, 1318), null);
  assertEquals(heldError({ type: "ours" }, 1318), null);
});

Deno.test("restart ends a Headway server, and others only with --force", async () => {
  const headway = judge(answer(77), only(SERVER), null);
  const liar = judge(answer(78), only(HOLDER), null);
  const silent = judge(null, only(HOLDER, { ...HOLDER, pid: 79, began: "4000" }), null);
  const { end, signals } = machine({ 77: "2000", 78: "2000", 79: "4000" });
  assertEquals(await end({ type: "free" }, true), []);
  assertEquals(await end({ type: "ours" }, true), []);
  for (const foreign of [liar, silent]) {
    await assertRejects(() => end(foreign, false), UsageError, "--force ends it");
  }
  assertEquals(signals, []);
  assertEquals(await end(headway, false), [77]);
  assertEquals(signals, ["TERM 77"]);

  const second = machine({ 77: "2000", 78: "2000", 79: "4000" });
  assertEquals(await second.end(liar, true), [77]);
  assertEquals(second.signals, ["TERM 77"], "the process that it names is none of ours");
  const third = machine({ 77: "2000", 79: "4000" });
  assertEquals(await third.end(silent, true), [77, 79]);
  assertEquals(third.signals, ["TERM 77", "TERM 79"]);
});

Deno.test("no process is ended that has the id of the one that held the port", async () => {
  const { end, signals } = machine({ 77: "9999" });
  await end(judge(answer(77), only(SERVER), null), false);
  await end(judge(null, only(HOLDER), null), true);
  assertEquals(signals, []);
});

Deno.test("--force ends nobody who is another user's, above us or not to be seen", async () => {
  const { end, signals } = machine({ 77: "2000" });
  const cases: [Holders, string][] = [
    [NOBODY, "the system does not show the process"],
    [{ named: [HOLDER], hiddenUids: [33] }, "the system does not show the process"],
    [only({ ...HOLDER, spared: "another-user" }), "another user's"],
    [only({ ...HOLDER, spared: "above-us" }), "below which this command runs"],
    [only(HOLDER, { ...HOLDER, pid: 1, spared: "above-us" }), "below which this command runs"],
  ];
  for (const [holders, why] of cases) {
    for (const health of [null, answer(77), answer(78)]) {
      await assertRejects(() => end(judge(health, holders, null), true), UsageError, why);
    }
  }
  assertEquals(signals, []);
});
