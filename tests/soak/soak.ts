/**
 * Runs sessions for hours of their own time, and watches memory.
 *
 *     soak.ts [--hours N] [--full-hours N] [--voice-hours N] [--board-hours N]
 *
 * `--hours` (default 10) is one session at timing fidelity, `--full-hours` (default 1) many sessions
 * after each other with every sample, `--voice-hours` (default 24) a voice server whose sessions come
 * and go, `--board-hours` (default 24) a board whose transcripts grow and whose clients come and go.
 * The exit code is 1 when a session broke or memory grew.
 *
 * @module
 */
import { parseFlags } from "../../cli/parse.ts";
import { errorMessage, UsageError } from "../../runtime/mod.ts";
import { soakBoard } from "./board.ts";
import { growthOf, mebibytes, unflat } from "./flatness.ts";
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
} as const;

/** Says what came of it; true when all is well. */
function tell(what: string, { sessionS, done, problems, memory }: Soaked, wallS: number) {
  const wrong = [...problems, ...unflat(memory)];
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
    isWell = tell(what, soaked, (performance.now() - beganMs) / 1000) && isWell;
  };
  await time("timing fidelity", flags.hours, soakTiming);
  await time("full fidelity", flags["full-hours"], soakFull);
  await time("voices", flags["voice-hours"], soakVoice);
  await time("board", flags["board-hours"], soakBoard);
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
