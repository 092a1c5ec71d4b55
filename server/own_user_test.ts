import { assertEquals } from "@std/assert";
import { Hono } from "hono";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { requestFacts, testRules, TOKEN } from "../tests/support/request_facts.ts";
import { type AppEnv, createApp, jsonResponse } from "./app.ts";
import { ownUserOnly } from "./own_user.ts";

const row = (local: string, remote: string, uid: number) =>
  `  1: 0100007F:${local} 0100007F:${remote} 01 00000000:00000000 00:00000000 00000000 ${uid} 0 1\n`;
const owned = (uid: number) => row("0526", "C350", 1000) + row("C350", "0526", uid);

async function ask(tables: string | null, headers: Record<string, string> = {}) {
  const routes = new Hono<AppEnv>();
  routes.use("/api/terminals", ownUserOnly(() => Promise.resolve(tables)));
  routes.get("/api/terminals", () => jsonResponse([]));
  const app = createApp({ rules: testRules(), log: new MemoryLog(), routes, errors: "text" });
  const facts = requestFacts({
    target: "/api/terminals",
    headers: { host: "localhost:1318", ...headers },
  });
  return (await app.request("http://localhost:1318/api/terminals", {}, { facts })).status;
}

Deno.test("ownUserOnly takes the bypass from our own user only", async () => {
  assertEquals(await ask(owned(1000)), 200);
  assertEquals(await ask(owned(1001)), 401);
  assertEquals(await ask(""), 401);
  assertEquals(await ask(null), 401, "where nobody can tell");
});

Deno.test("ownUserOnly takes the token from everybody", async () => {
  assertEquals(await ask(owned(1001), { authorization: `Bearer ${TOKEN}` }), 200);
  assertEquals(await ask(null, { authorization: `Bearer ${TOKEN}` }), 200);
});
