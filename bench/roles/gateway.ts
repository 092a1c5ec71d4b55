/**
 * Both ends of the way that the recording gateway stands in: a server that sends back what it gets, and
 * the gateway itself, each in a process of its own.
 *
 * @module
 */
import type { AddressInfo } from "node:net";
// @ts-types="@types/ws"
import { WebSocketServer } from "ws";
import { WallClock } from "../../runtime/mod.ts";
import { type Gateway, openGateway } from "../../serve/gateway/mod.ts";
import { answerAll } from "../child.ts";

/** Asks for one of the roles, or for the figures of the gateway. */
export type GatewayQuestion =
  | { readonly do: "echo" }
  | { readonly do: "gateway"; readonly upstream: string; readonly out: string }
  | { readonly do: "figures" };

const open: Gateway[] = [];

async function echo(): Promise<{ url: string }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port: 0, perMessageDeflate: false });
  await new Promise((resolve) => server.once("listening", resolve));
  server.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

await answerAll(async (question) => {
  const asked = question as GatewayQuestion;
  if (asked.do === "echo") return await echo();
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
