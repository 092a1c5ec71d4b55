import { assert, assertEquals } from "@std/assert";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { type BundleScripts, PageScripts } from "./page_scripts.ts";

function world(bundle: BundleScripts) {
  const log = new MemoryLog();
  const scripts = new PageScripts(log, bundle);
  return { log, scripts, get: (path: string) => scripts.routes.request(`http://localhost${path}`) };
}

Deno.test("PageScripts makes the scripts when one is asked for, and once", async () => {
  let count = 0;
  const { get, scripts } = world(() => Promise.resolve({ player: `made ${++count}` }));
  assertEquals((await get("/player.css")).headers.get("Content-Type"), "text/css; charset=utf-8");
  assertEquals(count, 0);
  const [first, second] = await Promise.all([get("/assets/player.js"), get("/assets/player.js")]);
  assertEquals([await first.text(), await second.text()], ["made 1", "made 1"]);
  assertEquals(first.headers.get("Content-Type"), "text/javascript; charset=utf-8");
  for (const path of ["/assets/other.js", "/assets/constructor.js", "/assets/..%2fmod.js"]) {
    assertEquals((await get(path)).status, 404, path);
  }
  await scripts.close();
});

Deno.test("PageScripts says why there are none, and tries again at the next request", async () => {
  let count = 0;
  const { get, log, scripts } = world(() =>
    ++count === 1 ? Promise.reject(new Error("no esbuild here")) : Promise.resolve({ player: "ok" })
  );
  const refused = await get("/assets/player.js");
  assertEquals([refused.status, await refused.text()], [503, "no esbuild here\n"]);
  assertEquals(log.of("page scripts could not be made")[0]?.fields, { reason: "no esbuild here" });
  assertEquals(await (await get("/assets/player.js")).text(), "ok");
  await scripts.close();
});

Deno.test("PageScripts ends a bundler that still runs", async () => {
  const { get, log, scripts } = world((signal) =>
    new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)))
  );
  const asked = get("/assets/player.js");
  await scripts.close();
  assertEquals((await asked).status, 503);
  assertEquals(log.lines, []);
});

Deno.test("the page's real scripts are bundled, and import nothing", async () => {
  const log = new MemoryLog();
  const scripts = new PageScripts(log);
  for (const name of ["player", "session", "ring", "voice"]) {
    const response = await scripts.routes.request(`http://localhost/assets/${name}.js`);
    const text = await response.text();
    assertEquals(response.status, 200, text);
    assert(text.length > 1000, name);
    assert(!/\bfrom\s*"(?:node:|npm:|\.)/.test(text), `${name} still imports something`);
  }
  await scripts.close();
});
