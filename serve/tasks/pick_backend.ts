/**
 * Finds out what terminals can stand on here, by running something on one.
 *
 * @module
 */
import { type Clock, errorMessage } from "../../runtime/mod.ts";
import type { PtyBackend } from "../../server/tasks/terminal/mod.ts";
import type { Libc } from "./libc.ts";

/** How long the trial may take, seconds. */
const TRIAL_S = 5;
const SAYS = "terminal-works";

/** `auto`: the best that works. `library`: `node-pty` as other systems than Linux have it. */
export type BackendChoice = "auto" | BackendName;
type BackendName = "lydell" | "library" | "script";

/** What a trial found. */
export interface Picked {
  readonly backend: PtyBackend | null;
  /** Why none, or why not the first; null when all is well. */
  readonly reason: string | null;
}

/** The first backend that runs a program; with a name only that one is tried. */
export async function pickBackend(
  wanted: BackendChoice,
  { libc, clock }: { readonly libc: Libc | null; readonly clock: Clock },
): Promise<Picked> {
  const lydell = async (wanted: "best" | "library") =>
    await (await import("./lydell_backend.ts")).LydellBackend.load(libc, clock, wanted);
  const makers: Record<BackendName, () => Promise<PtyBackend>> = {
    lydell: () => lydell("best"),
    library: () => lydell("library"),
    script: async () => new (await import("./script_backend.ts")).ScriptBackend(clock),
  };
  const reasons: string[] = [];
  for (const name of wanted === "auto" ? ["lydell", "script"] as const : [wanted]) {
    try {
      const backend = await makers[name]();
      await tried(backend, clock);
      return { backend, reason: reasons[0] ?? null };
    } catch (error) {
      reasons.push(`${name}: ${errorMessage(error)}`);
    }
  }
  return { backend: null, reason: `no terminals can be made here (${reasons.join("; ")})` };
}

/** Runs a shell that says something, and waits for it. */
async function tried(backend: PtyBackend, clock: Clock): Promise<void> {
  const ended = Promise.withResolvers<void>();
  let said = "";
  const late = clock.after(TRIAL_S, () => ended.reject(new Error(`no end in ${TRIAL_S} s`)));
  const argv = Deno.build.os === "windows"
    ? ["cmd.exe", "/c", `echo ${SAYS}`]
    : ["/bin/sh", "-c", `printf %s ${SAYS}`];
  try {
    const env = { PATH: Deno.env.get("PATH") ?? "/usr/bin:/bin", TERM: "dumb" };
    const order = { argv, cwd: Deno.cwd(), env, cols: 80, rows: 24 };
    const process = await backend.spawn(order, {
      onOutput: (bytes) => said += new TextDecoder().decode(bytes),
      onExit: () => ended.resolve(),
    });
    await ended.promise;
    process.release();
  } finally {
    late.cancel();
  }
  if (!said.includes(SAYS)) throw new Error("what a program wrote did not arrive");
}
