import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { VirtualClock } from "../../runtime/mod.ts";
import { Admission, type Slot } from "./admission.ts";

/** Someone who wants a slot, and what became of that. */
class Guest {
  slot: Slot | null = null;
  admittedAtS: number | null = null;
  preemptedAtS: number | null = null;
  onPreempt: () => void = () => {};
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  readonly admitted = (slot: Slot): void => {
    this.slot = slot;
    this.admittedAtS = this.#clock.now();
  };

  preempt(): void {
    this.preemptedAtS = this.#clock.now();
    this.onPreempt();
  }
}

function setUp(slots = 1) {
  const clock = new VirtualClock();
  const admission = new Admission(clock, slots);
  const enter = (onPreempt: (guest: Guest) => void = () => {}) => {
    const guest = new Guest(clock);
    guest.onPreempt = () => onPreempt(guest);
    admission.enter(guest, guest.admitted);
    return guest;
  };
  return { clock, admission, enter };
}

const leaveAtOnce = (guest: Guest) => guest.slot?.release();

Deno.test("the first to come is admitted at once and preempts nobody", () => {
  const { admission, enter } = setUp();
  assertEquals(enter().admittedAtS, 0);
  assertEquals(admission.held, 1);
});

Deno.test("the newest wins: the old one is preempted, its slot freed, the new one admitted", () => {
  const { admission, enter } = setUp();
  const old = enter(leaveAtOnce);
  const newer = enter();
  assertEquals([old.preemptedAtS, newer.admittedAtS, admission.held], [0, 0, 1]);
});

Deno.test("the new one does not start before the old one has finished", () => {
  const { clock, enter } = setUp();
  const old = enter((guest) => clock.after(7, () => leaveAtOnce(guest)));
  const newer = enter();
  clock.runUntil(6.9);
  assertEquals([old.preemptedAtS, newer.admittedAtS], [0, null]);
  clock.runUntil(8);
  assertEquals(newer.admittedAtS, 7);
});

Deno.test("a teardown that hangs costs the newcomer 45 s, and not more", () => {
  const { clock, admission, enter } = setUp();
  const old = enter();
  const newer = enter();
  clock.run();
  assertEquals([newer.admittedAtS, admission.held], [45, 1]);
  old.slot?.release();
  assertEquals(admission.held, 1, "a late release must not free the newcomer's slot");
});

Deno.test("an old one that fails while it is told to go does not harm the newcomer", () => {
  const { clock, enter } = setUp();
  enter(() => {
    throw new Error("socket is broken");
  });
  const newer = enter();
  clock.run();
  assertEquals(newer.admittedAtS, 45);
});

Deno.test("newcomers are admitted one after the other, in order", () => {
  const { clock, enter } = setUp();
  const leaveLater = (guest: Guest) => clock.after(2, () => leaveAtOnce(guest));
  const guests = [enter(leaveLater), enter(leaveLater), enter(leaveLater)];
  clock.run();
  assertEquals(guests.map((guest) => guest.admittedAtS), [0, 2, 4]);
  assertEquals(guests.map((guest) => guest.preemptedAtS), [0, 2, null]);
});

Deno.test("a newcomer that goes away while it waits is not admitted", () => {
  const { clock, admission, enter } = setUp();
  enter((guest) => clock.after(5, () => leaveAtOnce(guest)));
  const gone = enter();
  admission.withdraw(gone);
  clock.run();
  assertEquals([gone.admittedAtS, admission.held], [null, 0]);
});

Deno.test("a slot is given back once, however often that is said", () => {
  const { admission, enter } = setUp();
  const first = enter();
  first.slot?.release();
  const second = enter();
  first.slot?.release();
  assertEquals([admission.held, second.preemptedAtS], [1, null]);
});

Deno.test("with several slots the oldest goes, and only when all are held", () => {
  const { admission, enter } = setUp(2);
  const guests = [enter(leaveAtOnce), enter(leaveAtOnce), enter(leaveAtOnce)];
  assertEquals(guests.map((guest) => guest.preemptedAtS), [0, null, null]);
  assertEquals(admission.held, 2);
});

Deno.test("an orderly teardown leaves no timer behind", () => {
  const { clock, enter } = setUp();
  enter(leaveAtOnce);
  enter();
  clock.run();
  assertEquals(clock.now(), 0);
});

Deno.test("there are never more holders than slots, and whoever stays is admitted in the end", () => {
  const step = fc.record({
    gapS: fc.integer({ min: 0, max: 30 }),
    teardownS: fc.integer({ min: 0, max: 60 }),
    withdraws: fc.boolean(),
  });
  fc.assert(fc.property(fc.integer({ min: 1, max: 3 }), fc.array(step, { maxLength: 12 }), (
    slots,
    steps,
  ) => {
    const { clock, admission, enter } = setUp(slots);
    const staying: Guest[] = [];
    for (const { gapS, teardownS, withdraws } of steps) {
      clock.runUntil(clock.now() + gapS);
      const guest = enter((old) => clock.after(teardownS, () => leaveAtOnce(old)));
      if (withdraws && guest.admittedAtS === null) admission.withdraw(guest);
      else staying.push(guest);
      assert(admission.held <= slots);
    }
    clock.run();
    assert(staying.every((guest) => guest.admittedAtS !== null));
    assert(admission.held <= slots);
  }));
});
