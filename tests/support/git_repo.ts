/**
 * Real repositories for tests, made by the git of this machine in a process of its own.
 *
 * @module
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { TextLineStream } from "@std/streams";

const MAIN = fileURLToPath(new URL("./git_repo_main.ts", import.meta.url));
const CONFIG = fileURLToPath(new URL("../../deno.json", import.meta.url));

/** Git, for as long as a test runs. */
export class TestGit {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: AsyncIterator<string>;

  /** Starts it. */
  constructor() {
    this.#child = new Deno.Command("deno", {
      args: [
        ...["run", "--quiet", "--no-prompt", "--config", CONFIG],
        ...["--allow-run=git", "--allow-env", MAIN],
      ],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream())
      .pipeThrough(new TextLineStream())[Symbol.asyncIterator]();
  }

  /** Runs git. Throws what it complains of when it fails. */
  async run(
    cwd: string,
    args: readonly string[],
    { env = {}, input = "" }: {
      readonly env?: Readonly<Record<string, string>>;
      readonly input?: string;
    } = {},
  ): Promise<string> {
    const own = {
      GIT_CONFIG_NOSYSTEM: "1",
      GIT_CONFIG_GLOBAL: "/dev/null",
      GIT_AUTHOR_NAME: "A",
      GIT_AUTHOR_EMAIL: "a@example.org",
      GIT_COMMITTER_NAME: "A",
      GIT_COMMITTER_EMAIL: "a@example.org",
    };
    const command = { args, cwd, env: { ...own, ...env }, input };
    await this.#input.write(new TextEncoder().encode(`${JSON.stringify(command)}\n`));
    const { value } = await this.#answers.next();
    const { code, error, text } = JSON.parse(value!);
    if (code !== 0) throw new Error(`git ${args.join(" ")}: ${error}`);
    return text;
  }

  /** Makes a repository with a branch `main`. */
  async repo(path: string): Promise<TestRepo> {
    await Deno.mkdir(path, { recursive: true });
    await this.run(path, ["init", "--quiet", "--initial-branch=main"]);
    return new TestRepo(this, path);
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close();
    await this.#answers.return?.();
    await this.#child.status;
  }
}

/** A working tree. */
export class TestRepo {
  readonly path: string;
  readonly #git: TestGit;

  /** One that is there. */
  constructor(git: TestGit, path: string) {
    this.#git = git;
    this.path = path;
  }

  /** Runs git in it. */
  run(...args: readonly string[]): Promise<string> {
    return this.#git.run(this.path, args);
  }

  /** Writes a file. */
  write(name: string, text: string): void {
    Deno.mkdirSync(dirname(`${this.path}/${name}`), { recursive: true });
    Deno.writeTextFileSync(`${this.path}/${name}`, text);
  }

  /** Writes files and commits all there is, at a time; what git prints. */
  async commit(
    message: string,
    files: Readonly<Record<string, string>>,
    timeMs: number,
    args: readonly string[] = [],
  ): Promise<{ readonly sha: string; readonly printed: string }> {
    for (const [name, text] of Object.entries(files)) this.write(name, text);
    await this.run("add", "--all");
    const date = `${Math.floor(timeMs / 1000)} +0000`;
    const env = { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
    const printed = await this.#git.run(this.path, ["commit", "-m", message, ...args], { env });
    return { sha: (await this.run("rev-parse", "HEAD")).trim(), printed };
  }
}
