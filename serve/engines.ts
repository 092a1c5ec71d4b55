/**
 * What makes the audio of a server: the built-in engine, or a command of the user's.
 *
 * @module
 */
import { type Clock, type Rng, UsageError } from "../runtime/mod.ts";
import type { Log, LogFields } from "../server/log.ts";
import {
  CommandEngine,
  type CommandLimits,
  type Engine,
  engineProfileSchema,
  ModelledEngine,
  type Spawn,
} from "../server/streaming/engine/mod.ts";
import { MotionBank, MotionEngine, splitStemsGently } from "../server/streaming/engine/motion.ts";
import type { SplitStems, StreamId } from "../server/streaming/mod.ts";
import type { SessionConfig } from "../wire/mod.ts";

/**
 * Makes a built-in engine for each session, which tells what its windows cost. All of them share one
 * bank: its cap of memory is the server's, and sessions of one source render each layer once.
 */
export function builtInEngine(clock: Clock, bank: MotionBank = new MotionBank()): () => Engine {
  return () => new MotionEngine({ clock, bank });
}

/** What engines of a command are made of. */
export interface CommandEngineParts {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly spawn: Spawn;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<CommandLimits>;
}

/** Makes an engine for each session that runs the command in a process of its own. */
export function commandEngine(
  parts: CommandEngineParts,
): (config: SessionConfig, sessionId: StreamId) => Engine {
  const log = parts.log.part("engine");
  return (_config, session) => new CommandEngine({ ...parts, log: withFields(log, { session }) });
}

/** Makes the engine of a session. */
export type CreateEngine = (config: SessionConfig, sessionId: StreamId) => Engine;

/**
 * Lets a session ask for an engine that takes its time, by `engine_profile` in its config: whoever
 * looks for lag can cause it. Only that session is slowed down.
 *
 * @throws {UsageError} from the function that is returned, for a profile that is none.
 */
export function withEngineProfiles(
  createEngine: CreateEngine,
  { clock, rng }: { readonly clock: Clock; readonly rng: Rng },
): CreateEngine {
  return (config, sessionId) => {
    const asked = config.extra["engine_profile"] ?? null;
    if (asked === null) return createEngine(config, sessionId);
    const profile = engineProfileSchema.safeParse(asked);
    if (!profile.success) {
      throw new UsageError(
        `engine_profile is no engine profile (${profile.error.issues[0]?.message}); ` +
          'one that falls behind is {"type": "overload", "renderMs": 900}',
      );
    }
    const inner = createEngine(config, sessionId);
    return new ModelledEngine({
      inner,
      clock,
      rng: rng.split(`engine profile ${sessionId}`),
      profile: profile.data,
    });
  };
}

/** A log whose lines all have these fields. */
function withFields(log: Log, fields: LogFields): Log {
  return {
    info: (event, more) => log.info(event, { ...fields, ...more }),
    warn: (event, more) => log.warn(event, { ...fields, ...more }),
    error: (event, more) => log.error(event, { ...fields, ...more }),
    part: (name) => withFields(log.part(name), fields),
  };
}

/** Splits stems a block at a time: sessions that play meanwhile keep their pace. */
export function builtInStems(clock: Clock): SplitStems {
  return (clip, signal) =>
    splitStemsGently(clip, async () => {
      signal?.throwIfAborted();
      await clock.sleep(0);
    });
}
