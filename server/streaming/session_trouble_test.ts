import { assert, assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { type SessionRig, sessionRig } from "../../tests/support/session_rig.ts";
import { rampClip } from "../../tests/support/streaming_world.ts";
import { type Engine, type TroubleReport, WindowMissedError } from "./engine/mod.ts";
import { snapshotOf } from "./snapshot.ts";

/** An engine that a test puts out of action, and back. */
class FickleEngine implements Engine {
  readonly name = "fickle";
  onTrouble: ((report: TroubleReport) => void) | null = null;
  isAway = false;
  gaveUp: Error | null = null;
  asked = 0;

  watch(onTrouble: (report: TroubleReport) => void): void {
    this.onTrouble = onTrouble;
  }

  load(): void {}

  render(...[, done, failed]: Parameters<Engine["render"]>): void {
    this.asked++;
    if (this.gaveUp !== null) failed(this.gaveUp);
    else if (this.isAway) failed(new WindowMissedError("away"));
    else done({ tickMs: 7, decMs: 0 });
  }

  dispose(): void {}
}

const CRASH: TroubleReport = {
  trouble: { code: "crashed", exitCode: 1, signal: null },
  failures: 2,
  retryS: 1,
};
const MESSAGE = {
  type: "engine_trouble",
  code: "crashed",
  message: "engine ended by itself with exit code 1",
  failures: 2,
  retry_s: 1,
};

function start(): { engine: FickleEngine; rig: SessionRig } {
  const engine = new FickleEngine();
  const rig = sessionRig({ engine, renderMs: 0 });
  rig.run(1);
  return { engine, rig };
}

Deno.test("a session without windows goes on at its pace, and streams when there are some again", () => {
  const { engine, rig } = start();
  engine.isAway = true;
  engine.asked = 0;
  const before = rig.slices.length;
  rig.run(6);
  assertEquals(rig.slices.length, before);
  assertEquals(engine.asked, 100);
  engine.isAway = false;
  rig.run(0.6);
  assertEquals(rig.slices.length, before + 10);
  // The place is the listener's of now, not of the turn that was missed.
  assert(rig.slices.at(-1)!.startSample > 7 * 48_000);
  assertEquals(rig.slices.at(-1)!.tickMs, 0, "modelled at no cost");
});

Deno.test("a session without windows still takes swaps", () => {
  const { engine, rig } = start();
  engine.isAway = true;
  rig.command({ type: "swap_source", fixture_name: "next" }, rampClip(2));
  rig.run(0.2);
  assertEquals([rig.session.epoch, rig.types().includes("swap")], [1, false]);
  assertEquals(rig.last("swap_ready")!["fixture_name"], "next");
});

Deno.test("a trouble is told to the client, and stands in the snapshot until the next window", () => {
  const { engine, rig } = start();
  assertEquals(snapshotOf(rig.session)["engine_trouble"], null);
  engine.isAway = true;
  engine.onTrouble!(CRASH);
  rig.run(0.2);
  assertEquals(rig.last("engine_trouble"), MESSAGE);
  assertEquals(snapshotOf(rig.session)["engine_trouble"], MESSAGE);
  engine.isAway = false;
  rig.run(0.2);
  assertEquals(snapshotOf(rig.session)["engine_trouble"], null);
});

Deno.test("an engine that gives up ends its session with pipeline_error", () => {
  const { engine, rig } = start();
  engine.gaveUp = new Error("engine was given up after 5 troubles in a row");
  rig.run(0.2);
  assert(rig.session.hasEnded);
  const { code, message } = rig.last("error")!;
  assertEquals([code, message], ["pipeline_error", engine.gaveUp.message]);
});

Deno.test("a window that is missed after the session has ended changes nothing", () => {
  const clock = new VirtualClock();
  let fail: (error: Error) => void = () => {};
  const engine: Engine = {
    name: "late",
    load() {},
    render: (_request, _done, failed) => void (fail = failed),
    dispose() {},
  };
  const rig = sessionRig({ engine, renderMs: 0 });
  rig.run(0.1);
  rig.session.close();
  fail(new WindowMissedError("too late"));
  rig.run(1);
  assertEquals([rig.types().includes("error"), clock.now()], [false, 0]);
});
