/**
 * The way to a NATS server, and the two streams that the queue needs there.
 *
 * @module
 */
import {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  type JetStreamClient,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
} from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { errorMessage, TargetError, UsageError } from "../runtime/mod.ts";
import { ALL_JOBS, ALL_RESULTS, JOBS_STREAM, RESULTS_STREAM, WORKERS } from "./names.ts";

/** How long the server may take to answer at first, ms. */
const CONNECT_MS = 5_000;
/** Nanoseconds, in which NATS counts, of a second. */
const NS = 1e9;
/** Jobs that nobody took are forgotten after this, seconds. */
const JOB_AGE_S = 24 * 3600;
/** So are results that nobody fetched. */
const RESULT_AGE_S = 3600;
/**
 * A job goes to another worker when its own has not been heard of for this long, seconds. Workers say
 * that they live three times as often.
 */
const REDELIVER_S = 15;

/** What {@link openQueue} is told. */
export interface QueueOptions {
  /** `nats://[user:password@ or token@]host[:port]`, or `tls://…`. */
  readonly url: string;
  /** Who we are in the server's own lists. */
  readonly name: string;
  /** See {@link REDELIVER_S}; counts for all workers from the moment it is set. */
  readonly redeliverS?: number;
}

/** An open way to the queue. */
export interface Queue extends AsyncDisposable {
  readonly connection: NatsConnection;
  readonly jetstream: JetStreamClient;
  readonly manager: JetStreamManager;
}

/**
 * Connects, and makes the streams where they are not there yet.
 *
 * @throws {UsageError} for an address that is none.
 * @throws {TargetError} when there is no NATS server, or it has no JetStream.
 */
export async function openQueue({ url, name, redeliverS }: QueueOptions): Promise<Queue> {
  const { servers, tls, ...who } = parseAddress(url);
  let connection: NatsConnection;
  try {
    connection = await connect({
      ...who,
      servers,
      name,
      timeout: CONNECT_MS,
      ...(tls && { tls: {} }),
      // A server that restarts is waited for; a job's own deadline decides what is lost.
      maxReconnectAttempts: -1,
      reconnectTimeWait: 500,
    });
  } catch (error) {
    throw new TargetError(
      `cannot reach NATS at ${servers}: ${
        errorMessage(error)
      }; is nats-server running, and may we in?`,
      { url: servers },
      { cause: error },
    );
  }
  try {
    const manager = await jetstreamManager(connection);
    await prepare(manager, redeliverS);
    return {
      connection,
      manager,
      jetstream: jetstream(connection),
      [Symbol.asyncDispose]: () => connection.close(),
    };
  } catch (error) {
    await connection.close();
    throw new TargetError(
      `NATS at ${servers} cannot keep a queue: ${errorMessage(error)}; start nats-server with -js`,
      { url: servers },
      { cause: error },
    );
  }
}

/** An address as NATS takes it: no secret in what errors and logs show. */
function parseAddress(url: string): {
  readonly servers: string;
  readonly tls: boolean;
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
} {
  const parsed = URL.parse(url);
  if (parsed === null || !["nats:", "tls:"].includes(parsed.protocol) || parsed.hostname === "") {
    throw new UsageError(
      "the address of the NATS server takes the form nats://host:port or tls://host:port",
    );
  }
  const { hostname, port, username, password, protocol } = parsed;
  const [user, pass] = [username, password].map(decodeURIComponent) as [string, string];
  return {
    servers: `${hostname}:${port === "" ? 4222 : port}`,
    tls: protocol === "tls:",
    ...(user !== "" && (pass === "" ? { token: user } : { user, pass })),
  };
}

async function prepare(manager: JetStreamManager, redeliverS: number | undefined): Promise<void> {
  // Adding what is there already, the same, changes nothing.
  await manager.streams.add({
    name: JOBS_STREAM,
    subjects: [ALL_JOBS],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_age: JOB_AGE_S * NS,
  });
  await manager.streams.add({
    name: RESULTS_STREAM,
    subjects: [ALL_RESULTS],
    // What the caller has taken is gone: a queue that carries gigabytes keeps megabytes.
    retention: RetentionPolicy.Workqueue,
    max_age: RESULT_AGE_S * NS,
  });
  const isThere = await manager.consumers.info(JOBS_STREAM, WORKERS).then(() => true, () => false);
  const ackWait = (redeliverS ?? REDELIVER_S) * NS;
  if (!isThere) {
    await manager.consumers.add(JOBS_STREAM, {
      durable_name: WORKERS,
      ack_policy: AckPolicy.Explicit,
      ack_wait: ackWait,
      max_ack_pending: 10_000,
    });
  } else if (redeliverS !== undefined) {
    await manager.consumers.update(JOBS_STREAM, WORKERS, { ack_wait: ackWait });
  }
}
