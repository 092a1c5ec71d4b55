/**
 * Runs a NATS server with JetStream for a test: finds one, or installs the distribution's where it may;
 * prints its address as one line; ends it when stdin ends.
 *
 * A program of its own, so that tests need no more permissions than to start Deno.
 *
 * @module
 */
import { join } from "node:path";
import { neededProgram } from "./needed_program.ts";

const NAME = "nats-server";

async function addressOf(folder: string, isOver: () => boolean): Promise<string> {
  while (!isOver()) {
    for await (const { name } of Deno.readDir(folder)) {
      if (!name.endsWith(".ports")) continue;
      try {
        const { nats: [address] } = JSON.parse(await Deno.readTextFile(join(folder, name)));
        if (typeof address === "string") return address;
      } catch {
        // Half written.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${NAME} ended before it listened`);
}

// A service that is installed with it is none of ours; the test's own takes a free port.
const path = await neededProgram(NAME);
const folder = await Deno.makeTempDir({ prefix: "headway-nats-" });
const server = new Deno.Command(path, {
  args: ["-js", "-sd", folder, "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", folder],
  stdout: "null",
  stderr: "null",
}).spawn();
let isOver = false;
server.status.then(() => isOver = true);
console.log(await addressOf(folder, () => isOver));
// Until the test is over, or gone.
for await (const _ of Deno.stdin.readable);
server.kill("SIGKILL");
await server.status;
await Deno.remove(folder, { recursive: true });
Deno.exit(0);
