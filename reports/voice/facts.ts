/**
 * Figures of a run about voices: those that matter most, then all of them.
 *
 * @module
 */
import type { Distribution } from "../../scenarios/result.ts";
import type { SpeechFigures, VoiceResult } from "../../scenarios/voice/result.ts";
import type { Report } from "../model.ts";
import { harnessList, list, pairs, row } from "../page/facts_section.ts";
import { type Markup, markup } from "../page/markup.ts";
import { clipped, count, seconds } from "../page/words.ts";
import { heardAnywhere } from "./measures.ts";

/** Most sessions that are listed. */
const MAX_SESSIONS = 40;

/** The figures that matter most, below the verdict. */
export function voiceKeyFigures(summary: VoiceResult): Markup {
  const { jobs, firstAudioS, waitS, order, speaker, overlaps, overlapS } = summary;
  const s = (value: number | null) => value === null ? "–" : seconds(value);
  return markup`<dl class="figures">${
    pairs([
      ["Heard", `${heardAnywhere(summary)} of ${jobs.asked}`, "jobs, at any ear"],
      ["First sound, median", s(firstAudioS.p50), `after asking, ${s(firstAudioS.max)} at most`],
      ["Overlaps", String(overlaps), overlaps === 0 ? "at one ear" : `${seconds(overlapS)} in all`],
      ["Lost", String(jobs.lost), "heard nowhere"],
      ["Twice", String(jobs.doubled), "or by two at once"],
      ["Out of turn", String(order.faults), "against the policy"],
      ["Loudspeaker", count(speaker.jobs, "job"), `${speaker.whileListened} of them listened to`],
      ["Waiting, median", s(waitS.p50), `for a worker, ${s(waitS.max)} at most`],
    ])
  }</dl>`;
}

/** What is counted for each session, in the order of the columns. */
const COUNTED = ["asked", "heard", "played", "stopped", "failed", "lost", "twice", "overlaps"];

/** All measures, sessions and harness. */
export function voiceFacts(report: Report, summary: VoiceResult): Markup {
  const { jobs, firstAudioS, waitS, makeS, stops, speaker, listeners, order, heardS } = summary;
  const sessions = Object.entries(summary.sessions);
  const devices = Object.entries(speaker.on).map(([name, jobs]) => `${jobs} × ${clipped(name)}`);
  return markup`
    <section aria-labelledby="measures">
      <h2 id="measures">Measures</h2>
      <div class="scroll">
        <table class="numbers spread">
          <thead>
            <tr><th scope="col">Quantity</th>${
    ["least", "5 %", "median", "95 %", "greatest", "mean"].map((it) =>
      markup`<th scope="col">${it}</th>`
    )
  }</tr>
          </thead>
          <tbody>${[
    row("First sound after asking, s", firstAudioS),
    row("Waiting for a worker, s", waitS),
    row("Making, s", makeS),
    ...sessions.slice(0, MAX_SESSIONS).map(([name, it]) =>
      row(`First sound of ${name}, s`, it.firstAudioS)
    ),
  ]}</tbody>
        </table>
      </div>
      <div class="scroll sessions">
        <table class="numbers tally">
          <thead>
            <tr><th scope="col">Session</th>${
    COUNTED.map((it) => markup`<th scope="col">${it}</th>`)
  }</tr>
          </thead>
          <tbody>${
    sessions.slice(0, MAX_SESSIONS).map(([name, it]) => sessionRow(name, it))
  }</tbody>
        </table>
      </div>
      <div class="columns">
        <div><h3>Voices</h3>${
    list([
      ["Order of making", clipped(order.made || "none", 400)],
      ["Order of hearing", clipped(order.heard || "none", 400)],
      ["Sound at all ears", seconds(heardS)],
      ["Loudspeaker", devices.length === 0 ? "silent" : devices.join(", ")],
      ["Refused", jobs.refused],
      ["Unfinished at the end", jobs.unfinished],
      ["Heard in part", jobs.cutShort],
      ["Stops", stops.count],
      ["Silence after a stop", stops.silentAfterS === null ? "–" : seconds(stops.silentAfterS)],
      ["Connections", `${listeners.opened} opened, ${listeners.lost} lost`],
      ["Torn messages", listeners.torn],
    ])
  }</div>
        <div><h3>Harness</h3>${harnessList(report)}</div>
      </div>
    </section>
  `;
}

function sessionRow(name: string, { jobs, overlaps }: SpeechFigures): Markup {
  const { asked, heard, played, stopped, failed, lost, doubled } = jobs;
  return markup`<tr><th scope="row">${name}</th>${
    [asked, heard, played, stopped, failed, lost, doubled, overlaps].map((it, i) =>
      markup`<td data-name="${COUNTED[i]!}">${it}</td>`
    )
  }</tr>`;
}

/** A distribution in a few words, for text files. */
export function spreadWords({ p50, p95, max }: Distribution): string {
  const s = (value: number | null) => value === null ? "–" : seconds(value);
  return `p50 ${s(p50)}, p95 ${s(p95)}, max ${s(max)}`;
}
