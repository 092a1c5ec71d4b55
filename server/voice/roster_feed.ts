/**
 * Tells pages who is here and what is spoken, as soon as it changes.
 *
 * What a session does follows from time alone as often as from an event: speech ends by itself. So the
 * feed looks a few times a second, while anybody listens, and sends what differs.
 *
 * @module
 */
import type { Clock, Timer } from "../../runtime/mod.ts";
import type { Connection, ConnectionHandler } from "../../wire/mod.ts";
import type { Job } from "./job.ts";
import { round } from "./ledger.ts";
import type { VoiceServer } from "./voice_server.ts";

/** How often it looks, seconds. */
const LOOK_S = 0.25;
/** How much it sends to all pages together, bytes a second; with more to send it looks less often. */
const MOST_BYTES_PER_S = 8 * 2 ** 20;
/** A page that hears nothing for so long may take its link for dead, seconds. */
const SILENCE_S = 15;
/** What may wait for a page; one that reads too slowly is left out until it has caught up, bytes. */
const MAX_WAITING_BYTES = 2 ** 20;
/** Jobs that are told of. */
const SHOWN_JOBS = 20;
/** Letters of a job's text that are told. */
const TEXT_CHARS = 200;

/** A page that listens, and what it was told last. */
interface Watcher {
  readonly connection: Connection;
  sessions: string;
  jobs: string;
  toldS: number;
}

/** The pages that listen. */
export class RosterFeed {
  readonly #voice: VoiceServer;
  readonly #clock: Clock;
  readonly #watchers = new Set<Watcher>();
  #timer: Timer | null = null;

  /** Nobody listens. */
  constructor(voice: VoiceServer) {
    this.#voice = voice;
    this.#clock = voice.options.clock;
  }

  /** How many listen. */
  get size(): number {
    return this.#watchers.size;
  }

  /** A page listens; what it sends means nothing. */
  add(connection: Connection): ConnectionHandler {
    const watcher: Watcher = { connection, sessions: "", jobs: "", toldS: -Infinity };
    this.#watchers.add(watcher);
    this.#look();
    return {
      onPacket: () => {},
      onClose: () => {
        this.#watchers.delete(watcher);
        if (this.#watchers.size === 0) this.#timer?.cancel();
      },
    };
  }

  /** Looks, tells what differs, and looks again after a while. */
  #look(): void {
    this.#timer?.cancel();
    const sessions = sessionsFrame(this.#voice);
    const jobs = jobsFrame(this.#voice);
    const nowS = this.#clock.now();
    let sentBytes = 0;
    for (const watcher of this.#watchers) {
      const { connection } = watcher;
      if (!connection.isOpen || connection.bufferedBytes > MAX_WAITING_BYTES) continue;
      if (watcher.sessions !== sessions || nowS - watcher.toldS >= SILENCE_S) {
        watcher.sessions = sessions;
        watcher.toldS = nowS;
        sentBytes += send(connection, sessions);
      }
      if (watcher.jobs !== jobs) {
        watcher.jobs = jobs;
        sentBytes += send(connection, jobs);
      }
    }
    const delayS = Math.max(LOOK_S, sentBytes / MOST_BYTES_PER_S);
    this.#timer = this.#clock.after(delayS, () => this.#look());
  }
}

const encoder = new TextEncoder();

function send(connection: Connection, text: string): number {
  const bytes = encoder.encode(text).length;
  connection.send({ kind: "text", text, bytes });
  return bytes;
}

/** Sessions in the words of the protocol, without what only the one who registered needs. */
function sessionsFrame(voice: VoiceServer): string {
  return JSON.stringify({
    type: "roster",
    sessions: voice.registry.list().map((session) => ({
      session_id: session.id,
      participant_id: session.participantId,
      participant_type: session.participantType,
      assigned_voice: session.assignedVoice,
      voice_conflict: session.isVoiceConflict,
      registered_at: session.registeredUnixS,
      state: voice.stateOf(session.id),
      queue_depth: voice.queueDepth(session.id),
      listeners: voice.subscribers.count(session.id),
    })),
  });
}

/** The newest jobs, the newest first. */
function jobsFrame(voice: VoiceServer): string {
  const jobs = voice.ledger.jobs().slice(-SHOWN_JOBS).reverse();
  return JSON.stringify({ type: "jobs", jobs: jobs.map(jobRow) });
}

function jobRow({ id, request, state, metrics, askedUnixS, failure }: Job) {
  const ended = state.kind === "ended" ? state : null;
  return {
    job_id: id,
    session_id: request.session?.id ?? null,
    type: request.type,
    state: ended?.outcome ?? state.kind,
    text: request.text.slice(0, TEXT_CHARS),
    voice: request.voice,
    requested_at: askedUnixS,
    duration_sec: metrics === null ? null : round(metrics.durationS, 3),
    reason: failure?.message ?? ended?.reason ?? null,
  };
}
