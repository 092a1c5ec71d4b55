import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { UsageError } from "../../runtime/mod.ts";
import { writeForeignPage } from "../../tests/support/foreign_page.ts";
import { VoiceWorld } from "../../tests/support/voice_world.ts";
import { ForeignDashboard } from "./foreign_dashboard.ts";

async function folderWith(
  make: (folder: string) => Promise<void>,
  test: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await make(folder);
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("a foreign page is served as it is, under a policy of its own", () =>
  folderWith((folder) => writeForeignPage(join(folder, "page")), async (folder) => {
    await Deno.writeTextFile(join(folder, "secret.txt"), "secret");
    await using world = await VoiceWorld.start({ voiceDashboard: join(folder, "page") });
    const get = (path: string) => world.ask("GET", path);
    for (const path of ["/dashboard", "/dashboard/", "/dashboard/index.html"]) {
      const { status, headers, bytes } = await get(path);
      assertEquals([status, headers.get("content-type")], [200, "text/html; charset=utf-8"], path);
      assertStringIncludes(new TextDecoder().decode(bytes), "<title>Foreign dashboard</title>");
      const policy = headers.get("content-security-policy")!;
      assertStringIncludes(policy, "script-src 'self' 'unsafe-inline'");
      assertStringIncludes(policy, "http://localhost:6931");
      assertStringIncludes(policy, "frame-ancestors 'none'");
    }
    const script = await get("/dashboard/transport.js?v=2");
    assertEquals(script.headers.get("content-type"), "text/javascript; charset=utf-8");
    // The short name of a library that is there under its long one.
    assertStringIncludes(
      new TextDecoder().decode((await get("/dashboard/vad/ort.js")).bytes),
      "stand-in",
    );
    assertEquals((await get("/silero_vad_v5.onnx")).status, 200);
    const wasm = await get("/ort-wasm-simd-threaded.wasm");
    assertEquals(wasm.headers.get("content-type"), "application/wasm");
    assertEquals((await get("/other.wasm")).status, 404);
    // `/` leads to it, and the rest of the listener is as it was.
    assertEquals((await get("/")).headers.get("location"), "/dashboard");
    assertEquals((await get("/health")).body.status, "ok");
    assertEquals(
      (await get("/v1/sessions")).headers.get("content-security-policy")?.includes("unsafe"),
      false,
    );
  }));

Deno.test("no path leads out of a foreign page's folder, nor to what was put there later", () =>
  folderWith(
    async (folder) => {
      await writeForeignPage(join(folder, "page"));
      await Deno.writeTextFile(join(folder, "secret.txt"), "secret");
      await Deno.writeTextFile(join(folder, "page", ".hidden.js"), "secret");
      await Deno.writeTextFile(join(folder, "page", "key.pem"), "secret");
      await Deno.symlink(join(folder, "secret.txt"), join(folder, "page", "link.txt"));
      await Deno.symlink(folder, join(folder, "page", "up"));
    },
    async (folder) => {
      await using world = await VoiceWorld.start({ voiceDashboard: join(folder, "page") });
      await Deno.writeTextFile(join(folder, "page", "later.txt"), "secret");
      await Deno.remove(join(folder, "page", "trace.js"));
      await Deno.symlink(join(folder, "secret.txt"), join(folder, "page", "trace.js"));
      const paths = [
        "../secret.txt",
        "..%2fsecret.txt",
        "%2e%2e/secret.txt",
        "vad/../../secret.txt",
        "vad%2f..%2f..%2fsecret.txt",
        "..%5csecret.txt",
        "%00index.html",
        "%E0%A4%A",
        "/etc/passwd",
        "constructor",
        "__proto__",
        ".hidden.js",
        "key.pem",
        "link.txt",
        "up/secret.txt",
        "later.txt",
        "trace.js",
      ];
      const { hostname, port } = new URL(world.url);
      for (const path of paths) {
        // By hand: a client that is well-behaved would mend the path.
        await using socket = await connect(hostname, Number(port));
        const answer = await socket.ask(`/dashboard/${path}`);
        const status = /^HTTP\/1.1 (\d+)/.exec(answer)![1];
        assert(["400", "404"].includes(status!), `${path}: ${answer.slice(0, 200)}`);
        assert(!answer.includes("\r\n\r\nsecret"), path);
      }
    },
  ));

Deno.test("a folder that is no page is refused at the start, with its name", () =>
  folderWith(async (folder) => {
    await Deno.mkdir(join(folder, "empty"));
    await Deno.writeTextFile(join(folder, "file"), "");
    await writeForeignPage(join(folder, "full"));
    for (let i = 0; i < 500; i++) await Deno.writeTextFile(join(folder, "full", `${i}.js`), "");
  }, async (folder) => {
    const why = async (name: string) =>
      (await assertRejects(() => ForeignDashboard.read(join(folder, name)), UsageError)).message;
    assertStringIncludes(await why("empty"), "which has no index.html");
    assertStringIncludes(await why("nowhere"), "which cannot be read as a folder");
    assertStringIncludes(await why("file"), "which cannot be read as a folder");
    assertStringIncludes(await why("full"), "which has more than 500 files");
    await assertRejects(
      () => VoiceWorld.start({ voiceDashboard: join(folder, "empty") }),
      UsageError,
      "--voice-dashboard",
    );
  }));

async function connect(hostname: string, port: number) {
  const connection = await Deno.connect({ hostname, port });
  return {
    async ask(path: string): Promise<string> {
      const head = `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: close\r\n\r\n`;
      await connection.write(new TextEncoder().encode(head));
      return await new Response(connection.readable).text();
    },
    [Symbol.asyncDispose]() {
      try {
        connection.close();
      } catch {
        // It was closed with its stream.
      }
      return Promise.resolve();
    },
  };
}
