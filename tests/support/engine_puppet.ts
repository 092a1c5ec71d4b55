/**
 * An engine that does what a test tells it over a TCP connection: which fault to have. The connection
 * is also how the test knows that the process is gone, whoever ended it: the system closes it then.
 *
 * `deno run --allow-net=127.0.0.1 --allow-run engine_puppet.ts PORT`
 *
 * @module
 */
import { engineFrame, engineHello, engineLoaded, engineWindow, joined } from "./fake_engine.ts";
import { FrameReader } from "../../server/streaming/engine/command/frames.ts";
import { FROM_ENGINE, TO_ENGINE } from "../../server/streaming/engine/command/protocol.ts";

/** What a puppet can be told to do. */
export type PuppetRole =
  | "good"
  | "exit-at-once"
  | "exit-after-3"
  | "hang"
  | "mute"
  | "mute-and-stubborn"
  | "garbage"
  | "wrong-size"
  | "flood-bytes"
  | "flood-logs"
  | "flood-empty-logs"
  | "segfault"
  | "sit"
  | "stop-reading"
  | "with-child";

function write(bytes: Uint8Array): void {
  for (let sent = 0; sent < bytes.length;) sent += Deno.stdout.writeSync(bytes.subarray(sent));
}

/** Answers requests, `windows` of them at the most. */
async function work(windows: number, samplesOf = (frames: number) => frames * 2): Promise<void> {
  let made = 0;
  const reader = new FrameReader(() => 2 ** 27);
  for await (const piece of Deno.stdin.readable) {
    reader.push(piece, ({ kind, body }) => {
      if (kind === TO_ENGINE.bye) Deno.exit(0);
      if (kind === TO_ENGINE.load) write(engineLoaded());
      if (kind !== TO_ENGINE.render || windows === 0) return;
      const [request, , frames] = new Uint32Array(body.buffer);
      write(engineWindow(request!, new Float32Array(samplesOf(frames!)).fill(0.25)));
      if (++made === windows) Deno.exit(4);
    });
  }
}

const forever = () => new Promise<never>(() => setInterval(() => {}, 1000));

async function play(role: PuppetRole): Promise<void> {
  switch (role) {
    case "exit-at-once":
      return Deno.exit(3);
    case "garbage":
      write(new TextEncoder().encode("loading the model...\n"));
      return await forever();
    case "flood-bytes":
      for (;;) write(new Uint8Array(65_536).fill(7));
    case "flood-logs":
      write(engineHello());
      for (;;) write(engineFrame(FROM_ENGINE.log, new Uint8Array(60_000).fill(120)));
    case "flood-empty-logs": {
      write(engineHello());
      const frames = joined(...Array.from({ length: 10_000 }, () => engineFrame(FROM_ENGINE.log)));
      for (;;) write(frames);
    }
    case "segfault":
      write(engineHello());
      // The first one only takes off the handler that Deno's runtime has for overflows of the stack.
      for (;;) Deno.kill(Deno.pid, "SIGSEGV");
    case "sit":
      Deno.addSignalListener("SIGTERM", () => {});
      return await forever();
    case "stop-reading":
      write(engineHello());
      return await forever();
    case "mute-and-stubborn":
      Deno.addSignalListener("SIGTERM", () => {});
      write(engineHello());
      await work(0);
      return await forever();
    case "with-child":
      // A wrapper, as many ways to start a program are; what it starts holds its pipes.
      new Deno.Command("deno", {
        args: ["run", "--allow-net=127.0.0.1", import.meta.filename!, Deno.args[0]!],
        stdin: "null",
        stdout: "inherit",
        stderr: "inherit",
      }).spawn();
      write(engineHello());
      return await work(Infinity);
    case "hang":
      write(engineHello());
      return await work(Infinity, () => {
        for (;;);
      });
    case "mute":
      write(engineHello());
      return await work(0);
    case "exit-after-3":
      write(engineHello());
      return await work(3);
    case "wrong-size":
      write(engineHello());
      return await work(Infinity, (frames) => frames);
    case "good":
      write(engineHello());
      return await work(Infinity);
  }
}

if (import.meta.main) {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(Deno.args[0]) });
  const role = new Uint8Array(64);
  const length = await connection.read(role);
  await play(new TextDecoder().decode(role.subarray(0, length ?? 0)) as PuppetRole);
}
