import { inflateSync } from "node:zlib";
import { assert, assertEquals } from "@std/assert";
import { APP_ICONS, APP_MANIFEST } from "../../web/page/app_files.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { APP_PATHS } from "../../server/board/app_routes.ts";
import { serve } from "../mod.ts";

Deno.test("T68: the manifest and its icons are there without a login, of the sizes that it says", async () => {
  await using server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true },
    ...{ token: "a-token-of-this-test", loopbackBypass: false },
  });
  const get = (path: string) => fetch(server.httpUrl + path);
  const response = await get("/manifest.webmanifest");
  assertEquals(response.headers.get("Content-Type"), "application/manifest+json");
  const manifest = await response.json();
  assertEquals(manifest, structuredClone(APP_MANIFEST));
  assertEquals([manifest.start_url, manifest.scope, manifest.display], [
    ...["/board", "/", "standalone"],
  ]);
  // A browser installs what has a name, an identity and colours, all within the scope.
  for (const name of ["id", "name", "short_name", "background_color", "theme_color"]) {
    assert(typeof manifest[name] === "string" && manifest[name] !== "", name);
  }
  assert(manifest.short_name.length <= 12 && manifest.id.startsWith(manifest.scope));
  assertEquals(
    manifest.icons.map(({ sizes, purpose }: Record<string, string>) => `${sizes} ${purpose}`),
    ["192x192 any", "512x512 any", "512x512 maskable"],
  );
  assertEquals(
    [...APP_PATHS.open!].sort(),
    ["/manifest.webmanifest", ...Object.keys(APP_ICONS)].sort(),
  );
  assertEquals([APP_ICONS["/apple-touch-icon.png"]?.size, manifest.icons.length], [180, 3]);
  for (const { src, sizes } of manifest.icons) {
    assertEquals(`${APP_ICONS[src]!.size}x${APP_ICONS[src]!.size}`, sizes);
  }
  for (const [path, { size, isMaskable }] of Object.entries(APP_ICONS)) {
    const icon = await get(path);
    assertEquals(icon.headers.get("Content-Type"), "image/png");
    const bytes = await icon.bytes();
    const view = new DataView(bytes.buffer);
    assertEquals([view.getUint32(16), view.getUint32(20)], [size, size], path);
    const length = view.getUint32(33);
    const rows = inflateSync(bytes.subarray(41, 41 + length));
    assertEquals(rows.length, size * (4 * size + 1));
    // The corner is cut off unless the system cuts it itself.
    assertEquals(rows[4], isMaskable ? 255 : 0, path);
    assert(bytes.length < 60_000, `${path} has ${bytes.length} bytes`);
  }
  const board = await get("/board");
  assertEquals(board.status, 401);
  await board.body?.cancel();
  const own = await fetch(`${server.httpUrl}/board`, {
    headers: { Authorization: "Bearer a-token-of-this-test" },
  });
  const page = await own.text();
  for (
    const part of [
      '<link rel="manifest" href="/manifest.webmanifest">',
      '<link rel="apple-touch-icon" href="/apple-touch-icon.png">',
      `<meta name="theme-color" content="${manifest.theme_color}">`,
    ]
  ) assert(page.includes(part), part);
});
