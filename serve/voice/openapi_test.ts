/** The description of the voice listener says what the voice listener is. */
import { assert, assertEquals } from "@std/assert";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import { readForm } from "../../server/voice/http/form.ts";
import { type DescribedOperation, openApiDocument } from "../../server/voice/http/openapi.ts";
import { OPERATIONS } from "../../server/voice/http/operations.ts";
import { voiceRoutes } from "../../server/voice/http/routes.ts";
import { type VoiceSocket, voiceSocketOf } from "../../server/voice/sockets.ts";
import { voiceDocsPage } from "../../web/page/voice_docs_page.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { voiceRig } from "../../tests/support/voice_rig.ts";
import { type Answer, VoiceWorld } from "../../tests/support/voice_world.ts";
import { PageScripts } from "../page_scripts.ts";
import { dashboardRoutes } from "./dashboard.ts";

const document = openApiDocument("1.2.3");
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    ...{ key: `${method.toUpperCase()} ${path}`, path, operation },
  }))
);

/** What the endpoint of the tools takes, which is one route for all methods. */
const MCP = ["POST /mcp", "GET /mcp", "DELETE /mcp"];

/** Routes of a table, with ids as the description writes them. */
const routesOf = (table: { readonly routes: readonly { method: string; path: string }[] }) =>
  table.routes.filter(({ method }) => method !== "ALL")
    .map(({ method, path }) => `${method} ${path.replaceAll(/:(\w+)/g, "{$1}")}`);

Deno.test("every route of the voice listener is described, and nothing else", async () => {
  const { voice } = voiceRig();
  const { routes } = voiceRoutes({ voice, recognizer: null, version: "1", onShutdown: () => {} });
  const log = new MemoryLog();
  const channel = () => ({ channelPort: null, channelUrl: null });
  const scripts = new PageScripts(log);
  const pages = routesOf(dashboardRoutes({ scripts, foreign: null, channel }))
    // What pages are made of, and ways to them.
    .filter((key) => !/\.(css|js)$|\/$|:file|assets/.test(key));
  const sockets = operations.filter(({ operation }) => "101" in operation.responses);
  assertEquals(
    operations.filter((it) => !sockets.includes(it)).map(({ key }) => key).sort(),
    [...new Set([...routesOf(routes), ...pages, ...MCP])].sort(),
  );
  const kinds: Record<VoiceSocket["kind"], true> = { audio: true, chat: true, roster: true };
  const described = sockets.map(({ path }) => {
    const asked = voiceSocketOf(path.replace(/\{\w+\}/, "s1"));
    return "kind" in asked ? asked.kind : asked.text;
  });
  assertEquals(described.sort(), Object.keys(kinds).sort());
  await scripts.close();
  await voice.close();
});

Deno.test("the description is valid OpenAPI 3.1", async () => {
  const { valid, errors } = await new Validator().validate({ ...structuredClone(document) });
  assertEquals([valid, errors], [true, undefined]);
  const ids = operations.map(({ operation }) => operation.operationId);
  assertEquals(new Set(ids).size, ids.length);
});

Deno.test("fields that are described as needed are the ones that are asked for", async () => {
  for (const { path, body } of OPERATIONS) {
    if (typeof body !== "object") continue;
    const form = readForm(body, {});
    const { detail } = "refused" in form ? await form.refused.json() : { detail: [] };
    const { post, put } = document.paths[path]!;
    const { required = [] } = Object(
      (post ?? put)!.requestBody!.content["application/json"]!.schema,
    );
    assertEquals(detail.map(({ loc }: { loc: string[] }) => loc[1]), required, path);
    // What is described as usual is what is taken where nothing is said.
    const full = readForm(body, Object.fromEntries(required.map((it: string) => [it, "x"])));
    for (const [name, { schema }] of "value" in full ? Object.entries(body) : []) {
      const usual = schema["default"];
      if (usual !== undefined) assertEquals(Object(Object(full)["value"])[name], usual, name);
    }
  }
});

Deno.test("what is answered is what is described", async () => {
  await using world = await VoiceWorld.start();
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addSchema({ $id: "voice", ...document } as object);
  const seen = new Set<string>();
  const check = (key: string, { status, body, headers }: Answer) => {
    const { operation } = operations.find((it) => it.key === key)!;
    const { content = {} } = responseOf(operation, status, key);
    const type = headers.get("content-type")?.split(";")[0] ?? "";
    if (Object.keys(content).length > 0) assert(type in content, `${key} ${status}: ${type}`);
    seen.add(key);
    const { schema } = Object(content)[type] ?? {};
    if (schema === undefined) return;
    const validate = ajv.compile({ $ref: schema.$ref.replace("#", "voice#") });
    assert(validate(body), `${key} ${status}: ${ajv.errorsText(validate.errors)}`);
  };
  /** Asks in both ways: by what is described, and really. */
  const ask = async (key: string, body?: unknown, ids: Record<string, string> = {}, query = "") => {
    const [method = "", path = ""] = key.split(" ");
    const real = path.replaceAll(/\{(\w+)\}/g, (_, name) => ids[name] ?? "s1");
    const answer = await world.ask(method, `${real}${query}`, body);
    check(key, answer);
    return answer;
  };
  const session = { session_id: "s1", participant_id: "p", preferred_output_device: "none such" };
  await ask("POST /v1/sessions/register", session);
  await ask("POST /v1/sessions/register", session);
  await ask("POST /v1/sessions/register", { priority: "high" });
  const audio = await ask("POST /v1/synthesize", { text: "Hello.", session_id: "s1" });
  await ask("POST /v1/synthesize", { text: "Hello.", format: "pcm" });
  for (
    const [text, more] of [[" ", {}], ["...", {}], ["x".repeat(20_001), {}], ["x", { voice: "?" }]]
  ) {
    await ask("POST /v1/synthesize", { text, ...more as object });
  }
  await ask("POST /v1/synthesize", { text: "x", session_id: "nobody" });
  await ask("POST /v1/audio/speech", { input: "Hello." });
  await ask("POST /v1/speak", { text: "Hello.", session_id: "s1" });
  await ask("POST /v1/stop", undefined, {}, "?job_id=00000000");
  await ask("POST /v1/stop", {});
  const form = new FormData();
  form.append("file", new File([new Uint8Array(audio.bytes)], "a.wav"));
  await ask("POST /v1/vad", form);
  await ask("POST /v1/vad", form, {}, "?threshold=2");
  await ask("POST /v1/bus/perceive", form, {}, "?channel=c");
  await ask("POST /v1/bus/perceive", {});
  await ask("POST /v1/filter", { text: "Thank you." });
  await ask("POST /v1/bus/act", { content: "Hello.", modality: "voice" });
  await ask("POST /v1/bus/act", { content: "Hello.", modality: "smell" });
  const id = audio.headers.get("X-Mod3-Job-Id")!;
  await ask("GET /v1/jobs/{job_id}", undefined, { job_id: id });
  await ask("GET /v1/jobs/{job_id}", undefined, { job_id: "00000000" });
  await ask("GET /v1/jobs", undefined, {}, "?limit=many");
  await ask("GET /v1/sessions/{session_id}", undefined, { session_id: "nobody" });
  await ask("GET /v1/sessions/{session_id}/subscribers/{kind}", undefined, { kind: "websocket" });
  await ask("PUT /v1/policy", { policy: "priority" });
  await ask("PUT /v1/policy", { policy: 7 });
  await ask("POST /mcp", { jsonrpc: "2.0", id: 1, method: "tools/list" });
  await ask("DELETE /mcp");
  // All that only look.
  for (const { key, operation } of operations) {
    if (key.startsWith("GET ") && !seen.has(key) && !("101" in operation.responses)) await ask(key);
  }
  for (let i = 0; i < 2; i++) await ask("POST /v1/sessions/{session_id}/deregister", {});
  await using roster = await world.open("/ws/roster");
  for (let i = 0; i < 2; i++) await ask("POST /shutdown", { timeout_sec: 1 });
  await roster.closed;
  const unseen = operations.filter(({ key, operation }) =>
    !seen.has(key) && !("101" in operation.responses)
  );
  assertEquals(unseen, []);
});

function responseOf({ responses }: DescribedOperation, status: number, key: string) {
  const response = responses[status];
  assert(response !== undefined, `${key} answered ${status}, which is not described`);
  return response;
}

Deno.test("the page of the description lists every operation with its fields and statuses, as text", async () => {
  const text = String(await voiceDocsPage(document));
  for (const { path, operation } of operations) {
    assert(text.includes(`<code>${path}</code>`), path);
    const at = text.indexOf(`id="${operation.operationId}"`);
    const entry = text.slice(at, text.indexOf("</details>", at));
    for (const status of Object.keys(operation.responses)) {
      assert(entry.includes(`<td>${status}</td>`), `${path} ${status}`);
    }
    for (const { name } of operation.parameters) {
      assert(entry.includes(`<code>${name}</code>`), `${path} ${name}`);
    }
    const { properties = {} } = Object(
      Object.values(operation.requestBody?.content ?? {})[0]?.schema,
    );
    for (const name of Object.keys(properties)) {
      assert(entry.includes(`<code>${name}</code>`), `${path} ${name}`);
    }
  }
  // The policy of our pages lets nothing in that stands in them, or comes from elsewhere.
  assert(!/<script|style=|\son\w+=|https?:/.test(text));
  const hostile = structuredClone(document) as { info: { description: string } };
  hostile.info.description = "<img src=x>";
  assert(String(await voiceDocsPage(hostile as typeof document)).includes("&lt;img src=x&gt;"));
});

Deno.test("the description is for whoever may come in, and for nobody else", async () => {
  const token = "a-token-of-sixteen-or-more";
  await using world = await VoiceWorld.start({ token, loopbackBypass: false });
  for (const path of ["/docs", "/openapi.json"]) {
    const got = async (headers: Record<string, string>) => {
      const response = await fetch(`${world.url}${path}`, { headers });
      await response.body?.cancel();
      return response;
    };
    assertEquals((await got({})).status, 401, path);
    const { status, headers } = await got({ authorization: `Bearer ${token}` });
    assertEquals(status, 200);
    assert(headers.get("content-security-policy")?.startsWith("default-src 'self'"));
  }
});
