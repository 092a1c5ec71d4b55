/**
 * Recording gateways that tools have started in front of their target.
 *
 * @module
 */
import type { Clock, Timer } from "../runtime/mod.ts";
import type { GatewayFigures } from "../scenarios/recording/format.ts";
import { ToolError } from "./errors.ts";
import type { Target } from "./target.ts";

/** Most gateways at a time. */
const MAX_GATEWAYS = 4;
/** Bytes that one recording may take: nobody looks at it while it grows. */
const MAX_BYTES = 256 * 2 ** 20;
/** How often it is looked whether anything still goes through one, seconds. */
const LOOK_EVERY_S = 60;
/** What is said to who comes too late. */
const CLOSING = "this process is ending; no recording can be started";

/** What a gateway did. */
export interface RecordingReport {
  readonly path: string;
  readonly connections: number;
  readonly figures: GatewayFigures;
  readonly recordedBytes: number;
  readonly isFull: boolean;
  /** Why the recording ended early; null when it did not. */
  readonly failure: string | null;
}

/** A gateway that runs. */
export interface RunningGateway {
  /** Where clients connect, `ws://host:port`. */
  readonly url: string;
  /** Where pages and GET routes are. */
  readonly httpUrl: string;
  report(): RecordingReport;
  close(): Promise<RecordingReport>;
}

/** Opens a gateway on a free port of this machine. Sockets are not this layer's. */
export type OpenGateway = (options: {
  readonly upstream: string;
  readonly token?: string;
  readonly out: string;
  readonly maxBytes: number;
  readonly version: string;
  readonly clock: Clock;
}) => Promise<RunningGateway>;

/** What {@link Gateways} is made of. */
export interface GatewaysOptions {
  readonly open: OpenGateway;
  readonly clock: Clock;
  readonly version: string;
  /** A gateway that nothing went through for so long is stopped, seconds; null keeps it. */
  readonly idleS: number | null;
}

/** A recording that runs, with the name that tools call it by. */
export interface StartedRecording {
  readonly id: string;
  readonly gateway: RunningGateway;
}

/** The gateways of one process. */
export class Gateways {
  readonly #options: GatewaysOptions;
  readonly #running = new Map<string, RunningGateway>();
  readonly #timers = new Map<string, Timer>();
  /** Those that just open. */
  readonly #opening = new Set<Promise<RunningGateway>>();
  #count = 0;
  #isClosed = false;

  /** None runs. */
  constructor(options: GatewaysOptions) {
    this.#options = options;
  }

  /**
   * Starts one in front of a target.
   *
   * @throws {ToolError} when too many run, or all of them are being closed.
   * @throws {UsageError} when the file cannot be written.
   */
  async start({ url: upstream, token }: Target, out: string): Promise<StartedRecording> {
    if (this.#isClosed) throw new ToolError(CLOSING);
    if (this.#running.size + this.#opening.size >= MAX_GATEWAYS) {
      const ids = [...this.#running.keys()].join(", ");
      throw new ToolError(
        `${MAX_GATEWAYS} recordings run already (${ids}); end one by record_stop first`,
      );
    }
    const { open, clock, version } = this.#options;
    const opening = open({
      ...{ upstream, out, maxBytes: MAX_BYTES, version, clock },
      ...(token !== null && { token }),
    });
    this.#opening.add(opening);
    let gateway: RunningGateway;
    try {
      gateway = await opening;
    } finally {
      this.#opening.delete(opening);
    }
    // Who closes them all has waited for this one, and closes it.
    if (this.#isClosed) throw new ToolError(CLOSING);
    const id = `rec-${++this.#count}`;
    this.#running.set(id, gateway);
    this.#watch(id, gateway, -1);
    return { id, gateway };
  }

  /**
   * Stops one: the newest unless named.
   *
   * @throws {ToolError} when none of this name runs.
   */
  async stop(id: string | undefined): Promise<{ id: string; report: RecordingReport }> {
    const ids = [...this.#running.keys()];
    const named = id ?? ids.at(-1);
    const gateway = named === undefined ? undefined : this.#running.get(named);
    if (named === undefined || gateway === undefined) {
      throw new ToolError(
        ids.length === 0
          ? "no recording runs; record_start begins one"
          : `no recording is called ${named}; these run: ${ids.join(", ")}`,
      );
    }
    this.#forget(named);
    return { id: named, report: await gateway.close() };
  }

  /** Stops all, those that just open included. No other can be started then. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const running = [...this.#running];
    for (const [id] of running) this.#forget(id);
    const opening = [...this.#opening].map(async (opening) => {
      const gateway = await opening.catch(() => null);
      await gateway?.close();
    });
    await Promise.all([...running.map(([, gateway]) => gateway.close()), ...opening]);
  }

  /** Over HTTP nobody has to say goodbye: what nothing goes through any more is ended. */
  #watch(id: string, gateway: RunningGateway, messages: number, stillS = 0): void {
    const { idleS, clock } = this.#options;
    if (idleS === null) return;
    const timer = clock.after(LOOK_EVERY_S, () => {
      const now = gateway.report().figures.messages;
      const quietS = now === messages ? stillS + LOOK_EVERY_S : 0;
      if (quietS < idleS) return this.#watch(id, gateway, now, quietS);
      this.#forget(id);
      void gateway.close();
    });
    this.#timers.set(id, timer);
  }

  #forget(id: string): void {
    this.#running.delete(id);
    this.#timers.get(id)?.cancel();
    this.#timers.delete(id);
  }
}
