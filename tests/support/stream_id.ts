/**
 * Ids that tests make up.
 *
 * @module
 */
import { parseStreamId, type StreamId } from "../../server/streaming/stream_id.ts";

/** A text as the id of a stream. Throws for one that cannot be any. */
export function streamId(text: string): StreamId {
  const id = parseStreamId(text);
  if (id === null) throw new Error(`${text} is no id of a stream`);
  return id;
}
