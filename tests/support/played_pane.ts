/**
 * A session whose agent is this very process, in a pane that is played.
 *
 * @module
 */
import type { ServerParts } from "../../serve/options.ts";

const RULE = "─".repeat(30);

/**
 * Writes below a root what an agent says of itself that waits, and gives the server its terminal; with
 * several ids nobody can tell by its process which of these panes it is.
 */
export async function inPane(
  root: string,
  session: string,
  ids: readonly string[] = ["%1"],
): Promise<Pick<ServerParts, "tmux" | "processes">> {
  const { pid } = Deno;
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const procStart = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  await Deno.mkdir(`${root}/sessions`, { recursive: true });
  Deno.writeTextFileSync(
    `${root}/sessions/${pid}.json`,
    JSON.stringify({
      ...{ pid, sessionId: session, procStart, status: "waiting", waitingFor: "a person" },
      statusUpdatedAt: Date.now(),
    }),
  );
  const self = { pid, parent: 1, group: pid, foreground: pid, terminal: "1", isStopped: false };
  return {
    processes: { chain: (it) => Promise.resolve(it === pid ? [self] : []) },
    tmux: {
      run: ([command]) => {
        const screen = `ready\n${RULE}\n❯ \n${RULE}\n`;
        const stdout = command === "list-panes"
          ? ids.map((id) => `${id} ${pid} 0 0 0 0 \n`).join("")
          : screen;
        return Promise.resolve({ isOk: true, stdout });
      },
    },
  };
}
