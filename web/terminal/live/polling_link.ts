/// <reference lib="dom" />
import type { Clock } from "../../../runtime/clock.ts";
import { AnswerError, ask, attach, post, terminalPath, type TerminalRecord } from "../api.ts";
import { inputParts, type Link, type LinkNews } from "./link.ts";

/** How long the server may keep a question that has no answer yet, ms. */
const WAIT_MS = 20_000;
/** Tries after a failure: the first and the longest pause, seconds. */
const PAUSE_S = { first: 0.5, most: 10 };

/** What a link by polling needs. */
export interface PollingLinkOptions {
  readonly session: string;
  readonly viewer: string;
  readonly clock: Clock;
  readonly news: LinkNews;
  /** What the page has. */
  readonly seq: () => number;
  /** The server answers, or does not. */
  readonly onAnswering: (isAnswering: boolean) => void;
}

interface PollAnswer {
  readonly output: string;
  readonly next_seq: number;
  readonly gap: boolean;
  readonly exited: boolean;
  readonly closed: boolean;
  readonly terminal: TerminalRecord | null;
}

/** The link: one question after the other. */
export class PollingLink implements Link {
  readonly kind = "polling";
  readonly #options: PollingLinkOptions;
  readonly #stop = new AbortController();
  #typing: Promise<void> = Promise.resolve();
  #waiting = "";

  /** Asks at once. */
  constructor(options: PollingLinkOptions) {
    this.#options = options;
    void this.#run();
  }

  acknowledge(): void {}

  input(text: string): void {
    const isIdle = this.#waiting === "";
    this.#waiting += text;
    if (isIdle) this.#typing = this.#typing.then(() => this.#type());
  }

  close(): void {
    this.#stop.abort();
  }

  /** Sends what was typed while the last message was on its way, in order. */
  async #type(): Promise<void> {
    const { session, viewer, news } = this.#options;
    const text = this.#waiting;
    this.#waiting = "";
    for (const input of inputParts(text)) {
      try {
        await post(terminalPath(session, "input"), { viewer, input });
      } catch (error) {
        news.onRefused(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async #run(): Promise<void> {
    const { clock, news, onAnswering } = this.#options;
    const { signal } = this.#stop;
    let pauseS = PAUSE_S.first;
    while (!signal.aborted) {
      try {
        if (!await this.#poll()) return;
        pauseS = PAUSE_S.first;
        onAnswering(true);
      } catch (error) {
        if (signal.aborted) return;
        const status = error instanceof AnswerError ? error.status : 0;
        if (status === 404) return news.onClosed();
        onAnswering(false);
        if (status === 401 || status === 403) return news.onRefused("Log in again to go on.");
        const wait = clock.sleep(pauseS * (0.5 + Math.random()), { signal });
        pauseS = Math.min(PAUSE_S.most, 2 * pauseS);
        await wait.catch(() => {});
      }
    }
  }

  /** One question. @returns Whether to ask again. */
  async #poll(): Promise<boolean> {
    const { session, viewer, news, seq } = this.#options;
    const { signal } = this.#stop;
    const query = new URLSearchParams({ seq: String(seq()), wait_ms: String(WAIT_MS), viewer });
    const answer = await ask<PollAnswer>(`${terminalPath(session, "output")}?${query}`, { signal });
    if (signal.aborted) return false;
    if (answer.output !== "") news.onOutput(answer.output, answer.next_seq);
    if (answer.terminal !== null) news.onState(answer.terminal);
    if (answer.closed || answer.terminal === null) {
      news.onClosed();
      return false;
    }
    if (answer.exited) news.onExited();
    if (!answer.gap) return true;
    const attached = await attach(session, viewer);
    if (signal.aborted) return false;
    if (attached.kind === "live") news.onSnapshot(attached.snapshot);
    else news.onClosed();
    return attached.kind === "live";
  }
}
