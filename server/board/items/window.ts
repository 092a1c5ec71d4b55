/**
 * A window into a thread: some of its items, short enough for their way, and how to go on from there.
 *
 * @module
 */
import { clipped, utf8Bytes } from "./clip.ts";
import { byteCursor, itemCursor } from "./cursor.ts";
import { ITEM_FLAG } from "./kinds.ts";
import { fitting, type PlannedPlace, planWindow } from "./plan.ts";
import { type Projection, projectItem } from "./project.ts";

/** A thread as windows see it. */
export interface ThreadView extends Projection {
  readonly gen: number;
  /** Whether the index has all of the file: then numbers and counts are those of the whole. */
  readonly isWhole: boolean;
  /** Items of the whole; a guess unless {@link ThreadView.isWhole}. */
  readonly total: number;
  /** Whether the beginning of the file was left out for good. */
  readonly isHeadCut: boolean;
}

/** What is asked of a view. */
export interface WindowRequest {
  readonly limit: number;
  readonly place: PlannedPlace;
  readonly maxBytes: number;
  readonly hasQuiet: boolean;
}

/** Where a window is. */
export interface WindowFacts {
  /** The first item's number. */
  readonly start: number;
  /** The number after the last item's. */
  readonly end: number;
  readonly total: number;
  readonly totalExact: boolean;
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
  /** What to pass as `before` for the items above; null when there are none. */
  readonly before: string | null;
  /** What to pass as `after` for the items below; null when there are none. */
  readonly after: string | null;
  readonly anchor: PlannedPlace["kind"];
  /** The item that was looked for. */
  readonly target?: number;
  readonly truncatedHead?: true;
}

/** A window: its items as JSON, each one text. */
export interface Window {
  readonly items: readonly string[];
  readonly window: WindowFacts;
}

/** Makes a window. */
export function openWindow(view: ThreadView, request: WindowRequest): Window {
  const { index, thread } = view;
  const { limit, place, maxBytes, hasQuiet } = request;
  const known = index.countOf(thread);
  const isVisible = (n: number) => hasQuiet || (index.flagsOf(thread, n) & ITEM_FLAG.quiet) === 0;
  const numbers = planWindow({ total: known, limit, place, isVisible });
  const target = place.kind === "around" ? numbers.indexOf(place.n) : null;
  const all = numbers.map((n) => JSON.stringify(clipped(projectItem(n, view))));
  const { from, to } = fitting(all.map(utf8Bytes), maxBytes, place.kind, target);
  const kept = numbers.slice(from, to);
  const [start, end] = edges(kept, place, known);
  // Of a file whose beginning is not known yet, there is something above; of its head, below.
  const isTailOnly = !view.isWhole && view.shift < 0;
  const isHeadOnly = !view.isWhole && view.shift === 0;
  const hasBefore = isTailOnly || some(0, start, isVisible);
  const hasAfter = isHeadOnly || some(end, known, isVisible);
  const cursorOf = (n: number) => {
    if (view.isWhole) return itemCursor(view.gen, n);
    const at = index.threads[thread]!.first;
    return n < known ? byteCursor(view.gen, index.offsetOf(at.at(n))) : itemCursor(view.gen, n);
  };
  return {
    items: all.slice(from, to),
    window: {
      start: start + view.shift,
      end: end + view.shift,
      total: view.isWhole ? known : view.total,
      totalExact: view.isWhole,
      hasBefore,
      hasAfter,
      before: hasBefore && (kept.length > 0 || view.isWhole) ? cursorOf(start) : null,
      after: hasAfter && end > 0 ? cursorOf(end - 1) : null,
      anchor: place.kind,
      ...(place.kind === "around" && { target: place.n + view.shift }),
      ...(view.isHeadCut && { truncatedHead: true as const }),
    },
  };
}

/** From where to where a window reaches; an empty one has a place, too. */
function edges(
  numbers: readonly number[],
  place: PlannedPlace,
  total: number,
): readonly [number, number] {
  const [first] = numbers;
  if (first !== undefined) return [first, numbers.at(-1)! + 1];
  if (place.kind === "after") {
    const at = Math.min(place.n + 1, total);
    return [at, at];
  }
  if (place.kind === "before" || place.kind === "head") return [0, 0];
  return [total, total];
}

function some(from: number, to: number, isVisible: (n: number) => boolean): boolean {
  for (let n = from; n < to; n++) if (isVisible(n)) return true;
  return false;
}
