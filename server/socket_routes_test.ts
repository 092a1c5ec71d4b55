import { assertEquals } from "@std/assert";
import { NO_SOCKETS, socketRoutes, type TakeSocket } from "./socket_routes.ts";

const primary: TakeSocket = () => {};
const watch: TakeSocket = () => {};
const terminal: TakeSocket = () => {};
const find = socketRoutes([
  {
    path: /^\/watch\/([^/]*)$/,
    open: ([id]) => id === "abc" ? watch : { status: 404, text: "no such session" },
  },
  { path: /^\/ws\/terminal$/, open: () => terminal },
], () => primary);

const PEER = { standing: null, peerPort: 50_000, localPort: 1318 };

Deno.test("socketRoutes asks registered routes first, and leaves every other path to sessions", () => {
  assertEquals(find("/watch/abc", PEER) === watch, true);
  assertEquals(find("/watch/abc?x=1", PEER) === watch, true);
  assertEquals(find("http://localhost:1318/watch/abc", PEER) === watch, true);
  assertEquals(find("/watch/other", PEER), { status: 404, text: "no such session" });
  assertEquals(find("/watch/", PEER), { status: 404, text: "no such session" });
  assertEquals(find("/ws/terminal", PEER) === terminal, true);
  for (const target of ["/", "/watch", "/watch/abc/more", "/ws/terminals", "/any/path?apiKey=1"]) {
    assertEquals(find(target, PEER) === primary, true, target);
  }
});

Deno.test("a listener without WebSockets says where they are", () => {
  assertEquals(NO_SOCKETS("/", PEER), {
    status: 404,
    text: "no WebSocket here; the main port has them",
  });
});
