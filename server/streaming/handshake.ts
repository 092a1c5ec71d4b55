/**
 * The first messages of a connection: a config and the audio that it speaks of, or a track to keep.
 *
 * Whatever is done here disturbs nobody: a session that runs has to go only when everything is there.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../../runtime/mod.ts";
import {
  type MadeBulk,
  type Packet,
  parseConfig,
  type ServerMessage,
  type SessionConfig,
  type UploadTrackMessage,
} from "../../wire/mod.ts";
import { MAX_DEPTH } from "./control_bank.ts";
import type { StreamFaults } from "./faults.ts";
import type { LibraryTrack, SourceLibrary } from "./library.ts";
import { audioOf, openingSource, storeUpload } from "./opening.ts";
import type { SessionOptions } from "./session_options.ts";
import type { SourceAudio } from "./source_jobs.ts";
import { OwnJobs, PreparerError, type SourcePreparer } from "./source_preparer.ts";
import type { StreamId } from "./stream_id.ts";

/** How long a connection may stay silent before its config, seconds. */
const CONFIG_WAIT_S = 30;
/** How long a PCM upload may take, seconds: 92 MB over a slow link. */
const PCM_WAIT_S = 240;
/** How long a client may think about its PCM after it asked for a fixture that is not there. */
const FIXTURE_PCM_WAIT_S = 10;

/** What a session is to be made of, as its client wants it. */
export interface Opening extends Pick<SessionOptions, "id" | "config" | "source" | "buffer"> {
  /** The initial buffer's message, if it is made already. */
  readonly made: MadeBulk | null;
}

/** The connection that shakes hands. */
export interface HandshakeHost {
  /** A message is waited for. */
  onWaiting(): void;
  /** No message is wanted, for as long as it takes. */
  onBusy(): void;
  /** Goes on as soon as there is a slot, for which another session may have to go. */
  claim(then: () => void): void;
  /** Config and audio are here, and a slot. */
  onOpening(opening: Opening): void;
  /** An upload has ended; stems of `pending` are still to be made. */
  onUploaded(answer: ServerMessage, pending: LibraryTrack | null): void;
  /** The session cannot be. */
  refuse(code: string, message: string): void;
  send(message: ServerMessage): void;
  /** Runs what may fail by a fault of ours. */
  guard(work: () => void): void;
  log(event: string, fields: Readonly<Record<string, unknown>>): void;
}

/** What a {@link Handshake} needs of its server. */
export interface HandshakeParts {
  readonly clock: Clock;
  readonly library: SourceLibrary;
  readonly preparer: SourcePreparer;
  readonly faults: StreamFaults;
  readonly newId: () => StreamId;
}

/** What happens when a PCM message comes, or does not. */
interface PcmWait {
  readonly waitS: number;
  readonly then: (audio: SourceAudio) => void;
  /** What came is no PCM message. */
  readonly malformed: (reason: string) => void;
  /** Nothing came. */
  readonly late: (reason: string) => void;
}

/** The handshake of one connection. */
export class Handshake {
  readonly #parts: HandshakeParts;
  readonly #host: HandshakeHost;
  readonly #jobs: OwnJobs;
  /** What the next message is for; null while none is wanted. */
  #wait: { readonly timer: Timer; readonly take: (packet: Packet) => void } | null;
  #isClosed = false;

  /** Waits for the config. */
  constructor(parts: HandshakeParts, host: HandshakeHost) {
    this.#parts = parts;
    this.#host = host;
    this.#jobs = new OwnJobs(parts.preparer);
    const timer = parts.clock.after(
      CONFIG_WAIT_S,
      () => host.refuse("bad_request", `no config came within ${CONFIG_WAIT_S} s`),
    );
    this.#wait = { timer, take: (packet) => this.#onConfig(packet) };
  }

  /** Whether the next message is wanted now. */
  get isWaiting(): boolean {
    return this.#wait !== null;
  }

  /** Takes the message that is waited for. */
  receive(packet: Packet): void {
    const wait = this.#wait;
    if (wait === null) return;
    this.#wait = null;
    wait.timer.cancel();
    wait.take(packet);
  }

  /** Gives up whatever is under way. */
  close(): void {
    this.#isClosed = true;
    this.#wait?.timer.cancel();
    this.#wait = null;
    this.#jobs.close();
  }

  #onConfig(packet: Packet): void {
    const host = this.#host;
    if (packet.kind !== "text" && packet.kind !== "message") {
      return host.refuse("bad_request", "the first message must be the config as text");
    }
    const text = packet.kind === "text" ? packet.text : JSON.stringify(packet.message);
    let parsed: ReturnType<typeof parseConfig>;
    try {
      parsed = parseConfig(text, { maxDepth: MAX_DEPTH });
    } catch (error) {
      return host.refuse("bad_request", errorMessage(error));
    }
    if (parsed.kind === "upload") return this.#awaitUpload(parsed.upload);
    for (const warning of parsed.warnings) host.log("config warning", { warning });
    const { config } = parsed;
    const id = this.#parts.newId();
    if (config.telemetryVersion > 0) {
      host.send({ type: "init_ack", session_id: id, client_id: config.clientId });
    }
    if (!this.#parts.faults.preemptEarly) return this.#awaitSource(id, config);
    host.onBusy();
    host.claim(() => this.#awaitSource(id, config));
  }

  #awaitUpload(upload: UploadTrackMessage): void {
    const host = this.#host;
    const failed = (reason: string) =>
      host.onUploaded({ type: "upload_failed", error: reason }, null);
    this.#awaitPcm({
      waitS: PCM_WAIT_S,
      then: (audio) =>
        this.#jobs.prepare({ type: "keep", audio }, (kept) =>
          host.guard(() => {
            const { answer, pending } = storeUpload(this.#parts.library, upload, kept);
            host.onUploaded(answer, pending);
          }), (error) => failed(errorMessage(error))),
      malformed: failed,
      late: failed,
    });
  }

  /** The config is here: waits for the audio that it speaks of. */
  #awaitSource(id: StreamId, config: SessionConfig): void {
    const host = this.#host;
    const { library, faults } = this.#parts;
    const go = (audio: SourceAudio) => this.#open(id, config, audio);
    const malformed = (reason: string) => host.refuse("bad_request", reason);
    if (!config.useServerFixture) {
      return this.#awaitPcm({ waitS: PCM_WAIT_S, then: go, malformed, late: malformed });
    }
    const name = config.fixtureName ?? "";
    const awaitInstead = () =>
      this.#awaitPcm({
        waitS: faults.waitForMissingFixture ? PCM_WAIT_S : FIXTURE_PCM_WAIT_S,
        then: go,
        malformed,
        late: (reason) =>
          host.refuse(
            "fixture_unavailable",
            `server has no fixture "${name}" and ${reason}; GET /api/fixtures lists the names`,
          ),
      });
    if (!library.isFixture(name)) return awaitInstead();
    library.load(
      name,
      (clip) => this.#isClosed ? undefined : host.guard(() => go({ kind: "clip", clip })),
      (error) => {
        host.log("fixture failed", { reason: errorMessage(error) });
        host.guard(awaitInstead);
      },
    );
  }

  #awaitPcm(wait: PcmWait): void {
    if (this.#isClosed) return;
    const timer = this.#parts.clock.after(
      wait.waitS,
      () => wait.late(`no PCM message came within ${wait.waitS} s`),
    );
    this.#wait = {
      timer,
      take: (packet) => {
        const audio = audioOf(packet);
        if (audio === null) return wait.malformed("text came where the PCM message was due");
        wait.then(audio);
      },
    };
    this.#host.onWaiting();
  }

  /** Config and audio are here: only when the audio can be played may a running session be disturbed. */
  #open(id: StreamId, config: SessionConfig, audio: SourceAudio): void {
    const host = this.#host;
    const { library, faults } = this.#parts;
    const seamFade = !faults.noSeamFade;
    this.#jobs.prepare(
      { type: "play", audio, cropS: config.cropS, seamFade },
      ({ clip, buffer, made }) =>
        host.guard(() => {
          const source = openingSource(config, clip, library);
          host.onBusy();
          host.claim(() => host.onOpening({ id, config, source, buffer, made }));
        }),
      (error) =>
        host.refuse(
          error instanceof PreparerError ? PREPARER_CODES[error.code] : "bad_request",
          errorMessage(error),
        ),
    );
  }
}

/** What a client is told of audio that could not be prepared by no fault of its own. */
const PREPARER_CODES = {
  busy: "server_busy",
  crashed: "session_failed",
  closed: "server_closing",
} as const;
