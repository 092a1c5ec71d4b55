/**
 * What has come of a session since a byte of its file, as events in the order of the file. The id of an
 * event is the place to go on from after it, so whoever loses the line loses nothing.
 *
 * @module
 */
import { clipped, utf8Bytes } from "../items/clip.ts";
import { streamCursor } from "../items/cursor.ts";
import type { Block, ToolBlock } from "../items/item.ts";
import { projectItem } from "../items/project.ts";
import type { ThreadView } from "../items/window.ts";
import type { BoardAnswer } from "../questions.ts";
import { blocksOf, messageOf, toolResultsOf } from "../read/content.ts";
import type { OpenView } from "./thread_view.ts";

/** An event: its data is JSON. */
export interface SinceEvent {
  readonly event: "items" | "patch";
  /** Where to go on from after it; of several answers on one line only the last one has it. */
  readonly id?: string;
  readonly data: string;
}

/** Events of one answer hold about so many bytes; the rest is asked for again. */
const MAX_BYTES = 131_072;
/** Records that one answer looks at. */
const MAX_RECORDS = 512;

/**
 * What came in the main thread after a byte.
 *
 * @param opened - The thread with its whole index.
 * @param offset - The byte; the end of the file for nothing.
 * @param state - The session's state, as JSON.
 */
export function eventsSince(
  { view, offset: end }: OpenView,
  offset: number,
  state: string,
): BoardAnswer {
  const { index, gen, thread } = view;
  const events: SinceEvent[] = [];
  const from = index.recordAt(offset);
  let items: string[] = [];
  const sent = new Set<number>();
  let bytes = 0;
  let record = from;
  const placeOf = (no: number) => no < index.recordCount ? index.offsetOf(no) : end;
  const flush = (before: number) => {
    if (items.length === 0) return;
    const data = `{"items":[${items.join(",")}],"total":${index.countOf(thread)}}`;
    events.push({ event: "items", id: streamCursor(gen, placeOf(before)), data });
    items = [];
  };
  for (; record < index.recordCount; record++) {
    if (bytes >= MAX_BYTES || record - from >= MAX_RECORDS) break;
    const place = index.itemOf(record);
    if (place.thread !== thread || place.n >= index.countOf(thread) || sent.has(place.n)) continue;
    const isNew = index.recordsOf(thread, place.n)[0]! >= from;
    const results = isNew ? [] : resultsOf(view, record);
    if (results.length === 0) {
      // A message that goes on is told again, whole: lines of it are nothing on their own.
      const text = JSON.stringify(clipped(projectItem(place.n, view)));
      sent.add(place.n);
      items.push(text);
      bytes += utf8Bytes(text);
      continue;
    }
    flush(record);
    const patches = patchesOf(view, place.n, results);
    bytes += patches.reduce((sum, text) => sum + utf8Bytes(text), 0);
    const id = streamCursor(gen, placeOf(record + 1));
    patches.forEach((data, i) =>
      events.push({ event: "patch", ...(i === patches.length - 1 && { id }), data })
    );
  }
  flush(record);
  return {
    kind: "events",
    events,
    cursor: streamCursor(gen, placeOf(record)),
    isMore: record < index.recordCount,
    state,
  };
}

/** The ids of the calls that a record answers. */
function resultsOf({ source }: ThreadView, no: number): readonly string[] {
  const record = source.record(no);
  const message = record?.["type"] === "user" ? messageOf(record) : null;
  return message === null ? [] : toolResultsOf(blocksOf(message)).map(({ id }) => id);
}

function patchesOf(view: ThreadView, n: number, ids: readonly string[]): string[] {
  const { text = [] } = clipped(projectItem(n, view));
  return text.filter((block): block is ToolBlock => isTool(block) && ids.includes(block.id)).map(
    ({ id, status, result, ms }) =>
      JSON.stringify({
        n: n + view.shift,
        block: id,
        status,
        ...(result !== undefined && { result }),
        ...(ms !== undefined && { ms }),
      }),
  );
}

function isTool(block: Block): block is ToolBlock {
  return block.t === "tool";
}
