import { assertEquals } from "@std/assert";
import { answerHeaders, requestHeaders, upstreamTarget } from "./headers.ts";

const upstream = { url: new URL("wss://studio.example/base/"), token: null };

Deno.test("requestHeaders() keep their order and spelling, but for what is between two hops only", () => {
  assertEquals(
    requestHeaders([
      ...["Host", "127.0.0.1:1400", "X-One", "1", "connection", "keep-alive", "Cookie", "a=b"],
      ...["Origin", "http://127.0.0.1:1400", "AUTHORIZATION", "Bearer mine", "x-one", "2"],
      ...["Referer", "http://127.0.0.1:1400/", "Content-Length", "0"],
    ], upstream),
    [
      ...["Host", "studio.example", "Origin", "https://studio.example"],
      ...["X-One", "1", "AUTHORIZATION", "Bearer mine", "x-one", "2"],
    ],
  );
  assertEquals(
    requestHeaders(["Host", "h", "Authorization", "Bearer mine"], { ...upstream, token: "theirs" }),
    ["Host", "studio.example", "Authorization", "Bearer theirs"],
  );
});

Deno.test("answerHeaders() set no cookie here, and lead nowhere past the gateway", () => {
  assertEquals(
    answerHeaders([
      ...["Location", "https://studio.example/login", "Set-Cookie", "a=b", "X-Two", "2"],
      ...["Transfer-Encoding", "chunked", "Location", "https://elsewhere.example/"],
    ], upstream),
    ["Location", "/login", "X-Two", "2", "Location", "https://elsewhere.example/"],
  );
});

Deno.test("upstreamTarget() puts targets below the server's path", () => {
  const cases = [
    ["/", "/base/"],
    ["/watch/a?b=c", "/base/watch/a?b=c"],
    ["http://127.0.0.1:1400/x", "/base/x"],
    ["*", "/base/*"],
  ];
  for (const [target, expected] of cases) {
    assertEquals(upstreamTarget(target!, upstream), expected!);
  }
  assertEquals(upstreamTarget("/x", { url: new URL("ws://h:1/") }), "/x");
});
