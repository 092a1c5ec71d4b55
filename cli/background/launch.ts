/**
 * Starts a server that goes on when the command that started it has ended.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { type Clock, UsageError } from "../../runtime/mod.ts";
import { ensureFolder } from "../../serve/home.ts";
import { parseReady, type Ready } from "./ready.ts";

/** What became of a launch. */
export interface Launched extends Ready {
  /** The new process. */
  readonly pid: number;
}

/** How long a server may take to listen, seconds. */
const START_WITHIN_S = 20;
const MAX_TEXT_CHARS = 65_536;

/** Starts `headway serve ...args`, with its log below `home`. Throws what kept it from starting. */
export async function launch(
  home: string,
  args: readonly string[],
  options: { readonly clock: Clock; readonly token: string | undefined },
): Promise<Launched> {
  const logs = join(home, "logs");
  await ensureFolder(home);
  await ensureFolder(logs);
  // By its name: that is what the permission to run says, also when npx started us.
  const child = new Deno.Command("deno", {
    args: [
      "run",
      "--no-prompt",
      ...(config.tasks.serve.match(/--(?:allow|deny)-\S+/g) ?? []),
      fileURLToPath(new URL("../main.ts", import.meta.url)),
      "serve",
      ...args,
      "--log-file",
      join(logs, "server.log"),
    ],
    // Everybody on this machine can read a process's arguments.
    env: {
      HEADWAY_HOME: home,
      ...(options.token !== undefined && { HEADWAY_TOKEN: options.token }),
    },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
    detached: true,
  }).spawn();
  const timer = options.clock.after(START_WITHIN_S, () => child.kill("SIGKILL"));
  try {
    const { ready, text } = await readUntilReady(child.stderr);
    if (ready === null) throw new UsageError(reasonOf(text), {});
    return { ...ready, pid: child.pid };
  } finally {
    timer.cancel();
    child.unref();
  }
}

async function readUntilReady(
  stderr: ReadableStream<Uint8Array>,
): Promise<{ ready: Ready | null; text: string }> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const part of stderr) {
    text = (text + decoder.decode(part, { stream: true })).slice(-MAX_TEXT_CHARS);
    const ready = parseReady(text);
    if (ready !== null) return { ready, text };
  }
  return { ready: null, text };
}

/** The last thing that it said is why it did not start. */
function reasonOf(text: string): string {
  const said = text.trim().split("\n").findLast((line) => line.startsWith("headway: "));
  return said?.replace(/^headway: /, "") ??
    `the server did not start within ${START_WITHIN_S} s; headway serve shows why`;
}
