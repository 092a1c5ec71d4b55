import { assertEquals } from "@std/assert";
import { Panes, type ProcessFact } from "./panes.ts";
import { ToldPanes } from "./told_panes.ts";

/** Panes %1 and %2 with the processes 10 and 20, agents below them, and what agents told. */
function world(chains: Readonly<Record<number, readonly number[]>>) {
  const state = { panes: ["%1 10", "%2 20"], foreground: (pid: number) => pid };
  const told = new ToldPanes();
  const fact = (pid: number, parent: number): ProcessFact => ({
    ...{ pid, parent, group: pid, foreground: state.foreground(pid), terminal: "1" },
    isStopped: false,
  });
  const panes = new Panes(
    {
      run: () => {
        const stdout = state.panes.map((it) => `${it} 0 0 0 0 \n`).join("");
        return Promise.resolve({ isOk: true, stdout });
      },
    },
    {
      chain: (pid) =>
        Promise.resolve((chains[pid] ?? []).map((it, i, all) => fact(it, all[i + 1] ?? 1))),
    },
    told,
  );
  const find = async (pid: number) => {
    const found = await panes.find(pid);
    if (found.kind !== "pane") return found.kind;
    return `${found.pane.id}${found.isForeground ? "" : " behind"}`;
  };
  return { find, panes, state, told };
}

Deno.test("what an agent told of its pane says in which of several its process is, and nothing else", async () => {
  const { find, panes, state, told } = world({ 100: [100, 20, 10], 101: [101, 10] });
  const pids = new Map([["one", 100], ["two", 101]]);
  told.setAgents(pids);
  assertEquals([await find(100), await find(101)], ["ambiguous", "%1"]);
  assertEquals([told.hear("one", "%2"), told.hear("one", "%2")], [true, false]);
  assertEquals(await find(100), "%2");
  assertEquals((await panes.findAll([100])).get(100)!.kind, "pane");
  // A pane that its process is not in, or that is gone, is not used: the word is of another tmux, or old.
  told.hear("two", "%2");
  assertEquals([await find(100), await find(101)], ["ambiguous", "%1"]);
  told.hear("one", "%9");
  assertEquals(await find(100), "ambiguous");
  told.hear("one", "%2");
  state.panes = ["%1 10"];
  assertEquals(await find(100), "%1");
  // Who has ended, or told of the end, is in no pane.
  state.panes = ["%1 10", "%2 20"];
  told.forget("one");
  assertEquals(await find(100), "ambiguous");
});

Deno.test("a pane that another agent has told of since, and runs in, has no keys for the first", async () => {
  const { find, state, told } = world({ 100: [100, 10], 101: [101, 100, 10], 102: [102, 20] });
  told.setAgents(new Map([["outer", 100], ["inner", 101], ["elsewhere", 102]]));
  told.hear("outer", "%1");
  assertEquals([await find(100), await find(101)], ["%1", "%1 behind"]);
  told.hear("inner", "%1");
  assertEquals([await find(100), await find(101)], ["%1 behind", "%1"]);
  // One that runs there, but has not the terminal, takes it from nobody.
  state.foreground = (pid) => pid === 101 ? 100 : pid;
  assertEquals(await find(100), "%1");
  state.foreground = (pid) => pid;
  // The pane of this name in another tmux is another one.
  told.hear("elsewhere", "%1");
  assertEquals([await find(100), await find(102)], ["%1", "%2"]);
  // Whoever has ended has it no more, and neither has a session that goes on in the same process.
  told.hear("inner", "%1");
  told.setAgents(new Map([["outer", 100]]));
  assertEquals(await find(100), "%1");
  told.setAgents(new Map([["cleared", 100]]));
  told.hear("cleared", "%1");
  assertEquals(await find(100), "%1");
});

Deno.test("of very many words about panes the newest are remembered", () => {
  const told = new ToldPanes();
  const pids = new Map(Array.from({ length: 300 }, (_, no) => [`s${no}`, 1000 + no]));
  told.setAgents(pids);
  for (let no = 0; no < 300; no++) told.hear(`s${no}`, `%${no}`);
  const known = [...pids.values()].filter((pid) => told.paneOf(pid) !== null);
  assertEquals([known.length, known[0]], [256, 1044]);
});
