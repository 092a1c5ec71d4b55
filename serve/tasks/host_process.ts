/**
 * Starts the terminal host as a child process, with rights of its own.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";
import { errorMessage, HeadwayError } from "../../runtime/mod.ts";
import { FrameSender } from "./frame_sender.ts";
import { type Frame, FrameReader } from "./pty_frames.ts";

const MAIN = fileURLToPath(new URL("./pty_host.ts", import.meta.url));
/** What it may do, whatever the server may. */
const PERMISSIONS = [
  "--allow-ffi",
  "--allow-read",
  "--allow-write",
  "--allow-run",
  "--allow-env",
] as const;
/** What it gets of the server's environment: what Deno and programs need to be found, nothing secret. */
const PASSED_ON = [
  "PATH",
  "HOME",
  "LANG",
  "TZ",
  "TMPDIR",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "NPM_CONFIG_REGISTRY",
  "SYSTEMROOT",
  "LOCALAPPDATA",
] as const;

/** A host that runs, or did. */
export interface HostLink {
  readonly pid: number;
  /** Sends a frame. */
  send(frame: Frame): void;
  /** Tells it to end all of its terminals, and waits for its end. */
  end(): Promise<void>;
  /** Ends it at once; its terminals are hung up by the system. */
  kill(): void;
}

/** Who is told. */
export interface HostHandler {
  readonly onFrame: (frame: Frame) => void;
  /** A line that it wrote to stderr. */
  readonly onLine: (line: string) => void;
  /** It has ended. Once. */
  readonly onEnd: (reason: string) => void;
}

/** Starts a host. @throws {HeadwayError} if that cannot be. */
export type StartHost = (handler: HostHandler) => HostLink;

/** Starts a process. Needs `--allow-run=deno`. */
export const startHostProcess: StartHost = (handler) => {
  const child = spawned();
  const input = child.stdin.getWriter();
  const sender = new FrameSender(input);
  // What is still to be sent to one that has ended is nothing to anybody.
  const status = run(child, handler).finally(() => input.abort().catch(() => {}));
  return {
    pid: child.pid,
    send: (frame) => sender.send(frame),
    async end() {
      await sender.close();
      await status;
    },
    kill() {
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended by itself.
      }
    },
  };
};

function spawned() {
  const env: Record<string, string> = { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  for (const name of PASSED_ON) {
    const value = Deno.permissions.querySync({ name: "env", variable: name }).state === "granted"
      ? Deno.env.get(name)
      : undefined;
    if (value !== undefined) env[name] = value;
  }
  try {
    return new Deno.Command(denoProgram(), {
      args: ["run", "--quiet", "--no-prompt", ...PERMISSIONS, MAIN],
      env,
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      // A Ctrl-C in the terminal is for the server, which ends its terminals in order.
      detached: Deno.build.os !== "windows",
    }).spawn();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new HeadwayError(
        "terminals need a process of their own; start the server with --allow-run=deno",
      );
    }
    throw new HeadwayError(`the terminal host does not start: ${errorMessage(error)}`);
  }
}

/** The program that runs us, by its path if that is allowed, else by its name. */
function denoProgram(): string {
  const path = Deno.execPath();
  const { state } = Deno.permissions.querySync({ name: "run", command: path });
  return state === "granted" ? path : "deno";
}

async function run(
  child: Deno.ChildProcess,
  { onFrame, onLine, onEnd }: HostHandler,
): Promise<void> {
  let reason: string | null = null;
  const lines = (async () => {
    const stream = child.stderr.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream());
    for await (const line of stream) onLine(line);
  })().catch(() => {});
  const reader = new FrameReader();
  try {
    for await (const piece of child.stdout) {
      for (const frame of reader.push(piece)) onFrame(frame);
    }
  } catch (error) {
    // What it says can no longer be understood.
    reason = errorMessage(error);
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
  const { code, signal } = await child.status;
  await lines;
  onEnd(reason ?? (signal === null ? `it ended with ${code}` : `it was ended by ${signal}`));
}
