/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Clock, Timer } from "../../runtime/clock.ts";
import { element, say, select } from "../player/dom.ts";
import { channelUrlOf } from "./channel_url.ts";
import { ChatPanel } from "./chat_panel.ts";
import { ClipQueue } from "./clip_queue.ts";
import type { Identity, TabIdentity } from "./identity.ts";
import { drawJobs, TraceView } from "./log_views.ts";
import { Loudspeaker } from "./loudspeaker.ts";
import { OutputChoice } from "./output_choice.ts";
import { type PageRegistration, Registrar } from "./registrar.ts";
import { type JobRow, RosterFeed, type RosterRow } from "./roster_feed.ts";
import { RosterView } from "./roster_view.ts";
import { SessionAudio } from "./session_audio.ts";
import { pageState, soundText } from "./state_words.ts";
import { type PageSession, REGISTERED_EVENT } from "./voice_window.ts";

/** How often what only ages is drawn again, seconds. */
const AGE_S = 1;
/** How long after a registration a roster without it may be older than it, seconds. */
const SETTLE_S = 2;

/** What a page of voices is made of. */
export interface DashboardParts {
  readonly clock: Clock;
  readonly tab: TabIdentity;
  readonly identity: Identity;
  hex(count: number): string;
}

/** The page of voices, from its parts to what is drawn. */
export class VoiceDashboard {
  readonly #clock: Clock;
  readonly #tab: TabIdentity;
  readonly #visit: string;
  readonly #registrar: Registrar;
  readonly #speaker: Loudspeaker;
  readonly #queue: ClipQueue;
  readonly #audio: SessionAudio;
  readonly #feed: RosterFeed;
  readonly #chat: ChatPanel;
  readonly #outputs: OutputChoice;
  readonly #people = new RosterView(element("participants-list"), element("participants-empty"));
  readonly #traces = new TraceView({
    panel: element<HTMLDetailsElement>("trace-panel"),
    body: element("traces"),
    empty: element("traces-empty"),
    count: element("trace-count"),
  });
  #roster: readonly RosterRow[] = [];
  #jobs: readonly JobRow[] = [];
  #registration: PageRegistration | null = null;
  #trouble: string | null = null;
  #checkedS = 0;
  /** The next look whether the server knows this page; null when none is due. */
  #check: Timer | null = null;

  /** Nothing is open. */
  constructor({ clock, tab, identity, hex }: DashboardParts) {
    const socketUrl = location.origin.replace(/^http/, "ws");
    const dial = (url: string) => new WebSocket(url);
    this.#clock = clock;
    this.#tab = tab;
    this.#visit = hex(16);
    this.#setSession({
      ...{ session_id: null, participant_id: identity.participantId },
      ...{ assigned_voice: null, registered: false },
    });
    this.#speaker = new Loudspeaker(() => this.#onSound(), (reason) => note(`Output: ${reason}`));
    this.#queue = new ClipQueue(clock, this.#speaker, () => this.#drawSound());
    this.#audio = new SessionAudio(socketUrl, this.#queue, {
      ...{ clock, dial },
      onState: () => this.#draw(),
    });
    this.#chat = new ChatPanel(`${socketUrl}/ws/chat`, this.#queue, {
      ...{ clock, dial },
      onTrace: (event) => this.#traces.add(event),
      wake: () => this.#speaker.wake(),
    });
    this.#feed = new RosterFeed(`${socketUrl}/ws/roster`, {
      onRoster: (rows) => this.#onRoster(rows),
      onJobs: (rows) => this.#onJobs(rows),
      onState: () => this.#draw(),
    }, { clock, dial, fetch: (url) => fetch(url) });
    this.#registrar = new Registrar(identity, {
      ...{ clock, hex, visit: this.#visit, channelUrl: channelUrlOf(element("app"), location) },
      fetch: (url, init) => fetch(url, init),
    }, {
      onRegistered: (registration) => this.#onRegistered(registration),
      onFailed: (reason) => {
        this.#trouble = reason;
        this.#draw();
      },
    });
    this.#outputs = new OutputChoice({
      list: select("audio-output"),
      ask: element<HTMLButtonElement>("ask-devices"),
      use: (id) => this.#speaker.useSink(id),
      say: note,
    });
  }

  /** Opens its links, and draws from now on. */
  start(): void {
    this.#offerWindow();
    addEventListener(REGISTERED_EVENT, (event) => {
      const { session_id: id } = (event as CustomEvent<PageSession>).detail ?? {};
      if (typeof id === "string") this.#audio.listen(id);
    });
    addEventListener("pagehide", () => this.#leave());
    addEventListener("pageshow", ({ persisted }) => persisted && void this.#registrar.register());
    addEventListener("online", () => this.#retryNow());
    this.#listenForGestures();
    element("unlock").addEventListener("click", () => this.#speaker.wake());
    element("stop").addEventListener("click", () => void this.#stopAll());
    element("try").addEventListener("click", () => void this.#trySentence());
    // Whether the browser holds the sound shows at once, not when somebody speaks.
    this.#speaker.wake();
    void this.#registrar.register();
    this.#feed.start();
    this.#chat.start();
    const tick = () => {
      this.#draw();
      this.#clock.after(AGE_S, tick);
    };
    tick();
    const bar = element("level");
    const frame = () => {
      // Speech is far from full scale.
      const level = this.#queue.playing === null ? 0 : Math.min(1, this.#speaker.level * 5);
      bar.style.transform = `scaleX(${level.toFixed(3)})`;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }

  #onRegistered(registration: PageRegistration): void {
    const { sessionId, participantId, voice } = registration;
    this.#registration = registration;
    this.#trouble = null;
    this.#checkedS = this.#clock.now();
    void this.#tab.keep({ sessionId, participantId });
    const session: PageSession = {
      ...{ session_id: sessionId, participant_id: participantId },
      ...{ assigned_voice: voice, registered: true },
    };
    this.#setSession(session);
    this.#chat.setOwnVoice(voice);
    dispatchEvent(new CustomEvent(REGISTERED_EVENT, { detail: session }));
    this.#draw();
  }

  #onRoster(rows: readonly RosterRow[]): void {
    this.#roster = rows;
    this.#draw();
    void this.#checkOwn();
  }

  #onJobs(rows: readonly JobRow[]): void {
    this.#jobs = rows;
    this.#drawJobs();
  }

  /** A server that was started again, or lost patience, does not know this page any more. */
  async #checkOwn(): Promise<void> {
    const id = this.#registration?.sessionId;
    if (id === undefined || this.#registrar.isBusy || this.#check !== null) return;
    if (this.#roster.some(({ session_id }) => session_id === id)) return;
    const restS = this.#checkedS + SETTLE_S - this.#clock.now();
    if (restS > 0) {
      // What was pushed may be older than the registration: if nothing newer comes, it was not.
      this.#check = this.#clock.after(restS, () => {
        this.#check = null;
        void this.#checkOwn();
      });
      return;
    }
    // It may still be older: the server is asked.
    this.#checkedS = this.#clock.now();
    const response = await fetch(`/v1/sessions/${encodeURIComponent(id)}`).catch(() => null);
    await response?.body?.cancel();
    if (response?.status === 404) await this.#registrar.register();
  }

  /** Only this visit ends: one that has begun since goes on. */
  #leave(): void {
    this.#audio.close();
    const id = this.#registration?.sessionId;
    if (id === undefined) return;
    const url = `/v1/sessions/${encodeURIComponent(id)}/deregister`;
    const body = new Blob([JSON.stringify({ visit: this.#visit })], { type: "application/json" });
    if (navigator.sendBeacon?.(url, body) === true) return;
    void fetch(url, { method: "POST", body, keepalive: true }).catch(() => {});
  }

  #retryNow(): void {
    for (const link of [this.#audio, this.#feed, this.#chat]) link.retryNow();
  }

  /** Browsers let nothing sound before somebody has pressed something. */
  #listenForGestures(): void {
    const listen = () => {
      const woken = () => {
        for (const name of ["click", "keydown"]) removeEventListener(name, woken, true);
        this.#speaker.wake();
      };
      for (const name of ["click", "keydown"]) addEventListener(name, woken, true);
    };
    listen();
    this.#listenAgain = listen;
    addEventListener("keydown", ({ key }) => key === "Escape" && void this.#stopAll());
  }

  #listenAgain: () => void = () => {};

  #onSound(): void {
    if (this.#speaker.state === "held") this.#listenAgain();
    else this.#queue.next();
    this.#draw();
    this.#drawSound();
  }

  /** Everything that is heard here, and what the server still has for this page. */
  async #stopAll(): Promise<void> {
    this.#queue.stop();
    this.#chat.interrupt();
    const id = this.#registration?.sessionId;
    if (id === undefined) return;
    const url = `/v1/stop?session_id=${encodeURIComponent(id)}`;
    await fetch(url, { method: "POST" }).catch(() => {});
  }

  async #trySentence(): Promise<void> {
    const session = this.#registration;
    if (session === null) return;
    this.#speaker.wake();
    const name = (session.voice ?? "default").replace(/^.*_/, "");
    const response = await fetch("/v1/speak", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        text: `This is the voice ${name}. What is spoken for this page is heard here.`,
        session_id: session.sessionId,
      }),
    }).catch(() => null);
    if (response?.ok !== true) note("The test sentence could not be asked for.");
  }

  #setSession(session: PageSession): void {
    globalThis.__mod3Session = session;
  }

  #draw(): void {
    const { name, text } = pageState({
      ...{ trouble: this.#trouble, audio: this.#audio.state },
      registeredBy: this.#registration?.by ?? null,
    });
    element("state").dataset["state"] = name;
    say(element("state-text"), text);
    const registration = this.#registration;
    if (registration !== null) {
      say(element("self-name"), registration.participantId);
      say(element("self-voice"), registration.voice ?? "—");
      say(element("participants-self-id"), registration.sessionId);
    }
    element<HTMLButtonElement>("try").disabled = registration === null;
    const count = this.#roster.length;
    say(element("participants-count"), String(count));
    say(element("participants-plural"), count === 1 ? "" : "s");
    const isIn = this.#roster.some(({ session_id }) => session_id === registration?.sessionId);
    element("participants-count").className = isIn ? "me" : "";
    say(element("feed"), this.#feed.isPushed ? "live" : "asked every 4 s: the live link is down");
    this.#people.draw(this.#roster, {
      sessionId: registration?.sessionId ?? null,
      isConnected: this.#audio.state === "open",
      isSounding: this.#speaker.state !== "held",
      isPlaying: this.#queue.playing !== null,
    }, this.#clock.unixS());
  }

  #drawSound(): void {
    const { waiting, playing, dropped } = this.#queue;
    const sound = this.#speaker.state;
    element("sound").dataset["sound"] = sound;
    element<HTMLButtonElement>("stop").disabled = playing === null && waiting === 0;
    say(element("sound-text"), soundText({ sound, waiting, dropped, isPlaying: playing !== null }));
    this.#chat.draw();
    this.#draw();
  }

  #drawJobs(): void {
    drawJobs(element("jobs"), element("jobs-empty"), this.#jobs, (id) => {
      return this.#roster.find(({ session_id }) => session_id === id)?.participant_id ?? null;
    });
  }

  #offerWindow(): void {
    const page = () => this;
    globalThis.__mod3AudioSink = (id) => this.#outputs.use(id);
    globalThis.headwayVoice = {
      get registeredBy() {
        return page().#registration?.by ?? null;
      },
      get feed() {
        return page().#feed.isPushed ? "push" as const : "poll" as const;
      },
      get sockets() {
        return { audio: page().#audio.state, chat: page().#chat.state, roster: page().#feed.state };
      },
      get roster() {
        return page().#roster;
      },
      get sound() {
        return page().#speaker.state;
      },
      get sink() {
        return page().#speaker.sink;
      },
      get clips() {
        return page().#queue.records;
      },
      get waiting() {
        return page().#queue.waiting;
      },
    };
  }
}

function note(text: string): void {
  const place = element("sound-note");
  place.hidden = false;
  say(place, text);
}
