import type { Clock, Rng } from "../../../runtime/mod.ts";
import { hexDigits } from "../ids.ts";
import type { ChatReply, ChatTurn, Responder } from "./responder.ts";

/** Seconds that a turn waits for an agent that has taken turns before and is away now. */
const RETURN_S = 30;
/** Seconds that an agent may think about a turn. */
const ANSWER_S = 120;
/** Turns that wait for an agent, or for its answer; one more is refused. */
const MAX_TURNS = 64;
/** Agents that wait at a time. */
const MAX_TAKERS = 16;

/** A turn that an agent has taken, and is to answer. */
export interface TakenTurn extends ChatTurn {
  readonly turnId: string;
}

/** A turn on its way to an answer. */
interface Open {
  readonly turn: TakenTurn;
  /** Who has taken it; null for nobody, or nobody knows. */
  agent: string | null;
  /** Ends it; once is enough. */
  readonly end: (reply: ChatReply) => void;
  /** Ends it with an error after so long. */
  readonly within: (seconds: number, error: string) => void;
}

/** An agent that waits; called with null when its time is up. */
interface Taker {
  readonly agent: string | null;
  readonly take: (turn: TakenTurn | null) => void;
}

/** What a chat says when an agent takes no more turns. */
const GONE = "the agent that was attached takes no turns any more";

/**
 * Answers chats by agents that are attached with the tools `take_turn` and `answer_turn`. An agent is
 * attached while it waits for a turn, while it thinks about one, and for a short time after that.
 */
export class AttachedResponder implements Responder {
  readonly name = "mcp";
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #otherwise: Responder;
  /** Agents that wait, who has waited longest first. */
  readonly #takers: Taker[] = [];
  /** Turns that no agent has taken yet. */
  readonly #waiting: Open[] = [];
  readonly #taken = new Map<string, Open>();
  #seenS = -Infinity;

  /** With no agent attached, `otherwise` answers. */
  constructor(
    options: { readonly clock: Clock; readonly rng: Rng; readonly otherwise: Responder },
  ) {
    this.#clock = options.clock;
    this.#rng = options.rng;
    this.#otherwise = options.otherwise;
  }

  /** Whether an agent is there, or was a moment ago. */
  get isAttached(): boolean {
    return this.#takers.length > 0 || this.#taken.size > 0 ||
      this.#clock.now() - this.#seenS < RETURN_S;
  }

  /** Whether so many agents wait that no more are taken. */
  get isFull(): boolean {
    return this.#takers.length >= MAX_TAKERS;
  }

  /** Turns that no agent has taken yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** Hands the turn to an agent, and resolves with its answer. */
  async respond(
    turn: ChatTurn,
    options: { readonly signal: AbortSignal },
  ): Promise<ChatReply> {
    if (!this.isAttached) {
      const reply = await this.#otherwise.respond(turn, options);
      return "text" in reply ? { ...reply, provider: this.#otherwise.name } : reply;
    }
    if (this.#waiting.length + this.#taken.size >= MAX_TURNS) {
      return { error: `${MAX_TURNS} turns wait for the agent already` };
    }
    const { signal } = options;
    return await new Promise((resolve) => {
      const turnId = `turn-${hexDigits(this.#rng, 8)}`;
      let timer = this.#clock.after(0, () => {});
      const end = (reply: ChatReply) => {
        timer.cancel();
        signal.removeEventListener("abort", leave);
        const at = this.#waiting.indexOf(open);
        if (at >= 0) this.#waiting.splice(at, 1);
        this.#taken.delete(turnId);
        resolve(reply);
      };
      const leave = () => end({ error: "called off" });
      const within = (seconds: number, error: string) => {
        timer.cancel();
        timer = this.#clock.after(seconds, () => end({ error }));
      };
      const open: Open = { turn: { ...turn, turnId }, agent: null, end, within };
      signal.addEventListener("abort", leave, { once: true });
      if (signal.aborted) return leave();
      const taker = this.#takers.shift();
      if (taker !== undefined) {
        this.#give(open, taker);
      } else {
        within(RETURN_S, GONE);
        this.#waiting.push(open);
      }
    });
  }

  /**
   * Waits for a turn to answer.
   *
   * @param agent Names who takes it, so that {@link leave} can give it back.
   * @returns Null when none came in time, or too many agents wait.
   */
  take(
    timeoutS: number,
    signal: AbortSignal,
    agent: string | null = null,
  ): Promise<TakenTurn | null> {
    this.#seenS = this.#clock.now();
    const open = this.#waiting.shift();
    if (open !== undefined) {
      return new Promise((resolve) => this.#give(open, { agent, take: resolve }));
    }
    if (this.isFull || signal.aborted) return Promise.resolve(null);
    return new Promise((resolve) => {
      const end = (turn: TakenTurn | null) => {
        timer.cancel();
        signal.removeEventListener("abort", leave);
        const at = this.#takers.indexOf(taker);
        if (at >= 0) this.#takers.splice(at, 1);
        resolve(turn);
      };
      const taker: Taker = { agent, take: end };
      const leave = () => {
        // Whoever hangs up has left: its place is free at once.
        this.#seenS = -Infinity;
        end(null);
      };
      const timer = this.#clock.after(timeoutS, () => {
        this.#seenS = this.#clock.now();
        end(null);
      });
      signal.addEventListener("abort", leave, { once: true });
      this.#takers.push(taker);
    });
  }

  /** Answers a turn; false when it waits for no answer: answered, interrupted, or too late. */
  answer(turnId: string, text: string): boolean {
    this.#seenS = this.#clock.now();
    const open = this.#taken.get(turnId);
    open?.end({ text });
    return open !== undefined;
  }

  /**
   * An agent has gone. Its turns go to the next one that waits; with none they wait for a short time,
   * before those that came later.
   */
  leave(agent: string): void {
    for (const taker of this.#takers.filter((it) => it.agent === agent)) taker.take(null);
    const returned = [...this.#taken.values()].filter((open) => open.agent === agent);
    for (const open of returned.toReversed()) {
      this.#taken.delete(open.turn.turnId);
      open.agent = null;
      open.within(RETURN_S, GONE);
      this.#waiting.unshift(open);
    }
    while (this.#waiting.length > 0 && this.#takers.length > 0) {
      this.#give(this.#waiting.shift()!, this.#takers.shift()!);
    }
  }

  #give(open: Open, { agent, take }: Taker): void {
    open.agent = agent;
    this.#taken.set(open.turn.turnId, open);
    open.within(ANSWER_S, `the agent gave no answer in ${ANSWER_S} s`);
    take(open.turn);
  }
}
