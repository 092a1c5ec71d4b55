import type { Clock, Timer } from "../../runtime/mod.ts";

/** What can be seen of a peer from this end of its socket. */
export interface WatchedPeer {
  /** Bytes handed to the socket so far. */
  sentBytes(): number;
  /** Those of them that the kernel has not taken yet. */
  bufferedBytes(): number;
  /** Bytes received so far. */
  receivedBytes(): number;
  /** Bytes received since the last whole message or pong: a long upload under way. */
  partialBytes(): number;
  /** True while we ourselves do not read, so that no pong can reach us. */
  isReadPaused(): boolean;
  /** Sends a ping. Its pong is told by {@link PeerWatch.pong}. */
  ping(): void;
}

/** What becomes of a peer that fails; each is called at most once, and nothing after it. */
export interface PeerVerdicts {
  /** The peer has stopped reading: nothing that is sent will arrive. Cut it off. */
  onFrozen(reason: string): void;
  /** An idle peer did not answer a ping. Close with 1011. */
  onSilent(reason: string): void;
}

/** Limits of a {@link PeerWatch}. */
export interface PeerLimits {
  /** Seconds between two looks at the peer. */
  readonly checkEveryS: number;
  /** Seconds without a sign of reading after which a peer that owes one is frozen. */
  readonly frozenAfterS: number;
  /** Seconds between two pings of an idle connection. */
  readonly pingEveryS: number;
  /** Seconds without a pong, or anything else, after which an idle peer is gone. */
  readonly pongWithinS: number;
  /** Unconfirmed bytes up to which a peer owes no sign of reading. */
  readonly creditBytes: number;
  /** Backlog above which an outflow proves that the peer reads. */
  readonly backlogBytes: number;
}

/**
 * The defaults: a frozen peer is found at most 9 s after its last read, so that with the cut it is
 * gone within 10 s. The idle ping is the protocol's (20 s, and 20 s for the pong).
 */
export const PEER_LIMITS: PeerLimits = {
  checkEveryS: 1,
  frozenAfterS: 8,
  pingEveryS: 20,
  pongWithinS: 20,
  creditBytes: 4096,
  backlogBytes: 65_536,
};

/** A long upload: more than one read of the socket can hold beside whole messages. */
const UPLOAD_BYTES = 131_072;

/**
 * Decides whether a peer still reads.
 *
 * The send buffer alone cannot tell: the kernels of both ends take up to 10 MB before it grows, and
 * a client whose flow-control window is full gets nothing more. So a peer that was sent something is
 * pinged, and it owes a sign of reading: a pong, or an outflow out of a real backlog. Two things
 * excuse a missing pong, because it cannot come: we do not read, or a long upload is in front of it.
 * Nothing excuses a send buffer that does not move.
 *
 * Time counts only as far as it was watched: a process that stood still learned nothing about its
 * peers.
 */
export class PeerWatch {
  readonly #peer: WatchedPeer;
  readonly #verdicts: PeerVerdicts;
  readonly #clock: Clock;
  readonly #limits: PeerLimits;
  #timer: Timer | null = null;
  #checkedAtS: number;
  #watchedS = 0;
  #movedAtS = 0;
  #readAtS = 0;
  #heardAtS = 0;
  #pingedAtS = 0;
  #isPinged = false;
  #pingedBytes = 0;
  #confirmedBytes = 0;
  #lastLeft = 0;
  #lastBuffered = 0;
  #lastReceived = 0;

  /** Watches from now on, until {@link PeerWatch.stop} or a verdict. */
  constructor(
    peer: WatchedPeer,
    verdicts: PeerVerdicts,
    options: { clock: Clock; limits?: PeerLimits },
  ) {
    this.#peer = peer;
    this.#verdicts = verdicts;
    this.#clock = options.clock;
    this.#limits = options.limits ?? PEER_LIMITS;
    this.#checkedAtS = this.#clock.now();
    this.#arm();
  }

  /** A pong arrived: what was sent before its ping has been read. */
  pong(): void {
    if (this.#isPinged) this.#confirmedBytes = this.#pingedBytes;
    this.#isPinged = false;
    this.#readAtS = this.#watchedS;
    this.#heardAtS = this.#watchedS;
  }

  /** Ends the watch. */
  stop(): void {
    this.#timer?.cancel();
    this.#timer = null;
  }

  #arm(): void {
    this.#timer = this.#clock.after(this.#limits.checkEveryS, () => this.#check());
  }

  #check(): void {
    const { frozenAfterS, pongWithinS, pingEveryS } = this.#limits;
    this.#look();
    const now = this.#watchedS;
    if (now - this.#movedAtS >= frozenAfterS) {
      this.#end("onFrozen", `peer has taken nothing for ${frozenAfterS} s`);
    } else if (now - this.#readAtS >= frozenAfterS) {
      this.#end("onFrozen", `peer has read nothing for ${frozenAfterS} s`);
    } else if (this.#isPinged && now - Math.max(this.#pingedAtS, this.#heardAtS) >= pongWithinS) {
      this.#end("onSilent", `no pong within ${pongWithinS} s`);
    } else {
      if (!this.#isPinged && (this.#owesReading() || now - this.#pingedAtS >= pingEveryS)) {
        this.#ping();
      }
      this.#arm();
    }
  }

  /** Takes in what has happened since the last look. */
  #look(): void {
    const { checkEveryS, backlogBytes } = this.#limits;
    const peer = this.#peer;
    const clockS = this.#clock.now();
    this.#watchedS += Math.min(clockS - this.#checkedAtS, 2 * checkEveryS);
    this.#checkedAtS = clockS;
    const now = this.#watchedS;

    const buffered = peer.bufferedBytes();
    const left = peer.sentBytes() - buffered;
    const hasMoved = left > this.#lastLeft;
    if (buffered === 0 || hasMoved) this.#movedAtS = now;

    const hasReceived = peer.receivedBytes() > this.#lastReceived;
    const isUploading = hasReceived && peer.partialBytes() > UPLOAD_BYTES;
    const hasDrained = hasMoved && this.#lastBuffered > backlogBytes;
    if (hasDrained || isUploading || peer.isReadPaused() || !this.#owesReading()) {
      this.#readAtS = now;
    }
    if (hasReceived || hasDrained || peer.isReadPaused()) this.#heardAtS = now;

    this.#lastLeft = left;
    this.#lastBuffered = buffered;
    this.#lastReceived = peer.receivedBytes();
  }

  #owesReading(): boolean {
    return this.#peer.sentBytes() - this.#confirmedBytes > this.#limits.creditBytes;
  }

  #ping(): void {
    this.#isPinged = true;
    this.#pingedAtS = this.#watchedS;
    this.#pingedBytes = this.#peer.sentBytes();
    this.#peer.ping();
  }

  #end(verdict: keyof PeerVerdicts, reason: string): void {
    this.stop();
    this.#verdicts[verdict](reason);
  }
}
