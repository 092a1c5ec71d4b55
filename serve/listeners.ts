/**
 * The listeners of a server, as a table: what each is, and what becomes of one whose port is taken.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import type { Limits } from "../server/limits.ts";
import type { Log } from "../server/log.ts";
import { Listener, type ListenerOptions, PortTakenError } from "./listener.ts";

/** One listener as it is planned. */
export interface ListenerPlan {
  /** What it is called on the start line, in the log, and in its flags. */
  readonly name: string;
  /** The address to bind to. */
  readonly host: string;
  /** The port that was asked for: 0 for a free one, `off` for none. */
  readonly port: number | "off" | undefined;
  /** The port when none was asked for. */
  readonly defaultPort: number;
  /**
   * Whether the server runs without it when its default port is taken. A port that was asked for and
   * is taken is an error in any case.
   */
  readonly isOptional: boolean;
  /** The flags that the user would change. */
  readonly flags: { readonly host: string; readonly port: string };
  /** How much it takes. */
  readonly limits: Limits;
  /** What it does, once its address is known. */
  readonly service: ListenerOptions["service"];
}

/** A listener that is open. */
export interface OpenListener {
  readonly name: string;
  readonly listener: Listener;
}

/** What every listener is given. */
export type ListenerShared =
  & { readonly clock: Clock; readonly log: Log }
  & Pick<
    ListenerOptions,
    "peerAddress" | "peers"
  >;

/**
 * Opens them in order. When one cannot be opened, those that are open are closed again.
 *
 * @throws {PortTakenError} for a port that is taken, unless the listener may be left out.
 */
export async function openListeners(
  plans: readonly ListenerPlan[],
  shared: ListenerShared,
): Promise<OpenListener[]> {
  const open: OpenListener[] = [];
  try {
    for (const plan of plans) {
      const listener = await openOne(plan, shared);
      if (listener !== null) open.push({ name: plan.name, listener });
    }
  } catch (error) {
    await Promise.all(open.map(({ listener }) => listener.close()));
    throw error;
  }
  return open;
}

async function openOne(plan: ListenerPlan, shared: ListenerShared): Promise<Listener | null> {
  const { name, port, defaultPort, isOptional, flags } = plan;
  if (port === "off") return null;
  try {
    return await Listener.open({
      ...plan,
      ...shared,
      port: port ?? defaultPort,
      log: shared.log.part(name),
    });
  } catch (error) {
    if (port !== undefined || !isOptional || !(error instanceof PortTakenError)) throw error;
    shared.log.warn("listener left out", {
      listener: name,
      port: defaultPort,
      why: "port is taken",
      flag: flags.port,
    });
    return null;
  }
}
