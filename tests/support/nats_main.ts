/**
 * Runs a NATS server with JetStream for a test: finds one, or installs the distribution's where it may;
 * prints its address as one line; ends it when stdin ends.
 *
 * A program of its own, so that tests need no more permissions than to start Deno.
 *
 * @module
 */
import { delimiter, join } from "node:path";

/** Folders that hold servers and are not on every PATH. */
const MORE_FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/opt/homebrew/bin"];
const NAME = "nats-server";

async function find(): Promise<string | null> {
  for (const folder of [...(Deno.env.get("PATH") ?? "").split(delimiter), ...MORE_FOLDERS]) {
    const path = join(folder, NAME);
    try {
      if ((await Deno.stat(path)).isFile) return path;
    } catch {
      // Not there.
    }
  }
  return null;
}

/** Installs the distribution's package; says on stderr what it does. */
async function install(): Promise<void> {
  const apt = async (...args: string[]) => {
    const { success } = await new Deno.Command("apt-get", {
      args: ["-qq", ...args],
      env: { DEBIAN_FRONTEND: "noninteractive" },
      stdout: "null",
      stderr: "inherit",
    }).output();
    return success;
  };
  try {
    if (Deno.uid() !== 0) return;
    console.error(`${NAME} is not there: installing it with apt-get`);
    if (!await apt("install", "-y", NAME) && await apt("update")) await apt("install", "-y", NAME);
    // A service that was started with it is none of ours; the test's own takes a free port.
  } catch (error) {
    console.error(`apt-get cannot be used: ${error}`);
  }
}

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

let path = await find();
if (path === null) {
  await install();
  path = await find();
}
if (path === null) {
  console.error(
    `these tests need ${NAME}, which is neither on PATH nor could be installed: ` +
      `install the package ${NAME} (Debian, Ubuntu) or see https://nats.io`,
  );
  Deno.exit(1);
}
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
