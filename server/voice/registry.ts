/**
 * Who is here: sessions with their participants, voices and priorities.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import { SYSTEM_DEFAULT } from "./devices.ts";
import {
  DEFAULT_SESSION,
  parseVoiceSessionId,
  sessionIdProblem,
  type VoiceSessionId,
} from "./ids.ts";
import { MAX_REGISTRATION_CHARS, MAX_SESSIONS, VoiceError } from "./limits.ts";
import { VoicePool } from "./voice_pool.ts";

/** How somebody registers. */
export interface Registration {
  readonly sessionId: string;
  readonly participantId: string;
  readonly participantType?: string;
  readonly preferredVoice?: string | null;
  readonly preferredOutputDevice?: string;
  readonly priority?: number;
  readonly kinds?: readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A registered session. */
export interface VoiceSession {
  readonly id: VoiceSessionId;
  participantId: string;
  participantType: string;
  readonly assignedVoice: string;
  readonly isVoiceConflict: boolean;
  readonly preferredVoice: string | null;
  preferredOutputDevice: string;
  readonly priority: number;
  readonly registeredUnixS: number;
  lastActiveUnixS: number;
  /** When it registered last, on the clock. */
  renewedS: number;
  /** How often it registered after the first time. */
  renewals: number;
  /** What it wants to hear of; kept for the channel forwarder. */
  kinds: readonly string[];
  /** Whatever it says of itself. */
  metadata: Readonly<Record<string, unknown>>;
}

/** What registering came to. */
export interface Registered {
  readonly session: VoiceSession;
  /** False when the id was known. */
  readonly isCreated: boolean;
}

/** Sessions by id, in the order in which they registered. */
export class VoiceRegistry {
  /** Voices and their holders. */
  readonly pool: VoicePool;
  readonly #clock: Clock;
  readonly #sessions = new Map<VoiceSessionId, VoiceSession>();

  /** An empty registry. */
  constructor(clock: Clock, pool: VoicePool = new VoicePool()) {
    this.#clock = clock;
    this.pool = pool;
  }

  /** Every session, the oldest first. */
  list(): VoiceSession[] {
    return [...this.#sessions.values()];
  }

  /** One session; null for an id that nobody has. */
  get(id: string): VoiceSession | null {
    return this.#sessions.get(id as VoiceSessionId) ?? null;
  }

  /**
   * Registers, or renews what may change of a session that is known: its participant and its device.
   *
   * @throws {VoiceError} for an id that URLs or headers cannot carry, or one session too many.
   */
  register(registration: Registration): Registered {
    const { participantId, participantType = "agent", preferredVoice = null } = registration;
    const device = registration.preferredOutputDevice || SYSTEM_DEFAULT;
    const id = parseVoiceSessionId(registration.sessionId);
    if (id === null) {
      throw new VoiceError("bad-session", sessionIdProblem(registration.sessionId)!);
    }
    const { length } = JSON.stringify(registration);
    if (length > MAX_REGISTRATION_CHARS) {
      throw new VoiceError(
        "too-long",
        `the registration has ${length} characters, at most ${MAX_REGISTRATION_CHARS} are accepted`,
      );
    }
    const known = this.#sessions.get(id);
    if (known !== undefined) {
      known.participantId = participantId;
      known.participantType = participantType;
      known.preferredOutputDevice = device;
      known.kinds = registration.kinds ?? known.kinds;
      known.metadata = registration.metadata ?? known.metadata;
      known.lastActiveUnixS = this.#clock.unixS();
      known.renewedS = this.#clock.now();
      known.renewals++;
      return { session: known, isCreated: false };
    }
    if (this.#sessions.size >= MAX_SESSIONS) {
      throw new VoiceError(
        "full",
        `there are ${MAX_SESSIONS} sessions, and no more are taken; deregister some`,
      );
    }
    const { voice, isConflict } = this.pool.allocate(id, preferredVoice);
    const nowS = this.#clock.unixS();
    const session: VoiceSession = {
      ...{ id, participantId, participantType, preferredVoice, preferredOutputDevice: device },
      ...{ assignedVoice: voice, isVoiceConflict: isConflict },
      priority: registration.priority ?? 0,
      ...{ registeredUnixS: nowS, lastActiveUnixS: nowS, renewedS: this.#clock.now() },
      renewals: 0,
      kinds: registration.kinds ?? [],
      metadata: registration.metadata ?? {},
    };
    this.#sessions.set(id, session);
    return { session, isCreated: true };
  }

  /** The session of jobs that name none; made when it is first needed. */
  defaultSession(): VoiceSession {
    return this.get(DEFAULT_SESSION) ??
      this.register({ sessionId: DEFAULT_SESSION, participantId: "legacy" }).session;
  }

  /** A job was asked for in it. */
  touch(session: VoiceSession): void {
    session.lastActiveUnixS = this.#clock.unixS();
  }

  /** Takes a session out and its voice back; null for one that is not here. */
  deregister(id: string): VoiceSession | null {
    const session = this.get(id);
    if (session === null) return null;
    this.#sessions.delete(session.id);
    const voice = session.assignedVoice;
    const others = this.list().filter(({ assignedVoice }) => assignedVoice === voice);
    this.pool.release(session.id, voice, others.map((other) => other.id));
    return session;
  }
}
