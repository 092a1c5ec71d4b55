/**
 * Ids of streaming sessions.
 *
 * @module
 */
import type { Branded, Rng } from "../../runtime/mod.ts";

/** Names a streaming session of a server, on its control bus and to its client. */
export type StreamId = Branded<string, "StreamId">;

/** What ids look like, as a path of routes takes them: the parameter `id`. */
export const STREAM_ID_PARAM = ":id{[A-Za-z0-9_-]{1,64}}";

const FORM = /^[A-Za-z0-9_-]{1,64}$/;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const LENGTH = 8;

/** A text from outside as an id; null for one that cannot be any. */
export function parseStreamId(text: string): StreamId | null {
  return FORM.test(text) ? text as StreamId : null;
}

/** A new id, of eight URL-safe characters. */
export function newStreamId(rng: Rng): StreamId {
  let id = "";
  for (let i = 0; i < LENGTH; i++) id += ALPHABET[rng.int(ALPHABET.length)];
  return id as StreamId;
}
