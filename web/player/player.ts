/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ClientState } from "../../sim/client/status.ts";
import type { ReadyMessage } from "../../wire/server_types.ts";
import type { KnobManifest } from "../../wire/shapes.ts";
import type { PageCommand, View, WorkerMessage } from "../session/messages.ts";
import { type AudioClock, AudioOutput } from "./audio_output.ts";
import { Controls } from "./controls.ts";
import { element, input, say, timeText } from "./dom.ts";
import { Figures } from "./figures.ts";
import { KnobPanel } from "./knobs.ts";
import {
  becomeWatcher,
  listenToWaveform,
  notice,
  saveAs,
  showCapabilities,
  showFacts,
  showState,
  showTitle,
} from "./screen.ts";
import { SessionLink } from "./session_link.ts";
import { SoundPanel } from "./sound_panel.ts";
import { type PlayerState, playerState } from "./state_words.ts";
import { Tape } from "./tape.ts";
import { TrackPanel } from "./track_panel.ts";

/** What a watcher has to know. */
const WATCHING = "You watch: you see and hear this session, and nothing here moves it.";
/** Time between two changes of what is said, seconds. */
const STATE_STEP_S = 0.1;

/** The page: its inputs, its session, what it shows. */
export class Player {
  /** What is drawn of the session. */
  readonly tape = new Tape();
  readonly #watch: string | null;
  readonly #url: string;
  readonly #knobs: KnobPanel;
  readonly #controls: Controls;
  readonly #sound: SoundPanel;
  readonly #tracks: TrackPanel;
  readonly #figures = new Figures();
  #output: AudioOutput | null = null;
  #link: SessionLink | null = null;
  #isOpening = false;
  #client: ClientState | null = null;
  #reason: string | null = null;
  #closeCode: number | null = null;
  #sessionId: string | null = null;
  #bandStartS: number | null = null;
  #pendingSwap: string | null = null;
  #shownS = -Infinity;

  /** A player of the server at `url` that plays nothing yet; `watch` names a session to watch. */
  constructor(manifest: KnobManifest, url: string, watch: string | null) {
    this.#watch = watch;
    this.#url = url;
    this.#knobs = new KnobPanel(manifest, (values) => this.#do({ type: "knobs", values }));
    this.#controls = new Controls({
      send: (message) => this.#do({ type: "send", message }),
      setKnobs: (values) => this.#do({ type: "knobs", values }),
    });
    this.#sound = new SoundPanel(notice);
    this.#tracks = new TrackPanel(url, {
      canTake: () => this.#watch === null,
      onUploaded: async () => {
        if (this.#client === "streaming") await this.swap();
      },
    });
    this.#listen();
    if (watch !== null) {
      becomeWatcher();
      showTitle(`Session ${watch}`);
      notice(WATCHING);
    }
    this.#showState();
    // Before, a click would have been lost.
    element<HTMLButtonElement>("play").disabled = false;
  }

  /** Where it stands. */
  get state(): PlayerState {
    return playerState({
      client: this.#client,
      reason: this.#reason,
      closeCode: this.#closeCode,
      view: this.tape.view,
      isSounding: this.#output?.isRunning ?? true,
      watch: this.#watch,
    });
  }

  /** The newest measures. */
  get view(): View | null {
    return this.tape.view;
  }

  /** Id of the newest session. */
  get sessionId(): string | null {
    return this.#sessionId;
  }

  /** The audio device's clock, seconds. */
  get audioTimeS(): number | null {
    return this.#output?.timeS ?? null;
  }

  /** How loud it is now, 0..1. */
  get level(): number {
    return this.#output?.level ?? 0;
  }

  /** What the audio device says of its clock and its latency. */
  get audioClock(): AudioClock | null {
    return this.#output?.clock ?? null;
  }

  /** The session; null before the first. */
  get link(): SessionLink | null {
    return this.#link;
  }

  /** Volume and output device. */
  get sound(): SoundPanel {
    return this.#sound;
  }

  /** Begins a session, pauses or goes on. */
  async togglePlay(): Promise<void> {
    const isOver = this.#client === null || this.#client === "closed";
    if (isOver) return await this.#begin();
    if (this.#output !== null && !this.#output.isRunning) return await this.#output.resume();
    const { view } = this.tape;
    // It will play once it is connected: an impatient second press means the same as the first.
    if (view === null) return;
    if (view.hasEnded) return this.seek(0);
    this.#do({ type: "pause", isPaused: !view.isPaused });
  }

  /** Jumps to a place, seconds. */
  seek(positionS: number): void {
    const { bufferS } = this.tape;
    if (bufferS === 0 || this.#watch !== null) return;
    this.#do({ type: "seek", positionS: Math.max(0, Math.min(bufferS - 0.001, positionS)) });
  }

  /** Jumps on, or back with a negative step. */
  seekBy(seconds: number): void {
    const { view, bufferS } = this.tape;
    if (view === null || bufferS === 0) return;
    this.seek((view.playheadS + seconds + bufferS) % bufferS);
  }

  /** The loop band begins here. */
  bandStart(): void {
    this.#bandStartS = this.tape.view?.playheadS ?? null;
    if (this.#bandStartS === null) return;
    say(element("band-text"), `band from ${timeText(this.#bandStartS)}`);
  }

  /** The loop band ends here. */
  bandEnd(): void {
    const { view } = this.tape;
    if (view === null) return;
    const startS = this.#bandStartS ?? 0;
    if (view.playheadS <= startS) {
      return notice("The loop band has to end after it begins: begin it first.");
    }
    this.setBand({ startS, endS: view.playheadS });
  }

  /** Goes on at the head after the end, or stops there. */
  toggleLooping(): void {
    const button = element("looping");
    const isLooping = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", String(isLooping));
    this.#do({ type: "looping", isLooping });
  }

  /** Arms a loop band; null disarms it. */
  setBand(band: { readonly startS: number; readonly endS: number } | null): void {
    if (band === null) this.#bandStartS = null;
    this.#do({ type: "band", band });
  }

  /** Swaps to the chosen track, in the chosen stems. */
  async swap(): Promise<void> {
    if (this.#client !== "streaming" || this.#watch !== null) return;
    const { name, stems } = this.#tracks.chosen;
    this.#pendingSwap = name;
    this.#tracks.says(`Swapping to ${name}…`);
    const source = await this.#tracks.source();
    if (source === null) return;
    this.#do({
      type: "swap",
      source,
      options: { fixture_name: name, stem_source_mode: stems },
    });
  }

  async #begin(): Promise<void> {
    if (this.#isOpening) return;
    this.#isOpening = true;
    notice(this.#watch === null ? "" : WATCHING);
    // A swap that the last session did not come to is nothing that this one waits for.
    this.#pendingSwap = null;
    this.#tracks.says("");
    try {
      this.#output ??= await this.#openOutput();
      await this.#output.resume();
      const source = this.#watch === null
        ? await this.#tracks.source()
        : { kind: "fixture" as const, name: "" };
      if (source === null) return;
      this.#link?.close();
      this.#closeCode = null;
      this.tape.view = null;
      const { name, stems } = this.#tracks.chosen;
      this.#link = new SessionLink({
        type: "open",
        originMs: performance.timeOrigin,
        url: this.#url,
        watch: this.#watch,
        source,
        config: {
          ...this.#controls.config,
          fixture_name: name,
          // The server would not keep what it makes inside a loop band while it walks.
          walk_window: false,
          telemetry_version: 1,
          client_id: "headway-player",
          ...(stems === "full" ? {} : { stem_source_mode: stems }),
        },
        knobs: this.#knobs.values,
        ring: this.#output.connect(),
      }, (message) => this.#onMessage(message));
      for (const message of this.#controls.commands) this.#do({ type: "send", message });
      this.#do({ type: "keepsPlace", keepsPlace: !input("restart").checked });
      if (element("looping").getAttribute("aria-pressed") !== "true") {
        this.#do({ type: "looping", isLooping: false });
      }
      this.#client = "starting";
      if (this.#watch === null) showTitle(name);
      this.#showState();
    } catch (error) {
      notice(error instanceof Error ? error.message : String(error));
    } finally {
      this.#isOpening = false;
    }
  }

  async #openOutput(): Promise<AudioOutput> {
    const output = await AudioOutput.open();
    output.onState((isRunning) => {
      this.#do({ type: "sound", isRunning });
      this.#showState();
    });
    await this.#sound.take(output);
    return output;
  }

  #onMessage(message: WorkerMessage): void {
    switch (message.type) {
      case "state":
        this.#client = message.state;
        this.#reason = message.reason;
        // A device that nobody hears costs as much as one that somebody does.
        if (message.state === "closed") void this.#output?.suspend();
        return this.#showState();
      case "lost":
        this.#closeCode = message.code;
        return;
      case "ready":
        return this.#onReady(message.ready);
      case "buffer":
        this.tape.take(message.bufferS, message.peaks);
        this.#bandStartS = null;
        if (message.kind === "swap" && this.#pendingSwap !== null) {
          showTitle(this.#pendingSwap);
          this.#pendingSwap = null;
        }
        say(element("time-all"), timeText(message.bufferS, false));
        element("position").setAttribute("aria-valuemax", message.bufferS.toFixed(1));
        return;
      case "event":
        return this.#onEvent(
          message.message as Readonly<Record<string, unknown>> & { type: string },
        );
      case "params":
        return this.#showWatched(message.params);
      case "trouble":
        return notice(message.text);
      case "view":
        this.tape.add(message.view);
        this.#figures.show(message.view);
        if (message.view.atS - this.#shownS >= STATE_STEP_S) this.#showState();
        return;
    }
  }

  /** What the session that is watched plays with. */
  #showWatched(params: Readonly<Record<string, unknown>>): void {
    this.#knobs.show(params);
    const { _prompt: prompt } = params;
    if (typeof prompt === "string") element<HTMLTextAreaElement>("prompt-a").value = prompt;
  }

  #onReady(ready: ReadyMessage): void {
    this.#sessionId = ready.session_id;
    showFacts(ready);
    if (ready.knob_manifest !== undefined) this.#knobs.take(ready.knob_manifest);
    showCapabilities(ready);
    const link = element<HTMLAnchorElement>("watch-link");
    if (this.#watch !== null) {
      this.#controls.onEvent({ type: "lora_catalog", catalog: ready.lora_catalog });
    } else {
      link.hidden = false;
      link.href = `/?watch=${encodeURIComponent(ready.session_id)}`;
      link.target = "_blank";
    }
  }

  #onEvent(event: Readonly<Record<string, unknown>> & { readonly type: string }): void {
    this.#controls.onEvent(event);
    switch (event.type) {
      case "params_echo":
        return this.#knobs.show(event["raw"] as Readonly<Record<string, unknown>>);
      case "swap_ready":
        showFacts(event as unknown as ReadyMessage);
        if (typeof event["fixture_name"] === "string") this.#pendingSwap = event["fixture_name"];
        return this.#tracks.says(`Plays ${event["fixture_name"] ?? "the new track"}`);
      case "swap_failed":
        this.#pendingSwap = null;
        return this.#tracks.says(`Not swapped: ${event["error"]}`);
      case "stem_assets":
        return this.#tracks.says(`Stems are there: ${(event["stems"] as string[]).join(", ")}`);
      case "stem_failed":
        return this.#tracks.says(`No stems: ${event["error"]}`);
      case "command_failed":
      case "engine_trouble":
        return notice(String(event["error"] ?? event["message"]));
    }
  }

  #listen(): void {
    element("play").addEventListener("click", () => void this.togglePlay());
    element("stop").addEventListener("click", () => this.#do({ type: "stop" }));
    element("looping").addEventListener("click", () => this.toggleLooping());
    element("band-start").addEventListener("click", () => this.bandStart());
    element("band-end").addEventListener("click", () => this.bandEnd());
    element("band-clear").addEventListener("click", () => this.setBand(null));
    element("swap").addEventListener("click", () => void this.swap());
    element("reset").addEventListener("click", () => this.#knobs.reset());
    input("restart").addEventListener(
      "change",
      () => this.#do({ type: "keepsPlace", keepsPlace: !input("restart").checked }),
    );
    element("report").addEventListener("click", () => void this.#download());
    listenToWaveform((share) => this.seek(share * this.tape.bufferS));
  }

  async #download(): Promise<void> {
    if (this.#link === null) return;
    const report = await this.#link.report();
    saveAs(
      `headway-report-${report.session.id ?? "session"}.json`,
      new Blob([JSON.stringify(report, null, 1)], { type: "application/json" }),
    );
    say(element("report-says"), `${report.timing.sessionS.toFixed(1)} s, ${report.verdict}`);
  }

  #showState(): void {
    const { view } = this.tape;
    this.#shownS = view?.atS ?? -Infinity;
    showState(this.state, {
      client: this.#client,
      view,
      hasMeasures: this.#link !== null && view !== null,
      isWatching: this.#watch !== null,
      isBandBegun: this.#bandStartS !== null,
    });
  }

  #do(command: PageCommand): void {
    this.#link?.do(command);
  }
}
