/**
 * A real NATS server for one test.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";

const MAIN = fileURLToPath(new URL("./nats_main.ts", import.meta.url));

/** A server that runs until it is disposed of. */
export interface TestNats extends AsyncDisposable {
  /** `nats://127.0.0.1:port`. */
  readonly url: string;
}

/** Starts one. Throws, naming what is missing, where there is none and none may be installed. */
export async function startNats(): Promise<TestNats> {
  const child = new Deno.Command("deno", {
    args: ["run", "--quiet", "--allow-all", MAIN],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = child.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const { value: url } = await lines.read();
  const end = async () => {
    await child.stdin.close();
    while (!(await lines.read()).done);
    await child.status;
  };
  if (url === undefined) {
    await end();
    throw new Error("there is no nats-server for this test; what is missing stands above");
  }
  return { url, [Symbol.asyncDispose]: end };
}
