/**
 * Runs git for tests, and little else: reads commands from stdin and answers on stdout, a line of JSON
 * each.
 *
 * @module
 */
import { TextLineStream } from "@std/streams";

if (import.meta.main) {
  const out = Deno.stdout.writable.getWriter();
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) {
    const { args, cwd, env, input } = JSON.parse(line);
    const child = new Deno.Command("git", {
      args,
      cwd,
      env,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).catch(() => {});
    await writer.close().catch(() => {});
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    const answer = { code, text: decoder.decode(stdout), error: decoder.decode(stderr) };
    await out.write(new TextEncoder().encode(`${JSON.stringify(answer)}\n`));
  }
}
