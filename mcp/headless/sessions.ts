/**
 * The headless sessions that tools have started: a few at a time, each with a socket and a ring of
 * what it heard, none of which outlives its session.
 *
 * @module
 */
import { type Clock, errorMessage, type Rng, type Timer } from "../../runtime/mod.ts";
import {
  type ClientSource,
  type ClientStatus,
  HeadlessClient,
  type SessionInfo,
} from "../../sim/mod.ts";
import type { ConfigMessage, Dial } from "../../wire/mod.ts";
import { ToolError } from "../errors.ts";
import { type McpSessionId, mcpSessionId } from "./session_id.ts";

/** How a headless session is started. */
export interface HeadlessRequest {
  /** Opens the road to the server. */
  readonly dial: Dial;
  /** Shown in the status. */
  readonly url: string;
  readonly config: ConfigMessage;
  readonly source: ClientSource;
  /** Ticks per second. */
  readonly paramsHz: number;
  readonly playbackRate: number;
  readonly recordPlaybackS: number;
  /** How long it may take until the first buffer is there, seconds. */
  readonly timeoutS: number;
  /** How many the server holds at a time. */
  readonly serverHolds: number;
  /**
   * A running session that this one replaces. It is stopped when the new one plays, or before where
   * there is no room for both.
   */
  readonly inPlaceOf?: McpSessionId;
}

/** What headless sessions share. */
export interface HeadlessSessionsOptions {
  readonly clock: Clock;
  readonly rng: Rng;
  /** Most at a time; default 4. */
  readonly maxSessions?: number;
  /**
   * Most seconds of playback that all of them together keep, as asked for; default 600. A second of
   * stereo is 384 kB, so that is 230 MB.
   */
  readonly maxRecordS?: number;
  /** A session that no tool has asked for so long is stopped, seconds; null (default) keeps it. */
  readonly idleS?: number | null;
}

interface Running {
  readonly id: McpSessionId;
  readonly client: HeadlessClient;
  /** Seconds of playback that it keeps at most. */
  readonly recordS: number;
  idle: Timer | null;
  /** Tools that are at work on it now. */
  users: number;
}

/** Ended sessions whose last words are kept. */
const MAX_ENDED = 8;

/** The headless sessions of one process. */
export class HeadlessSessions {
  readonly #options: HeadlessSessionsOptions;
  /** Oldest first. */
  readonly #running = new Map<McpSessionId, Running>();
  /** Last words, oldest first. */
  readonly #ended = new Map<McpSessionId, ClientStatus>();
  /** Those on their way, with the seconds that each will keep. */
  readonly #starting = new Map<HeadlessClient, number>();
  #started = 0;

  /** None runs. */
  constructor(options: HeadlessSessionsOptions) {
    this.#options = options;
  }

  /** Ids of those that run, newest first. */
  get ids(): McpSessionId[] {
    return [...this.#running.keys()].reverse();
  }

  /** Seconds of playback that those that run, or are on their way, keep at most: none, no seconds. */
  get recordS(): number {
    const running = [...this.#running.values()].map(({ recordS }) => recordS);
    return [...running, ...this.#starting.values()].reduce((sum, seconds) => sum + seconds, 0);
  }

  /**
   * Starts one.
   *
   * @throws {ToolError} when there are too many, or none of the id to be replaced; the client's error
   * when the server refuses.
   */
  async start(request: HeadlessRequest, signal?: AbortSignal): Promise<SessionInfo> {
    const { inPlaceOf, serverHolds } = request;
    const old = inPlaceOf === undefined ? null : this.#pick(inPlaceOf);
    this.#checkRoom(serverHolds, old);
    this.#checkRecording(request.recordPlaybackS, old);
    const isRoomForBoth = this.#count < Math.min(this.#maxSessions, serverHolds);
    const { clock, rng } = this.#options;
    let running: Running | null = null;
    const client = new HeadlessClient({
      dial: request.dial,
      clock,
      rng: rng.split(`headless ${this.#started++}`),
      config: request.config,
      source: request.source,
      paramsHz: request.paramsHz,
      rate: request.playbackRate,
      recordPlaybackS: request.recordPlaybackS,
      startTimeoutS: request.timeoutS,
      url: request.url,
      observer: {
        onState: (state) => {
          if (state === "closed" && running !== null) this.#onEnd(running);
        },
      },
    });
    this.#starting.set(client, request.recordPlaybackS);
    const onAbort = () => void client.stop();
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      signal?.throwIfAborted();
      if (!isRoomForBoth) await old?.client.stop();
      const info = await client.start();
      const recordS = request.recordPlaybackS;
      running = { id: mcpSessionId(info.sessionId), client, recordS, idle: null, users: 0 };
      this.#running.set(running.id, running);
      this.#rest(running);
      // A connection that broke in between has nobody left to tell.
      if (client.state === "closed") this.#onEnd(running);
      await old?.client.stop();
      return info;
    } catch (error) {
      await client.stop();
      if (old === null || this.#running.has(old.id)) throw error;
      throw new ToolError(
        `${errorMessage(error)}; session ${old.id} was stopped to make room for it`,
      );
    } finally {
      this.#starting.delete(client);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /**
   * Lets `work` have a running session, the newest without an id. It does not count as idle meanwhile.
   *
   * @throws {ToolError} when none was started, or it has stopped; it says why.
   */
  async use<T>(
    id: McpSessionId | undefined,
    work: (client: HeadlessClient) => T,
  ): Promise<Awaited<T>> {
    const running = this.#pick(id);
    running.idle?.cancel();
    running.users++;
    try {
      return await work(running.client);
    } finally {
      running.users--;
      this.#rest(running);
    }
  }

  /** Why a session that ran has stopped; null while it runs, and for an unknown one. */
  endOf(id: McpSessionId): ClientStatus | null {
    return this.#ended.get(id) ?? null;
  }

  /** What a session says of itself, also when it has ended; the newest without an id. */
  status(id?: McpSessionId): ClientStatus | null {
    const running = id === undefined ? this.#newest : this.#running.get(id);
    if (running !== undefined) {
      if (running.users === 0) this.#rest(running);
      return running.client.status();
    }
    return id === undefined ? [...this.#ended.values()].at(-1) ?? null : this.endOf(id);
  }

  /**
   * Stops a session, the newest without an id. False when it has ended already, or none runs.
   *
   * @throws {ToolError} for an id that no session had.
   */
  async stop(id?: McpSessionId): Promise<boolean> {
    if (id !== undefined && this.#ended.has(id)) return false;
    const running = id === undefined ? this.#newest : this.#pick(id);
    if (running === undefined) return false;
    await running.client.stop();
    return true;
  }

  /** Stops all of them, those on their way too. */
  async close(): Promise<void> {
    const clients = [
      ...this.#starting.keys(),
      ...[...this.#running.values()].map(({ client }) => client),
    ];
    await Promise.all(clients.map((client) => client.stop()));
  }

  get #newest(): Running | undefined {
    return [...this.#running.values()].at(-1);
  }

  #pick(id: McpSessionId | undefined): Running {
    const running = id === undefined ? this.#newest : this.#running.get(id);
    if (running !== undefined) return running;
    const [endedId, status] = id === undefined
      ? [...this.#ended].at(-1) ?? []
      : [id, this.#ended.get(id)];
    if (status !== undefined) {
      throw new ToolError(
        `headless session ${endedId} has stopped (${status.closedReason}); ` +
          "headless_status shows its last state, headless_start begins a new one",
      );
    }
    const live = this.ids;
    if (id !== undefined) {
      const found = live.length > 0
        ? `these run: ${live.join(", ")}`
        : "none runs, headless_start begins one";
      throw new ToolError(`no headless session is called ${id}; ${found}`);
    }
    throw new ToolError("no headless session; begin one with headless_start");
  }

  get #maxSessions(): number {
    return this.#options.maxSessions ?? 4;
  }

  /** Those that run and those on their way. */
  get #count(): number {
    return this.#running.size + this.#starting.size;
  }

  #checkRoom(serverHolds: number, old: Running | null): void {
    const count = this.#count - (old === null ? 0 : 1);
    const ids = this.ids.join(", ") || "still starting";
    if (count >= this.#maxSessions) {
      throw new ToolError(
        `${count} headless sessions run already (${ids}), as many as there may be; ` +
          "stop one with headless_stop first",
      );
    }
    if (count >= serverHolds) {
      throw new ToolError(
        `a headless session runs already (${ids}) and the server holds ${serverHolds} at a time, ` +
          "so a new one would end it; stop it with headless_stop first",
      );
    }
  }

  /** A few recordings of ten minutes would fill a small machine's memory. */
  #checkRecording(askedS: number, old: Running | null): void {
    const { maxRecordS = 600 } = this.#options;
    const leftS = maxRecordS - (this.recordS - (old?.recordS ?? 0));
    if (askedS <= leftS) return;
    throw new ToolError(
      `record_playback_s is ${askedS}, and headless sessions keep ${maxRecordS} s in all, ` +
        `of which ${leftS} s are free; ask for that, or stop a session with headless_stop`,
    );
  }

  /** From now on it counts as idle. */
  #rest(running: Running): void {
    running.idle?.cancel();
    running.idle = null;
    const { clock, idleS = null } = this.#options;
    if (idleS === null || running.users > 0 || !this.#running.has(running.id)) return;
    running.idle = clock.after(idleS, () => void running.client.stop());
  }

  /** Keeps its last words and lets go of the rest: mirror, ring, records. */
  #onEnd(running: Running): void {
    running.idle?.cancel();
    this.#running.delete(running.id);
    this.#ended.delete(running.id);
    this.#ended.set(running.id, running.client.status());
    for (const id of [...this.#ended.keys()].slice(0, -MAX_ENDED)) this.#ended.delete(id);
  }
}
