import { assert, assertEquals } from "@std/assert";
import { Rng } from "../../runtime/rng.ts";
import { CLOSE } from "../../wire/constants.ts";
import { protocolTables } from "../../wire/protocol_tables.ts";
import { BROWSER_RECONNECT, isFinalClose, reconnectDelayS } from "./reconnect.ts";

Deno.test("reconnectDelayS doubles from 0.5 s to 4 s, times a factor in 0.5..1", () => {
  const rng = new Rng(1);
  [0.5, 1, 2, 4, 4].forEach((fullS, i) => {
    for (let n = 0; n < 100; n++) {
      const delayS = reconnectDelayS(BROWSER_RECONNECT, i + 1, rng);
      assert(delayS >= fullS / 2 && delayS < fullS);
    }
  });
});

Deno.test("the code of preemption is one that a server may choose, and that clients know as final", () => {
  assertEquals(CLOSE.preempted, 4001);
  assert(CLOSE.preempted >= 4000 && CLOSE.preempted <= 4999);
  assertEquals(protocolTables().handshake.close_codes["preempted"], CLOSE.preempted);
  assert(isFinalClose(CLOSE.preempted));
});

Deno.test("isFinalClose holds for a normal end, a message too big, and preemption only", () => {
  const codes = [0, 1000, 1001, 1006, 1009, 1011, 4001];
  assertEquals(codes.filter(isFinalClose), [1000, 1009, 4001]);
});
