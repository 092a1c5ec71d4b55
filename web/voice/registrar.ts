/// <reference lib="dom" />
/**
 * Registers the page: with the channel forwarder, which keeps identities, or else with the voice
 * server itself; again and again until one of them takes it.
 *
 * @module
 */
import type { Clock, Timer } from "../../runtime/clock.ts";
import type { Identity } from "./identity.ts";

/** Seconds before the first new attempt; each that fails doubles it. */
const FIRST_S = 1;
/** Seconds between attempts at most. */
const MOST_S = 30;
/** How long an answer may take, seconds: longer than the forwarder waits for the voice server. */
const PATIENCE_S = 10;
/** Stands for an answer that has not come. */
const LATE = "the server does not answer";

/** What registering came to. */
export interface PageRegistration {
  readonly sessionId: string;
  readonly participantId: string;
  readonly voice: string | null;
  readonly by: "channel" | "voice";
}

/** As much of the browser as is used. */
export interface RegistrarWorld {
  readonly clock: Clock;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Where the channel forwarder is; null where there is none. */
  readonly channelUrl: string | null;
  /** Tells this visit from others: its farewell ends no later one. */
  readonly visit: string;
  hex(count: number): string;
}

/** Registers one page. */
export class Registrar {
  readonly #world: RegistrarWorld;
  readonly #onRegistered: (registration: PageRegistration) => void;
  readonly #onFailed: (reason: string) => void;
  #identity: Identity;
  #isAsking = false;
  #retry: Timer | null = null;
  #delayS = FIRST_S;
  /** The id that it gives itself, the same at every attempt. */
  #ownId: string | null = null;

  /** Nobody is registered. */
  constructor(
    identity: Identity,
    world: RegistrarWorld,
    handler: {
      onRegistered(registration: PageRegistration): void;
      onFailed(reason: string): void;
    },
  ) {
    this.#identity = identity;
    this.#world = world;
    this.#onRegistered = (it) => handler.onRegistered(it);
    this.#onFailed = (it) => handler.onFailed(it);
  }

  /** Whether an answer is awaited, or a new attempt. */
  get isBusy(): boolean {
    return this.#isAsking || this.#retry !== null;
  }

  /** Registers now, unless that is under way. */
  async register(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    this.#retry?.cancel();
    this.#retry = null;
    const found = await this.#byChannel() ?? await this.#byVoice();
    this.#isAsking = false;
    if (typeof found === "string") {
      this.#retry = this.#world.clock.after(this.#delayS, () => void this.register());
      this.#delayS = Math.min(MOST_S, this.#delayS * 2);
      this.#onFailed(found);
      return;
    }
    this.#delayS = FIRST_S;
    this.#identity = { sessionId: found.sessionId, participantId: found.participantId };
    this.#onRegistered(found);
  }

  /** Null where the forwarder does not answer, or not with a registration. */
  async #byChannel(): Promise<PageRegistration | null> {
    const { channelUrl } = this.#world;
    if (channelUrl === null) return null;
    const { sessionId } = this.#identity;
    const answering = this.#post(`${channelUrl}/v1/channel-sessions/register`, {
      ...this.#body(),
      ...(sessionId !== null && { session_id: sessionId }),
      kinds: ["audio"],
    });
    const answer = await this.#inTime(answering);
    if (answer === LATE) void answering.then((late) => this.#undo(late));
    if (typeof answer === "string") return null;
    const id = channelId(answer);
    const voice = Object(answer["mod3"]) as Fields;
    return id === null ? null : this.#registration(id, { ...answer, ...voice }, "channel");
  }

  /** A registration that came when the page had another one already: nobody would ever end it. */
  #undo(late: Fields | string): void {
    const id = typeof late === "string" ? null : channelId(late);
    if (id === null || id === this.#identity.sessionId) return;
    const { visit } = this.#world;
    void this.#post(`/v1/sessions/${encodeURIComponent(id)}/deregister`, { visit });
  }

  async #byVoice(): Promise<PageRegistration | string> {
    const { clock, hex } = this.#world;
    this.#ownId ??= `dashboard-${hex(8)}-${Math.round(clock.unixS() * 1000)}`;
    const asked = this.#identity.sessionId ?? this.#ownId;
    const answer = await this.#inTime(
      this.#post("/v1/sessions/register", { ...this.#body(), session_id: asked }),
    );
    if (typeof answer === "string") return answer;
    return this.#registration(textOf(answer["session_id"]) ?? asked, answer, "voice");
  }

  #body(): Fields {
    return {
      participant_id: this.#identity.participantId,
      participant_type: "user",
      preferred_voice: null,
      preferred_output_device: "system-default",
      metadata: { visit: this.#world.visit },
    };
  }

  #registration(
    sessionId: string,
    fields: Fields,
    by: PageRegistration["by"],
  ): PageRegistration {
    const participantId = textOf(fields["participant_id"]) ?? this.#identity.participantId;
    return { sessionId, participantId, voice: textOf(fields["assigned_voice"]), by };
  }

  /** The answer, or {@link LATE} when it takes too long. */
  async #inTime(answering: Promise<Fields | string>): Promise<Fields | string> {
    const late = Promise.withResolvers<string>();
    const timer = this.#world.clock.after(PATIENCE_S, () => late.resolve(LATE));
    const answer = await Promise.race([answering, late.promise]);
    timer.cancel();
    return answer;
  }

  /** The answer's fields; why there are none. */
  async #post(url: string, body: Fields): Promise<Fields | string> {
    try {
      const response = await this.#world.fetch(url, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(body),
      });
      const text = await response.text();
      if (!response.ok) return `the server answered ${response.status}`;
      return Object(JSON.parse(text)) as Fields;
    } catch (error) {
      return `${error}`;
    }
  }
}

type Fields = Readonly<Record<string, unknown>>;

const textOf = (value: unknown) => typeof value === "string" && value !== "" ? value : null;

/** The id in a forwarder's answer; its own word wins. */
function channelId(answer: Fields): string | null {
  const kernel = Object(answer["kernel"]) as Fields;
  const voice = Object(answer["mod3"]) as Fields;
  return textOf(kernel["session_id"]) ?? textOf(voice["session_id"]) ??
    textOf(answer["session_id"]);
}
