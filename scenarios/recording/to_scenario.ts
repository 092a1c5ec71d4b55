/**
 * Turns a recording into a scenario: the client's side of it, with its timing.
 *
 * @module
 */
import type { JsonObject } from "../../wire/mod.ts";
import { parseStreamScenario } from "../define.ts";
import { ScenarioError } from "../errors.ts";
import type {
  ClientInput,
  PcmSource,
  ScenarioInput,
  SourceInput,
  StemChoice,
  StepInput,
} from "../types.ts";
import { bandOf, commandStep, type SourceOf, stemChoice } from "./command_steps.ts";
import { fewerSteps, knobSteps } from "./knob_steps.ts";
import { type PlaybackChange, playbackOf, type PositionTick } from "./playback.ts";
import type { RecordedBinary, RecordedSession } from "./session.ts";

/** How uploads become sources. */
export interface UploadSources {
  /** The built-in fixture that was uploaded; null when it is none. */
  readonly fixture: (binary: RecordedBinary) => string | null;
  /** Where the bytes of a blob are, seen from the scenario's file; null when they were not kept. */
  readonly blob: (binary: RecordedBinary) => string | null;
}

/** What {@link toScenario} is told. */
export interface ToScenarioOptions {
  /** The scenario's name, in kebab-case. */
  readonly name: string;
  readonly uploads: UploadSources;
}

/** A scenario, and what of the recording is not in it. */
export interface ConvertedRecording {
  readonly scenario: ScenarioInput;
  /** One sentence each. */
  readonly omissions: readonly string[];
}

/** Config keys that say what plays; the scenario's source says it again. */
const SOURCE_KEYS = ["fixture_name", "use_server_fixture", "stem_source_mode"];
/** The config's keys that the scenario has a place of its own for, or must choose itself. */
const OWN_KEYS: ReadonlySet<string> = new Set([...SOURCE_KEYS, "prompt", "client_id"]);
/** The shortest scenario that is worth its name, seconds. */
const MIN_DURATION_S = 0.1;
/** A step of a scenario cannot be later, seconds. */
const MAX_DURATION_S = 3600;

/**
 * Makes the scenario.
 *
 * @throws {ScenarioError} when the recorded session never got a buffer, or a source of its is gone.
 */
export function toScenario(
  session: RecordedSession,
  { name, uploads }: ToScenarioOptions,
): ConvertedRecording {
  const { bufferS, config } = session;
  if (bufferS === null || config === null) {
    throw new ScenarioError(
      "the recorded session never began to stream: there is no config, or no buffer came",
    );
  }
  const startS = playedFromS(session, bufferS);
  const omissions: string[] = [];
  const sourceOf: SourceOf = (binary, stems) => uploaded(binary, stems, uploads);
  const wholeS = Math.max(MIN_DURATION_S, rounded(session.endedS - startS));
  const lengthS = Math.min(MAX_DURATION_S, wholeS);
  if (wholeS > lengthS) omissions.push(`what came after ${lengthS} s of ${wholeS} s is left out`);
  const isInTime = ({ t }: { readonly t: number }) => t - startS <= lengthS;
  const inTime = (atS: number) => Math.min(lengthS, Math.max(0, rounded(atS - startS)));
  const ticks = session.ticks.filter((tick) => tick.t >= startS && isInTime(tick));
  const { steps: played, rate } = playbackOf(positions(session, startS), changes(session, startS));
  const commands = session.words.filter(isInTime).flatMap((word): StepInput[] => {
    const converted = commandStep(word, sourceOf);
    if ("omission" in converted) omissions.push(`${inTime(word.t)} s: ${converted.omission}`);
    return "step" in converted ? [{ ...converted.step, atS: inTime(word.t) } as StepInput] : [];
  });
  const knobs = knobSteps(ticks.map(({ t, raw }) => ({ atS: inTime(t), raw })));
  const moves = played.filter(({ atS }) => isInTime({ t: startS + atS })).map((step) => ({
    ...step,
    atS: Math.min(lengthS, Math.max(0, rounded(step.atS))),
    ...(step.do === "seek" && { toS: rounded(step.toS, 1e6) }),
  }));
  const { steps, isThinned } = fewerSteps([...moves, ...knobs, ...commands]);
  if (isThinned) omissions.push("some knob changes were joined: there were too many for one file");
  const scenario: ScenarioInput = {
    name,
    description: `A recorded session of ${
      rounded(lengthS, 10)
    } s: does a server answer it as it did?`,
    durationS: lengthS,
    source: openingSource(session, config, sourceOf),
    client: clientOf(session, config, { ticks: ticks.length, lengthS, rate }),
    steps,
    expectations: [
      { metric: "session.decodeErrors", equals: 0 },
      { metric: "lag.slices.count", min: session.slices.length > 0 ? 1 : 0 },
    ],
  };
  parseStreamScenario(scenario, "the recording");
  return { scenario, omissions: [...omissions, ...session.oddities] };
}

/**
 * When the client began to play. It says so by a first tick at the beginning of the buffer, which is
 * later than the buffer's passing by as long as the way and the client's work took.
 */
function playedFromS({ ticks }: RecordedSession, bufferS: number): number {
  const first = ticks.find(({ t }) => t >= bufferS);
  if (first === undefined || first.playbackPosS === null) return bufferS;
  const isStart = first.playbackPosS < 0.05 && first.t - bufferS < 1;
  return isStart ? Math.max(bufferS, first.t - first.playbackPosS) : bufferS;
}

function clientOf(
  { ticks }: RecordedSession,
  config: JsonObject,
  run: { readonly ticks: number; readonly lengthS: number; readonly rate: number },
): ClientInput {
  const rest = Object.entries(config).filter(([key]) => !OWN_KEYS.has(key));
  const hz = Math.round(run.ticks / run.lengthS);
  return {
    ...(run.ticks > 0 && { paramsHz: Math.min(500, Math.max(1, hz)) }),
    ...(run.ticks === 0 && { faults: { omitParams: true } }),
    ...(run.rate !== 1 && { rate: run.rate }),
    ...(run.ticks > 0 && ticks.every(({ clientTimeS }) => clientTimeS === null) &&
      { profile: "reference" as const }),
    ...(typeof config["prompt"] === "string" && { prompt: config["prompt"].slice(0, 4096) }),
    ...(rest.length > 0 && { config: Object.fromEntries(rest) }),
  };
}

/** What played at first. */
function openingSource(
  { upload }: RecordedSession,
  config: JsonObject,
  sourceOf: SourceOf,
): SourceInput {
  const stems = stemChoice(config["stem_source_mode"]);
  if (upload !== null) return sourceOf(upload, stems);
  const fixture = config["fixture_name"];
  if (typeof fixture === "string" && fixture !== "") return { fixture, ...(stems && { stems }) };
  throw new ScenarioError(
    "the recorded session has no source: neither a fixture's name nor an upload is in it",
  );
}

function uploaded(
  binary: RecordedBinary,
  stems: StemChoice | undefined,
  { fixture, blob }: UploadSources,
): SourceInput {
  const name = fixture(binary);
  const asked = stems === undefined ? {} : { stems };
  if (name !== null) return { fixture: name, upload: true, ...asked };
  const pcm = blob(binary);
  if (pcm === null) {
    throw new ScenarioError(
      `the upload ${binary.sha256.slice(0, 12)}… of ${binary.bytes} bytes was not kept, so it ` +
        "cannot be sent again; record with --blobs uploads or all, and a larger --max-blob-mb",
      { sha256: binary.sha256 },
    );
  }
  return { pcm, sha256: binary.sha256, ...pcmShape(binary), ...asked };
}

/** Frames and channels, from the first eight bytes of the message. */
function pcmShape({ head, sha256 }: RecordedBinary): Pick<PcmSource, "frames" | "channels"> {
  const bytes = Uint8Array.fromHex(head.slice(0, 16));
  if (bytes.length < 8) {
    throw new ScenarioError(`the upload ${sha256.slice(0, 12)}… is shorter than its header`);
  }
  const view = new DataView(bytes.buffer);
  return { frames: view.getUint32(4, true), channels: view.getUint32(0, true) === 1 ? 1 : 2 };
}

function positions({ ticks }: RecordedSession, startS: number): PositionTick[] {
  return ticks.flatMap(({ t, playbackPosS }) =>
    t < startS || playbackPosS === null ? [] : [{ atS: t - startS, positionS: playbackPosS }]
  );
}

function changes({ buffers, words }: RecordedSession, startS: number): PlaybackChange[] {
  const found = [
    ...buffers.filter(({ kind }) => !kind.startsWith("stem")).map((it): PlaybackChange => ({
      ...{ kind: "buffer", atS: it.t - startS, durationS: it.durationS },
    })),
    ...words.filter(({ message }) => message?.["type"] === "loop_band").map((
      it,
    ): PlaybackChange => ({
      ...{ kind: "band", atS: it.t - startS, band: bandOf(it.message!) },
    })),
  ];
  return found.sort((a, b) => a.atS - b.atS);
}

/** To the millisecond, or to another part of a second. */
function rounded(valueS: number, parts = 1000): number {
  return Math.round(valueS * parts) / parts;
}
