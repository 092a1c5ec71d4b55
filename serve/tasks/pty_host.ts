/**
 * The terminal host: a process of its own, in which the pseudo-terminals of a server live. It needs more
 * rights than a server has (foreign code, any program), and a terminal that floods keeps it busy, not
 * the server. Frames come on stdin, and go to stdout. When stdin ends, whoever started it is gone: it
 * ends all that it runs, and itself.
 *
 * @module
 */
import { errorMessage, WallClock } from "../../runtime/mod.ts";
import { type PtyBackend, TerminalSet } from "../../server/tasks/terminal/mod.ts";
import { openDiskSink } from "./disk_sink.ts";
import { FrameReader } from "./pty_frames.ts";
import { FrameSender } from "./frame_sender.ts";
import { Libc } from "./libc.ts";
import { pickBackend } from "./pick_backend.ts";
import { PtyHostServer } from "./pty_host_server.ts";
import { toHostSchema } from "./pty_messages.ts";
import { SystemProcesses } from "./system_processes.ts";

/** Runs until stdin ends, or a signal says so. */
async function host(): Promise<void> {
  const clock = new WallClock();
  const libc = Libc.open();
  const processes = new SystemProcesses(libc, clock);
  const sender = new FrameSender(Deno.stdout.writable.getWriter());
  const reader = new FrameReader();
  let server: PtyHostServer | null = null;
  let terminals: TerminalSet | null = null;

  const begin = async (value: unknown) => {
    const hello = toHostSchema.parse(value);
    if (hello.op !== "hello") throw new Error(`the first message is ${hello.op}, expected hello`);
    const { backend, reason } = await pickBackend(hello.backend, { libc, clock });
    const own = new TerminalSet({
      clock,
      backend: backend ?? noBackend(reason ?? "there is none"),
      processes,
      openSink: openDiskSink,
      maxTerminals: hello.maxTerminals,
      ringBytes: hello.ringBytes,
      idleS: hello.idleS,
      hangUpS: hello.hangUpS,
      onTrouble: (id, what, error) => server?.trouble(id, what, error),
      onGone: (id) => server?.gone(id),
    });
    terminals = own;
    server = new PtyHostServer({
      terminals: own,
      clock,
      endLeftovers: (leaders) => processes.endLeftovers(leaders),
      send: (frame) => sender.send(frame),
    });
    const name = backend?.name ?? null;
    sender.send({ kind: "message", value: { ev: "ready", backend: name, reason } });
  };

  const input = Deno.stdin.readable.getReader();
  if (Deno.build.os !== "windows") {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      Deno.addSignalListener(signal, () => input.cancel());
    }
  }
  try {
    for (let it = await input.read(); !it.done; it = await input.read()) {
      for (const frame of reader.push(it.value)) {
        if (server !== null) (server as PtyHostServer).receive(frame);
        else if (frame.kind === "message") await begin(frame.value);
      }
    }
  } finally {
    // `as`: the compiler does not see what `begin` does.
    await (terminals as TerminalSet | null)?.closeAll();
    (server as PtyHostServer | null)?.end();
    await sender.close();
  }
}

function noBackend(reason: string): PtyBackend {
  return {
    name: "none",
    spawn: () => {
      throw new Error(reason);
    },
  };
}

if (import.meta.main) {
  try {
    await host();
    Deno.exit(0);
  } catch (error) {
    Deno.stderr.writeSync(new TextEncoder().encode(`${errorMessage(error)}\n`));
    Deno.exit(1);
  }
}
