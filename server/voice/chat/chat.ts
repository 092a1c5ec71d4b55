/**
 * A chat by text and voice: one connection is one channel, with its own settings and queue of turns.
 * Every turn ends in one `response_complete`.
 *
 * @module
 */
import { errorMessage } from "../../../runtime/mod.ts";
import type { Connection, ConnectionHandler, Packet } from "../../../wire/mod.ts";
import { microphoneWav } from "../http/listening_routes.ts";
import type { VoiceApp } from "../http/routes.ts";
import { DEFAULT_EMOTION, DEFAULT_SPEED, DEFAULT_VOICE, SPEEDS } from "../http/speech_routes.ts";
import { InterruptionNote } from "../barge_in.ts";
import { hexDigits } from "../ids.ts";
import type { Job } from "../job.ts";
import { round } from "../ledger.ts";
import { checkLength } from "../speech/sentences.ts";
import { SPEECH_HZ } from "../speech/engine.ts";
import { isPhantom } from "../vad.ts";
import type { ChatHub, ChatMember } from "./hub.ts";
import type { Json } from "./kernel_events.ts";
import { Drafts } from "./drafts.ts";
import { LATER_S, LaterTurns } from "./later_turns.ts";
import { Partials } from "./partials.ts";
import type { Responder } from "./responder.ts";
import { Utterance } from "./utterance.ts";

/** Turns that wait; one more is refused. */
const MAX_TURNS = 16;

/** One turn: what was typed, or what was said into the microphone. */
type Turn = { readonly text: string } | { readonly speech: Uint8Array };

/** Takes a connection in as a channel. */
export function openChat(
  app: VoiceApp,
  { responder, hub }: { readonly responder: Responder; readonly hub: ChatHub },
  connection: Connection,
): ConnectionHandler {
  const chat = new Chat(app, responder, connection);
  hub.add(chat);
  return {
    onPacket: (packet) => chat.take(packet),
    onClose: () => {
      hub.remove(chat);
      chat.close();
    },
  };
}

class Chat implements ChatMember {
  readonly #app: VoiceApp;
  readonly #responder: Responder;
  readonly #connection: Connection;
  readonly id: string;
  readonly #lane: string;
  readonly #utterance = new Utterance();
  /** Null where nothing can be understood. */
  readonly #partials: Partials | null;
  readonly #turns: Turn[] = [];
  /** Ends the turn that is being answered; null when none is. */
  #turn: AbortController | null = null;
  readonly #drafts: Drafts;
  readonly #note: InterruptionNote;
  readonly #later: LaterTurns;
  /** Replies that came by themselves, and are being spoken. */
  #delivering = 0;
  #voice = DEFAULT_VOICE;
  #speed = DEFAULT_SPEED;

  constructor(app: VoiceApp, responder: Responder, connection: Connection) {
    this.#app = app;
    this.#responder = responder;
    this.#connection = connection;
    this.id = `browser:${hexDigits(app.voice.options.rng, 8)}`;
    // No session can have a slash in its id.
    this.#lane = `/chat/${this.id}`;
    const { recognizer, voice: { options: { clock } } } = app;
    this.#drafts = new Drafts(clock, (blocks) => this.#send({ type: "draft_queue", blocks }));
    this.#note = new InterruptionNote(clock);
    this.#later = new LaterTurns(
      clock,
      () =>
        this.#tell(`The agent gave no answer in ${LATER_S} seconds.`, {
          provider: responder.name,
          error: "timeout",
        }),
    );
    this.#partials = recognizer === null
      ? null
      : new Partials(clock, recognizer, ({ elapsedMs, ...partial }) =>
        this.#send({ type: "partial_transcript", ...partial, elapsed_ms: elapsedMs }));
    app.bus.setChannel(this.id, true);
  }

  /** What the peer sent. Nothing here waits, so an interruption is heard at once. */
  take(packet: Packet): void {
    if (packet.kind === "binary") return this.#hear(packet.data);
    if (packet.kind !== "text") return;
    let message: unknown;
    try {
      message = JSON.parse(packet.text);
    } catch {
      return this.#send({ type: "error", error: "the message is not JSON" });
    }
    const { type, text, voice, speed } = Object(message) as Record<string, unknown>;
    switch (type) {
      case "config":
        if (typeof voice === "string" && voice !== "") this.#voice = voice;
        if (typeof speed === "number" && speed >= SPEEDS.min && speed <= SPEEDS.max) {
          this.#speed = speed;
        }
        return;
      case "text_message":
        if (typeof text === "string" && text.trim() !== "") this.#enqueue({ text });
        return;
      case "interrupt":
        return this.#interrupt();
      case "end_of_speech":
        return this.#endOfSpeech();
      default:
        this.#send({ type: "error", error: "the message has no type that is known here" });
    }
  }

  /** The peer is gone: its speech is dropped. */
  close(): void {
    const { voice, bus } = this.#app;
    bus.setChannel(this.id, false);
    voice.setRecording(this.#lane, false);
    this.#turns.length = 0;
    this.#later.callOff();
    this.#turn?.abort();
    this.#partials?.end();
    this.#drafts.close();
    voice.stop({ lane: this.#lane });
  }

  /** What comes without a turn that waits for it is spoken and completed like a turn. */
  deliver(text: string, metrics: Json): void {
    this.#later.answered();
    this.#tell(text, metrics);
  }

  #tell(text: string, metrics: Json): void {
    this.#send({ type: "response_text", text });
    this.#delivering++;
    this.#speak(text)
      .catch((error) => this.#send({ type: "error", error: errorMessage(error) }))
      .finally(() => {
        this.#delivering--;
        this.#complete(metrics);
      });
  }

  /** Shows what an agent does. */
  trace(event: Json): void {
    this.#send({ type: "trace_event", event });
  }

  #hear(bytes: Uint8Array): void {
    this.#app.voice.setRecording(this.#lane, true);
    if (this.#utterance.add(bytes)) this.#partials?.add(bytes);
    else this.#send({ type: "error", error: "the utterance is longer than two minutes" });
  }

  #endOfSpeech(): void {
    this.#app.voice.setRecording(this.#lane, false);
    this.#partials?.end();
    const speech = this.#utterance.take();
    if (speech === null) return this.#complete({});
    this.#enqueue({ speech });
  }

  #enqueue(turn: Turn): void {
    if (this.#turns.length >= MAX_TURNS) {
      this.#send({ type: "error", error: `${MAX_TURNS} turns wait already` });
      return this.#complete({});
    }
    this.#turns.push(turn);
    if (this.#turn === null) this.#answerAll();
  }

  async #answerAll(): Promise<void> {
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) {
      const abort = new AbortController();
      this.#turn = abort;
      let metrics: object | null = {};
      try {
        metrics = await this.#answer(turn, abort.signal);
      } catch (error) {
        this.#say(`[${errorMessage(error)}]`, abort.signal);
      }
      if (metrics !== null) this.#complete(metrics);
    }
    this.#turn = null;
  }

  /** Answers one turn; gives back its metrics, or null when somebody else completes it. */
  async #answer(asked: Turn, signal: AbortSignal): Promise<object | null> {
    const { clock } = this.#app.voice.options;
    const text = "text" in asked
      ? this.#typed(asked.text)
      : await this.#spoken(asked.speech, signal);
    if (text === null || signal.aborted) return {};
    const startS = clock.now();
    const interrupted = this.#note.take() ?? this.#app.bargeIn.note.take();
    const turn = { channel: this.id, text, ...(interrupted !== null && { interrupted }) };
    this.#later.begin();
    const reply = await this.#responder.respond(turn, { signal });
    if (signal.aborted) return {};
    if ("isLater" in reply) {
      this.#later.add();
      return null;
    }
    const metrics = {
      llm_ms: round((clock.now() - startS) * 1000, 1),
      provider: ("text" in reply ? reply.provider : undefined) ?? this.#responder.name,
    };
    if ("error" in reply) {
      this.#say(`[${reply.error}]`, signal);
      // Pages wait for a sound at each turn.
      await this.#speak(reply.error);
      return { ...metrics, ...reply.metrics };
    }
    this.#say(reply.text, signal);
    await this.#speak(reply.text);
    return metrics;
  }

  #typed(text: string): string {
    checkLength(text);
    this.#app.bus.emit("modality.input", "text", this.id);
    this.#send({ type: "transcript", text, source: "text" });
    return text;
  }

  /** What was said; null when nothing was understood, which the peer is told. */
  async #spoken(speech: Uint8Array, signal: AbortSignal): Promise<string | null> {
    const { recognizer, bus, voice: { options: { clock } } } = this.#app;
    bus.emit("modality.gate", "voice", this.id);
    if (recognizer === null) {
      const error =
        "no recogniser is attached; start with --recognizer-command or --recognizer-url";
      this.#send({ type: "error", error });
      return null;
    }
    const startS = clock.now();
    const heard = await recognizer.recognize(microphoneWav(speech), { signal });
    if (signal.aborted) return null;
    if ("error" in heard) {
      this.#send({ type: "error", error: `the recogniser failed: ${heard.error}` });
      return null;
    }
    const text = heard.text.trim();
    if (isPhantom(text)) {
      bus.emit("modality.filtered", "voice", this.id);
      return null;
    }
    bus.emit("modality.input", "voice", this.id);
    bus.heard({ channel: this.id, text, durationS: speech.length / 32_000 });
    const stt_ms = round((clock.now() - startS) * 1000, 1);
    this.#send({ type: "transcript", text, source: "voice", stt_ms });
    return text;
  }

  #say(text: string, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#app.bus.emit("modality.output", "text", this.id);
    this.#send({ type: "response_text", text });
  }

  /** Resolves when the reply was spoken to the peer, or stopped, or could not be said. */
  async #speak(text: string): Promise<void> {
    const { voice, bus } = this.#app;
    const ended = Promise.withResolvers<Job>();
    const draft = this.#drafts.add(text);
    bus.emit("modality.encode_start", "voice", this.id);
    voice.submit({
      ...{ type: "chat", text, voice: this.#voice, speed: this.#speed, emotion: DEFAULT_EMOTION },
      ...{ format: "wav", session: null, lane: this.#lane },
      ...{ isRouted: false, playsLocally: false },
    }, {
      onMade: (job) => {
        this.#sendAudio(job);
        this.#drafts.made(draft, job.metrics!);
      },
      onEnd: ended.resolve,
    });
    const { failure } = await ended.promise;
    if (failure !== null) this.#drafts.drop(draft);
    if (failure !== null && failure.code !== "cancelled") {
      this.#send({ type: "error", error: failure.message });
    }
  }

  #sendAudio({ wav, metrics }: Job): void {
    this.#app.bus.emit("modality.output", "voice", this.id);
    this.#send({
      type: "audio",
      data: wav!.toBase64(),
      format: "wav",
      duration_sec: round(metrics!.durationS, 2),
      // Pages stop playing for good at any other figure.
      sample_rate: SPEECH_HZ,
    });
  }

  #interrupt(): void {
    const isIdle = this.#turn === null && this.#delivering === 0;
    const later = this.#later.callOff();
    // One of those that an idle chat waits for is completed after it, as everything else is.
    const dropped = this.#turns.splice(0).length + (isIdle ? Math.max(0, later - 1) : later);
    this.#turn?.abort();
    this.#app.voice.stop({ lane: this.#lane });
    const cut = this.#drafts.interrupt();
    if (cut !== null) this.#note.set(cut);
    for (let i = 0; i < dropped; i++) this.#complete({});
    // So that exactly one completion comes after it, whatever was under way.
    this.#send({ type: "interrupted" });
    // What is being answered or spoken ends by itself, and says so.
    if (isIdle) this.#complete({});
  }

  #complete(metrics: object): void {
    this.#send({ type: "response_complete", metrics });
  }

  #send(message: object): void {
    if (!this.#connection.isOpen) return;
    const text = JSON.stringify(message);
    this.#connection.send({ kind: "text", text, bytes: new TextEncoder().encode(text).length });
  }
}
