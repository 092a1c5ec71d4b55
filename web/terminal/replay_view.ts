/// <reference lib="dom" />
/**
 * A recording with a time line.
 *
 * @module
 */
import type { Clock } from "../../runtime/clock.ts";
import { element, input, say, select } from "../player/dom.ts";
import { buildIndex } from "./replay/build_index.ts";
import { ReplayPlayer } from "./replay/player.ts";
import { readRecording, type Recording } from "./replay/recording.ts";
import { SeekIndex } from "./replay/seek_index.ts";
import { clockText, tame } from "./words.ts";
import { XtermScreen } from "./xterm_screen.ts";

/** Longer pauses are skipped, seconds. */
const IDLE_LIMIT_S = 2;
/** A step of the arrow keys, seconds. */
const STEP_S = 5;
/** Markers that the page shows. */
const MOST_MARKERS = 200;

/** What the view needs. */
export interface ReplayViewOptions {
  readonly clock: Clock;
  readonly screen: XtermScreen;
  readonly onState: (name: string, text: string) => void;
  /** Makes letters fit the window. */
  readonly fit: () => void;
}

/** Gets a recording from the server. @throws {Error} if it cannot be had or read. */
export async function loadRecording(path: string, clock: Clock): Promise<Recording> {
  const response = await fetch(path);
  if (!response.ok || response.body === null) {
    throw new Error(`the recording cannot be had: the server says ${response.status}`);
  }
  return await readRecording(piecesOf(response.body), () => clock.sleep(0));
}

async function* piecesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
    yield value!;
  }
}

/** The view. */
export class ReplayView {
  readonly player: ReplayPlayer;
  readonly #recording: Recording;
  readonly #options: ReplayViewOptions;
  readonly #stop = new AbortController();
  readonly #position = input("position");

  /** Shows nothing yet. */
  constructor(recording: Recording, options: ReplayViewOptions) {
    const { clock, screen, fit } = options;
    this.#recording = recording;
    this.#options = options;
    const index = new SeekIndex();
    this.player = new ReplayPlayer({
      clock,
      recording,
      index,
      idleLimitS: IDLE_LIMIT_S,
      screen: {
        write: (text) => screen.write(text),
        resize: (cols, rows) => {
          screen.resize(cols, rows);
          void screen.write("").then(fit);
        },
        restore: async (snapshot) => {
          await screen.restore(snapshot);
          fit();
        },
      },
      onChange: () => this.#draw(),
    });
    this.#bind();
    const hidden = new XtermScreen();
    void buildIndex(recording, hidden, index, { signal: this.#stop.signal })
      .finally(() => hidden.terminal.dispose());
  }

  /** Shows how it ended; play begins at the beginning. */
  async show(): Promise<void> {
    element("replay-bar").hidden = false;
    this.#drawFrames();
    await this.player.seek(this.player.durationS);
  }

  /** Ends it. */
  close(): void {
    this.#stop.abort();
    this.player.close();
    element("replay-bar").hidden = true;
  }

  #bind(): void {
    const { player } = this;
    const { signal } = this.#stop;
    const position = this.#position;
    position.max = String(Math.max(player.durationS, 0.001));
    position.oninput = () => void player.seek(position.valueAsNumber);
    element("play").onclick = () => this.#toggle();
    const speed = select("speed");
    speed.value = String(player.speed);
    speed.onchange = () => player.setSpeed(Number(speed.value));
    const skip = input("skip");
    skip.onchange = () => player.setIdleLimit(skip.checked ? IDLE_LIMIT_S : null);
    this.#bindMarkers();
    addEventListener("keydown", (event) => this.#onKey(event), { signal });
  }

  #bindMarkers(): void {
    const { player } = this;
    const markers = this.#recording.markers.slice(0, MOST_MARKERS);
    element("marks-label").hidden = markers.length === 0;
    const marks = select("marks");
    const options = markers.map(({ timeS, label }) =>
      new Option(`${clockText(timeS)} ${tame(label, 80)}`, String(timeS))
    );
    marks.replaceChildren(new Option("a marker…", ""), ...options);
    marks.onchange = () => {
      if (marks.value !== "") void player.seek(Number(marks.value));
      marks.value = "";
    };
    element("ticks").replaceChildren(...markers.map(({ timeS }) => {
      const tick = document.createElement("span");
      tick.style.left = `${100 * timeS / Math.max(player.durationS, 0.001)}%`;
      return tick;
    }));
  }

  #toggle(): void {
    if (this.player.isPlaying) this.player.pause();
    else void this.player.play();
  }

  /** Keys of the page, unless something has the focus that has keys of its own. */
  #onKey(event: KeyboardEvent): void {
    const { player } = this;
    const target = event.target instanceof Element ? event.target : null;
    const isTaken = event.altKey || event.ctrlKey || event.metaKey ||
      element("screen-view").hidden ||
      target?.matches("input, select, button, a") === true;
    if (isTaken) return;
    const keys: Readonly<Record<string, () => void>> = {
      " ": () => this.#toggle(),
      ArrowLeft: () => void player.seek(player.positionS - STEP_S),
      ArrowRight: () => void player.seek(player.positionS + STEP_S),
      Home: () => void player.seek(0),
      End: () => void player.seek(player.durationS),
      "<": () => this.#step(-1),
      ">": () => this.#step(1),
    };
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    act();
  }

  #step(by: number): void {
    const speed = select("speed");
    const index = Math.min(speed.options.length - 1, Math.max(0, speed.selectedIndex + by));
    speed.selectedIndex = index;
    this.player.setSpeed(Number(speed.value));
  }

  #drawFrames(): void {
    if (this.#stop.signal.aborted) return;
    if (this.player.isPlaying) this.#drawPosition();
    requestAnimationFrame(() => this.#drawFrames());
  }

  #draw(): void {
    if (this.#stop.signal.aborted) return;
    const { player } = this;
    element("play").setAttribute("aria-pressed", String(player.isPlaying));
    say(element("play-text"), player.isPlaying ? "Pause" : "Play");
    this.#drawPosition();
    this.#options.onState("replay", stateText(player));
  }

  #drawPosition(): void {
    const { player } = this;
    const { positionS, durationS } = player;
    const text = `${clockText(positionS)} / ${clockText(durationS)}`;
    say(element("time"), text);
    this.#position.value = String(positionS);
    this.#position.setAttribute("aria-valuetext", text.replace("/", "of"));
    element("skipping").hidden = !player.isSkipping;
  }
}

function stateText(player: ReplayPlayer): string {
  if (player.isPlaying) return player.speed === 1 ? "Replay" : `Replay at ${player.speed}×`;
  return player.hasEnded ? "Recording, at its end" : "Recording, at rest";
}
