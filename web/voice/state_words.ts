/**
 * Where the page of voices stands, as a word for the stylesheet and a sentence for its reader.
 *
 * @module
 */
import type { SocketState } from "./live_socket.ts";
import type { SoundState } from "./loudspeaker.ts";

/** Where the page stands. */
export interface PageState {
  readonly name: "connecting" | "reconnecting" | "live";
  readonly text: string;
}

/** Says where it stands with its server. */
export function pageState(
  { trouble, registeredBy, audio }: {
    /** Why it could not be registered; null when nothing went wrong. */
    readonly trouble: string | null;
    readonly registeredBy: "channel" | "voice" | null;
    readonly audio: SocketState;
  },
): PageState {
  if (trouble !== null) {
    return { name: "reconnecting", text: `Not registered: ${trouble}. Trying again…` };
  }
  if (registeredBy === null) return { name: "connecting", text: "Registering…" };
  if (audio === "waiting") {
    return { name: "reconnecting", text: "Connection lost. Trying again…" };
  }
  if (audio !== "open") return { name: "connecting", text: "Connecting…" };
  const by = registeredBy === "channel" ? "forwarder" : "voice server";
  return { name: "live", text: `Listening · registered by the ${by}` };
}

/** Says what is heard. */
export function soundText(
  { sound, waiting, dropped, isPlaying }: {
    readonly sound: SoundState;
    readonly waiting: number;
    /** Clips that came too late. */
    readonly dropped: number;
    readonly isPlaying: boolean;
  },
): string {
  const behind = waiting === 0 ? "" : `, ${waiting} waiting`;
  const were = dropped === 1 ? "was" : "were";
  const lost = dropped === 0 ? "" : ` (${dropped} came too late and ${were} dropped)`;
  if (sound === "held") {
    return `The browser holds the sound until you press something${behind}${lost}`;
  }
  if (isPlaying) return `Playing${behind}${lost}`;
  return sound === "none" ? "Nothing was heard yet" : `Sound is on${lost}`;
}
