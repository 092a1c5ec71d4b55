import { assertEquals } from "@std/assert";
import { isOwnPeer, parseSocketTable } from "./peer_owner.ts";

const HEADING =
  "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";

/** A line as Linux writes it. */
function line(local: string, remote: string, uid: number, state = "01"): string {
  return `   1: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000 ` +
    `${String(uid).padStart(5)}        0 247190 1 00000000371c8434 20 4 30 10 -1\n`;
}

const OURS = "0100007F:0526"; // 127.0.0.1:1318
const PEER = "0100007F:C350"; // 127.0.0.1:50000
const ports = { peerPort: 50_000, localPort: 1318 };
const asked = (...lines: string[]) => isOwnPeer(parseSocketTable(HEADING + lines.join("")), ports);

Deno.test("isOwnPeer is true when both ends of a connection belong to one user", () => {
  assertEquals(asked(line(OURS, PEER, 1000), line(PEER, OURS, 1000)), true);
  assertEquals(asked(line(OURS, PEER, 0), line(PEER, OURS, 0)), true);
});

Deno.test("isOwnPeer is false for another user, and for what cannot be known", () => {
  assertEquals(asked(line(OURS, PEER, 1000), line(PEER, OURS, 1001)), false);
  assertEquals(asked(line(OURS, PEER, 1000)), false);
  assertEquals(asked(line(PEER, OURS, 1000)), false);
  assertEquals(asked(), false);
  assertEquals(
    asked(line(OURS, PEER, 1000), line(PEER, OURS, 1000), line(PEER, OURS, 1001)),
    false,
    "twice with different owners",
  );
  assertEquals(asked(line(OURS, PEER, 1000, "06"), line(PEER, OURS, 1000, "06")), false, "over");
  const far = "0500A8C0:C350"; // 192.168.0.5:50000
  assertEquals(asked(line(OURS, far, 1000), line(far, OURS, 1000)), false, "not on this machine");
});

Deno.test("isOwnPeer reads connections over IPv6, also with IPv4 inside", () => {
  const six = "00000000000000000000000001000000"; // ::1
  const mapped = "0000000000000000FFFF00000100007F"; // ::ffff:127.0.0.1
  for (const address of [six, mapped]) {
    const [ours, peer] = [`${address}:0526`, `${address}:C350`];
    assertEquals(asked(line(ours, peer, 7), line(peer, ours, 7)), true, address);
  }
  const far = "0000000000000000FFFF00000500A8C0";
  assertEquals(
    asked(line(`${far}:0526`, `${far}:C350`, 7), line(`${far}:C350`, `${far}:0526`, 7)),
    false,
  );
});

Deno.test("parseSocketTable reads a real table and leaves the rest out", () => {
  const text = `${HEADING}${line("00000000:07E8", "00000000:0000", 0, "0A")}nonsense\n\n`;
  assertEquals(parseSocketTable(text), [{
    localAddress: "00000000",
    localPort: 2024,
    remoteAddress: "00000000",
    remotePort: 0,
    state: 10,
    uid: 0,
    inode: 247190,
  }]);
});
