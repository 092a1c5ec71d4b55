import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { UsageError, WallClock } from "../runtime/mod.ts";
import { silentLog } from "../server/log.ts";
import { rawHttp } from "../tests/support/raw_peer.ts";
import { tempFolder } from "../tests/support/temp_folder.ts";
import { serveReports } from "./report_server.ts";

async function world() {
  const folder = await tempFolder();
  const { path } = folder;
  await Deno.mkdir(`${path}/reports/some-run`, { recursive: true });
  await Deno.writeTextFile(`${path}/reports/index.html`, "<!doctype html><p>index");
  await Deno.writeTextFile(`${path}/reports/some-run/report.html`, "<!doctype html><p>run");
  await Deno.writeTextFile(`${path}/reports/some-run/junit.xml`, "<html/>");
  await Deno.writeTextFile(`${path}/reports/some-run/evil.svg`, "<svg/>");
  await Deno.writeFile(`${path}/reports/some-run/played.wav`, new Uint8Array(44));
  await Deno.writeTextFile(`${path}/reports/.hidden.json`, "{}");
  await Deno.writeTextFile(`${path}/secret.json`, "{}");
  await Deno.symlink(`${path}/secret.json`, `${path}/reports/link.json`);
  const server = await serveReports({
    folder: `${path}/reports`,
    port: 0,
    clock: new WallClock(),
    log: silentLog,
  });
  return {
    server,
    async get(path: string) {
      const answer = await fetch(new URL(path, server.url));
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

Deno.test("pages run in a sandbox that reaches nothing, sound and texts have fixed types", async () => {
  await using here = await world();
  for (const path of ["/", "/index.html", "/some-run/report.html"]) {
    const { status, headers } = await here.get(path);
    assertEquals(status, 200, path);
    const policy = headers.get("content-security-policy")!;
    assertStringIncludes(policy, "sandbox allow-scripts; default-src 'none'");
    assert(!policy.includes("connect-src") && !policy.includes("allow-same-origin"));
  }
  const types = { "/some-run/played.wav": "audio/wav", "/some-run/junit.xml": "text/plain" };
  for (const [path, type] of Object.entries(types)) {
    const { headers } = await here.get(path);
    assertStringIncludes(headers.get("content-type")!, type);
    assertEquals(headers.get("x-content-type-options"), "nosniff");
  }
});

Deno.test("nothing outside of the folder is shown, nor what is no report", async () => {
  await using here = await world();
  for (
    const path of [
      "/..%2fsecret.json",
      "/%2e%2e/secret.json",
      "/link.json",
      "/.hidden.json",
      "/some-run/evil.svg",
      "/some-run",
      "/nothing.html",
      "/%ff.html",
    ]
  ) assertEquals((await here.get(path)).status, 404, path);
});

Deno.test("a request for another host is refused, as on every listener", async () => {
  await using here = await world();
  const { port } = new URL(here.server.url);
  const request = "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
  assertEquals((await rawHttp(Number(port), request)).status, 421);
});

Deno.test("a folder without a page to begin with is refused, and says what was expected", async () => {
  await using folder = await tempFolder();
  await assertRejects(
    () => serveReports({ folder: folder.path, port: 0, clock: new WallClock(), log: silentLog }),
    UsageError,
    "holds none of review.html, index.html, history.html",
  );
});
