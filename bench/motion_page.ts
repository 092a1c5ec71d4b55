/**
 * `docs/motion.md`, drawn from what was measured.
 *
 * @module
 */
import {
  dryErrorDb,
  EDGE_STATES,
  type EdgeSteps,
  edgeSteps,
  excerpts,
  highestPeakDb,
  type Movement,
  movements,
  PROMPT_PAIRS,
  promptDistances,
} from "./motion_figures.ts";
import { markdownTable } from "./table.ts";

/** Seconds of each source that the sound is judged by, and that windows are laid over. */
const HEARD_S = 1;
const PLAYED_S = 4;

/** Everything that the page states. */
export interface MotionFigures {
  readonly sources: readonly string[];
  readonly movements: readonly Movement[];
  readonly prompts: { readonly leastDb: number; readonly medianDb: number };
  readonly dryErrorDb: number;
  readonly peakDb: number;
  readonly edges: readonly (EdgeSteps & { readonly name: string })[];
}

/** Measures all of it, in about ten seconds. */
export function motionFigures(): MotionFigures {
  const sources = excerpts(HEARD_S);
  const played = excerpts(PLAYED_S);
  return {
    sources: sources.map(({ name }) => name),
    movements: movements(sources),
    prompts: promptDistances(sources),
    dryErrorDb: dryErrorDb(sources),
    peakDb: highestPeakDb(sources),
    edges: EDGE_STATES.map(({ name, state }) => ({ name, ...edgeSteps(played, state) })),
  };
}

/** The page. */
export function motionPage(figures: MotionFigures): string {
  const { prompts, dryErrorDb, peakDb, edges, sources } = figures;
  const known = sources.map((name) => `\`${name}\``).join(", ");
  return `# What the built-in engine does

\`motion\` needs no model: it takes the source apart into short spectra, masks them, and puts them
together again. It is there so that a client hears at once what it turned, and so that a test can tell
whether a knob arrived. What is heard is a weighted sum of _layers_, each the whole source under one
mask; [decision 4](decisions/0004-weighted-layers.md) says why. The parts:

- **\`denoise\`** (\`sde_amp\` in SDE mode) is how much of the sum is resynthesis; at 0 the source comes
  back as it is.
- **Prompts** choose a filter bank that sways between two curves, a tremolo, and a leaning towards tone
  or haze. Each word has a voice, drawn from its hash; the blend moves from prompt A to prompt B.
- **LoRAs** are named colours; an id that names none is given one by its hash.
- **A timbre clip** lends its mean spectrum, **a structure clip** its loudness over time in broad bands.
- **Stems** are the harmonic part (\`vocals\`) and what is left of the source (\`instruments\`).
- **The other knobs** raise and lower bands, blend in a colour, or bring back what was heard a little
  earlier. At their defaults they do nothing.

A state that would need more than 16 layers is rendered as a single one, whose mask is the sum of all.
What the engine costs is told in [performance](performance.md).

## What it keeps to

| promise | measured |
| --- | --: |
| at denoise 0 the source comes back, error at most −60 dB | ${decibels(dryErrorDb)} |
| each knob, LoRA, clip and stem mode moves the sound by at least 1 dB | ${
    decibels(Math.min(...figures.movements.map(({ leastDb }) => leastDb)))
  } |
| two prompts that share no word are at least 3 dB apart | ${decibels(prompts.leastDb)} |
| no peak above −0.3 dBFS | ${decibels(peakDb, 2)} |
| window edges that step beyond the source's 99.9th percentile by themselves | ${
    edges.reduce((sum, { ownFault }) => sum + ownFault, 0)
  } |

Movement is the root mean square, over time and 40 mel bands, of the difference of log-mel levels. The
prompts were compared in ${PROMPT_PAIRS} pairs on each source; their median is ${
    decibels(prompts.medianDb)
  }. The peak is that of sources made 1.3 times louder, all bands raised. Sources are one second each
of ${known}. Tests hold all of it, and that the same input gives the same bytes.

Edges are looked at as a session leaves them, windows of 0.36 s every 60 ms, crossfaded, over four
seconds of each source:

${
    markdownTable(
      ["state", "edges", "larger steps", "made by the edge"],
      edges.map((
        { name, edges, large, ownFault },
      ) => [name, ...[edges, large, ownFault].map(String)]),
    )
  }
## How far everything moves

Beside a \`denoise\` of 0.7 unless it says otherwise; least and most over the sources:

${
    markdownTable(
      ["what", "from", "to", "beside", "least dB", "most dB"],
      figures.movements.map(({ what, from, to, beside, leastDb, mostDb }) => [
        what.includes(" ") ? what : `\`${what}\``,
        from,
        to,
        beside,
        leastDb.toFixed(1),
        mostDb.toFixed(1),
      ]),
      4,
    )
  }
A mask cannot lift what is not there: where \`inside_confusion\` is without its drums, from 8 s to 10 s
and from 48 s to 50 s, nothing sounds above 8 kHz, and \`ch_g6\`, \`ch_g7\` and \`ch56\` move that stretch by
0.1 to 0.6 dB; the whole loop they move by 1.9 to 4.5 dB.

To measure all of it again and draw this page:

\`\`\`sh
deno run --allow-read --allow-env --allow-write=docs --allow-run=deno bench/measure_motion.ts
\`\`\`
`;
}

function decibels(value: number, digits = 1): string {
  if (value === -Infinity) return "none at all";
  return `${value < 0 ? "−" : ""}${Math.abs(value).toFixed(digits)} dB`;
}
