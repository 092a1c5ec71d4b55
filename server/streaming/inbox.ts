/**
 * The receive loop of a session: frames of its own client and commands from outside, one after the
 * other.
 *
 * @module
 */
import type { Timer } from "../../runtime/mod.ts";
import {
  type ClientMessage,
  coerceClientMessage,
  needsBinary,
  type Packet,
  type ParamsMessage,
  parseClientMessage,
} from "../../wire/mod.ts";
import type { CommandOrigin } from "./commands.ts";
import type { StreamFaults } from "./faults.ts";
import type { StreamingSession } from "./session.ts";
import type { CommandAudio } from "./source_commands.ts";
import { SourceError } from "./source.ts";
import { audioOf } from "./opening.ts";

/** How long an announced PCM message may take, seconds. */
const BINARY_WAIT_S = 10;
/** Least time between two reports of ignored messages, seconds. */
const REPORT_EVERY_S = 5;
/** Most messages that wait; a client that sends more than that ahead is not served further. */
const MAX_WAITING = 4096;

/** Settings of an {@link Inbox}. */
export interface InboxOptions {
  readonly session: Pick<StreamingSession, "clock" | "command">;
  /** Called with each `params` of the session's own client, before it is applied. */
  readonly onParams: (message: ParamsMessage) => void;
  /** Called with what was ignored, and why; not for each one when there are many. */
  readonly onIgnored: (reason: string) => void;
  /** Called when more messages wait than are kept. */
  readonly onFlood: () => void;
  /** Defences that are switched off. */
  readonly faults: StreamFaults;
}

interface Item {
  readonly origin: CommandOrigin;
  readonly message: ClientMessage;
  readonly audio: CommandAudio | null;
}

/** The receive loop. */
export class Inbox {
  readonly #options: InboxOptions;
  #waiting: Item[] = [];
  #busy: Timer | null = null;
  /** A command of the client whose PCM message has not come yet. */
  #announced: { readonly message: ClientMessage; readonly timer: Timer | null } | null = null;
  /** Commands from outside that a loop which waits for a binary does not look at. */
  readonly #heldBack: (() => void)[] = [];
  #isClosed = false;
  #reportedAtS = -Infinity;
  #unreported = 0;

  /** A loop with nothing waiting. */
  constructor(options: InboxOptions) {
    this.#options = options;
  }

  /** A frame of the session's own client. */
  receive(packet: Packet): void {
    if (this.#isClosed) return;
    if (this.#announced !== null) {
      const { message, timer } = this.#announced;
      timer?.cancel();
      this.#announced = null;
      this.#push({ origin: "PRIMARY", message, audio: announcedAudio(packet, message.type) });
      for (const held of this.#heldBack.splice(0)) held();
      return;
    }
    if (packet.kind !== "text" && packet.kind !== "message") {
      return this.#ignored("binary message that nothing announced");
    }
    const parsed = packet.kind === "text"
      ? parseClientMessage(packet.text)
      : coerceClientMessage(packet.message);
    if (!parsed.ok) return this.#ignored(parsed.reason);
    for (const warning of parsed.warnings) this.#ignored(warning);
    this.#command(parsed.message);
  }

  /** A command from outside, with its audio if it needs any. */
  inject(message: ClientMessage, audio: Uint8Array | null): void {
    if (this.#isClosed) return;
    if (this.#announced !== null && this.#options.faults.blockOnBinaries) {
      this.#heldBack.push(() => this.inject(message, audio));
      return;
    }
    this.#push({
      origin: "EXTERNAL",
      message,
      audio: needsBinary(message) ? postedAudio(audio, message.type) : null,
    });
  }

  /** Takes nothing more in. */
  close(): void {
    this.#isClosed = true;
    this.#waiting = [];
    this.#busy?.cancel();
    this.#announced?.timer?.cancel();
    this.#announced = null;
  }

  #ignored(reason: string): void {
    const nowS = this.#options.session.clock.now();
    if (nowS - this.#reportedAtS < REPORT_EVERY_S) {
      this.#unreported++;
      return;
    }
    const more = this.#unreported === 0 ? "" : ` (and ${this.#unreported} others before it)`;
    this.#reportedAtS = nowS;
    this.#unreported = 0;
    this.#options.onIgnored(reason + more);
  }

  #command(message: ClientMessage): void {
    if (!needsBinary(message)) {
      this.#push({ origin: "PRIMARY", message, audio: null });
      return;
    }
    const { faults, session } = this.#options;
    const timer = faults.blockOnBinaries ? null : session.clock.after(BINARY_WAIT_S, () => {
      this.#announced = null;
      const audio = new SourceError(
        `no PCM message came within ${BINARY_WAIT_S} s of "${message.type}", which announced one`,
      );
      this.#push({ origin: "PRIMARY", message, audio });
    });
    this.#announced = { message, timer };
  }

  #push(item: Item): void {
    if (this.#options.faults.receiveMs === 0) return this.#apply(item);
    if (this.#waiting.length >= MAX_WAITING) return this.#options.onFlood();
    this.#waiting.push(item);
    if (this.#busy === null) this.#serve();
  }

  #serve(): void {
    const item = this.#next();
    if (item === null) {
      this.#busy = null;
      return;
    }
    this.#busy = this.#options.session.clock.after(this.#options.faults.receiveMs / 1000, () => {
      this.#apply(item);
      this.#serve();
    });
  }

  /** The oldest item; a run of `params` counts as its newest, with the smallest lead of all. */
  #next(): Item | null {
    let item = this.#waiting.shift() ?? null;
    if (!this.#options.faults.coalesceParams) return item;
    while (item?.message.type === "params") {
      const following = this.#waiting[0];
      if (following?.message.type !== "params" || following.origin !== item.origin) break;
      this.#waiting.shift();
      item = { ...following, message: foldParams(item.message, following.message) };
    }
    return item;
  }

  #apply(item: Item): void {
    if (item.origin === "PRIMARY" && item.message.type === "params") {
      this.#options.onParams(item.message);
    }
    this.#options.session.command(item.origin, item.message, item.audio);
  }
}

function foldParams(older: ParamsMessage, newer: ParamsMessage): ParamsMessage {
  const [a, b] = [older.slice_lead_s ?? null, newer.slice_lead_s ?? null];
  if (a === null || (b !== null && b <= a)) return newer;
  return { ...newer, slice_lead_s: a };
}

/** The audio that a frame carries, or why it carries none. */
function announcedAudio(packet: Packet, command: string): CommandAudio {
  return audioOf(packet) ??
    new SourceError(`text came in place of the PCM message that "${command}" announced`);
}

function postedAudio(bytes: Uint8Array | null, command: string): CommandAudio {
  return bytes === null
    ? new SourceError(`"${command}" needs a PCM message with it, and none came`)
    : { kind: "pcm", pieces: [bytes] };
}
