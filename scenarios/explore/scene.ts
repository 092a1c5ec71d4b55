/**
 * One run as checkers see it.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { StreamingSession } from "../../server/streaming/mod.ts";
import type { HeadlessClient } from "../../sim/mod.ts";
import type { World } from "../../sim/world.ts";
import type { Fidelity } from "../result.ts";
import type { Scenario } from "../types.ts";
import { Calm } from "./calm.ts";

/** What a {@link Scene} is made of. */
export interface SceneOptions {
  readonly scenario: Scenario;
  readonly fidelity: Fidelity;
  readonly world: World;
  readonly clock: Clock;
  readonly client: () => HeadlessClient;
}

/** Everything that a checker may look at. */
export class Scene {
  readonly scenario: Scenario;
  readonly fidelity: Fidelity;
  readonly world: World;
  readonly clock: Clock;
  /** Since when nothing has been the matter. */
  readonly calm: Calm;
  readonly #client: () => HeadlessClient;
  /** Sessions of the watched client that have not ended, and the newest one. */
  #sessions: readonly StreamingSession[] = [];
  /** When streaming began, on the run's clock; null before. */
  streamingS: number | null = null;
  /** When the run was over and its generator held, on the run's clock; null before. */
  endS: number | null = null;

  /** A run that has not begun. */
  constructor(options: SceneOptions) {
    this.scenario = options.scenario;
    this.fidelity = options.fidelity;
    this.world = options.world;
    this.clock = options.clock;
    this.#client = options.client;
    this.calm = new Calm(options.scenario);
  }

  /** The server has begun a session for the watched client. */
  onSession(session: StreamingSession): void {
    this.#sessions = [...this.#sessions.filter(({ hasEnded }) => !hasEnded), session];
    this.calm.onSession(this.nowS);
  }

  /**
   * The watched client's session, at the server; null before the first. While the client streams it is
   * the one that it streams from: the config of a connection that it has dropped may come later, and
   * make another.
   */
  get session(): StreamingSession | null {
    const { state, ready } = this.client;
    const told = state === "streaming" && ready !== null
      ? this.#sessions.find(({ id, hasEnded }) => id === ready.session_id && !hasEnded)
      : undefined;
    return told ?? this.#sessions.at(-1) ?? null;
  }

  /** The watched client. */
  get client(): HeadlessClient {
    return this.#client();
  }

  /** Seconds of the run's clock. */
  get nowS(): number {
    return this.clock.now();
  }

  /** For how long nothing had been the matter, up to now or to the end of the run. */
  get calmS(): number {
    return this.calm.lastsS(this.endS ?? this.nowS);
  }

  /** Whether the client streams, from the session that the server thinks it has. */
  get isStreaming(): boolean {
    const { session, client } = this;
    return client.state === "streaming" && session !== null && !session.hasEnded &&
      client.ready?.session_id === session.id;
  }
}
