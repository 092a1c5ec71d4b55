import type { Clock, Timer } from "../../runtime/clock.ts";
import { CLOSE } from "../../wire/constants.ts";
import type { Connection, Dial, Packet } from "../../wire/connection.ts";
import { ClipPlayer, type ClipPlayerFaults, type ClipPlayerObserver } from "./clip_player.ts";
import { type SpokenClip, SpokenFrames } from "./spoken_frames.ts";

/** How a listener can be careless; all off in one that is not. */
export interface VoiceListenerFaults extends ClipPlayerFaults {
  /** Stay away when the connection is lost. */
  readonly stayAway?: boolean;
  /** Keep what an old connection brings beside a new one, and open two. */
  readonly doubleSocket?: boolean;
}

/** Hears of a listener. */
export interface VoiceListenerObserver extends ClipPlayerObserver {
  /** It listens. */
  onOpen?(): void;
  /** A clip has come. */
  onClip?(clip: SpokenClip): void;
  /** What came was not what it should be. */
  onTorn?(reason: string): void;
  /** Its connection is gone; it may come back. */
  onClose?(code: number, reason: string, willReturn: boolean): void;
}

/** What a listener is made of. */
export interface VoiceListenerOptions {
  readonly clock: Clock;
  /** Opens the session's audio WebSocket. */
  readonly dial: Dial;
  readonly observer: VoiceListenerObserver;
  readonly faults?: VoiceListenerFaults;
  /** From the decision to play to the first sound, seconds. */
  readonly latencyS?: number;
}

/** First and longest wait before it comes back, as pages of voice servers do it; seconds. */
const FIRST_RETURN_S = 1;
const LONGEST_RETURN_S = 30;

/** Somebody who listens to a session: one connection, one player, nothing heard but on a clock. */
export class VoiceListener {
  readonly #options: VoiceListenerOptions;
  readonly #player: ClipPlayer;
  readonly #connections = new Set<Connection>();
  #returnS = FIRST_RETURN_S;
  #timer: Timer | null = null;
  #isGone = false;
  #isReadPaused = false;

  /** It has not dialled yet. */
  constructor(options: VoiceListenerOptions) {
    const { clock, observer, faults = {}, latencyS = 0 } = options;
    this.#options = options;
    this.#player = new ClipPlayer({ clock, observer, faults, latencyS });
  }

  /** Whether it is connected. */
  get isListening(): boolean {
    return [...this.#connections].some(({ isOpen }) => isOpen);
  }

  /** Dials. */
  open(): void {
    if (!this.#isGone) this.#dial();
  }

  /** Leaves in an orderly way; what it was hearing ends. */
  leave(): void {
    this.#depart();
    for (const connection of this.#connections) connection.close(CLOSE.normal, "");
  }

  /** Is gone: its connection breaks, and it does not come back. */
  drop(): void {
    this.#depart();
    for (const connection of this.#connections) connection.terminate();
  }

  /** Stops reading (true), or reads on. */
  setReadPaused(isPaused: boolean): void {
    this.#isReadPaused = isPaused;
    for (const connection of this.#connections) connection.setReadPaused(isPaused);
  }

  #depart(): void {
    this.#isGone = true;
    this.#timer?.cancel();
    this.#player.close();
  }

  #dial(): void {
    const { observer, faults = {} } = this.#options;
    const frames = new SpokenFrames();
    const connection = this.#options.dial({
      onOpen: () => {
        this.#returnS = FIRST_RETURN_S;
        if (this.#isReadPaused) connection.setReadPaused(true);
        observer.onOpen?.();
      },
      onPacket: (packet) => this.#take(packet, frames),
      onClose: (code, reason) => {
        this.#connections.delete(connection);
        const willReturn = !this.#isGone && faults.stayAway !== true;
        observer.onClose?.(code, reason, willReturn);
        if (willReturn) this.#return(faults.doubleSocket === true ? 2 : 1);
      },
    });
    this.#connections.add(connection);
  }

  #take(packet: Packet, frames: SpokenFrames): void {
    if (this.#isGone) return;
    const event = frames.take(packet);
    if (event === null) return;
    const { observer } = this.#options;
    if (event.kind === "torn") observer.onTorn?.(event.reason);
    else if (event.kind === "stop") this.#player.stop(event.jobId);
    else {
      observer.onClip?.(event.clip);
      this.#player.take(event.clip);
    }
  }

  #return(sockets: number): void {
    this.#timer = this.#options.clock.after(this.#returnS, () => {
      for (let i = 0; i < sockets; i++) this.#dial();
    });
    this.#returnS = Math.min(LONGEST_RETURN_S, this.#returnS * 2);
  }
}
