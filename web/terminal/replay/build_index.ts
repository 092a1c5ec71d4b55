import type { PlayerScreen } from "./player.ts";
import type { Recording } from "./recording.ts";
import type { SeekIndex, Snapshot } from "./seek_index.ts";
import { sizeOf } from "./size.ts";

/** A screen that nobody sees. */
export interface HiddenScreen extends PlayerScreen {
  /** What is on it now. */
  snapshot(): Snapshot;
}

/** Characters that are put on the screen at a time. */
const STEP_CHARS = 65_536;

/**
 * Fills an index by playing the whole recording on a hidden screen, as fast as that goes, in steps
 * between which a page stays alive.
 *
 * @param onStep Told the share that is done, 0..1.
 */
export async function buildIndex(
  { cols, rows, events, outputChars }: Recording,
  screen: HiddenScreen,
  index: SeekIndex,
  { signal, onStep }: { readonly signal: AbortSignal; readonly onStep?: (share: number) => void },
): Promise<void> {
  await screen.restore({ cols, rows, paint: "" });
  let [next, chars] = [0, 0];
  while (next < events.length && !signal.aborted) {
    let text = "";
    for (let event = events[next]; event !== undefined; event = events[next]) {
      const isDue = index.isDue({
        eventIndex: next,
        timeS: event.timeS,
        chars: chars + text.length,
      });
      if (isDue || text.length >= STEP_CHARS) break;
      if (event.code === "r") {
        if (text !== "") break;
        const size = sizeOf(event.data);
        if (size !== null) screen.resize(size.cols, size.rows);
      } else if (event.code === "o") text += event.data;
      next++;
    }
    if (text !== "") await screen.write(text);
    chars += text.length;
    const place = { eventIndex: next, timeS: events[next]?.timeS ?? Infinity, chars };
    if (next < events.length && index.isDue(place)) {
      index.add({ ...place, snapshot: screen.snapshot() });
    }
    onStep?.(outputChars === 0 ? 1 : chars / outputChars);
  }
}
