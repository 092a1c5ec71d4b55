import { assert, assertEquals } from "@std/assert";
import { VirtualClock } from "../runtime/mod.ts";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { NOW_S, requestFacts, testRules, TOKEN } from "../tests/support/request_facts.ts";
import { createApp } from "./app.ts";
import { AUTH_PATHS, authRoutes } from "./auth_routes.ts";
import { hasLogin } from "./cookie.ts";
import type { GateRules, RequestFacts } from "./gate.ts";
import { LoginThrottle } from "./login_throttle.ts";
import { parseTrustedProxies } from "./proxies.ts";

function world(changes: Partial<GateRules> = {}, publicUrl: URL | null = null) {
  const clock = new VirtualClock();
  const log = new MemoryLog();
  const site = { ...testRules().site, allowHosts: [{ host: "studio.example", port: null }] };
  const rules = testRules({ site, openPaths: new Set(AUTH_PATHS.open), ...changes });
  let count = 0;
  const routes = authRoutes({
    rules,
    throttle: new LoginThrottle(clock),
    clock,
    nonce: () => String(++count).padStart(32, "0"),
    log,
    publicUrl,
  });
  const app = createApp({ rules, log, routes, errors: "text" });
  /** A request of a remote page of ours; its answer comes within what the clock is given. */
  const call = async (
    method: string,
    path: string,
    { body, ...changes }: Partial<RequestFacts> & { body?: string } = {},
  ) => {
    const headers = {
      host: "127.0.0.1:1318",
      "content-type": "application/json",
      ...(body === undefined ? {} : { "content-length": String(body.length) }),
      ...changes.headers as Record<string, string>,
    };
    const facts = requestFacts({
      peerAddress: "10.0.0.1",
      method,
      target: path,
      ...changes,
      headers,
    });
    const init = { method, headers, ...(body === undefined ? {} : { body }) };
    const answer = Promise.resolve(app.request(`http://127.0.0.1:1318${path}`, init, { facts }));
    await clock.settle(clock.now() + 0.25);
    const response = await answer;
    return {
      status: response.status,
      headers: response.headers,
      cookie: response.headers.get("Set-Cookie"),
      text: await response.text(),
    };
  };
  const login = (token: unknown, more: Partial<RequestFacts> = {}) =>
    call("POST", "/api/auth/login", { body: JSON.stringify({ token }), ...more });
  return { app, call, clock, log, login };
}

Deno.test("logging in gives a cookie that the gate takes, and never the token", async () => {
  const { call, log, login } = world();
  const { status, cookie, text } = await login(TOKEN);
  assertEquals([status, text], [204, ""]);
  const [pair, ...attributes] = cookie!.split("; ");
  assertEquals(attributes, ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"]);
  assert(!cookie!.includes(TOKEN));
  assert(hasLogin(pair, TOKEN, NOW_S + 2_591_999) && !hasLogin(pair, TOKEN, NOW_S + 2_592_000));
  const after = await call("GET", "/api/auth/status", { headers: { cookie: pair } });
  assertEquals(JSON.parse(after.text), {
    authenticated: true,
    via: "cookie",
    tokenConfigured: true,
  });
  assert(!JSON.stringify(log.lines).includes(TOKEN));
});

Deno.test("a failed login is 401 after a quarter of a second, whatever was wrong", async () => {
  const { app, call, clock, log, login } = world();
  const answers = [await login("guess"), await login(TOKEN.slice(1)), await login(7)];
  for (const body of ["", "null", "[]", "{", `"${TOKEN}"`, "x".repeat(5000)]) {
    answers.push(await call("POST", "/api/auth/login", { body }));
  }
  for (const { status, cookie, text } of answers) {
    assertEquals([status, cookie], [401, null]);
    assertEquals(text, answers[0]!.text);
  }
  assert(!JSON.stringify(log.lines).includes("guess"));
  let isAnswered = false;
  const headers = { "content-type": "application/json" };
  const facts = requestFacts({
    method: "POST",
    target: "/api/auth/login",
    peerAddress: "10.0.0.9",
  });
  const late = Promise.resolve(
    app.request("http://localhost:1318/api/auth/login", { method: "POST", headers, body: "{}" }, {
      facts,
    }),
  ).then(() => void (isAnswered = true));
  const beganS = clock.now();
  await clock.settle(beganS + 0.249);
  assertEquals(isAnswered, false);
  await clock.settle(beganS + 0.251);
  await late;
});

Deno.test("the eleventh failed login within a minute is 429, also with the right token", async () => {
  const { clock, login } = world();
  for (let i = 0; i < 10; i++) assertEquals((await login("guess")).status, 401);
  for (const token of ["guess", TOKEN]) {
    const refused = await login(token);
    assertEquals([refused.status, refused.cookie], [429, null]);
    assert(Number(refused.headers.get("Retry-After")) > 50);
  }
  assertEquals((await login(TOKEN, { peerAddress: "10.0.0.2" })).status, 204);
  clock.runUntil(70);
  assertEquals((await login(TOKEN)).status, 204);
});

Deno.test("behind a trusted proxy failed logins count for the peer that it names, else for the proxy", async () => {
  const proxied = (address: string) => ({ headers: { "x-forwarded-for": address } });
  const trusting = world({ proxies: parseTrustedProxies(["10.0.0.1"]) });
  for (let i = 0; i < 10; i++) await trusting.login("guess", proxied("203.0.113.1"));
  assertEquals((await trusting.login(TOKEN, proxied("203.0.113.1"))).status, 429);
  assertEquals((await trusting.login(TOKEN, proxied("203.0.113.2"))).status, 204);
  const wary = world();
  for (let i = 0; i < 10; i++) await wary.login("guess", proxied(`203.0.113.${i}`));
  assertEquals((await wary.login(TOKEN, proxied("203.0.113.99"))).status, 429);
});

Deno.test("nobody logs in where there is no token", async () => {
  const { call, login } = world({ token: null });
  assertEquals((await login("")).status, 401);
  assertEquals((await login("null")).status, 401);
  const { text } = await call("GET", "/api/auth/status");
  assertEquals(JSON.parse(text), { authenticated: false, via: null, tokenConfigured: false });
});

Deno.test("the cookie is for TLS only where the browser is known to use it", async () => {
  const publicUrl = new URL("https://studio.example");
  const secure = async (changes: Partial<GateRules>, headers: Record<string, string>) =>
    (await world(changes, publicUrl).login(TOKEN, { headers })).cookie!.endsWith("; Secure");
  const proxies = parseTrustedProxies(["10.0.0.1"]);
  assertEquals(await secure({}, { host: "studio.example" }), true);
  assertEquals(await secure({}, { host: "127.0.0.1:1318" }), false);
  assertEquals(await secure({}, { "x-forwarded-proto": "https" }), false);
  assertEquals(await secure({ proxies }, { "x-forwarded-proto": "https" }), true);
  const plain = world({}, new URL("http://studio.example"));
  const { cookie } = await plain.login(TOKEN, { headers: { host: "studio.example" } });
  assertEquals(cookie!.includes("Secure"), false);
});

Deno.test("logging out takes the cookie back, and no foreign page can do it", async () => {
  const { call } = world();
  const { status, cookie } = await call("POST", "/api/auth/logout");
  assertEquals(status, 204);
  assertEquals(cookie, "headway_auth=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0");
  const headers = { origin: "http://evil.example" };
  const forged = await call("POST", "/api/auth/logout", { headers });
  assertEquals([forged.status, forged.cookie], [403, null]);
});

Deno.test("the status tells anybody how they stand, and where the server is reached", async () => {
  const { call } = world({}, new URL("https://studio.example"));
  const status = async (changes: Partial<RequestFacts>) =>
    JSON.parse((await call("GET", "/api/auth/status", changes)).text);
  const publicUrl = "https://studio.example";
  assertEquals(await status({}), {
    ...{ authenticated: false, via: null },
    tokenConfigured: true,
    publicUrl,
  });
  assertEquals((await status({ peerAddress: "127.0.0.1" })).via, "bypass");
  assertEquals((await status({ headers: { authorization: `Bearer ${TOKEN}` } })).via, "bearer");
});

Deno.test("the login page takes the token from the fragment, which it wipes, and loads nothing foreign", async () => {
  const { call } = world();
  const page = await call("GET", "/login");
  assertEquals(page.status, 200);
  const links = [...page.text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link);
  assertEquals(links, ["/style.css", "data:,", "/login.js"]);
  assert(!/<script(?! src="\/login.js" defer>)|style=|\bon\w+=/.test(page.text), page.text);
  const script = await call("GET", "/login.js");
  assertEquals(script.headers.get("Content-Type"), "text/javascript; charset=utf-8");
  const [wiped, sent] = [script.text.indexOf("replaceState"), script.text.indexOf("login(given)")];
  assert(wiped > 0 && wiped < sent);
  assert(!/innerHTML|eval|document\.write/.test(script.text));
});
