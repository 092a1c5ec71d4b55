import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { PEER_LIMITS, PeerWatch } from "./peer_watch.ts";

/** A peer of plain numbers, watched in virtual time. */
function world() {
  const clock = new VirtualClock();
  const state = { sent: 0, buffered: 0, received: 0, partial: 0, paused: false, pings: 0 };
  const verdicts: string[] = [];
  const watch = new PeerWatch({
    sentBytes: () => state.sent,
    bufferedBytes: () => state.buffered,
    receivedBytes: () => state.received,
    partialBytes: () => state.partial,
    isReadPaused: () => state.paused,
    ping: () => {
      state.pings++;
      onPing();
    },
  }, {
    onFrozen: (reason) => verdicts.push(`${clock.now()} frozen: ${reason}`),
    onSilent: (reason) => verdicts.push(`${clock.now()} silent: ${reason}`),
  }, { clock });
  let onPing: () => void = () => {};
  const answerPings = () => onPing = () => clock.after(0.05, () => watch.pong());
  const ignorePings = () => onPing = () => {};
  /** Does `step` every 0.1 s for `durationS`. */
  const during = (durationS: number, step: () => void) => {
    const endS = clock.now() + durationS;
    while (clock.now() < endS) {
      step();
      clock.runUntil(Math.min(endS, clock.now() + 0.1));
    }
  };
  return { clock, state, verdicts, watch, answerPings, ignorePings, during };
}

Deno.test("PeerWatch leaves a peer alone that streams and answers pings", () => {
  const { state, verdicts, answerPings, during } = world();
  answerPings();
  during(300, () => state.sent += 10_000);
  assertEquals(verdicts, []);
});

Deno.test("PeerWatch finds a peer that stops reading within 9 s, before its send buffer grows", () => {
  const { clock, state, verdicts, answerPings, ignorePings, during } = world();
  answerPings();
  during(10.5, () => state.sent += 10_000);
  const frozenAtS = clock.now();
  ignorePings();
  during(20, () => state.sent += 10_000);
  assertEquals(verdicts, ["18 frozen: peer has read nothing for 8 s"]);
  assertEquals(18 - frozenAtS <= 9, true);
});

Deno.test("PeerWatch finds a peer whose flow-control window is full and who gets nothing more", () => {
  const { state, verdicts, answerPings, ignorePings, during } = world();
  answerPings();
  during(5, () => state.sent += 10_000);
  ignorePings();
  state.sent += 5_000;
  during(20, () => {});
  assertEquals(verdicts, ["13 frozen: peer has read nothing for 8 s"]);
});

Deno.test("PeerWatch finds a send buffer that does not move, whatever else the peer does", () => {
  const { state, verdicts, answerPings, during } = world();
  answerPings();
  state.sent = 1_000_000;
  state.buffered = 300_000;
  during(20, () => {
    state.received += 1_000_000;
    state.partial = 1_000_000;
  });
  assertEquals(verdicts, ["9 frozen: peer has taken nothing for 8 s"]);
});

Deno.test("PeerWatch takes the outflow of a backlog over a slow link for reading", () => {
  const { state, verdicts, during } = world();
  state.sent = 20_000_000;
  state.buffered = 20_000_000;
  during(60, () => state.buffered -= 30_000);
  assertEquals(verdicts, []);
});

Deno.test("PeerWatch waits for a pong that stands behind a long upload", () => {
  const { state, verdicts, during } = world();
  during(60, () => {
    state.sent += 1_000;
    state.received += 100_000;
    state.partial += 100_000;
  });
  assertEquals(verdicts, []);
  during(20, () => state.sent += 1_000);
  assertEquals(verdicts, ["68 frozen: peer has read nothing for 8 s"]);
});

Deno.test("PeerWatch expects no pong while this end does not read", () => {
  const { state, verdicts, during } = world();
  state.paused = true;
  during(60, () => state.sent += 1_000);
  assertEquals(verdicts, []);
  state.paused = false;
  during(20, () => {});
  assertEquals(verdicts, ["68 frozen: peer has read nothing for 8 s"]);
});

Deno.test("PeerWatch pings an idle peer every 20 s and gives it 20 s to answer", () => {
  const { state, verdicts, answerPings, ignorePings, during } = world();
  answerPings();
  during(60, () => {});
  assertEquals(state.pings, 3);
  ignorePings();
  during(60, () => {});
  assertEquals(verdicts, ["100 silent: no pong within 20 s"]);
});

Deno.test("PeerWatch blames no peer for the time in which this process stood still", () => {
  const clock = new VirtualClock();
  const verdicts: string[] = [];
  let stoodStillS = 0;
  new PeerWatch(
    {
      sentBytes: () => 1_000_000,
      bufferedBytes: () => 500_000,
      receivedBytes: () => 0,
      partialBytes: () => 0,
      isReadPaused: () => false,
      ping: () => {},
    },
    { onFrozen: (reason) => verdicts.push(reason), onSilent: () => {} },
    {
      clock: {
        now: () => clock.now() + stoodStillS,
        unixS: () => clock.unixS(),
        at: (timeS, fn) => clock.at(timeS, fn),
        after: (delayS, fn) => clock.after(delayS, fn),
        sleep: (delayS, options) => clock.sleep(delayS, options),
      },
    },
  );
  clock.runUntil(2);
  stoodStillS = 3600;
  clock.runUntil(6);
  assertEquals(verdicts, []);
  clock.runUntil(9);
  assertEquals(verdicts, ["peer has read nothing for 8 s"]);
});

Deno.test("PeerWatch gives one verdict and schedules nothing after it", () => {
  const { clock, state, verdicts, during } = world();
  state.sent = 1_000_000;
  state.buffered = 1_000_000;
  during(100, () => {});
  assertEquals(verdicts.length, 1);
  assertEquals(clock.step(), false);
  assertEquals(PEER_LIMITS.frozenAfterS + PEER_LIMITS.checkEveryS < 10, true);
});
