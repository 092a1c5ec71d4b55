/**
 * The queue of what is to be spoken, as those who ask for speech are told of it.
 *
 * @module
 */
import type { Job } from "./job.ts";
import type { VoiceServer } from "./voice_server.ts";

/** Jobs that are to be spoken before a new one, the oldest first; what is played now is not one. */
export function speechAhead(voice: VoiceServer): Job[] {
  return voice.pending.filter(({ request }) => request.type === "speak")
    .sort((a, b) => a.sequence - b.sequence);
}

/**
 * The place of a job that has so many before it: 0 speaks, 1 is next. With nothing played the first
 * speaks, though its speech is still being made.
 */
export function placeBehind(voice: VoiceServer, ahead: number): number {
  return voice.playing === null ? ahead : ahead + 1;
}
