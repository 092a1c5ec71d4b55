/**
 * The `headway` executable as a user starts it: a process of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import config from "../../deno.json" with { type: "json" };

/** How a process ended. */
export interface Finished {
  /** Its exit code. */
  readonly code: number;
  /** What it wrote to stdout. */
  readonly stdout: string;
  /** What it wrote to stderr. */
  readonly stderr: string;
}

const MAIN = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

/** A home folder that is not there: tests must not depend on what their user has set. */
export const NO_HOME: string = fileURLToPath(new URL("no-home", import.meta.url));

/** Tests open only the listeners that they use. */
export const NO_VOICE = {
  HEADWAY_VOICE_PORT: "off",
  HEADWAY_CHANNEL_PORT: "off",
  // Nor are the transcripts of whoever runs the tests anybody's business.
  HEADWAY_TRANSCRIPT_ROOTS: "off",
  // And nothing of theirs is typed into, or asked.
  HEADWAY_TMUX: "off",
  HEADWAY_AI_COMMAND: "off",
} as const;

/** The permissions that `deno task scenario` gives. */
export const SCENARIO_PERMISSIONS: readonly string[] =
  config.tasks.scenario.match(/--allow-\S+/g) ?? [];

/**
 * Runs `headway ...args` to its end. Needs `--allow-run=deno`: the name and not the path of the
 * running executable, which differ when npx started it.
 */
export async function runHeadway(
  args: readonly string[],
  options: {
    /** Deno's permission flags for the process. */
    readonly permissions?: readonly string[];
    /** Environment variables beside the inherited ones. */
    readonly env?: Readonly<Record<string, string>>;
    /** Its working folder. */
    readonly cwd?: string;
    /** Path of its `cli/main.ts`, when it is another checkout's. */
    readonly main?: string;
  } = {},
): Promise<Finished> {
  const { permissions = ["--allow-read", "--allow-env"], env = {}, cwd, main = MAIN } = options;
  const command = new Deno.Command("deno", {
    args: ["run", "--no-prompt", ...permissions, main, ...args],
    env: { NO_COLOR: "1", HEADWAY_HOME: NO_HOME, ...NO_VOICE, ...env },
    ...(cwd === undefined ? {} : { cwd }),
    stdin: "null",
  });
  const { code, stdout, stderr } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
