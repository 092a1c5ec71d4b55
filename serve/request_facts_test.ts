import type { IncomingMessage } from "node:http";
import { assertEquals } from "@std/assert";
import { requestFacts } from "./request_facts.ts";

/** A request as the parser leaves it. */
function parsed(more: Record<string, unknown> = {}): IncomingMessage {
  return {
    method: "POST",
    url: "/api/x?y",
    rawHeaders: ["Host", "a:1", "Accept", "*/*", "hOST", "b"],
    headers: { host: "a:1", accept: "*/*" },
    socket: { remoteAddress: "::1", remotePort: 5, localPort: 1318 },
    ...more,
  } as unknown as IncomingMessage;
}

Deno.test("requestFacts counts every Host that was sent, however it is written", () => {
  assertEquals(requestFacts(parsed(), { isUpgrade: false, unixS: 7 }), {
    method: "POST",
    target: "/api/x?y",
    headers: { host: "a:1", accept: "*/*" },
    hostCount: 2,
    headerCount: 3,
    peerAddress: "::1",
    peerPort: 5,
    localPort: 1318,
    isUpgrade: false,
    unixS: 7,
  });
});

Deno.test("requestFacts of a connection that is gone is from nowhere, not from this machine", () => {
  const gone = parsed({ socket: {}, method: undefined, url: undefined });
  const { method, target, peerAddress, peerPort, localPort } = requestFacts(gone, {
    isUpgrade: true,
    unixS: 0,
  });
  assertEquals([method, target, peerAddress, peerPort, localPort], ["GET", "/", "", 0, 0]);
});

Deno.test("requestFacts takes another word for where a request comes from", () => {
  const facts = { isUpgrade: false, unixS: 0, peerAddress: "10.0.0.9" };
  assertEquals(requestFacts(parsed(), facts).peerAddress, "10.0.0.9");
});
