/**
 * The terminal host's side of the conversation: does what the server asks of a set of terminals.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import { type PtyId, ptyIdOf } from "../../server/tasks/ids.ts";
import {
  type Follower,
  TerminalGoneError,
  type TerminalInfo,
  TerminalLimitError,
  type TerminalSet,
} from "../../server/tasks/terminal/mod.ts";
import type { Frame } from "./pty_frames.ts";
import { type FromHost, type ToHost, toHostSchema } from "./pty_messages.ts";
import type { Leader } from "./system_processes.ts";

/** Bytes of output of one subscription that may be under way. */
export const WINDOW_BYTES = 128 * 1024;
/** How often the server is told of what changed in lists, seconds. */
const INFOS_S = 1;

/** What a {@link PtyHostServer} is made of. */
export interface PtyHostServerOptions {
  readonly terminals: TerminalSet;
  readonly clock: Clock;
  readonly endLeftovers: (leaders: readonly Leader[]) => Promise<number>;
  readonly send: (frame: Frame) => void;
}

interface Subscription {
  readonly follower: Follower;
  readonly unfollow: () => void;
}

/** Answers frames with frames. */
export class PtyHostServer {
  readonly #options: PtyHostServerOptions;
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #told = new Map<PtyId, string>();
  #infosTimer: Timer | null = null;

  /** Nothing was asked yet. */
  constructor(options: PtyHostServerOptions) {
    this.#options = options;
  }

  /** Does what a frame asks. @throws If it is none that a server sends. */
  receive(frame: Frame): void {
    if (frame.kind === "message") this.#message(toHostSchema.parse(frame.value));
    else if (frame.kind === "input") {
      const { call, id, bytes } = frame;
      this.#answer(call, async () => {
        const known = ptyIdOf(id);
        if (known === null) throw new TerminalGoneError("there is no such terminal");
        await this.#options.terminals.input(known, bytes);
      });
    }
  }

  /** A terminal is gone; to be told before those who follow it hear of it. */
  gone(id: PtyId): void {
    this.#told.delete(id);
    this.#say({ ev: "gone", id });
  }

  /** Something could not be kept. */
  trouble(id: PtyId, what: string, error: unknown): void {
    this.#say({ ev: "trouble", id, what, reason: errorMessage(error) });
  }

  /** Tells nothing any more. */
  end(): void {
    this.#infosTimer?.cancel();
    for (const { unfollow } of this.#subscriptions.values()) unfollow();
    this.#subscriptions.clear();
  }

  #message(message: ToHost): void {
    const { terminals, endLeftovers } = this.#options;
    switch (message.op) {
      case "hello":
        return;
      case "create":
        return this.#answer(message.call, async () => {
          const info = await terminals.create(message.spec);
          this.#watchInfos();
          return info;
        });
      case "resize":
        return this.#answer(message.call, async () => {
          await terminals.resize(message.id, message.cols, message.rows);
          this.#tellInfos();
        });
      case "close":
        return this.#answer(message.call, () => terminals.close(message.id));
      case "snapshot":
        return this.#answer(message.call, () => terminals.snapshot(message.id));
      case "sweep":
        return this.#answer(message.call, () => endLeftovers(message.leaders));
      case "mark":
        return terminals.mark(message.id, message.label);
      case "touch":
        return terminals.touch(message.id);
      case "grace":
        terminals.beginGrace(message.id, message.graceS);
        this.#tellInfos();
        return;
      case "subscribe":
        return this.#subscribe(message.sub, message.id, message.fromSeq ?? Infinity);
      case "unsubscribe":
        this.#subscriptions.get(message.sub)?.unfollow();
        this.#subscriptions.delete(message.sub);
        return;
      case "ack":
        return this.#subscriptions.get(message.sub)?.follower.acknowledge(message.bytes);
    }
  }

  #subscribe(sub: number, id: PtyId, fromSeq: number): void {
    const { terminals, send } = this.#options;
    try {
      const subscription = terminals.follow(id, {
        fromSeq,
        windowBytes: WINDOW_BYTES,
        on: (event) => {
          if (event.kind === "output") {
            send({ kind: "output", sub, seq: event.seq, bytes: event.bytes });
            return;
          }
          if (event.kind === "closed") this.#subscriptions.delete(sub);
          this.#say({ ev: "event", sub, event });
        },
      });
      this.#subscriptions.set(sub, subscription);
      subscription.follower.pump();
    } catch (error) {
      if (!(error instanceof TerminalGoneError)) throw error;
      // It went while the server asked.
      this.#say({ ev: "event", sub, event: { kind: "closed" } });
    }
  }

  #answer(call: number, work: () => Promise<unknown>): void {
    work().then((value) => this.#say({ ev: "answer", call, value: value ?? null })).catch(
      (error) => {
        const kind = error instanceof TerminalGoneError
          ? "gone"
          : error instanceof TerminalLimitError
          ? "limit"
          : "other";
        this.#say({ ev: "refusal", call, error: kind, message: errorMessage(error) });
      },
    );
  }

  #watchInfos(): void {
    this.#infosTimer ??= this.#options.clock.after(INFOS_S, () => {
      this.#infosTimer = null;
      if (this.#tellInfos() > 0) this.#watchInfos();
    });
  }

  /** Tells what changed. @returns How many terminals there are. */
  #tellInfos(): number {
    const all = this.#options.terminals.list();
    const infos = all.filter((info) => this.#isNews(info));
    if (infos.length > 0) this.#say({ ev: "infos", infos: [...infos] });
    return all.length;
  }

  #isNews(info: TerminalInfo): boolean {
    const text = JSON.stringify(info);
    if (this.#told.get(info.id) === text) return false;
    this.#told.set(info.id, text);
    return true;
  }

  #say(message: FromHost): void {
    this.#options.send({ kind: "message", value: message });
  }
}
