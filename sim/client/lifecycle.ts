import type { Clock, Timer } from "../../runtime/clock.ts";
import { TargetError } from "../../runtime/errors.ts";
import type { Rng } from "../../runtime/rng.ts";
import { CLOSE } from "../../wire/constants.ts";
import type { ClientObserver } from "./observer.ts";
import type { ClientFaults } from "./options.ts";
import { isFinalClose, reconnectDelayS, type ReconnectPolicy } from "./reconnect.ts";
import type { ClientSession } from "./session.ts";
import type { ClientState } from "./status.ts";

/** How long a stop waits for the server's answer to the close, in seconds. */
const STOP_WITHIN_S = 3;
/** How long a server that refused may take to close, in seconds. */
const REFUSAL_CLOSE_WITHIN_S = 1;
/** What a connection that we drop ourselves is told to have closed with. */
const ABNORMAL_CLOSE = 1006;

/** What a {@link Lifecycle} is made of. */
export interface LifecycleOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly policy: ReconnectPolicy | null;
  readonly startTimeoutS: number;
  readonly observer: ClientObserver;
  /** The faults in force. */
  readonly faults: () => ClientFaults;
  /** Dials a new session. */
  readonly dial: () => ClientSession;
  /** A session that had begun is gone; playback goes on. */
  readonly onLost: () => void;
  /** It is all over. */
  readonly onFinished: () => void;
}

/** A client's sessions, one after the other: when to dial, when to give up, how it ended. */
export class Lifecycle {
  readonly #options: LifecycleOptions;
  readonly #clock: Clock;
  readonly #observer: ClientObserver;
  readonly #started = Promise.withResolvers<void>();
  readonly #stopped = Promise.withResolvers<void>();
  #state: ClientState = "new";
  #session: ClientSession | null = null;
  #timer: Timer | null = null;
  #attempt = 0;
  #sessions = 0;
  #isStopping = false;
  #refusal: TargetError | null = null;
  #closeCode: number | null = null;
  #closedReason: string | null = null;

  /** A lifecycle that has not begun. */
  constructor(options: LifecycleOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#observer = options.observer;
    // Whoever opens without waiting for the promise learns of a failure from the observer.
    this.#started.promise.catch(() => {});
  }

  /** Where the client stands. */
  get state(): ClientState {
    return this.#state;
  }

  /** The present session; it may not have begun yet. */
  get session(): ClientSession | null {
    return this.#session;
  }

  /** How many sessions have begun. */
  get sessions(): number {
    return this.#sessions;
  }

  /** Code of the newest close; null before the first, and when none came. */
  get closeCode(): number | null {
    return this.#closeCode;
  }

  /** Why the client is closed; null before. */
  get closedReason(): string | null {
    return this.#closedReason;
  }

  /** Dials. Does nothing the second time. */
  open(): void {
    if (this.#state !== "new") return;
    this.#setState("starting");
    this.#dial();
  }

  /** Dials, and resolves when the first session has begun. */
  start(): Promise<void> {
    this.open();
    return this.#started.promise;
  }

  /** Closes in an orderly way, and resolves when the connection is gone. */
  stop(): Promise<void> {
    if (this.#state === "closed" || this.#isStopping) return this.#stopped.promise;
    this.#isStopping = true;
    this.#timer?.cancel();
    if (this.#session === null) {
      this.#finish("stopped");
    } else {
      this.#session.close(CLOSE.normal, "client stopped");
      this.#timer = this.#clock.after(STOP_WITHIN_S, () => this.#session?.terminate());
    }
    return this.#stopped.promise;
  }

  /** Drops the connection without a word; nothing is made again by itself. */
  disconnect(): void {
    if (this.#session === null || this.#state !== "streaming" || this.#isStopping) return;
    this.#drop();
    this.#options.onLost();
    this.#setState("disconnected");
    this.#observer.onClose?.(ABNORMAL_CLOSE, "dropped by the client", false);
  }

  /** Makes a new session now, if there ever was one. */
  reconnect(): void {
    if (this.#sessions === 0 || this.#isStopping) return;
    this.disconnect();
    this.#drop();
    this.#attempt = 0;
    this.#redial();
  }

  /** The present session has begun. */
  onBegun(): void {
    this.#timer?.cancel();
    this.#attempt = 0;
    this.#sessions++;
    this.#setState("streaming");
    this.#started.resolve();
  }

  /** The present session cannot be: an attempt has failed, or all is over. */
  refuse(error: TargetError): void {
    this.#drop();
    this.#observer.onFailure?.(error);
    if (this.#sessions > 0) {
      this.#retry(error.message);
    } else {
      this.#started.reject(error);
      this.#finish(error.message);
    }
  }

  /** The server refused the present session, and will close: how, is worth waiting for. */
  onRefused(error: TargetError): void {
    if (this.#refusal !== null) return;
    this.#refusal = error;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(REFUSAL_CLOSE_WITHIN_S, () => this.refuse(error));
  }

  /** The connection of the present session is gone. */
  onClosed(code: number, reason: string): void {
    this.#closeCode = code;
    const hadBegun = this.#state === "streaming";
    const refusal = this.#refusal;
    this.#drop();
    const text = reason === "" ? `closed with ${code}` : `closed with ${code}: ${reason}`;
    if (this.#isStopping) {
      this.#observer.onClose?.(code, reason, false);
      this.#finish("stopped");
    } else if (this.#sessions === 0) {
      this.#observer.onClose?.(code, reason, false);
      const fields = { code: "closed", close_code: code, reason };
      this.refuse(
        refusal ?? new TargetError(`connection ${text} before the session began`, fields),
      );
    } else {
      if (hadBegun) this.#options.onLost();
      const isFinal = isFinalClose(code) &&
        !(code === CLOSE.preempted && this.#options.faults().returnAfterPreemption === true);
      const willReconnect = this.#hasAttemptLeft() && !isFinal;
      this.#observer.onClose?.(code, reason, willReconnect);
      const why = refusal?.message ?? text;
      if (refusal !== null) this.#observer.onFailure?.(refusal);
      if (willReconnect) this.#retry(why);
      else this.#finish(why);
    }
  }

  #dial(): void {
    const { startTimeoutS } = this.#options;
    this.#timer = this.#clock.after(startTimeoutS, () =>
      this.refuse(
        new TargetError(`no session within ${startTimeoutS} s; the server may still be loading`, {
          code: "start_timeout",
        }),
      ));
    this.#session = this.#options.dial();
  }

  #redial(): void {
    this.#setState("reconnecting");
    this.#dial();
  }

  #hasAttemptLeft(): boolean {
    const { policy } = this.#options;
    return policy !== null && this.#attempt < policy.attempts;
  }

  #retry(reason: string): void {
    const { policy, rng } = this.#options;
    if (policy === null || !this.#hasAttemptLeft()) {
      this.#finish(`${reason}; gave up after ${this.#attempt} attempts`);
      return;
    }
    this.#attempt++;
    this.#setState("reconnecting");
    const delayS = reconnectDelayS(policy, this.#attempt, rng);
    this.#timer = this.#clock.after(delayS, () => this.#redial());
  }

  #drop(): void {
    this.#timer?.cancel();
    this.#refusal = null;
    if (this.#options.faults().heedOrphans === true) this.#session?.terminate();
    else this.#session?.abandon();
    this.#session = null;
  }

  #finish(reason: string): void {
    this.#closedReason = reason;
    this.#options.onFinished();
    this.#setState("closed");
    this.#started.reject(new TargetError(`the client is closed: ${reason}`, { code: "closed" }));
    this.#stopped.resolve();
  }

  #setState(state: ClientState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#observer.onState?.(state);
  }
}
