/**
 * `headway record`: the recording gateway, and what is done with its recordings.
 *
 * @module
 */
import { UsageError } from "../runtime/mod.ts";
import { defineCommand, type ExitCode } from "./command.ts";
import { unknownWord } from "./parse.ts";
import { runConvert } from "./record/convert.ts";
import { runDiff, runReplay } from "./record/compare.ts";
import { FLAGS, type RecordInvocation } from "./record/flags.ts";
import { runGateway } from "./record/gateway.ts";
import { runInspect } from "./record/inspect.ts";

/** What can be done with recordings: how many files each takes, and which flags. */
const VERBS = {
  inspect: { files: 1, run: runInspect, flags: ["json", "page"] },
  "to-scenario": {
    files: 1,
    run: runConvert,
    flags: ["json", "scenario", "name", "connection", "to-scenario"],
  },
  replay: {
    files: 1,
    run: runReplay,
    flags: ["json", "report", "connection", "target", "control", "token", "seed"],
  },
  diff: { files: 2, run: runDiff, flags: ["json", "report", "connection"] },
} as const satisfies Record<string, Verb>;

interface Verb {
  readonly files: number;
  readonly run: (files: readonly string[], invocation: RecordInvocation) => Promise<ExitCode>;
  readonly flags: readonly (keyof typeof FLAGS)[];
}

const GATEWAY_FLAGS: readonly (keyof typeof FLAGS)[] = [
  ...["upstream", "listen", "out", "resume", "token", "blobs", "max-mb", "max-blob-mb"] as const,
  ...["redact-prompts", "allow-origin", "allow-host", "json"] as const,
];

/** The command. */
export const recordCommand = defineCommand({
  name: "record",
  summary: "record real sessions between any client and any server",
  description:
    "Without a word it is a gateway: clients connect to --listen, every byte goes on to --upstream and back as it is, and the session is written to --out. A recording can then be looked at (inspect), turned into a scenario (to-scenario), played again to the simulated world, our own server or any other and held against what was recorded (replay), or held against another recording (diff).",
  examples: [
    "headway record --upstream ws://127.0.0.1:1318 --listen 127.0.0.1:1400 --out session.ndjson",
    "headway record inspect session.ndjson --page session.html",
    "headway record to-scenario session.ndjson --scenario session.json",
    "headway record replay session.ndjson --target self",
    "headway record diff session.ndjson other.ndjson",
  ],
  positionals: {
    usage: "[inspect|to-scenario|replay FILE | diff FILE FILE]",
    help: "what to do with a recording; none runs the gateway",
    max: 3,
  },
  flags: FLAGS,
  async run(invocation): Promise<ExitCode> {
    const { flags, positionals } = invocation;
    const [word, ...files] = flags["to-scenario"] && positionals[0] !== "to-scenario"
      ? ["to-scenario", ...positionals]
      : positionals;
    if (word === undefined) {
      checkFlags("record", invocation, GATEWAY_FLAGS);
      return await runGateway(invocation);
    }
    if (!Object.hasOwn(VERBS, word)) {
      throw unknownWord(
        "word of headway record:",
        word,
        Object.keys(VERBS),
        "headway record --help",
      );
    }
    const verb: Verb = VERBS[word as keyof typeof VERBS];
    if (files.length !== verb.files) {
      throw new UsageError(
        `headway record ${word} takes ${verb.files === 1 ? "one recording" : "two recordings"}, ` +
          `got ${files.length}`,
        { files: files.length },
      );
    }
    checkFlags(`record ${word}`, invocation, verb.flags);
    return await verb.run(files, invocation);
  },
});

/** Flags that mean nothing here are refused: they would be left out in silence. */
function checkFlags(
  what: string,
  { typed }: RecordInvocation,
  allowed: readonly string[],
): void {
  for (const flag of typed) {
    if (allowed.includes(flag)) continue;
    throw new UsageError(
      `--${flag} does not go with headway ${what}; it takes ${
        allowed.map((it) => `--${it}`).join(", ")
      }`,
      { flag },
    );
  }
}
