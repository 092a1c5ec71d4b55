/**
 * Terminals of a server, which live in a child process: the terminal host.
 *
 * @module
 */
import { HeadwayError } from "../../runtime/mod.ts";
import type { PtyId } from "../../server/tasks/ids.ts";
import {
  inputFullError,
  LINGER_S,
  MAX_INPUT_BYTES,
  type ScreenSnapshot,
  type TerminalEvent,
  TerminalGoneError,
  type TerminalInfo,
  type Terminals,
  type TerminalSpec,
} from "../../server/tasks/terminal/mod.ts";
import { HostConversation, type HostConversationOptions } from "./host_conversation.ts";
import { answerSchemas, type FromHost } from "./pty_messages.ts";
import type { Leader } from "./system_processes.ts";

/** Terminals of a server; whoever opened them shuts them down. */
export interface OpenTerminals extends Terminals, AsyncDisposable {
  /** What they stand on: `lydell`, `script`; null before the first was asked for, and where there are none. */
  readonly backend: string | null;
  /**
   * Ends process sessions that outlived an earlier server, by leader.
   *
   * @returns How many processes were ended.
   */
  sweepLeftovers(leaders: readonly Leader[]): Promise<number>;
  /** Ends all terminals and the host. Nothing can be created any more. */
  shutdown(): Promise<void>;
}

/**
 * Opens them. The host starts when it is first needed; if it dies, all terminals are closed, what they
 * left is swept, and another one starts when it is needed.
 */
export function openTerminals(options: OpenTerminalsOptions): OpenTerminals {
  return new HostTerminals(options);
}

/** What {@link openTerminals} takes. */
export type OpenTerminalsOptions = Omit<
  HostConversationOptions,
  "onMessage" | "onOutput" | "onEnd"
>;

interface Subscription {
  readonly id: PtyId;
  readonly on: (event: TerminalEvent) => void;
  /** Bytes that came and were not yet acknowledged. */
  unacknowledged: number;
}

/** Acknowledged at a time, bytes: a fraction of the window. */
const ACK_BYTES = 64 * 1024;

class HostTerminals implements OpenTerminals {
  readonly #options: OpenTerminalsOptions;
  readonly #host: HostConversation;
  readonly #infos = new Map<PtyId, TerminalInfo>();
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #typing = new Map<PtyId, number>();
  /** Those that went a moment ago, and when, on the clock. They can be followed still. */
  readonly #gone = new Map<PtyId, number>();
  #lastSub = 0;

  constructor(options: OpenTerminalsOptions) {
    this.#options = options;
    this.#host = new HostConversation({
      ...options,
      onMessage: (message) => this.#message(message),
      onOutput: (sub, seq, bytes) => this.#output(sub, seq, bytes),
      onEnd: (reason, how) => this.#ended(reason, how),
    });
  }

  get backend(): string | null {
    return this.#host.backend;
  }

  async create(spec: TerminalSpec): Promise<TerminalInfo> {
    const info = answerSchemas.info.parse(await this.#host.ask({ op: "create", spec }));
    // A program may end before its start is told.
    if (!this.#gone.has(info.id)) this.#infos.set(info.id, info);
    return info;
  }

  list(): readonly TerminalInfo[] {
    return [...this.#infos.values()];
  }

  get(id: PtyId): TerminalInfo | undefined {
    return this.#infos.get(id);
  }

  async input(id: PtyId, bytes: Uint8Array): Promise<void> {
    this.#check(id);
    const typing = this.#typing.get(id) ?? 0;
    if (typing + bytes.length > MAX_INPUT_BYTES) throw inputFullError(typing);
    this.#typing.set(id, typing + bytes.length);
    try {
      await this.#host.type(id, bytes);
    } finally {
      const left = (this.#typing.get(id) ?? 0) - bytes.length;
      if (left > 0) this.#typing.set(id, left);
      else this.#typing.delete(id);
    }
  }

  async resize(id: PtyId, cols: number, rows: number): Promise<void> {
    this.#check(id);
    await this.#host.ask({ op: "resize", id, cols, rows });
  }

  mark(id: PtyId, label: string): void {
    if (this.#infos.has(id)) this.#host.tell({ op: "mark", id, label });
  }

  touch(id: PtyId): void {
    if (this.#infos.has(id)) this.#host.tell({ op: "touch", id });
  }

  beginGrace(id: PtyId, graceS: number): void {
    const info = this.#infos.get(id);
    if (info === undefined || info.graceEndsAt !== null) return;
    // The host tells the exact time a moment later.
    this.#infos.set(id, { ...info, graceEndsAt: this.#options.clock.unixS() + graceS });
    this.#host.tell({ op: "grace", id, graceS });
  }

  async close(id: PtyId): Promise<void> {
    if (!this.#infos.has(id)) return;
    await this.#host.ask({ op: "close", id });
  }

  async snapshot(id: PtyId): Promise<ScreenSnapshot> {
    this.#check(id);
    return answerSchemas.snapshot.parse(await this.#host.ask({ op: "snapshot", id }));
  }

  subscribe(id: PtyId, fromSeq: number, on: (event: TerminalEvent) => void): () => void {
    if (!this.#isFresh(id)) this.#check(id);
    const sub = this.#lastSub = (this.#lastSub + 1) >>> 0;
    this.#subscriptions.set(sub, { id, on, unacknowledged: 0 });
    this.#host.tell({ op: "subscribe", sub, id, fromSeq: fromSeq === Infinity ? null : fromSeq });
    return () => {
      if (this.#subscriptions.delete(sub)) this.#host.tell({ op: "unsubscribe", sub });
    };
  }

  async sweepLeftovers(leaders: readonly Leader[]): Promise<number> {
    if (leaders.length === 0) return 0;
    return answerSchemas.count.parse(await this.#host.ask({ op: "sweep", leaders: [...leaders] }));
  }

  async shutdown(): Promise<void> {
    await this.#host.shutdown();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  #check(id: PtyId): void {
    if (!this.#infos.has(id)) throw new TerminalGoneError(`there is no terminal ${id}`);
  }

  #isFresh(id: PtyId): boolean {
    return this.#options.clock.now() - (this.#gone.get(id) ?? -Infinity) < LINGER_S;
  }

  #message(message: FromHost): void {
    switch (message.ev) {
      case "infos":
        for (const info of message.infos) {
          if (this.#infos.has(info.id)) this.#infos.set(info.id, info);
        }
        return;
      case "gone":
        this.#infos.delete(message.id);
        this.#gone.set(message.id, this.#options.clock.now());
        for (const id of this.#gone.keys()) if (!this.#isFresh(id)) this.#gone.delete(id);
        return;
      case "event": {
        const subscription = this.#subscriptions.get(message.sub);
        if (message.event.kind === "closed") this.#subscriptions.delete(message.sub);
        this.#tell(subscription, message.event);
        return;
      }
      case "trouble": {
        const { id, what, reason } = message;
        this.#options.log.warn("a terminal goes on without", { terminal: id, what, reason });
        return;
      }
    }
  }

  #output(sub: number, seq: number, bytes: Uint8Array): void {
    const subscription = this.#subscriptions.get(sub);
    if (subscription === undefined) return;
    this.#tell(subscription, { kind: "output", seq, bytes });
    subscription.unacknowledged += bytes.length;
    if (subscription.unacknowledged < ACK_BYTES) return;
    this.#host.tell({ op: "ack", sub, bytes: subscription.unacknowledged });
    subscription.unacknowledged = 0;
  }

  #tell(subscription: Subscription | undefined, event: TerminalEvent): void {
    try {
      subscription?.on(event);
    } catch (error) {
      // One who follows must not take the others with it.
      this.#options.log.error("a follower of a terminal failed", { reason: String(error) });
    }
  }

  /** The host has ended, and so have its terminals; but perhaps not all that ran on them. */
  #ended(reason: string, how: "lost" | "told"): void {
    const leaders = this.list().flatMap(({ id, pid, pidStart }) =>
      pidStart === null ? [] : [{ id, pid, pidStart }]
    );
    const subscriptions = [...this.#subscriptions.values()];
    this.#infos.clear();
    this.#gone.clear();
    this.#subscriptions.clear();
    for (const subscription of subscriptions) this.#tell(subscription, { kind: "closed" });
    if (how === "told") return;
    this.#options.log.error("the terminal host has ended, and all terminals with it", {
      reason,
      terminals: leaders.length,
    });
    this.sweepLeftovers(leaders).catch((error) => {
      if (error instanceof HeadwayError) {
        this.#options.log.error("what terminals left could not be ended", {
          reason: error.message,
        });
      } else throw error;
    });
  }
}
