import { assert, assertEquals } from "@std/assert";
import { WallClock } from "../../runtime/mod.ts";
import { CopilotWorld } from "../../tests/support/copilot_world.ts";
import { OBEDIENT_ANSWERS } from "../../tests/support/injections.ts";
import { type PaneAgent, TestTmux } from "../../tests/support/tmux.ts";
import { sanitizeDraft } from "./sanitize.ts";
import { readScreen, withoutLooks } from "./screen.ts";
import { type Delivery, type TypeOrder, Typist } from "./typist.ts";

/** What came to be of an order, in a word or two. */
const wordOf = (delivery: Delivery) =>
  delivery.status === "refused" ? delivery.code : delivery.status;

/** A typist at a real tmux; a text has arrived when the agent has nothing in its composer any more. */
function typistAt(tmux: TestTmux, confirmS = 30) {
  let buffers = 0;
  const typist = new Typist({
    tmux,
    panes: tmux.panes,
    clock: new WallClock(),
    nonce: () => String(++buffers),
    patience: { shownS: 30, confirmS },
  });
  return (agent: PaneAgent, text: string, more: Partial<TypeOrder> = {}) =>
    typist.type({
      pid: agent.pid,
      text,
      isHuman: true,
      check: () => Promise.resolve(null),
      hasArrived: async () => (await tmux.panes.screen(agent.pane))?.composer === "",
      ...more,
    });
}

const pasted = (text: string) => `\x1b[200~${text.replaceAll("\n", "\r")}\x1b[201~`;

Deno.test("T53: a text is one paste in brackets and one Enter, whatever stands in it", async () => {
  await using tmux = await TestTmux.start();
  const type = typistAt(tmux);
  const agent = await tmux.open();
  // In the same folder as the first.
  const other = await tmux.open();
  const texts = [
    "Go on",
    "two lines\nof one message\n\nand a third",
    "ends with a semicolon;",
    "-l looks like an option",
    "Enter",
    "C-c",
    "#{pane_id} $(id) `id` %s \\n 'q' \"q\"",
    "äöü 東京 🎵",
    `${"word ".repeat(799)}ends.`,
  ];
  assertEquals(texts.at(-1)!.length, 4000);
  // T47: what passes of an answer that means harm is one message of plain words.
  for (const [answer, typed] of OBEDIENT_ANSWERS) {
    if (typed === null || !typed.includes("[20")) continue;
    assertEquals(sanitizeDraft(answer), { ok: true, text: typed });
    texts.push(typed);
  }
  let all = "";
  for (const text of texts) {
    assertEquals(wordOf(await type(agent, text)), "confirmed", text.slice(0, 40));
    all += `${pasted(text)}\r`;
    await tmux.shown(agent, "❯\n");
    assertEquals(tmux.typed(agent), all);
  }
  assert(!(await tmux.run(["list-buffers"])).stdout.includes("headway"));
  for (const text of ["", " \n ", "a\x1b[201~b", "a\tb", "\x03", "x".repeat(4001)]) {
    assertEquals(wordOf(await type(agent, text)), "bad_text", JSON.stringify(text.slice(0, 9)));
  }
  // Two at a time come one after the other; which of them is first is nobody's word.
  await Promise.all([type(agent, "one of two"), type(agent, "other of two")]);
  const [one, two] = ["one of two", "other of two"].map((text) => `${pasted(text)}\r`);
  await tmux.shown(agent, "❯\n");
  const typed = tmux.typed(agent);
  assert(typed === `${all}${one}${two}` || typed === `${all}${two}${one}`, typed.slice(-60));
  assertEquals(tmux.typed(other), "");
});

Deno.test("T48, T53: no key goes where a dialog, another program or a person is", async () => {
  await using tmux = await TestTmux.start();
  const type = typistAt(tmux);
  const agent = await tmux.open({}, { isInShell: true });
  const other = await tmux.open();

  await tmux.show(agent, "permission", "Do you want");
  assertEquals(wordOf(await type(agent, "1")), "waiting_prompt");
  assertEquals(wordOf(await type(agent, "yes", { isForced: true })), "waiting_prompt");
  assertEquals(wordOf(await type(agent, "yes", { isHuman: false })), "waiting_prompt");
  assertEquals(tmux.typed(agent), "");

  await tmux.show(agent, "question", "Which colour");
  assertEquals(wordOf(await type(agent, "Blue")), "waiting_prompt");
  assertEquals(tmux.typed(agent), "");

  // A shell that the agent was suspended to would run the text as a command.
  await tmux.show(agent, "composer", "shortcuts");
  await tmux.signal(agent, "SIGSTOP");
  while ((await tmux.chain(agent.pid))[0]?.isStopped !== true);
  assertEquals(wordOf(await type(agent, "echo hello")), "not_foreground");
  await tmux.run(["send-keys", "-t", agent.pane, "-l", ""]);
  await tmux.signal(agent, "SIGCONT");
  assertEquals(tmux.typed(agent), "");

  await tmux.run(["set-option", "-w", "-t", other.pane, "synchronize-panes", "on"]);
  assertEquals(wordOf(await type(other, "hello")), "pane_busy");
  await tmux.run(["set-option", "-w", "-t", other.pane, "synchronize-panes", "off"]);
  await tmux.run(["select-pane", "-d", "-t", other.pane]);
  assertEquals(wordOf(await type(other, "hello")), "pane_busy");
  await tmux.run(["select-pane", "-e", "-t", other.pane]);

  // Scrolling: a person's words end it, the autopilot's do not.
  await tmux.run(["copy-mode", "-t", other.pane]);
  assertEquals(wordOf(await type(other, "by itself", { isHuman: false })), "pane_busy");
  assertEquals(tmux.typed(other), "");
  assertEquals(wordOf(await type(other, "by a person")), "confirmed");
  await tmux.shown(other, "❯\n");
  assertEquals(tmux.typed(other), `${pasted("by a person")}\r`);

  // What is asked for beside has the last word.
  const check = () => Promise.resolve({ code: "budget", message: "spent" });
  assertEquals(wordOf(await type(other, "x", { check })), "budget");

  // Somebody writes.
  await tmux.run(["send-keys", "-t", other.pane, "-l", "half a sen"]);
  await tmux.shown(other, "half a sen");
  assertEquals(wordOf(await type(other, "hello")), "human_typing");

  // An agent that ended, and a process that is in no pane.
  await tmux.run(["set-option", "-w", "-t", other.pane, "remain-on-exit", "on"]);
  await tmux.signal(other, "SIGKILL");
  while ((await tmux.chain(other.pid)).length > 0);
  assertEquals(wordOf(await type(other, "hello")), "session_gone");
  assertEquals(wordOf(await type({ ...other, pid: Deno.pid }, "hello")), "pane_missing");
  assertEquals(tmux.typed(agent), "");
});

Deno.test("T53, T54: Enter is pressed only on what was pasted, and what is not known is said", async () => {
  await using tmux = await TestTmux.start();
  const type = typistAt(tmux);
  const agent = await tmux.open();
  // Its pane is found wherever it was moved to.
  await tmux.run(["move-window", "-s", agent.pane, "-t", "0:7"]);
  assertEquals(wordOf(await type(agent, "moved")), "confirmed");
  await tmux.shown(agent, "❯\n");
  let all = `${pasted("moved")}\r`;

  await tmux.show(agent, "stand-in", "shortcuts");
  assertEquals(wordOf(await type(agent, "1\n2\n3\n4\n5")), "confirmed");
  all += `${pasted("1\n2\n3\n4\n5")}\r`;
  await tmux.shown(agent, "❯\n");

  // What the agent suggests in an empty composer was written by nobody.
  await tmux.show(agent, "ghost", "write a test");
  assertEquals(wordOf(await type(agent, "hello")), "confirmed");
  all += `${pasted("hello")}\r`;
  assertEquals(tmux.typed(agent), all);

  const at = { hasArrived: () => Promise.resolve(true) };
  await tmux.show(agent, "question", "Which colour");
  assertEquals(wordOf(await type(agent, "Green", { isForced: true, ...at })), "confirmed");
  all += `${pasted("Green")}\r`;
  await tmux.show(agent, "composer", "shortcuts");

  // It comes in, but Enter does nothing: it is pressed once more, and then given up.
  await tmux.show(agent, "deaf", "shortcuts");
  const deaf = await typistAt(tmux, 1)(agent, "Hello?");
  assertEquals(deaf.status === "unconfirmed" && deaf.wasSent, true);
  all += `${pasted("Hello?")}\r\r`;
  assertEquals(tmux.typed(agent), all);

  const other = await tmux.open({ mode: "dialog-on-paste" });
  const late = await type(other, "Go on");
  assertEquals(late.status === "unconfirmed" && !late.wasSent, true);
  assertEquals(tmux.typed(other), pasted("Go on"));
});

Deno.test("T53: what comes between the paste and Enter keeps Enter from being pressed", async () => {
  const permission = ["Do you want to proceed?", "❯ 1. Yes", "  2. No"];
  const rows: readonly [why: string, change: (it: CopilotWorld) => void][] = [
    ["a dialog came up", (it) => it.dialog = permission],
    ["a dialog came up", (it) => it.dialog = ["Which?", "❯ 1. Red", "  2. Blue"]],
    ["the agent left the pane", (it) => it.paneId = "%2"],
    ["another program has the terminal", (it) => it.isForeground = false],
    ["the pane is being scrolled", (it) => it.paneFlags = "1 0 0 0"],
    ["the composer does not hold the text alone", (it) => it.composer += " and what somebody adds"],
    ["the composer does not hold the text alone", (it) => it.composer = ""],
  ];
  for (const [why, change] of rows) {
    for (const isHuman of [true, false]) {
      const it = new CopilotWorld();
      const run = it.run.bind(it);
      it.run = async (args, input) => {
        const answer = await run(args, input);
        if (args[0] === "paste-buffer") change(it);
        return answer;
      };
      const end = await it.during(it.typist.type({
        ...{ pid: 100, text: "Go on", isHuman, check: () => Promise.resolve(null) },
        hasArrived: () => Promise.resolve(false),
      }));
      assertEquals(end, {
        ...{ status: "unconfirmed", wasSent: false, message: `Enter was not pressed: ${why}` },
      });
      assertEquals(it.keys, ["paste Go on"]);
    }
  }
  // A dialog that Enter itself brings up gets no second Enter.
  const it = new CopilotWorld();
  it.onSubmit = (text) => {
    it.composer = text;
    it.dialog = permission;
  };
  const end = await it.during(it.typist.type({
    ...{ pid: 100, text: "Go on", isHuman: true, check: () => Promise.resolve(null) },
    hasArrived: () => Promise.resolve(false),
  }));
  assertEquals([end.status, it.keys], ["unconfirmed", ["paste Go on", "Enter"]]);
});

Deno.test("T53: an agent that went to another pane before its turn gets nothing there", async () => {
  const it = new CopilotWorld();
  const order = {
    ...{ pid: 100, isHuman: true, check: () => Promise.resolve(null) },
    hasArrived: () => Promise.resolve(true),
  };
  const [first, second] = await it.during(Promise.all([
    it.typist.type({ ...order, text: "one" }, () => it.paneId = "%2"),
    it.typist.type({ ...order, text: "two" }),
  ]));
  assertEquals([first.status, wordOf(second)], ["confirmed", "pane_changed"]);
  assertEquals(it.keys, ["paste one", "Enter"]);
});

const RULE = "─".repeat(30);

Deno.test("a screen is read without its looks, and what is faint is not what somebody wrote", () => {
  const esc = "\x1b[";
  const rows = [
    `${esc}1mready${esc}0m ${esc}38;5;2mgreen${esc}39m \x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\`,
    RULE,
    `❯ ${esc}2msuggested`,
    `  more${esc}0m`,
    RULE,
  ];
  const { lines, bright } = withoutLooks(rows);
  assertEquals(lines, ["ready green link", RULE, "❯ suggested", "  more", RULE]);
  assertEquals(readScreen(lines, bright).composer, "");
  const written = withoutLooks([
    RULE,
    `❯ ${esc}38;2;1;2;3mwritten${esc}39m ${esc}2mhint${esc}22m`,
    RULE,
  ]);
  assertEquals(readScreen(written.lines, written.bright).composer, "written");
});

Deno.test("a screen is read: composer, hints, boxes, dialogs, and lists that are none", () => {
  const read = (...lines: string[]) => {
    const { composer, dialog } = readScreen(lines);
    return [composer, dialog];
  };
  assertEquals(read("x", RULE, "❯ ", RULE, "hint"), ["", null]);
  assertEquals(read("x", RULE, '❯ Try "fix lint errors"', RULE), ["", null]);
  assertEquals(read("╭" + RULE + "╮", "│ > one    │", "│   two    │", "╰" + RULE + "╯"), [
    ...["one\ntwo", null],
  ]);
  assertEquals(read("x", `${RULE} a label ─`, "❯ half", RULE), ["half", null]);
  assertEquals(read("x", "──────── a long sentence between two dashes ──", "❯ half", RULE), [
    ...[null, null],
  ]);
  assertEquals(read("text", "1. one", "2. two", RULE, "> ", RULE), ["", null]);
  // What a person writes is no dialog, even if it looks like one.
  assertEquals(read("x", RULE, "❯ 1. Yes", "  2. No", RULE), ["1. Yes\n2. No", null]);
  assertEquals(read(RULE, "Bash", "Do you want to proceed?", "❯ 1. Yes", "  2. No"), [
    ...[null, "permission"],
  ]);
  assertEquals(read("╭" + RULE + "╮", "│ Edit  │", "│ ❯ 1. Yes, and don't ask again │"), [
    ...[null, "permission"],
  ]);
  assertEquals(read("Which?", "❯ 1. Red", "  2. Blue", "Enter to select"), [null, "question"]);
  assertEquals(read("Overwrite? (y/n)"), [null, "question"]);
  assertEquals(read("nothing that is known"), [null, null]);
});
