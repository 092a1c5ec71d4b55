/**
 * A tmux server of a test's own, with agents in its panes: does what lines on stdin ask, and ends
 * everything when stdin ends. Finds tmux, or installs the distribution's where it may.
 *
 * A program of its own, so that tests need no more permissions than to start Deno.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import { WallClock } from "../../runtime/mod.ts";
import { systemProcesses } from "../../serve/copilot/process_chain.ts";
import { TmuxProgram } from "../../serve/copilot/tmux_program.ts";
import { neededProgram } from "./needed_program.ts";
import type { TmuxOrder } from "./tmux.ts";

const AGENT = fileURLToPath(new URL("./pane_agent_main.ts", import.meta.url));

const program = await neededProgram("tmux");
const folder = await Deno.makeTempDir({ prefix: "headway-tmux-" });
const environment = {
  ...{ PATH: Deno.env.get("PATH") ?? "", HOME: folder, TMUX_TMPDIR: folder, TERM: "xterm" },
  LANG: "C.UTF-8",
  ...(Deno.env.get("DENO_DIR") !== undefined && { DENO_DIR: Deno.env.get("DENO_DIR")! }),
};
const home = Deno.env.get("HOME");
if (environment.DENO_DIR === undefined && home !== undefined) {
  environment.DENO_DIR = `${home}/.cache/deno`;
}
const tmux = new TmuxProgram(
  [program, "-L", "headway-test", "-f", "/dev/null"],
  environment,
  new WallClock(),
);
const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
let panes = 0;
const agents: number[] = [];

/** Nothing here takes so long, also on a machine that is busy with other things, ms. */
const PATIENCE_MS = 60_000;

/** Waits until something is there; tells what a pane shows when it does not come. */
async function until<T>(pane: string, what: string, look: () => Promise<T | null>): Promise<T> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end;) {
    const found = await look();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  const { stdout } = await tmux.run(["capture-pane", "-p", "-t", pane]);
  throw new Error(
    `${what} did not come in ${PATIENCE_MS / 1000} s; pane ${pane} shows:\n${stdout}`,
  );
}

/** Opens an agent in a pane, and waits until it has drawn its screen. */
async function openAgent(files: Readonly<Record<string, string>>, isInShell: boolean) {
  const place = `${folder}/agent-${++panes}`;
  await Deno.mkdir(place);
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${place}/${name}`, text);
  }
  const program = [Deno.execPath(), "run", "--no-prompt", "--allow-read", "--allow-write"];
  const line = [...program, AGENT, place].map(quoted).join(" ");
  const size = panes === 1 ? ["-x", "100", "-y", "40"] : [];
  const how = panes === 1 ? ["new-session", "-d"] : ["new-window", "-d", "-t", "0:"];
  const print = ["-P", "-F", "#{pane_id}"];
  const { stdout } = await tmux.run(
    isInShell ? [...how, ...size, ...print, "sh"] : [...how, ...size, ...print, `exec ${line}`],
  );
  const pane = stdout.trim();
  if (isInShell) {
    await tmux.run(["send-keys", "-t", pane, "-l", line]);
    await tmux.run(["send-keys", "-t", pane, "Enter"]);
  }
  return await until(pane, "the agent", async () => {
    const pid = Number(await Deno.readTextFile(`${place}/pid`).catch(() => ""));
    if (!(pid > 0)) return null;
    agents.push(pid);
    return { folder: place, pane, pid };
  });
}

/** Waits until a screen shows a text. */
async function shown(pane: string, text: string): Promise<true> {
  return await until(pane, JSON.stringify(text), async () => {
    const { stdout } = await tmux.run(["capture-pane", "-p", "-t", pane]);
    return stdout.includes(text) ? true : null;
  });
}

async function obey(order: TmuxOrder): Promise<unknown> {
  switch (order.do) {
    case "open":
      return await openAgent(order.files, order.isInShell);
    case "run":
      return await tmux.run(order.args, order.input);
    case "chain":
      return await systemProcesses.chain(order.pid);
    case "signal":
      return Deno.kill(order.pid, order.signal);
    case "shown":
      return await shown(order.pane, order.text);
    case "socket":
      return folder;
  }
}

console.log("ready");
const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
  .pipeThrough(new TextLineStream());
for await (const line of lines) {
  const { no, order } = JSON.parse(line) as { no: number; order: TmuxOrder };
  obey(order).then(
    (answer) => console.log(JSON.stringify({ no, answer: answer ?? null })),
    (error) => console.log(JSON.stringify({ no, error: String(error) })),
  );
}
await tmux.run(["kill-server"]);
// One that is stopped hears nothing of that.
for (const pid of agents) {
  try {
    Deno.kill(pid, "SIGKILL");
  } catch {
    // It has ended.
  }
}
await Deno.remove(folder, { recursive: true });
Deno.exit(0);
