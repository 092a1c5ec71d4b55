import type { Report, SliceSeries } from "../model.ts";
import { type Grid, plotFrame, stretched } from "./frame.ts";
import { type Markup, markup } from "./markup.ts";
import { percent, type Scale, scaleOf, shareOf, squareX, squareY } from "./scale.ts";
import { keepExtremes } from "./thin.ts";
import { tagsNote } from "./tags_note.ts";
import { isExplained } from "./timeline.ts";
import { count, seconds } from "./words.ts";

/** Kinds of dots, in the order of drawing: the ones that matter last. */
type DotKind = "explained" | "ahead" | "behind";

/** Lead over time: a dot for each slice, above the line of the playhead if it came in time. */
export function leadPlot({ series, lag }: Report, grid: Grid): Markup {
  const { slices } = series;
  if (slices.atS.length === 0) return markup`<p class="nothing">No slice ever came.</p>`;
  const y = leadScale(slices);
  const outside = slices.leadS.filter((lead) => lead < y.min || lead > y.max);
  const zero = percent(1 - shareOf(y, 0));
  const { leadS, count: total } = lag.slices;
  const behind = lag.unexplained.behindPlayhead;
  const label = `Lead of ${count(total, "slice")} over time: median ${
    seconds(leadS.p50 ?? 0)
  }, least ${seconds(leadS.min ?? 0)}; ${behind} behind the playhead without explanation.`;
  const x = grid.timeline.x;
  const curves = (["explained", "ahead", "behind"] as const).map((kind) =>
    markup`<path class="dots ${kind}" d="${dots(slices, kind, x, y)}"/>`
  );
  const below = percent(shareOf(y, 0));
  const content = markup`
    <rect class="behind ground" y="${zero}" width="100%" height="${below}"/>
    <line class="zero" x1="0" x2="100%" y1="${zero}" y2="${zero}"/>
    ${stretched(curves)}
    <text class="note" x="100%" y="15" dx="-6">↑ ahead of the listener</text>
    <text class="note" x="100%" y="100%" dx="-6" dy="-7">↓ behind: heard a lap later, if at all</text>`;
  return markup`${plotFrame({ id: "lead", label, y, content, namesStates: true }, grid)}
    ${offScale(outside)}${tagsNote(lag.slices.tagged, "slice")}`;
}

function offScale(leadS: readonly number[]): Markup | null {
  const [min, max] = range(leadS);
  if (min === undefined || max === undefined) return null;
  const where = min === max ? seconds(min) : `${seconds(min)} to ${seconds(max)}`;
  return markup`<p class="aside">${
    count(leadS.length, "explained slice")
  } off the scale, drawn at its edge: ${where}.</p>`;
}

/**
 * Every lead that nothing explains fits. Explained ones fit when they are not further off than twice
 * that range; those that are stand at the edge: a jump of the listener must not flatten all the rest.
 */
export function leadScale({ leadS, tags }: Pick<SliceSeries, "leadS" | "tags">): Scale {
  const plain = range(leadS.filter((_, i) => !isExplained(tags[i]!)));
  const [first, last] = plain.length > 0 ? plain : range(leadS);
  const low = Math.min(0, first ?? 0);
  const high = Math.max(0.3, last ?? 0);
  const reach = (high - low) * 2;
  const near = leadS.filter((lead) => lead >= low - reach && lead <= high + reach);
  const [min, max] = range([low, high, ...near]) as [number, number];
  const air = (max - min) * 0.08;
  return scaleOf(Math.min(min - air, -0.22 * (max - min)), max + air * 2);
}

/** Least and greatest; nothing of nothing. */
function range(values: readonly number[]): number[] {
  if (values.length === 0) return [];
  let [min, max] = [values[0]!, values[0]!];
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return [min, max];
}

function kindOf(slices: SliceSeries, i: number): DotKind {
  if (isExplained(slices.tags[i]!)) return "explained";
  return slices.leadS[i]! < 0 ? "behind" : "ahead";
}

/** Lines without length: with round ends they are dots, however the square is stretched. */
function dots(slices: SliceSeries, kind: DotKind, x: Scale, y: Scale): string {
  const indices = slices.atS.map((_, i) => i).filter((i) => kindOf(slices, i) === kind);
  const atS = indices.map((i) => slices.atS[i]!);
  const leadS = indices.map((i) => Math.max(y.min, Math.min(y.max, slices.leadS[i]!)));
  return keepExtremes(atS, leadS)
    .map((k) => `M${squareX(x, atS[k]!)} ${squareY(y, leadS[k]!)}h0`).join("");
}
