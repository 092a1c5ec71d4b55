/**
 * Looks at a simulated world from inside, and changes nothing in it.
 *
 * @module
 */
import type { Clock } from "../runtime/mod.ts";
import type { OutboxObserver, StreamingSession } from "../server/streaming/mod.ts";
import type { World } from "../sim/world.ts";
import type { Dial } from "../wire/mod.ts";

/** What a stage tells of its world. */
export interface WorldTap {
  /** Whether nothing is under way any more, as far as it can see. */
  readonly isQuiet: boolean;
  /** The world is made; nobody has dialled yet. */
  onWorld(world: World, clock: Clock): void;
  /** A session is about to start; what it returns watches its outbox. */
  onSession(session: StreamingSession): OutboxObserver | undefined;
  /** The same road, with a look at what comes along it. */
  dial(dial: Dial): Dial;
  /** Has to call `inject` once, which hands a command from outside to the server. */
  aroundInject(message: Readonly<Record<string, unknown>>, inject: () => void): void;
  /** The generator is held and what was under way has arrived, or will not. */
  onSettled(): void;
}
