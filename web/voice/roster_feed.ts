/// <reference lib="dom" />
/**
 * Who is here and what is spoken: pushed by the server, and asked for while nothing can be pushed.
 *
 * @module
 */
import type { Clock, Timer } from "../../runtime/clock.ts";
import { type DialSocket, LiveSocket, type SocketState } from "./live_socket.ts";

/** How often the server is asked while it cannot push, seconds. */
const POLL_S = 4;
/** Jobs that are shown. */
export const SHOWN_JOBS = 20;

/** Somebody who is here. Wire names, as the server sends them. */
export interface RosterRow {
  readonly session_id: string;
  readonly participant_id: string;
  readonly participant_type: string;
  readonly assigned_voice: string | null;
  readonly voice_conflict: boolean;
  readonly registered_at: number;
  readonly state: string;
  readonly queue_depth: number;
  /** How many listen; null where the server did not say. */
  readonly listeners: number | null;
}

/** A job as the page shows it. */
export interface JobRow {
  readonly job_id: string;
  readonly session_id: string | null;
  /** What asked for it, such as `speak` or `chat`. */
  readonly type: string;
  readonly status: string;
  readonly text: string;
  readonly voice: string;
  readonly requested_at: number;
  /** Null while it is being made. */
  readonly duration_sec: number | null;
  /** How it went out; null while it has not. */
  readonly reason: string | null;
}

/** What a {@link RosterFeed} tells. */
export interface RosterHandler {
  onRoster(rows: readonly RosterRow[]): void;
  onJobs(rows: readonly JobRow[]): void;
  onState(state: SocketState): void;
}

/** Hears of others. */
export class RosterFeed {
  readonly #clock: Clock;
  readonly #fetch: (url: string) => Promise<Response>;
  readonly #link: LiveSocket;
  readonly #url: string;
  readonly #handler: RosterHandler;
  #poll: Timer | null = null;

  /** Asks nobody yet. */
  constructor(
    url: string,
    handler: RosterHandler,
    { clock, dial, fetch }: {
      readonly clock: Clock;
      readonly dial: DialSocket;
      readonly fetch: (url: string) => Promise<Response>;
    },
  ) {
    this.#url = url;
    this.#handler = handler;
    this.#clock = clock;
    this.#fetch = fetch;
    this.#link = new LiveSocket(clock, dial, {
      onState: (state) => {
        if (state === "open") this.#poll?.cancel();
        else if (state === "waiting") this.#pollSoon(0);
        handler.onState(state);
      },
      onText: (text) => this.#onText(text),
    });
  }

  /** Whether others are told of by push. */
  get isPushed(): boolean {
    return this.#link.state === "open";
  }

  /** Where its link stands. */
  get state(): SocketState {
    return this.#link.state;
  }

  /** Begins. */
  start(): void {
    this.#link.connect(this.#url);
  }

  /** Tries at once what it was going to try later. */
  retryNow(): void {
    this.#link.retryNow();
  }

  #pollSoon(delayS: number): void {
    this.#poll?.cancel();
    this.#poll = this.#clock.after(delayS, async () => {
      await Promise.all([this.#ask("/v1/sessions"), this.#ask(`/v1/jobs?limit=${SHOWN_JOBS}`)]);
      if (!this.isPushed) this.#pollSoon(POLL_S);
    });
  }

  /** An answer that does not come changes nothing. */
  async #ask(path: string): Promise<void> {
    try {
      const response = await this.#fetch(path);
      const text = await response.text();
      if (response.ok && !this.isPushed) this.#take(JSON.parse(text));
    } catch {
      return;
    }
  }

  #onText(text: string): void {
    try {
      this.#take(JSON.parse(text));
    } catch {
      return;
    }
  }

  #take(body: unknown): void {
    const { sessions, jobs } = Object(body) as { sessions?: unknown; jobs?: unknown };
    if (Array.isArray(sessions)) this.#handler.onRoster(sessions.flatMap(rosterRow));
    if (Array.isArray(jobs)) this.#handler.onJobs(jobs.slice(0, SHOWN_JOBS).flatMap(jobRow));
  }
}

/** A session as the page knows it; nothing for what is none. */
export function rosterRow(value: unknown): RosterRow | [] {
  const fields = Object(value) as Record<string, unknown>;
  const id = fields["session_id"];
  if (typeof id !== "string") return [];
  return {
    session_id: id,
    participant_id: text(fields["participant_id"]) ?? id,
    participant_type: text(fields["participant_type"]) ?? "agent",
    assigned_voice: text(fields["assigned_voice"]),
    voice_conflict: fields["voice_conflict"] === true,
    registered_at: number(fields["registered_at"]) ?? 0,
    state: text(fields["state"]) ?? "idle",
    queue_depth: number(fields["queue_depth"]) ?? 0,
    listeners: number(fields["listeners"]),
  };
}

/** A job as the page knows it; nothing for what is none. */
export function jobRow(value: unknown): JobRow | [] {
  const fields = Object(value) as Record<string, unknown>;
  const id = fields["job_id"];
  if (typeof id !== "string" || typeof fields["text"] !== "string") return [];
  const metrics = Object(fields["metrics"]) as Record<string, unknown>;
  return {
    job_id: id,
    session_id: text(fields["session_id"]),
    type: text(fields["type"]) ?? "",
    status: text(fields["state"]) ?? text(fields["status"]) ?? "",
    text: fields["text"],
    voice: text(fields["voice"]) ?? "",
    requested_at: number(fields["requested_at"]) ?? 0,
    duration_sec: number(fields["duration_sec"]) ?? number(metrics["audio_duration_sec"]),
    reason: text(fields["reason"]),
  };
}

const text = (value: unknown) => typeof value === "string" && value !== "" ? value : null;
const number = (value: unknown) => typeof value === "number" ? value : null;
