/**
 * Prompts: ways of working with the tools, for a person to start from.
 *
 * @module
 */
import { ToolError } from "./errors.ts";

/** An argument of a prompt. */
export interface PromptArgument {
  readonly name: string;
  readonly description: string;
  readonly required: boolean;
}

/** A prompt. */
export interface PromptEntry {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly arguments: readonly PromptArgument[];
  /** What the model is told. */
  readonly text: (args: Readonly<Record<string, string>>) => string;
}

const reproduce: PromptEntry = {
  name: "reproduce-a-lag-bug",
  title: "Reproduce a lag bug",
  description: "Find out whether audio really arrives too late, when, and why; then show it again.",
  arguments: [{
    name: "symptom",
    description:
      "what was heard or seen, for example `old material comes back after a knob change`",
    required: true,
  }],
  text: ({ symptom }) =>
    `A user of a real-time music stream reports: ${symptom}

Find out with the headway tools whether this is lag, and make it happen again.

1. list_fixtures, then headless_start with one of them. Read its note.
2. Let it run: headless_observe for 10 s. This is the base line: lead_s p5 should be above 0, unexplained all 0.
3. Change what the report names: set_knob, set_prompt, headless_seek, headless_set_playback, swap_to_fixture. After each change headless_observe again. Look at unexplained first: the raw counts also hold what a seek, a pause, idling for 20 s or the loop seam explains.
4. If nothing is wrong, cause it: headless_stop, then headless_start with config_overrides {"engine_profile": {"type": "overload", "renderMs": 900}} (also: jittered, stall, gc, warmup). Find the gentlest profile that shows the symptom.
5. tick_ms close to interval_s means that generation is slow. A small tick_ms with long intervals means that slices wait on their way.
6. headless_dump_audio (played) keeps the proof. Then headless_stop.
7. scenario_list with shows names scenarios of the known failures; scenario_run repeats one in simulated time, scenario_explain says where it broke.

Answer with: is it lag, the smallest way to make it happen, the numbers that show it, the likeliest cause, the path of the recording.`,
};

const review: PromptEntry = {
  name: "review-a-regression",
  title: "Review a regression",
  description: "Run a scenario and say whether a change made it worse, with evidence.",
  arguments: [
    {
      name: "scenario",
      description:
        "name as scenario_list gives it; without one, pick those that the change touches",
      required: false,
    },
    { name: "change", description: "what was changed", required: false },
  ],
  text: ({ scenario, change }) =>
    `Review ${change === undefined ? "the present state" : `this change: ${change}`}

${
      scenario === undefined
        ? "Pick the scenarios that it may touch with scenario_list (argument shows) and take them one after the other."
        : `Take the scenario ${scenario}.`
    }

1. scenario_run with seed 1 and fidelity full, as the committed baselines were made.
2. report_compare without before and after holds these runs against the committed baselines; with before and after it compares two folders of reports. Its list begins with what got worst. incomparable means that conditions differ, not that something is wrong: read the reason.
3. A simulated run is exact: the same seed gives the same run, so every difference is the change's doing, however small. Judge it by size: least_effect is about what a listener notices. Live runs (target self) vary: five of either side are needed, and inconclusive means that this machine was too busy.
4. For each that got worse or failed: scenario_explain. Follow the first breach, not the loudest number: what comes later is mostly its consequence. A figure that got better at another's cost is a trade: name both.
5. To be sure that it is no accident of one seed, scenario_run the worst with seeds 2 and 3.

Answer with a table of scenario, verdict, the figure that changed most, before, after; then whether to accept it and why, what caused it, the replay line of the clearest case, and the path of the review page, where a person can hear both sides.`,
};

/** The prompts. */
export const PROMPTS: readonly PromptEntry[] = [reproduce, review];

/** Longest argument that is put into a prompt, characters. */
const MAX_ARGUMENT_CHARS = 2000;

/**
 * A prompt's text.
 *
 * @throws {ToolError} for an unknown prompt, or without an argument that it needs.
 */
export function promptText(name: string, args: Readonly<Record<string, string>> = {}): {
  readonly description: string;
  readonly text: string;
} {
  const prompt = PROMPTS.find((it) => it.name === name);
  if (prompt === undefined) {
    const names = PROMPTS.map((it) => it.name).join(" and ");
    throw new ToolError(`there is no prompt ${JSON.stringify(name)}; there are ${names}`);
  }
  for (const { name: argument, required } of prompt.arguments) {
    const value = args[argument];
    if (value === undefined && required) {
      throw new ToolError(`prompt ${name} needs the argument ${argument}`);
    }
    if ((value?.length ?? 0) > MAX_ARGUMENT_CHARS) {
      throw new ToolError(
        `${argument} is longer than ${MAX_ARGUMENT_CHARS} characters; shorten it`,
      );
    }
  }
  return { description: prompt.description, text: prompt.text(args) };
}
