/**
 * Connects to itself and says whether it sees that this is its own user. A program of its own: tests
 * may not run `cat`.
 *
 * @module
 */
import { readSocketTables } from "../../serve/socket_tables.ts";
import { isOwnPeer, parseSocketTable } from "../../server/peer_owner.ts";

using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
using client = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
using _accepted = await listener.accept();
const tables = await readSocketTables();
const ports = {
  peerPort: (client.localAddr as Deno.NetAddr).port,
  localPort: listener.addr.port,
};
console.log(tables === null ? "not known" : isOwnPeer(parseSocketTable(tables), ports));
