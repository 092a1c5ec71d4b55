/** `headway bridge` as an agent's host starts it. */
import { assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const PING = '{"jsonrpc":"2.0","id":"a","method":"ping"}\n';

/** Runs it on these lines. */
async function bridge(args: readonly string[], env: Record<string, string>, input = PING) {
  const child = new Deno.Command("deno", {
    args: ["run", "--no-prompt", "--allow-net", "--allow-env", "--allow-read", "--allow-run=deno"]
      .concat(MAIN, "bridge", args),
    env: { NO_COLOR: "1", ...env },
    ...{ stdin: "piped", stdout: "piped", stderr: "piped" },
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

/** A server that takes the second token only, and answers what it was asked. */
function server() {
  const tokens: (string | null)[] = [];
  const running = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      tokens.push(request.headers.get("authorization"));
      const { id } = await request.json();
      return Response.json({ jsonrpc: "2.0", id, result: {} });
    },
  );
  return {
    tokens,
    url: `http://127.0.0.1:${running.addr.port}/mcp`,
    [Symbol.asyncDispose]: () => running.shutdown(),
  };
}

Deno.test("headway bridge refuses to work without an address, in one line", async () => {
  assertEquals(await bridge([], {}), {
    code: 1,
    stdout: "",
    stderr:
      "headway: there is no address to pass messages on to; set HEADWAY_TASKS_MCP_URL or --url\n",
  });
  const { code, stderr } = await bridge(["--url", "ftp://x"], {});
  assertEquals(code, 2);
  assertMatch(stderr, /^headway: --url is "ftp:\/\/x", expected/);
});

Deno.test("headway bridge passes lines on with the token that a program prints", async () => {
  await using there = server();
  const command = `deno eval "console.log(JSON.stringify({ access_token: 'from-a-program' }))"`;
  const env = { CODA_MCP_URL: there.url, CODA_TOKEN_CMD: command };
  assertEquals(await bridge([], env), {
    ...{ code: 0, stdout: '{"jsonrpc":"2.0","id":"a","result":{}}\n', stderr: "" },
  });
  assertEquals(there.tokens, ["Bearer from-a-program"]);
});

Deno.test("headway bridge to a server of this machine asks nobody for a token", async () => {
  await using there = server();
  const { code, stdout } = await bridge(["--url", there.url], {}, PING + PING);
  assertEquals([code, stdout.trim().split("\n").length, there.tokens], [0, 2, [null, null]]);
});

Deno.test("headway bridge says what keeps it from a token, on stderr and to who asked", async () => {
  await using there = server();
  const { code, stdout, stderr } = await bridge(["--url", there.url, "--profile", "work"], {});
  assertEquals([code, there.tokens], [0, []]);
  assertMatch(JSON.parse(stdout).error.message, /databricks may not be run|no program databricks/);
  assertMatch(stderr, /^headway: bridge: /);
});
