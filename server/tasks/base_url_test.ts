import { assertEquals } from "@std/assert";
import { parseAllowHosts } from "../origin.ts";
import { parseTrustedProxies } from "../proxies.ts";
import { BaseUrl } from "./base_url.ts";
import type { PtyId } from "./ids.ts";

const PTY = "11111111-2222-4333-8444-555555555555" as PtyId;
const PROXY = "10.0.0.9";

function baseUrl(publicUrl: string | null = null) {
  return new BaseUrl({
    publicUrl,
    site: {
      bindHost: "0.0.0.0",
      port: 1318,
      allowHosts: parseAllowHosts(["studio.example", ".apps.example"]),
      allowOrigins: [],
    },
    proxies: parseTrustedProxies([PROXY]),
  });
}

const from = (headers: Record<string, string>, peerAddress = "203.0.113.7") => ({
  headers,
  peerAddress,
});

Deno.test("the address that the user gave beats everything, scheme and all", () => {
  for (
    const given of ["http://studio.example", "http://studio.example///", " http://studio.example "]
  ) {
    const base = baseUrl(given);
    assertEquals(base.at(from({ host: "studio.example" })), "http://studio.example");
    assertEquals(base.viewerUrl(PTY, null), `http://studio.example/?session=${PTY}`);
  }
});

Deno.test("without it, the host of the request, and the scheme that it must have come by", () => {
  const cases: [Record<string, string>, string, string | null][] = [
    [{ host: "localhost:1318" }, "127.0.0.1", "http://localhost:1318"],
    [{ host: "[::1]:8080" }, "127.0.0.1", "http://[::1]:8080"],
    [{ host: "studio.example" }, "203.0.113.7", "https://studio.example"],
    [{ host: "Studio.Example:8443" }, "203.0.113.7", "https://studio.example:8443"],
    // Our own port is asked directly, and speaks no TLS.
    [{ host: "192.0.2.4:1318" }, "203.0.113.7", "http://192.0.2.4:1318"],
    [{ host: "a.apps.example", "x-forwarded-proto": "http" }, PROXY, "http://a.apps.example"],
    [{ host: "localhost", "x-forwarded-proto": "https" }, PROXY, "https://localhost"],
    [{ host: "x", "x-forwarded-host": "a.apps.example" }, PROXY, "https://a.apps.example"],
    [{ host: "x", "x-forwarded-host": "https://a.apps.example/" }, PROXY, "https://a.apps.example"],
    [
      { host: "x", "x-forwarded-host": "evil.example, a.apps.example" },
      PROXY,
      "https://a.apps.example",
    ],
    [{ host: "studio.example", "x-forwarded-host": "" }, PROXY, "https://studio.example"],
    [{}, "127.0.0.1", null],
  ];
  for (const [headers, peer, url] of cases) {
    assertEquals(baseUrl().at(from(headers, peer)), url, JSON.stringify(headers));
  }
});

Deno.test("nobody else's name gets into a link: not by Host, not by headers of a proxy that is none", () => {
  const poisoned: [Record<string, string>, string][] = [
    [{ host: "evil.example" }, "203.0.113.7"],
    [{ host: "studio.example@evil.example" }, "203.0.113.7"],
    [{ host: "studio.example/evil" }, "203.0.113.7"],
    [{ host: "x", "x-forwarded-host": "evil.example" }, PROXY],
    [{ host: "x", "x-forwarded-host": "studio.example, evil.example" }, PROXY],
  ];
  for (const [headers, peer] of poisoned) {
    assertEquals(baseUrl().at(from(headers, peer)), null, JSON.stringify(headers));
  }
  const stranger = { host: "studio.example", "x-forwarded-host": "a.apps.example" };
  assertEquals(
    baseUrl().at(from({ ...stranger, "x-forwarded-proto": "http" })),
    "https://studio.example",
  );
});

Deno.test("calls without a request get the last good address; a bad one never replaces it", () => {
  const base = baseUrl();
  assertEquals([base.at(null), base.viewerUrl(PTY, null)], [null, null]);
  base.capture(from({ host: "studio.example" }));
  for (const headers of [{}, { host: "" }, { host: "evil.example" }, { host: "\u0000" }]) {
    base.capture(from(headers as Record<string, string>));
    assertEquals(base.viewerUrl(PTY, null), `https://studio.example/?session=${PTY}`);
  }
  // The request that is answered wins over what is remembered.
  const own = from({ host: "localhost:1318" }, "127.0.0.1");
  assertEquals(base.viewerUrl(PTY, own), `http://localhost:1318/?session=${PTY}`);
  assertEquals(base.viewerUrl(null, own), null);
});
