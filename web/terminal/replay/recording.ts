/**
 * A recording of a terminal as the page plays it.
 *
 * @module
 */
import { type CastEvent, CastReader } from "../../../server/tasks/terminal/asciicast.ts";

/** Characters of a recording at most: more than a server writes. */
const MAX_CHARS = 64 * 2 ** 20;

/** A place that somebody marked. */
export interface Marker {
  readonly timeS: number;
  readonly label: string;
}

/** What is played. */
export interface Recording {
  readonly cols: number;
  readonly rows: number;
  /** In order. */
  readonly events: readonly CastEvent[];
  /** The time of the last event. */
  readonly durationS: number;
  readonly markers: readonly Marker[];
  /** Characters of all output. */
  readonly outputChars: number;
}

/**
 * Reads a recording while it comes. A line that is torn, as a recorder leaves it that was killed, is left
 * out.
 *
 * @param pause Called between pieces, so that a page stays alive.
 * @throws {CastError} if it is no recording.
 */
export async function readRecording(
  pieces: AsyncIterable<Uint8Array>,
  pause: () => Promise<void> = () => Promise.resolve(),
): Promise<Recording> {
  const reader = new CastReader();
  const decoder = new TextDecoder();
  const events: CastEvent[] = [];
  let rest = "";
  let chars = 0;
  for await (const bytes of pieces) {
    const text = decoder.decode(bytes, { stream: true });
    chars += text.length;
    if (chars > MAX_CHARS) throw new RangeError("the recording is longer than a page can play");
    rest += text;
    let at = 0;
    for (let end = rest.indexOf("\n"); end !== -1; end = rest.indexOf("\n", at)) {
      const event = reader.line(rest.slice(at, end));
      if (event !== null) events.push(event);
      at = end + 1;
    }
    rest = rest.slice(at);
    await pause();
  }
  const { header } = reader;
  if (header === null) throw new RangeError("the recording is empty");
  return recordingOf(header.cols, header.rows, events);
}

/** The recording of these events, which are in order. */
export function recordingOf(
  cols: number,
  rows: number,
  events: readonly CastEvent[],
): Recording {
  return {
    cols,
    rows,
    events,
    durationS: events.at(-1)?.timeS ?? 0,
    markers: events.filter(({ code }) => code === "m")
      .map(({ timeS, data }) => ({ timeS, label: data })),
    outputChars: events.reduce((sum, { code, data }) => code === "o" ? sum + data.length : sum, 0),
  };
}

/** How many events there are up to and including a time. */
export function eventsUntil(events: readonly CastEvent[], timeS: number): number {
  let [low, high] = [0, events.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (events[middle]!.timeS <= timeS) low = middle + 1;
    else high = middle;
  }
  return low;
}
