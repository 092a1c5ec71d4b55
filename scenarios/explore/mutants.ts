/**
 * Bugs to plant: defences of our server or client that are switched off, to prove that the search
 * finds what it is there for. Each breaks the invariant that it names.
 *
 * @module
 */
import type { Fidelity } from "../result.ts";
import type { ClientFaultSpec, Scenario, ServerFaultSpec } from "../types.ts";
import type { InvariantName } from "./names.ts";

/** A bug to plant. */
export interface Mutant {
  readonly name: string;
  /** What is done wrong, in one sentence. */
  readonly defect: string;
  /** What it breaks. */
  readonly breaks: InvariantName;
  /** The least fidelity at which it shows. */
  readonly fidelity: Fidelity;
  readonly server?: Partial<ServerFaultSpec>;
  readonly client?: Partial<ClientFaultSpec>;
}

/** Every bug, in the order of the invariants. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: "drifted-mirror-base",
    defect: "The server's mirror starts from the exact source, not from the halves that were sent.",
    breaks: "mirrors-identical",
    fidelity: "full",
    server: { exactMirrorBase: true },
  },
  {
    name: "exact-mirror-advance",
    defect: "The server's mirror takes the exact target of each slice, not its rounded difference.",
    breaks: "mirrors-identical",
    fidelity: "full",
    server: { exactMirrorAdvance: true },
  },
  {
    name: "old-mirror-after-swap",
    defect: "The server goes on with the old source's mirror after a swap.",
    breaks: "mirrors-identical",
    fidelity: "full",
    server: { keepMirrorOnSwap: true },
  },
  {
    name: "old-mirror-after-reconnect",
    defect: "The client keeps its mirror over a reconnect.",
    breaks: "mirrors-identical",
    fidelity: "full",
    client: { keepMirrorOnReconnect: true },
  },
  {
    name: "missing-swap-epoch",
    defect: "A swap does not count the source epoch up.",
    breaks: "epochs-in-step",
    fidelity: "timing",
    server: { keepEpochOnSwap: true },
  },
  {
    name: "epoch-counted-twice",
    defect: "The client counts a reconnect as a swap.",
    breaks: "epochs-in-step",
    fidelity: "timing",
    client: { miscountEpoch: true },
  },
  {
    name: "late-decoding",
    defect: "A slice is decoded for 200 ms and then goes into whatever buffer there is.",
    breaks: "epochs-in-step",
    fidelity: "timing",
    client: { decodeLateMs: 200 },
  },
  {
    name: "never-drop-evicted",
    defect: "A full queue evicts control events like any other.",
    breaks: "control-events-delivered",
    fidelity: "timing",
    server: { dropControlEvents: true },
  },
  {
    name: "group-split",
    defect: "Other events get in between the parts of a swap.",
    breaks: "groups-whole",
    fidelity: "timing",
    server: { splitGroups: true },
  },
  {
    name: "outsiders-obeyed",
    defect: "Params from outside move the playhead and the knobs.",
    breaks: "outsiders-harmless",
    fidelity: "timing",
    server: { obeyOutsiders: true },
  },
  {
    name: "echo-lost-on-reconnect",
    defect: "A reconnect forgets the knobs that somebody outside turned.",
    breaks: "echoes-kept",
    fidelity: "timing",
    client: { forgetEchoesOnReconnect: true },
  },
  {
    name: "echo-overwritten",
    defect: "On a full queue a newer echo replaces an older one, keys and all.",
    breaks: "echoes-kept",
    fidelity: "timing",
    server: { overwriteEchoes: true },
  },
  {
    name: "silent-refusal",
    defect: "Nobody is told of a reference that cannot be used.",
    breaks: "requests-answered",
    fidelity: "timing",
    server: { leaveUnanswered: true },
  },
  {
    name: "old-wall-anchor",
    defect: "A changed position keeps the time at which the old one was taken.",
    breaks: "leads-positive",
    fidelity: "timing",
    server: { keepAnchorTime: true },
  },
  {
    name: "band-ignored",
    defect: "The server renders as if there were no loop band.",
    breaks: "heard-fresh",
    fidelity: "timing",
    server: { ignoreLoopBand: true },
  },
  {
    name: "short-lap",
    defect: "Playback wraps one frame before the buffer's end.",
    breaks: "playhead-continuous",
    fidelity: "timing",
    client: { shortLap: true },
  },
  {
    name: "old-recorder-after-swap",
    defect: "The recording goes on with the old buffer after a swap.",
    breaks: "recorder-true",
    fidelity: "timing",
    client: { keepRecorderOnSwap: true },
  },
  {
    name: "old-records-after-swap",
    defect: "Lag reports go on counting the old buffer's records after a swap.",
    breaks: "reports-recomputable",
    fidelity: "timing",
    client: { keepRecordsOnSwap: true },
  },
  {
    name: "unbounded-socket",
    defect: "The server hands everything to the socket at once.",
    breaks: "queues-capped",
    fidelity: "timing",
    server: { unboundedSocket: true },
  },
  {
    name: "ungated-ticks",
    defect: "The client sends its ticks however much waits.",
    breaks: "queues-capped",
    fidelity: "timing",
    client: { sendThroughBacklog: true },
  },
  {
    name: "lost-session-kept",
    defect: "A session goes on when its connection breaks.",
    breaks: "sessions-end",
    fidelity: "timing",
    server: { keepLostSessions: true },
  },
  {
    name: "death-by-failed-swap",
    defect: "A swap that fails ends the session.",
    breaks: "session-recovers",
    fidelity: "timing",
    server: { dieOfFailedSwap: true },
  },
  {
    name: "thrown-at-damage",
    defect: "A slice that cannot be decoded throws where nobody catches it.",
    breaks: "nothing-throws",
    fidelity: "timing",
    client: { throwOnDamage: true },
  },
];

/** The scenario with a bug planted. */
export function planted(scenario: Scenario, { server, client }: Mutant): Scenario {
  return {
    ...scenario,
    server: { ...scenario.server, faults: { ...scenario.server.faults, ...server } },
    client: { ...scenario.client, faults: { ...scenario.client.faults, ...client } },
  };
}
