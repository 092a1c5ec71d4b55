/**
 * What the recording gateway is measured with, each in a process of its own: a server that sends back
 * what it gets, the gateway itself, and a relay that only passes messages on.
 *
 * @module
 */
import type { AddressInfo } from "node:net";
// @ts-types="@types/ws"
import { WebSocket, WebSocketServer } from "ws";
import { WallClock } from "../../runtime/mod.ts";
import { type Gateway, openGateway } from "../../serve/gateway/mod.ts";
import { answerAll } from "../child.ts";

/** Asks for one of the roles, or for the figures of the gateway. */
export type GatewayQuestion =
  | { readonly do: "echo" }
  | { readonly do: "relay"; readonly upstream: string }
  | { readonly do: "gateway"; readonly upstream: string; readonly out: string }
  | { readonly do: "figures" };

const open: Gateway[] = [];

/** A server on a free port that does so with each connection. */
async function serve(onConnection: (socket: WebSocket) => void): Promise<{ url: string }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await new Promise((resolve) => server.once("listening", resolve));
  server.on("connection", onConnection);
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Whatever comes from one goes to the other. */
function pass(from: WebSocket, to: WebSocket): void {
  from.on("message", (data, isBinary) => to.send(data, { binary: isBinary }));
}

/** The least that a program in the middle can do: no recording, no limits, no figures. */
function relay(near: WebSocket, upstream: string): void {
  const far = new WebSocket(upstream, { perMessageDeflate: false });
  near.pause();
  far.once("open", () => near.resume());
  pass(near, far);
  pass(far, near);
  near.once("close", () => far.terminate());
}

await answerAll(async (question) => {
  const asked = question as GatewayQuestion;
  if (asked.do === "echo") return await serve((socket) => pass(socket, socket));
  if (asked.do === "relay") return await serve((socket) => relay(socket, asked.upstream));
  if (asked.do === "gateway") {
    const { upstream, out } = asked;
    const gateway = await openGateway({ upstream, out, version: "bench", clock: new WallClock() });
    open.push(gateway);
    return { url: gateway.url };
  }
  return open[0]!.report();
});
for (const gateway of open) await gateway.close();
Deno.exit(0);
