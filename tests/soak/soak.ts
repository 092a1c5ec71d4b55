/**
 * Runs sessions for hours of their own time, and watches memory.
 *
 *     soak.ts [--hours N] [--full-hours N] [--voice-hours N] [--board-hours N]
 *             [--live-board-minutes N] [--pace N] [--seed N]
 *
 * `--hours` (default 10) is one session at timing fidelity, `--full-hours` (default 1) many sessions
 * after each other with every sample, `--voice-hours` (default 24) a voice server whose sessions come
 * and go, `--board-hours` (default 24) a board whose transcripts grow and whose clients come and go.
 * All of that is virtual time. `--live-board-minutes` (default 0) is the same board in real time: a
 * server of its own, files on disk, clients over HTTP that `--seed` (default 1) tells when to come,
 * all of it `--pace` (default 1) times faster than agents and people are. The exit code is 1 when a
 * session broke, memory grew, or a target of the live board was missed.
 *
 * @module
 */
import { parseFlags } from "../../cli/parse.ts";
import { processContext } from "../../cli/context.ts";
import { Progress } from "../../cli/progress.ts";
import { errorMessage, UsageError } from "../../runtime/mod.ts";
import { soakBoard } from "./board.ts";
import { growthOf, mebibytes, unflat } from "./flatness.ts";
import { soakLiveBoard } from "./live_board.ts";
import { LEAST_TIMING_S, type Soaked, soakFull, soakTiming } from "./sessions.ts";
import { soakVoice } from "./voices.ts";

const FLAGS = {
  hours: {
    type: "number",
    placeholder: "N",
    default: 10,
    min: 0,
    max: 1000,
    help: "hours of one session at timing fidelity; 0 leaves it out",
  },
  "full-hours": {
    type: "number",
    placeholder: "N",
    default: 1,
    min: 0,
    max: 100,
    help: "hours of sessions at full fidelity; 0 leaves them out",
  },
  "voice-hours": {
    type: "number",
    placeholder: "N",
    default: 24,
    min: 0,
    max: 1000,
    help: "hours of a voice server whose sessions come and go; 0 leaves it out",
  },
  "board-hours": {
    type: "number",
    placeholder: "N",
    default: 24,
    min: 0,
    max: 1000,
    help: "hours of a board that takes in transcripts and feeds streams; 0 leaves it out",
  },
  "live-board-minutes": {
    type: "number",
    placeholder: "N",
    default: 0,
    min: 0,
    max: 10_000,
    help: "minutes of a board in real time, and four more at rest; 0 leaves it out",
  },
  pace: {
    type: "number",
    placeholder: "N",
    default: 1,
    min: 0.1,
    max: 100,
    help: "how much faster than agents and people the live board's are",
  },
  seed: {
    type: "number",
    placeholder: "N",
    default: 1,
    min: 0,
    max: 4294967295,
    integer: true,
    help: "what happens when on the live board",
  },
} as const;

/** Says what came of it; true when nothing was wrong. */
function tell(
  what: string,
  { sessionS, done, memory }: Soaked,
  wrong: readonly string[],
  wallS: number,
): boolean {
  const { heapBytes, rssBytes } = growthOf(memory);
  const last = memory.at(-1)!;
  console.log(
    `${wrong.length === 0 ? "✓" : "✗"} ${what}: ${(sessionS / 3600).toFixed(2)} h of session in ` +
      `${wallS.toFixed(0)} s, ${done}; heap ${mebibytes(last.heapBytes)} MiB ` +
      `(grew by ${mebibytes(heapBytes)}), resident ${mebibytes(last.rssBytes)} MiB ` +
      `(grew by ${mebibytes(rssBytes)})`,
  );
  for (const sentence of wrong) console.log(`    ${sentence}`);
  return wrong.length === 0;
}

/** The live board, which is judged by targets of its own. */
async function soakLive(
  loadS: number,
  how: { readonly pace: number; readonly seed: number },
): Promise<boolean> {
  const progress = new Progress(processContext());
  const beganMs = performance.now();
  const soaked = await soakLiveBoard(loadS, { ...how, say: (text) => progress.update(text) });
  progress.clear();
  const wallS = (performance.now() - beganMs) / 1000;
  const isWell = tell(`board, live, seed ${how.seed}`, soaked, soaked.problems, wallS);
  for (const line of soaked.figures) console.log(`    ${line}`);
  return isWell;
}

async function soak(): Promise<boolean> {
  const { flags } = parseFlags(Deno.args, FLAGS);
  if (flags.hours > 0 && flags.hours * 3600 < LEAST_TIMING_S) {
    throw new UsageError(
      `--hours is ${flags.hours}, it must be 0 or at least ${LEAST_TIMING_S / 3600}: ` +
        "until then memory still fills with records that are bounded",
    );
  }
  let isWell = true;
  const time = async (
    what: string,
    hours: number,
    run: (s: number) => Soaked | Promise<Soaked>,
  ) => {
    if (hours === 0) return;
    const beganMs = performance.now();
    const soaked = await run(hours * 3600);
    const wrong = [...soaked.problems, ...unflat(soaked.memory)];
    isWell = tell(what, soaked, wrong, (performance.now() - beganMs) / 1000) && isWell;
  };
  await time("timing fidelity", flags.hours, soakTiming);
  await time("full fidelity", flags["full-hours"], soakFull);
  await time("voices", flags["voice-hours"], soakVoice);
  await time("board", flags["board-hours"], soakBoard);
  const loadS = Math.round(flags["live-board-minutes"] * 60);
  if (loadS > 0) isWell = await soakLive(loadS, flags) && isWell;
  return isWell;
}

if (import.meta.main) {
  try {
    Deno.exit(await soak() ? 0 : 1);
  } catch (error) {
    console.error(`soak: ${errorMessage(error)}`);
    Deno.exit(2);
  }
}
