/**
 * Keeps the board up to date.
 *
 * @module
 */
import { type BoardRecord, type DiffRecord, RefusedError } from "./api.ts";
import { type FeedClock, type FeedState, LiveStream } from "./live_stream.ts";

/** Who is told. */
export interface FeedListener {
  onAll(board: BoardRecord): void;
  onDiff(diff: DiffRecord): void;
  onState(state: FeedState): void;
}

/** The stream of the board. */
export function boardFeed(clock: FeedClock, listener: FeedListener): LiveStream {
  let etag = "";
  return new LiveStream({
    clock,
    url: () => "/api/board/stream",
    events: {
      snapshot: (board: BoardRecord) => listener.onAll(board),
      diff: (diff: DiffRecord) => listener.onDiff(diff),
    },
    async poll() {
      const response = await fetch("/api/board", { headers: { "If-None-Match": etag } });
      if (response.status === 401) throw new RefusedError(401, "not logged in");
      if (!response.ok) return;
      etag = response.headers.get("ETag") ?? "";
      listener.onAll(await response.json());
    },
    onState: (state) => listener.onState(state),
  });
}
