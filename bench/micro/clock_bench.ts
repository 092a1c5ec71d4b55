/**
 * The virtual clock: every simulated event is a callback in its queue. A session keeps some dozens
 * waiting, most of them for a few milliseconds; timeouts wait long and are cancelled.
 */
import { VirtualClock } from "../../runtime/mod.ts";

const EVENTS = 10_000;

/** Runs `EVENTS` events of `timers` timers that rearm themselves. */
function rearming(timers: number): () => void {
  const clock = new VirtualClock();
  for (let i = 0; i < timers; i++) {
    const everyS = 0.001 + i * 0.0007;
    const fire = () => void clock.after(everyS, fire);
    fire();
  }
  return () => {
    for (let i = 0; i < EVENTS; i++) clock.step();
  };
}

Deno.bench("10 000 events, 8 timers", { group: "clock", baseline: true }, rearming(8));
Deno.bench("10 000 events, 64 timers", { group: "clock" }, rearming(64));

const clock = new VirtualClock();
Deno.bench("10 000 timeouts set and cancelled, 10 000 events", { group: "clock" }, () => {
  for (let i = 0; i < EVENTS; i++) {
    const timeout = clock.after(5, () => {});
    clock.after(0.001, () => timeout.cancel());
    clock.step();
  }
});
