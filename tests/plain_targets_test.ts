/** Targets that are no plain path of ours: nothing of any file comes of them. */
import { assert, assertEquals } from "@std/assert";
import { serve } from "../serve/mod.ts";
import { MemoryLog } from "./support/memory_log.ts";
import { rawHttp } from "./support/raw_peer.ts";

const UP = [
  ...["..", "%2e%2e", ".%2e", "%2E.", "..%2f..", "..%5c..", "..\\\\..", "%252e%252e", "..%00"],
  ...["%c0%ae%c0%ae", "%e0%80%ae", "....", "..;", "~", "%"],
];
const BEFORE = ["/", "/assets/", "/api/sessions/", "/reports/", "//"];
const AFTER = ["/deno.json", "%2fdeno.json", "\\..\\deno.json", "/../../etc/passwd"];

Deno.test("T44: targets that lead up, hold backslashes or name other servers are 400, 404 or 421, and show nothing", async () => {
  await using server = await serve({
    ...{ port: 0, controlPort: "off", log: new MemoryLog(), noBackend: true },
  });
  const port = Number(new URL(server.httpUrl).port);
  const ask = (target: string) =>
    rawHttp(
      port,
      `GET ${target} HTTP/1.1\r\nHost: localhost:${port}\r\nConnection: close\r\n\r\n`,
    );
  const isRefused = async (target: string, statuses: readonly number[]) => {
    const { body, head, status } = await ask(target);
    assert(statuses.includes(status), `${target}: ${head}`);
    assert(!body.includes('"imports"') && !body.includes("root:"), target);
  };
  for (const before of BEFORE) {
    for (const up of UP) {
      for (const after of AFTER) await isRefused(before + up + after, [400, 404]);
    }
  }
  for (const name of ["constructor", "__proto__", "toString", "board.js.map", ".env", "board.JS"]) {
    await isRefused(`/assets/${name}`, [404]);
  }
  const elsewhere = [
    ...["http://evil.example/", "http://evil.example/board", "http://localhost.evil.example/"],
    ...[`http://localhost:${port}@evil.example/`, "https://127.0.0.1.evil.example/../deno.json"],
  ];
  for (const target of elsewhere) await isRefused(target, [421]);
  for (const target of ["board", "../board", "\\board", "*", "ftp://localhost/board", "?x"]) {
    await isRefused(target, [400]);
  }
  // A URL of this very server is its path.
  const own = await ask(`http://localhost:${port}/board`);
  assertEquals(own.status, 200);
});
