/**
 * The checkout's shim for agents, on stdin and stdout, against our voice server.
 *
 * @module
 */
import { join } from "node:path";
import { errorMessage } from "../../runtime/mod.ts";
import { CheckError } from "./check.ts";
import { FILES } from "./checkout.ts";
import {
  kill,
  type PythonOptions,
  readText,
  runPython,
  spawnPython,
  throwIfPackageMissing,
} from "./python.ts";

/** How long each answer may take, seconds. */
const ANSWER_S = 60;
/** How often the state of a job is asked for, seconds. */
const ASK_S = 0.25;
const SESSION = "conformance-shim";

type Json = Readonly<Record<string, unknown>>;

/** Makes the check. `say` is told what was seen. */
export async function shimCheck(
  voiceUrl: string,
  options: Omit<PythonOptions, "env" | "timeoutS">,
  say: (line: string) => void,
): Promise<void> {
  // Whether somebody speaks on this machine is no matter of the check.
  const env = { MOD3_URL: voiceUrl, BARGEIN_SIGNAL: join(options.folder, ".nobody-speaks") };
  const python = { ...options, env, timeoutS: ANSWER_S };
  // It ends with 0 whatever it finds.
  const doubt = (await runPython([FILES.shim, "--test"], python)).find((line) =>
    /not reachable|unexpected status/i.test(line)
  );
  if (doubt !== undefined) throw new CheckError(`its own test says: ${doubt.trim()}`);
  say("its own test passes");
  await using shim = new Shim(python);
  await shim.request("initialize", {
    protocolVersion: "2024-11-05",
    capabilities: {},
    clientInfo: { name: "headway", version: "1" },
  });
  shim.notify("notifications/initialized");
  const session = { session_id: SESSION };
  await shim.tool("register_session", { ...session, participant_id: "conformance" });
  const voices = await shim.toolText("list_voices", {});
  if (!voices.includes("bm_lewis")) throw new CheckError(`list_voices has no bm_lewis: ${voices}`);
  say("registers, and lists the voices");
  using listener = await listen(`${voiceUrl.replace(/^http/, "ws")}/ws/audio/${SESSION}`);
  const spoken = await shim.tool("speak", { ...session, text: "The shim speaks." });
  const { job_id: jobId } = spoken;
  if (typeof jobId !== "string") {
    throw new CheckError(`speak gave no job: ${JSON.stringify(spoken)}`);
  }
  const endS = options.clock.now() + ANSWER_S;
  for (;;) {
    const { status } = await shim.tool("speech_status", { job_id: jobId });
    if (status === "routed_ws") break;
    const isOver = status !== "generating" && status !== "queued" || options.clock.now() > endS;
    if (isOver) throw new CheckError(`the job is ${status}, expected routed_ws`);
    await options.clock.sleep(ASK_S);
  }
  while (!listener.hasHeard()) {
    if (options.clock.now() > endS) throw new CheckError("who listens got no WAV file");
    await options.clock.sleep(ASK_S);
  }
  say("what it speaks goes to who listens: routed_ws");
  const { status } = await shim.tool("deregister_session", session);
  if (status !== "ok") throw new CheckError(`deregister_session says ${status}`);
}

/** The shim as a process that answers. */
class Shim implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #options: PythonOptions;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #lines: AsyncGenerator<string>;
  readonly #errors: Promise<string>;
  #count = 0;

  constructor(options: PythonOptions) {
    this.#options = options;
    this.#child = spawnPython([FILES.shim], options, "piped");
    this.#input = this.#child.stdin.getWriter();
    this.#lines = linesOf(this.#child.stdout);
    this.#errors = readText(this.#child.stderr);
  }

  /** Asks, and waits for the answer. */
  async request(method: string, params: Json): Promise<Json> {
    const id = ++this.#count;
    this.#write({ jsonrpc: "2.0", id, method, params });
    const late = this.#options.clock.after(ANSWER_S, () => kill(this.#child));
    try {
      for (;;) {
        const { done, value } = await this.#lines.next();
        if (done === true) {
          throwIfPackageMissing(await this.#errors);
          throw new CheckError(`the shim ended, or did not answer ${method} in ${ANSWER_S} s`);
        }
        const message = parse(value);
        if (message === null || message["id"] !== id) continue;
        if (message["error"] !== undefined) {
          throw new CheckError(`${method}: ${JSON.stringify(message["error"])}`);
        }
        return Object(message["result"]);
      }
    } finally {
      late.cancel();
    }
  }

  /** Tells something that has no answer. */
  notify(method: string): void {
    this.#write({ jsonrpc: "2.0", method });
  }

  /** Calls a tool; its answer as text. */
  async toolText(name: string, args: Json): Promise<string> {
    const { content } = await this.request("tools/call", { name, arguments: args });
    const [first] = Array.isArray(content) ? content : [];
    return String(Object(first)["text"] ?? "");
  }

  /** Calls a tool; its answer as an object. */
  async tool(name: string, args: Json): Promise<Json> {
    const text = await this.toolText(name, args);
    const value = parse(text);
    if (value === null) {
      throw new CheckError(`${name} did not answer with JSON: ${text.slice(0, 200)}`);
    }
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#input.close().catch(() => {});
    kill(this.#child);
    await this.#lines.return(undefined);
    await Promise.all([this.#errors, this.#child.status]);
  }

  #write(message: Json): void {
    const bytes = new TextEncoder().encode(`${JSON.stringify(message)}\n`);
    // A shim that has ended is told of where its answer is awaited.
    this.#input.write(bytes).catch(() => {});
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream() as never)) {
    const lines = `${rest}${part}`.split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

function parse(text: string): Json | null {
  try {
    return Object(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Opens a WebSocket that takes whatever comes, and notices a WAV file. */
async function listen(url: string): Promise<Disposable & { readonly hasHeard: () => boolean }> {
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  let hasHeard = false;
  socket.onmessage = ({ data }) => {
    if (!(data instanceof ArrayBuffer)) return;
    hasHeard ||= new TextDecoder("latin1").decode(data.slice(0, 4)) === "RIFF";
  };
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = (event) =>
      reject(new CheckError(`${url}: ${errorMessage((event as ErrorEvent).error)}`));
  });
  return { hasHeard: () => hasHeard, [Symbol.dispose]: () => socket.close() };
}
