/// <reference lib="dom" />
/**
 * What the page's window offers: the names that pages of the protocol have, and `headwayVoice`.
 *
 * @module
 */
import type { ClipRecord } from "./clip_queue.ts";
import type { SocketState } from "./live_socket.ts";
import type { SoundState } from "./loudspeaker.ts";
import type { RosterRow } from "./roster_feed.ts";

/** Who the page is, as other scripts on it find it. Wire names. */
export interface PageSession {
  readonly session_id: string | null;
  readonly participant_id: string;
  readonly assigned_voice: string | null;
  readonly registered: boolean;
}

/** The event that tells of a registration; its detail is a {@link PageSession}. */
export const REGISTERED_EVENT = "mod3-session-registered";

/** What tests, and whoever opens the console, can ask the page. */
export interface VoiceWindow {
  /** Who registered it: the channel forwarder, the voice server, or nobody yet. */
  readonly registeredBy: "channel" | "voice" | null;
  /** Whether it hears of others by push or asks again and again. */
  readonly feed: "push" | "poll";
  /** Its links. */
  readonly sockets: {
    readonly audio: SocketState;
    readonly chat: SocketState;
    readonly roster: SocketState;
  };
  /** Who is here. */
  readonly roster: readonly RosterRow[];
  /** Whether sound comes out. */
  readonly sound: SoundState;
  /** The output device in use; empty for the system's. */
  readonly sink: string;
  /** What was heard, on the audio context's clock. */
  readonly clips: readonly ClipRecord[];
  /** How many clips wait. */
  readonly waiting: number;
}

declare global {
  var __mod3Session: PageSession;
  var __mod3AudioCtx: AudioContext | undefined;
  var __mod3AudioSink: (deviceId: string) => void;
  var headwayVoice: VoiceWindow;
}
