/**
 * What has to turn each shipped scenario red.
 *
 * @module
 */
import type { ClientFaultSpec, ServerFaultSpec } from "../../scenarios/mod.ts";
import { SHIPPED_STREAMS } from "../../scenarios/shipped/mod.ts";
import { NO_FAULTS } from "../../server/streaming/mod.ts";
import { shipped } from "./lab.ts";
import type { Change } from "./vary.ts";

/** A change to a scenario, and the expectation that it turns red, by its name or metric. */
export interface Proof {
  readonly change: Change;
  readonly red: string;
  /** What has to be heard or compared is the point: it is run with samples. */
  readonly needsSamples?: true;
  /** It takes a defence away, which must not be missed where there is nothing to defend against. */
  readonly isDefence?: true;
  /** What takes away that which this defence is for, where the scenario has two faults. */
  readonly absent?: Change;
}

/** A scenario, what is the matter in it, and what has to turn it red. */
export interface Case {
  /** What takes the scenario's fault away; or why it has none. */
  readonly absent: Change | string;
  readonly proofs: readonly Proof[];
}

/** A scenario with a fault. `red` is what turns red when that is gone, if anything does. */
function about(absent: Change, red: string | null, ...proofs: readonly Proof[]): Case {
  return { absent, proofs: red === null ? proofs : [...proofs, changed(absent, red)] };
}

/** A scenario in which nothing is the matter. */
function ordinary(why: string, ...proofs: readonly Proof[]): Case {
  return { absent: why, proofs };
}

/** The server lacks a defence that it has in the scenario. */
function lacking(fault: keyof ServerFaultSpec, red: string): Proof {
  return defence({ server: { faults: { [fault]: !NO_FAULTS[fault] } } }, red);
}

/** The server has a defence that it lacks in the scenario. */
function defended(fault: keyof ServerFaultSpec): Change {
  return { server: { faults: { [fault]: NO_FAULTS[fault] } } };
}

/** The client is careless where it is not in the scenario. */
function careless(fault: keyof ClientFaultSpec, red: string): Proof {
  return defence({ client: { faults: { [fault]: true } } }, red);
}

/** The client is careful where it is not in the scenario. */
function careful(fault: keyof ClientFaultSpec): Change {
  return { client: { faults: { [fault]: CAREFUL[fault] } } };
}

/** A defence is switched off. */
function defence(change: Change, red: string): Proof {
  return { change, red, isDefence: true };
}

/** Something is otherwise than the scenario has it. */
function changed(change: Change, red: string): Proof {
  return { change, red };
}

/** The same, run with samples. */
function heard(proof: Proof): Proof {
  return { ...proof, needsSamples: true };
}

/** The same, for a fault that is not the scenario's main one. */
function against(absent: Change, proof: Proof): Proof {
  return { ...proof, absent };
}

/** A client without faults. */
export const CAREFUL = shipped("healthy-stream").client.faults;
const HEALTHY_ENGINE = { type: "constant", renderMs: 12 } as const;
const NO_SKEW = { type: "ppm", ppm: 0 } as const;
const NO_FLOW_CONTROL: Change = { server: { flowControl: false } };
const MIRRORS = "mirror.identical";
const LEAD = "lag.slices.leadS.p50";
const BEHIND = "lag.slices.behindPlayhead";

/** By scenario: what turns it red. */
export const CASES: Readonly<Record<string, Case>> = {
  "healthy-stream": ordinary(
    "nothing is the matter: these are defences that every session needs",
    lacking("fixedLead", LEAD),
    heard(lacking("exactMirrorBase", MIRRORS)),
    heard(lacking("exactMirrorAdvance", MIRRORS)),
    changed({ engine: { type: "overload", renderMs: 1000 } }, "lag.freshShare"),
  ),
  "loop-seam": about({ source: { synthS: 60 } }, "lag.slices.tagged.seamPinned"),
  "cut-loop": ordinary(
    "players loop past the faded frames, so that no source has a seamless end without the fade",
    heard(lacking("noSeamFade", "sound.seamClicks")),
    changed({ client: { config: {} } }, "session.bufferS"),
  ),
  "idle-pause": about(
    { server: { idlePauseS: 0 } },
    "lag.slices.count",
    lacking("countRestAsStall", "a rest is no stall: the lead is what it was"),
    changed({ without: ["knobs"] }, "lag.slices.perS"),
  ),
  "silent-start": about({ engine: HEALTHY_ENGINE }, "slices arrive in the first three seconds"),
  "seek-storm": about(
    { without: ["seek"] },
    null,
    careless("reportEveryLead", LEAD),
    careless("frozenPlaybackPos", "lag.freshShare"),
    careless("omitPlaybackPos", "lag.freshShare"),
  ),
  "seek-near-wrap": about({ without: ["seek"] }, null, careless("reportEveryLead", LEAD)),
  "pause-and-resume": about(
    { without: ["pause"] },
    "lag.slices.tagged.paused",
    lacking("anchorRepeats", "lag.slices.leadS.max"),
  ),
  "loop-band": about(
    { without: ["loopBand"] },
    "lag.slices.tagged.loopBand",
    lacking("ignoreLoopBand", "lag.freshShare"),
  ),
  "frozen-position": about(
    { without: ["faults"] },
    null,
    lacking("anchorRepeats", "lag.freshShare"),
    lacking("holdPlayhead", "lag.freshShare"),
  ),
  "missing-position": about(careful("omitPlaybackPos"), "audio is fresh"),
  "engine-stall": about(
    { engine: HEALTHY_ENGINE },
    "lag.slices.intervalS.max",
    lacking("ignoreTransportLead", LEAD),
  ),
  "gc-pauses": about(
    { engine: HEALTHY_ENGINE },
    "lag.slices.intervalS.max",
    lacking("ignoreTransportLead", "the lead rises"),
  ),
  "slow-warm-up": about({ engine: HEALTHY_ENGINE }, "lag.slices.perS"),
  "overload": about({ engine: HEALTHY_ENGINE }, "heard audio is fresh"),
  "lead-limit-cycle": about(
    { engine: HEALTHY_ENGINE },
    "lag.slices.leadS.max",
    changed(defended("allowShortRelease"), "the lead holds between stalls"),
  ),
  "held-lead": about(
    { engine: HEALTHY_ENGINE },
    "lag.slices.leadS.max",
    lacking("allowShortRelease", "the lead holds between stalls"),
  ),
  "engine-heals": about(
    { engine: HEALTHY_ENGINE },
    "audio is fresh while it is overloaded",
    changed({ without: ["engine"] }, "lag.freshShare"),
  ),
  "knob-storm": about({ without: ["knobs"] }, null, heard(lacking("noEdgeFade", "sound.clicks"))),
  "network-burst": about(
    { without: ["network"] },
    "lag.slices.behindPlayhead",
    lacking("ignoreTransportLead", LEAD),
  ),
  "jittery-network": about({ network: {} }, null, lacking("ignoreTransportLead", LEAD)),
  "late-reports": about(
    { without: ["network"] },
    null,
    lacking("ignoreReportAge", BEHIND),
    lacking("holdPlayhead", BEHIND),
  ),
  "bleeding-link": about({ network: {} }, "audio is fresh"),
  "thin-link": about(
    { network: {} },
    "drops.window",
    defence(NO_FLOW_CONTROL, LEAD),
    lacking("ignoreTransportLead", LEAD),
  ),
  "half-open-reconnect": about(
    { without: ["network", "reconnect"] },
    "session.reconnects",
    careless("heedOrphans", "session.gapS"),
    careless("miscountEpoch", "lag.freshShare"),
  ),
  "abrupt-close": about(
    { without: ["network"] },
    "session.reconnects",
    heard(careless("keepMirrorOnReconnect", MIRRORS)),
    careless("forgetOnReconnect", "params._prompt"),
    defence({ client: { reconnect: false } }, "lag.freshShare"),
  ),
  "miscounted-epoch": about(
    { without: ["network"] },
    "slices are applied after the reconnect",
    changed(careful("miscountEpoch"), "audio is fresh after the reconnect"),
  ),
  "slow-consumer": about(
    { without: ["stopReading"] },
    "lag.slices.intervalS.max",
    defence(NO_FLOW_CONTROL, "drops.window"),
  ),
  "silent-slow-consumer": about(
    { without: ["stopReading"] },
    "drops.age",
    lacking("sendOldSlices", BEHIND),
    lacking("unboundedSocket", BEHIND),
  ),
  "whole-buffer-slices": about(
    { without: ["stopReading"] },
    null,
    lacking("dropFullBuffers", "drops.window"),
  ),
  "damaged-slice": about(
    { without: ["network"] },
    "mirrors are identical",
    careless("quitOnDamage", "lag.slices.perS"),
  ),
  "swap-with-stems": about(
    { without: ["swap"] },
    "events.stem_assets",
    heard(lacking("keepMirrorOnSwap", MIRRORS)),
  ),
  "slow-reader-stems": about(
    { without: ["stopReading"] },
    "lag.slices.intervalS.max",
    heard(lacking("splitGroups", MIRRORS)),
  ),
  "last-swap-wins": about({ without: ["swap"] }, null, lacking("keepFirstSwap", "session.bufferS")),
  "swap-to-shorter": about(
    { without: ["swap"] },
    "playheadS.max",
    heard(lacking("keepMirrorOnSwap", MIRRORS)),
  ),
  "failed-swap": about(
    { without: ["send"] },
    "events.swap_failed",
    lacking("dieOfFailedSwap", "events.swap_failed"),
  ),
  "missing-binary": about(
    { without: ["send"] },
    "the swap fails in time",
    lacking("blockOnBinaries", "outside commands are served"),
    lacking("blockOnBinaries", "the swap fails in time"),
    // The client's next tick is then taken for the audio.
    changed({ without: ["faults"] }, "the swap fails no sooner"),
  ),
  "refused-reference": about(
    { without: ["send"] },
    "events.structure_failed",
    lacking("leaveUnanswered", "events.timbre_failed"),
    lacking("leaveUnanswered", "events.structure_failed"),
  ),
  "late-decoding": about(
    { without: ["swap"] },
    "mirrors are identical",
    changed(careful("decodeLateMs"), "mirrors are identical"),
  ),
  "mirror-base-drift": about(defended("exactMirrorBase"), "mirrors are identical"),
  "ghosting": about(defended("exactMirrorAdvance"), "mirrors are identical"),
  "external-knob-sweep": about(
    { without: ["external"] },
    "events.params_echo",
    lacking("obeyOutsiders", "the playhead did not move"),
    careless("ignoreEchoes", "params.denoise"),
  ),
  "external-prompt-blend": about(
    { without: ["external"] },
    "events.prompt_blend_echo",
    careless("ignoreEchoes", "sent.set_prompt_blend"),
  ),
  "control-event-flood": about(
    { without: ["stopReading"] },
    null,
    lacking("dropControlEvents", "events.prompt_applied"),
    lacking("overwriteEchoes", "params.ch_g7"),
  ),
  "old-receive-loop": about(
    defended("receiveMs"),
    "the lead stays",
    changed(defended("coalesceParams"), "the lead stays"),
    changed(defended("coalesceParams"), "outside commands are served within two seconds"),
  ),
  "folding-receive-loop": about(
    defended("receiveMs"),
    null,
    lacking("coalesceParams", LEAD),
    lacking("coalesceParams", "outside commands are served at once"),
  ),
  "slow-uplink": about(
    { network: {} },
    "harness.sendQueueMaxBytes",
    careless("sendThroughBacklog", "harness.sendQueueMaxBytes"),
  ),
  "preemption": about(
    { without: ["secondClient"] },
    "session.closeCode",
    careless("returnAfterPreemption", "session.reconnects"),
  ),
  "newcomer-without-audio": about(
    { without: ["secondClient"] },
    null,
    lacking("preemptEarly", "lag.slices.perS"),
  ),
  "slow-teardown": about(
    defended("teardownS"),
    "second.readyAtS",
    lacking("admitBeforeTeardown", "second.readyAtS"),
  ),
  "hung-teardown": about(
    defended("teardownS"),
    "second.readyAtS",
    lacking("waitForTeardown", "second.readyAtS"),
  ),
  "unknown-fixture": about(
    { source: { fixture: "low_fi_Gm_loop_60s_gnm.wav" } },
    "session.failureCode",
    lacking("waitForMissingFixture", "session.failureCode"),
  ),
  "lora-toggle": about({ network: {} }, null, careless("obeyCatalog", "params.lora_str_crystal")),
  ...Object.fromEntries(
    SHIPPED_STREAMS.filter(({ name }) => /-audio-clock-/.test(name)).map(({ name }) => [
      name,
      about(
        { without: ["rate"] },
        "lead shifts as the reports' age predicts",
        careless("frozenPlaybackPos", "lead shifts as the reports' age predicts"),
        // Thirty reports a second leave little to carry on.
        ...(name.endsWith("-at-1-hz")
          ? [against({ client: { paramsHz: 30 } }, lacking("holdPlayhead", "lag.ticks.staleTicks"))]
          : []),
      ),
    ]),
  ),
  "fast-client-clock": about(
    { client: { clockSkew: NO_SKEW } },
    null,
    lacking("ignoreTransportLead", "the lead stays where it is"),
    against({ without: ["network"] }, lacking("ignoreReportAge", "the lead stays where it is")),
  ),
  "slow-client-clock": about(
    { client: { clockSkew: NO_SKEW } },
    "the lead creeps up by 1 % of the time",
    lacking("ignoreReportAge", "the lead creeps up by 1 % of the time"),
  ),
  "drifting-clock": about(
    { client: { audioSkew: NO_SKEW } },
    null,
    careless("frozenPlaybackPos", "the lead stays where it is"),
  ),
};
