/**
 * Where the player stands, as one word for the stylesheet and one sentence for the listener.
 *
 * @module
 */
import type { ClientState } from "../../sim/client/status.ts";
import type { View } from "../session/messages.ts";

/** Where the player stands. */
export interface PlayerState {
  readonly name:
    | "ready"
    | "connecting"
    | "live"
    | "watching"
    | "paused"
    | "resting"
    | "stalled"
    | "behind"
    | "reconnecting"
    | "ended"
    | "silenced";
  readonly text: string;
}

/** What the state is made of. */
export interface StateFacts {
  /** Where the client stands; null before the first session. */
  readonly client: ClientState | null;
  /** Why it is closed, in the client's words. */
  readonly reason: string | null;
  /** Code of the newest close. */
  readonly closeCode: number | null;
  /** The newest measures. */
  readonly view: Pick<View, "isBehind" | "isIdle" | "isPaused" | "hasEnded" | "sinceSliceS"> | null;
  /** Whether the audio device runs. */
  readonly isSounding: boolean;
  /** Id of the session that is watched. */
  readonly watch: string | null;
}

/** Seconds without a slice after which a resting server is told of. */
const REST_S = 3;

/** Says it. */
export function playerState(facts: StateFacts): PlayerState {
  const { client, view, watch } = facts;
  switch (client) {
    case null:
    case "new":
      return watch === null
        ? { name: "ready", text: "Ready to play" }
        : { name: "ready", text: `Ready to watch session ${watch}` };
    case "starting":
      return { name: "connecting", text: "Connecting…" };
    case "reconnecting":
      return { name: "reconnecting", text: "Connection lost. Trying again…" };
    case "disconnected":
    case "closed":
      return { name: "ended", text: endText(facts) };
    case "streaming":
      return streamingState(facts, view);
  }
}

function streamingState(
  { isSounding, watch }: StateFacts,
  view: StateFacts["view"],
): PlayerState {
  if (!isSounding) return { name: "silenced", text: "The browser holds the sound: press Play" };
  if (view?.isPaused === true) return { name: "paused", text: "Paused" };
  if (view?.hasEnded === true) return { name: "paused", text: "At the end of the track" };
  if (view !== null && view.sinceSliceS >= REST_S) {
    return view.isIdle
      ? { name: "resting", text: "The server rests: turn a knob to wake it" }
      : { name: "stalled", text: `Stalled: nothing new for ${Math.floor(view.sinceSliceS)} s` };
  }
  if (view?.isBehind === true) {
    return { name: "behind", text: "Behind: new audio lands after you have heard its place" };
  }
  return watch === null
    ? { name: "live", text: "Live" }
    : { name: "watching", text: `Watching session ${watch}` };
}

function endText({ closeCode, reason, watch }: StateFacts): string {
  if (closeCode === 4001) return "Ended: another player took this server's session over";
  if (reason === "stopped") return "Ended";
  if (closeCode === 1006) {
    return watch === null
      ? "Ended: the server does not answer any more"
      : `Ended: session ${watch} does not run`;
  }
  if (closeCode === 1000) return "Ended: the server ended the session";
  return `Ended: ${reason ?? "the connection is gone"}`;
}
