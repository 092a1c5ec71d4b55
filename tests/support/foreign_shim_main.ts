/**
 * A program that stands for a foreign shim: tools on stdin and stdout, which ask the voice server at
 * `MOD3_URL` over HTTP. Written anew; it knows nothing of ours.
 *
 * @module
 */

const base = Deno.env.get("MOD3_URL") ?? "http://localhost:7860";
const states = new Map<string, { status: string }>();

async function ask(method: string, path: string, body?: object) {
  const response = await fetch(`${base}${path}`, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
  });
  return await response.json();
}

async function speak(args: Record<string, string>) {
  const job_id = `shim-${states.size}`;
  const state = { status: "generating" };
  states.set(job_id, state);
  const response = await fetch(`${base}/v1/synthesize`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: args["text"], session_id: args["session_id"] }),
  });
  await response.arrayBuffer();
  const { subscribed } = await ask("GET", `/v1/sessions/${args["session_id"]}/subscribers`);
  state.status = subscribed === true ? "routed_ws" : "done";
  return { status: "speaking", job_id };
}

// deno-lint-ignore no-explicit-any -- answers are passed on as they are
async function call(name: string, args: any): Promise<unknown> {
  switch (name) {
    case "register_session":
      return { status: "ok", ...await ask("POST", "/v1/sessions/register", args) };
    case "deregister_session":
      return await ask("POST", `/v1/sessions/${args.session_id}/deregister`);
    case "list_voices": {
      const { engines } = await ask("GET", "/v1/voices");
      const lines = Object.keys(engines).map((it) => `  ${it}: ${engines[it].voices.join(", ")}`);
      return ["Available voices:", ...lines].join("\n");
    }
    case "speak":
      return await speak(args);
    case "speech_status":
      return states.get(args.job_id) ?? { status: "error" };
    default:
      throw new Error(`unknown tool ${name}`);
  }
}

async function answer(line: string): Promise<void> {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  const result = method === "tools/call"
    ? { content: [{ type: "text", text: textOf(await call(params.name, params.arguments)) }] }
    : { protocolVersion: "2024-11-05", serverInfo: { name: "stand-in" }, capabilities: {} };
  console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
}

const textOf = (value: unknown) => typeof value === "string" ? value : JSON.stringify(value);

if (Deno.args.includes("--test")) {
  const { status } = await ask("GET", "/health");
  console.log(`health: ${status}`);
  Deno.exit(status === "ok" ? 0 : 1);
}
let rest = "";
for await (const part of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  const lines = `${rest}${part}`.split("\n");
  rest = lines.pop()!;
  for (const line of lines) await answer(line);
}
