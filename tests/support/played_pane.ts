/**
 * A session whose agent is this very process, in a pane that is played.
 *
 * @module
 */
import type { ServerParts } from "../../serve/options.ts";

const RULE = "─".repeat(30);

/**
 * Writes below a root what an agent says of itself, and gives the server its terminal. With several ids
 * nobody can tell by its process which of these panes it is.
 */
export async function inPane(
  root: string,
  session: string,
  { ids = ["%1"], says = { status: "waiting", waitingFor: "a person" } }: {
    readonly ids?: readonly string[];
    /** Its status, and since when, ms since the Unix epoch; since now unless said. */
    readonly says?: {
      readonly status: string;
      readonly waitingFor?: string;
      readonly statusUpdatedAt?: number;
    };
  } = {},
): Promise<Pick<ServerParts, "tmux" | "processes">> {
  const { pid } = Deno;
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const procStart = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  await Deno.mkdir(`${root}/sessions`, { recursive: true });
  Deno.writeTextFileSync(
    `${root}/sessions/${pid}.json`,
    JSON.stringify({
      ...{ pid, sessionId: session, procStart, statusUpdatedAt: Date.now() },
      ...says,
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
