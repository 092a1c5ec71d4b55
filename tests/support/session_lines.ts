/**
 * Lines of a transcript, record by record, for tests that say what a session did.
 *
 * @module
 */

/** Writes what a session does, at times that go on. */
export class SessionLines {
  /** Lines so far, each with its end. */
  text = "";
  readonly #session: string;
  readonly #cwd: string;
  readonly #model: string;
  /** Ms since the Unix epoch. */
  nowMs: number;
  #no = 0;

  /** A session that begins now. */
  constructor(
    session: string,
    { cwd = "/home/dev/project", model = "claude-sonnet-5", nowMs }: {
      readonly cwd?: string;
      readonly model?: string;
      readonly nowMs: number;
    },
  ) {
    this.#session = session;
    this.#cwd = cwd;
    this.#model = model;
    this.nowMs = nowMs;
  }

  /** Time goes by. */
  wait(minutes: number): this {
    this.nowMs += minutes * 60_000;
    return this;
  }

  /** A person says something. */
  prompt(content: string): this {
    return this.#record({ type: "user", message: { role: "user", content } });
  }

  /** The agent says something, which costs so many tokens of output. */
  answer(text: string, outputTokens = 100): this {
    return this.#assistant([{ type: "text", text }], outputTokens, "end_turn");
  }

  /** The agent edits a file. */
  edit(path: string): this {
    return this.#tool("Edit", { file_path: path, old_string: "a", new_string: "b" }, "ok", false);
  }

  /** The agent calls a tool, which has not answered. */
  call(name: string, input: object): this {
    const id = `toolu_${this.#session}_${this.#no}`;
    return this.#assistant([{ type: "tool_use", id, name, input }], 10, "tool_use");
  }

  /** The agent runs a command. */
  bash(command: string, printed: string, isError = false): this {
    return this.#tool("Bash", { command }, printed, isError);
  }

  /** What was written since the last time. */
  take(): string {
    const { text } = this;
    this.text = "";
    return text;
  }

  #tool(name: string, input: object, content: string, isError: boolean): this {
    const id = `toolu_${this.#session}_${this.#no}`;
    this.#assistant([{ type: "tool_use", id, name, input }], 10, "tool_use");
    const result = { type: "tool_result", tool_use_id: id, content, is_error: isError };
    return this.#record({ type: "user", message: { role: "user", content: [result] } });
  }

  #assistant(content: readonly object[], outputTokens: number, stop: string): this {
    return this.#record({
      type: "assistant",
      requestId: `req-${this.#session}-${this.#no}`,
      message: {
        id: `msg-${this.#session}-${this.#no}`,
        role: "assistant",
        model: this.#model,
        content,
        stop_reason: stop,
        usage: { input_tokens: 0, output_tokens: outputTokens },
      },
    });
  }

  #record(more: object): this {
    this.#no++;
    this.text += `${
      JSON.stringify({
        uuid: `${this.#session}-${this.#no}`,
        parentUuid: this.#no === 1 ? null : `${this.#session}-${this.#no - 1}`,
        sessionId: this.#session,
        timestamp: new Date(this.nowMs).toISOString(),
        cwd: this.#cwd,
        gitBranch: "main",
        version: "2.1.200",
        userType: "external",
        isSidechain: false,
        ...more,
      })
    }\n`;
    return this;
  }
}
