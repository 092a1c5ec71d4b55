/**
 * Tells a phone, by a topic of ntfy, which session needs somebody. A tap on the message lands on its
 * card. What a session says is in no message, unless that was asked for.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import type { BoardDiff, BoardModel } from "../board/board_model.ts";
import type { Card } from "../board/state/card.ts";
import type { Log } from "../log.ts";
import type { QuietClock } from "./quiet_hours.ts";

/** What it works with. */
export interface PushOptions {
  /** The topic, such as `https://ntfy.example/topic`. */
  readonly url: string;
  readonly token?: string;
  /** Whether titles and words of sessions are told. */
  readonly hasDetail: boolean;
  /** When nobody is to be told anything; what still holds is told at the end of it. */
  readonly quiet?: Pick<QuietClock, "leftS">;
  /** Where a tap leads, without a slash at its end. */
  readonly base: () => string;
  readonly model: Pick<BoardModel, "subscribe" | "card" | "snapshot">;
  readonly clock: Clock;
  readonly log: Pick<Log, "warn">;
  readonly fetch: typeof globalThis.fetch;
}

/** A reason holds for so long before it is told, seconds. */
const STABLE_S = 5;
/** When a message is sent again that was not taken, seconds. */
const RETRY_S = [2, 8, 30];
const TIMEOUT_S = 10;
/** More messages than that do not wait at a time; of what is more one message says how many. */
const MAX_WAITING = 64;

const WORDS: Readonly<Record<string, readonly [priority: number, text: string]>> = {
  permission: [5, "asks for permission"],
  question: [5, "asks you something"],
  health_bad: [4, "gets nowhere"],
  rate_limited: [4, "has reached its limit"],
  api_error: [4, "ended in an error"],
  autopilot_stopped: [4, "stopped answering by itself"],
  finished: [3, "has finished"],
};

/** A message in ntfy's form. */
export interface NtfyMessage {
  readonly topic: string;
  readonly title: string;
  readonly message: string;
  readonly priority: number;
  readonly click: string;
  readonly actions: readonly {
    readonly action: "view";
    readonly label: string;
    readonly url: string;
  }[];
}

/** Sends messages. */
export class Pushes {
  readonly #options: PushOptions;
  /** Reasons that hold, by session and code, with what is to be told of them. */
  readonly #reasons = new Map<string, Timer | null>();
  readonly #stop = new AbortController();
  readonly #leave: () => void;
  /** Reasons that were too many to be told one by one. */
  readonly #left = new Set<string>();
  #sending: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** What holds already is told to nobody. */
  constructor(options: PushOptions) {
    this.#options = options;
    for (const card of options.model.snapshot().cards) {
      for (const key of keysOf(card)) this.#reasons.set(key, null);
    }
    this.#leave = options.model.subscribe((diff) => this.#take(diff));
  }

  /** Ends it; what waits is not sent any more. */
  async close(): Promise<void> {
    this.#leave();
    this.#stop.abort();
    for (const timer of this.#reasons.values()) timer?.cancel();
    await this.#sending;
  }

  #take({ up, rm }: BoardDiff): void {
    for (const card of up) {
      const keys = keysOf(card);
      this.#forget(card.id, keys);
      for (const key of keys) {
        if (this.#reasons.has(key)) continue;
        this.#tellLater(card.id, key, STABLE_S);
      }
    }
    for (const id of rm) this.#forget(id, []);
  }

  #tellLater(id: string, key: string, delayS: number): void {
    const { clock, quiet } = this.#options;
    const timer = clock.after(delayS, () => {
      const leftS = quiet?.leftS(clock.unixS() * 1000) ?? 0;
      if (leftS > 0) return this.#tellLater(id, key, leftS);
      this.#reasons.set(key, null);
      this.#tell(id, key);
    });
    this.#reasons.set(key, timer);
  }

  /** Reasons of a session that do not hold any more. */
  #forget(id: string, still: readonly string[]): void {
    for (const [key, timer] of this.#reasons) {
      if (!key.startsWith(`${id} `) || still.includes(key)) continue;
      timer?.cancel();
      this.#reasons.delete(key);
      this.#left.delete(key);
    }
  }

  #tell(id: string, key: string): void {
    const card = this.#options.model.card(id);
    if (card === null) return;
    if (this.#waiting >= MAX_WAITING) this.#left.add(key);
    else this.#queue(ntfyMessage(card, codeOf(key), this.#options));
  }

  #queue(message: NtfyMessage): void {
    this.#waiting++;
    this.#sending = this.#sending.then(() => this.#send(message)).finally(() => {
      this.#waiting--;
      if (this.#waiting === 0 && !this.#stop.signal.aborted) this.#tellLeft();
    });
  }

  #tellLeft(): void {
    if (this.#left.size === 0) return;
    const message = ntfyRest([...this.#left], this.#options);
    this.#left.clear();
    this.#queue(message);
  }

  async #send(message: NtfyMessage): Promise<void> {
    const { clock, fetch, log, token, url } = this.#options;
    const { signal } = this.#stop;
    for (const waitS of [...RETRY_S, null]) {
      if (signal.aborted) return;
      const end = new AbortController();
      const late = clock.after(TIMEOUT_S, () => end.abort());
      let why: string;
      try {
        const response = await fetch(serverOf(url), {
          method: "POST",
          headers: {
            "Content-Type": "application/json",
            ...(token !== undefined && { Authorization: `Bearer ${token}` }),
          },
          body: JSON.stringify(message),
          redirect: "error",
          signal: AbortSignal.any([signal, end.signal]),
        });
        await response.body?.cancel();
        if (response.ok) return;
        why = `status ${response.status}`;
        // What it does not want it will not want later either.
        if (response.status < 500 && response.status !== 429) {
          return log.warn("push not sent", { why });
        }
      } catch (error) {
        why = errorMessage(error);
      } finally {
        late.cancel();
      }
      if (signal.aborted) return;
      if (waitS === null) return log.warn("push not sent", { why });
      await clock.sleep(waitS, { signal }).catch(() => {});
    }
  }
}

/** The message about a card. */
export function ntfyMessage(
  card: Card,
  code: string,
  { url, hasDetail, base }: Pick<PushOptions, "url" | "hasDetail" | "base">,
): NtfyMessage {
  const [priority, text] = wordsOf(code);
  const id = encodeURIComponent(card.id);
  const said = hasDetail && card.lastText !== "" ? `\n${card.lastText}` : "";
  return {
    topic: topicOf(url),
    title: hasDetail ? card.title : `${card.project} needs you`,
    message: `${card.project}: ${text}${said}`,
    priority,
    click: `${base()}/board?card=${id}`,
    actions: [{ action: "view", label: "Open the session", url: `${base()}/s/${id}` }],
  };
}

/** One message about all that were too many; the board has them. */
function ntfyRest(
  keys: readonly string[],
  { url, base }: Pick<PushOptions, "url" | "base">,
): NtfyMessage {
  const count = new Set(keys.map((key) => key.slice(0, key.lastIndexOf(" ")))).size;
  const board = `${base()}/board`;
  return {
    topic: topicOf(url),
    title: count === 1 ? "1 more session needs you" : `${count} more sessions need you`,
    message: "More need you than are told one by one; the board has all of them.",
    priority: Math.max(...keys.map((key) => wordsOf(codeOf(key))[0])),
    click: board,
    actions: [{ action: "view", label: "Open the board", url: board }],
  };
}

function wordsOf(code: string): readonly [priority: number, text: string] {
  return WORDS[code] ?? [3, "needs you"];
}

/** The topic of an address, which is its last part. */
export function topicOf(url: string): string {
  return decodeURIComponent(new URL(url).pathname.replace(/\/+$/, "").split("/").at(-1) ?? "");
}

function serverOf(url: string): string {
  const at = new URL(url);
  at.pathname = at.pathname.replace(/\/+$/, "").split("/").slice(0, -1).join("/") + "/";
  return at.href;
}

function keysOf({ id, attn }: Card): string[] {
  return attn.needs ? attn.reasons.map(({ code }) => `${id} ${code}`) : [];
}

function codeOf(key: string): string {
  return key.slice(key.lastIndexOf(" ") + 1);
}
