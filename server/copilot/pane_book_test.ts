import { assertEquals } from "@std/assert";
import { emptyCard } from "../../tests/support/cards.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { PaneBook, withPane } from "./pane_book.ts";
import { Panes } from "./panes.ts";

/** A book over panes with these processes, each the child of the process before it in a hundred. */
function world(panes: readonly number[]) {
  const state = { panes, isBroken: false };
  const asked: string[] = [];
  const changed: string[] = [];
  const log = new MemoryLog();
  const tmux = {
    run: (args: readonly string[]) => {
      asked.push(String(args[0]));
      if (state.isBroken) return Promise.reject(new Error("no such socket"));
      const stdout = state.panes.map((pid, i) => `%${i} ${pid} 0 0 0 0 \n`).join("");
      return Promise.resolve({ isOk: stdout !== "", stdout });
    },
  };
  const processes = {
    chain: (pid: number) => {
      asked.push(`chain of ${pid}`);
      const shared = { group: pid, foreground: pid, terminal: "1", isStopped: false };
      const parent = pid - pid % 100;
      return Promise.resolve([
        { pid, parent, ...shared },
        { pid: parent, parent: 1, ...shared },
      ]);
    },
  };
  const onChange = (id: string) => void changed.push(id);
  const book = new PaneBook({ panes: new Panes(tmux, processes), log, onChange });
  return { state, asked, changed, log, book };
}

Deno.test("a card says whether its agent is in a pane, by one look when its process comes", async () => {
  const { state, asked, changed, book } = world([100, 200]);
  const isShown = () => ["in", "out"].map((id) => withPane(emptyCard(id, ""), book).pane);
  book.setAgents(new Map([["in", 101], ["out", 301]]));
  assertEquals(isShown(), [false, false]);
  await book.settled();
  assertEquals(isShown(), [true, false]);
  assertEquals(changed, ["in"]);
  assertEquals(asked, ["list-panes", "chain of 101", "chain of 301"]);

  // Who is known already is not looked for again.
  book.setAgents(new Map([["in", 101], ["out", 301]]));
  await book.settled();
  assertEquals(asked.length, 3);
  // Whoever looks anyway tells, of the process that it is now.
  book.note("in", 999, { kind: "none" });
  assertEquals(isShown(), [true, false]);
  book.note("in", 101, { kind: "gone" });
  assertEquals([isShown(), changed], [[false, false], ["in", "in"]]);

  // Another process is looked for anew; one that has ended is in no pane.
  book.setAgents(new Map([["in", 301], ["out", 201]]));
  await book.settled();
  assertEquals(isShown(), [false, true]);
  book.setAgents(new Map());
  assertEquals(isShown(), [false, false]);

  // Of whom nothing was found is looked for again when it told where it is, and nobody else is.
  book.setAgents(new Map([["in", 301], ["out", 201]]));
  await book.settled();
  asked.length = 0;
  state.panes = [100, 200, 300];
  for (const id of ["in", "out", "nobody"]) book.lookAgain(id);
  await book.settled();
  assertEquals([asked, isShown()], [["list-panes", "chain of 301"], [true, true]]);

  // Without any pane nothing is looked up.
  state.panes = [];
  asked.length = 0;
  book.setAgents(new Map([["in", 101]]));
  await book.settled();
  assertEquals([asked, isShown()], [["list-panes"], [false, false]]);
  await book.close();
});

Deno.test("agents that come while others are looked for are looked for next, and a failure is told", async () => {
  const { state, asked, log, book } = world([100]);
  book.setAgents(new Map([["one", 101]]));
  book.setAgents(new Map([["one", 101], ["two", 102]]));
  await book.settled();
  assertEquals([book.has("one"), book.has("two")], [true, true]);
  assertEquals(asked.filter((it) => it === "list-panes").length, 2);
  state.isBroken = true;
  book.setAgents(new Map([["three", 103]]));
  await book.settled();
  assertEquals(book.has("three"), false);
  assertEquals(log.lines.length, 1);
  // It is looked for again when others come.
  state.isBroken = false;
  book.setAgents(new Map([["three", 103], ["five", 105]]));
  await book.settled();
  assertEquals([book.has("three"), book.has("five")], [true, true]);
  await book.close();
  book.setAgents(new Map([["four", 104]]));
  await book.settled();
  assertEquals(book.has("four"), false);
});
