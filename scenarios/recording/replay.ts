/**
 * Sends the client's side of a recording again, and compares what comes back.
 *
 * @module
 */
import { parseStreamScenario } from "../define.ts";
import { ScenarioError } from "../errors.ts";
import type { RunResult } from "../result.ts";
import { type PlayOptions, playScenario } from "../run.ts";
import type { Scenario } from "../types.ts";
import { diffSessions, type RecordingDiff } from "./diff.ts";
import type { Recording } from "./format.ts";
import { mainSession, type RecordedSession, sessionsOf } from "./session.ts";
import { SessionTap } from "./tap.ts";
import { type ConvertedRecording, toScenario, type ToScenarioOptions } from "./to_scenario.ts";

/** What came of a replay. */
export interface Replay {
  readonly scenario: Scenario;
  /** What of the recording was not sent again. */
  readonly omissions: readonly string[];
  readonly result: RunResult;
  /** The replay as a recording; null when the target could not play it. */
  readonly recording: Recording | null;
  /** Null when the target could not play it, or no session came about. */
  readonly diff: RecordingDiff | null;
}

/** How a recording is replayed. */
export interface ReplayOptions extends ToScenarioOptions {
  /** Number of the connection; the one with the most slices unless told. */
  readonly connection?: number;
  /** How the target is opened; made for the scenario that the recording becomes. */
  readonly play: (scenario: Scenario) => PlayOptions;
}

/**
 * Replays one session of a recording.
 *
 * @throws {ScenarioError} when the recording has no such session, or it cannot be sent again.
 * @throws {TargetError} when a live target cannot be reached or refuses the session.
 */
export async function replayRecording(
  recording: Recording,
  options: ReplayOptions,
): Promise<Replay> {
  const recorded = chosenSession(recording, options.connection);
  const { scenario: input, omissions } = toScenario(recorded, options);
  const scenario = parseStreamScenario(input, "the recording");
  const tap = new SessionTap();
  const play = options.play(scenario);
  const result = await playScenario(scenario, {
    ...play,
    fidelity: "full",
    watchDial: (dial, clock) => tap.watch(dial, clock),
  });
  const answer = { scenario, omissions, result };
  if (result.verdict === "not-applicable") return { ...answer, recording: null, diff: null };
  const replay = tap.recording(play.target ?? "sim");
  const replayed = mainSession(sessionsOf(replay));
  const diff = replayed === null ? null : diffSessions(recorded, replayed);
  return { ...answer, recording: replay, diff };
}

/**
 * The session that is meant: by its number, or the one that streamed most.
 *
 * @throws {ScenarioError} when there is none.
 */
export function chosenSession(recording: Recording, connection?: number): RecordedSession {
  const sessions = sessionsOf(recording);
  if (connection === undefined) {
    const main = mainSession(sessions);
    if (main !== null) return main;
    throw new ScenarioError(
      sessions.length === 0
        ? "the recording holds no connection"
        : `none of the recording's ${sessions.length} connections ever streamed`,
    );
  }
  const found = sessions.find((session) => session.connection === connection);
  if (found !== undefined) return found;
  const numbers = sessions.map((session) => session.connection).join(", ");
  throw new ScenarioError(
    `the recording has no connection ${connection}; it has ${numbers === "" ? "none" : numbers}`,
    { connection },
  );
}

/** The scenario of a recording's session, to be written to a file. */
export function recordingToScenario(
  recording: Recording,
  options: ToScenarioOptions & { readonly connection?: number },
): ConvertedRecording {
  return toScenario(chosenSession(recording, options.connection), options);
}
