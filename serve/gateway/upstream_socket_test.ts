import { assertRejects } from "@std/assert";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { VirtualClock } from "../../runtime/mod.ts";
import { openUpstream } from "./upstream_socket.ts";

Deno.test("a client that is gone already costs the server no session", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const accepted = listener.accept().then((socket) => socket.close(), () => {});
  const { port } = listener.addr as Deno.NetAddr;
  const upstream = { url: new URL(`ws://127.0.0.1:${port}`), token: null };
  const socket = new Socket();
  await assertRejects(
    () =>
      openUpstream(new IncomingMessage(socket), upstream, {
        clock: new VirtualClock(),
        signal: AbortSignal.abort(),
      }),
    Error,
    "the client is gone",
  );
  socket.destroy();
  listener.close();
  await accepted;
});
