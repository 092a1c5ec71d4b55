/**
 * Processes that answer: one line of JSON in, one line of JSON out.
 *
 * @module
 */
import { TextLineStream } from "@std/streams";
import { HeadwayError } from "../runtime/errors.ts";

/** What programs of the benchmark may do. */
const PERMISSIONS = [
  "--allow-net=127.0.0.1",
  "--allow-read",
  "--allow-write",
  "--allow-env",
  "--allow-sys",
  "--allow-run",
];

/** A process that was started to be asked. */
export class Child implements AsyncDisposable {
  readonly #name: string;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>;
  readonly #lines: ReadableStreamDefaultReader<string>;

  /** Starts a program; its stderr is ours. */
  constructor(command: string, args: readonly string[]) {
    this.#name = command;
    this.#process = new Deno.Command(command, {
      args: [...args],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.#lines = this.#process.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream()).getReader();
  }

  /** Starts one of our own programs. */
  static deno(program: URL, args: readonly string[] = [], permissions = PERMISSIONS): Child {
    return new Child(Deno.execPath(), ["run", "-q", ...permissions, program.href, ...args]);
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws {HeadwayError} if the process ends without one, or answers with an error.
   */
  async ask<Answer>(question: unknown): Promise<Answer> {
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(question)}\n`));
    const { value } = await this.#lines.read();
    if (value === undefined) throw new HeadwayError(`${this.#name} ended without an answer`);
    const answer = JSON.parse(value);
    if (typeof answer.error === "string") throw new HeadwayError(`${this.#name}: ${answer.error}`);
    return answer;
  }

  /** Ends it: closes its input, and reads whatever it still says. */
  async [Symbol.asyncDispose](): Promise<void> {
    // A process that has ended by itself has no input left to close.
    await this.#input.close().catch(() => {});
    while (!(await this.#lines.read()).done);
    await this.#process.status;
  }
}

/** The other side: answers each line of stdin until it ends. */
export async function answerAll(answer: (question: unknown) => unknown): Promise<void> {
  const lines = Deno.stdin.readable.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream());
  for await (const line of lines) console.log(JSON.stringify(await answer(JSON.parse(line))));
}
