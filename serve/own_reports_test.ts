import { assertEquals } from "@std/assert";
import { MemoryLog } from "../tests/support/memory_log.ts";
import { tempFolder } from "../tests/support/temp_folder.ts";
import { serve } from "./mod.ts";

Deno.test("reports of the tools for agents are on the main listener, in a sandbox, and nothing else is", async () => {
  await using folder = await tempFolder();
  const token = "a-token-for-tests";
  await using server = await serve({
    ...{ port: 0, controlPort: "off", noBackend: true, log: new MemoryLog(), token },
    mcpFolder: folder.path,
  });
  const get = async (path: string, headers: HeadersInit = {}) => {
    const response = await fetch(server.httpUrl + path, { headers });
    return [
      response.status,
      response.headers.get("Content-Security-Policy"),
      await response.text(),
    ];
  };
  const page = "/reports/steady-state/report.html";
  assertEquals((await get(page))[0], 404, "there is no folder yet");
  await Deno.mkdir(`${folder.path}/out/reports/steady-state`, { recursive: true });
  await Deno.writeTextFile(`${folder.path}/out/reports/steady-state/report.html`, "<p>report");
  await Deno.writeTextFile(`${folder.path}/secret.json`, "{}");
  await Deno.symlink(`${folder.path}/secret.json`, `${folder.path}/out/reports/link.json`);
  const [status, policy, text] = await get(page);
  assertEquals([status, String(policy).split(";")[0], text], [
    ...[200, "sandbox allow-scripts", "<p>report"],
  ]);
  for (
    const path of ["/reports/link.json", "/reports/%2e%2e/%2e%2e/secret.json", "/reports/none.json"]
  ) {
    assertEquals((await get(path))[0], 404, path);
  }
  assertEquals((await get(page, { "X-Forwarded-For": "192.0.2.1" }))[0], 401);
});
