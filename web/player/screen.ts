/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * What the page shows of a session beside its drawings and figures. Functions of what they are given;
 * nothing is kept here.
 *
 * @module
 */
import type { ClientState } from "../../sim/client/status.ts";
import type { ReadyMessage, SourceFacts } from "../../wire/server_types.ts";
import type { View } from "../session/messages.ts";
import { element, input, say, timeText } from "./dom.ts";
import type { PlayerState } from "./state_words.ts";

/** What buttons and texts follow from. */
export interface ScreenFacts {
  readonly client: ClientState | null;
  readonly view: View | null;
  /** Whether there is anything to report. */
  readonly hasMeasures: boolean;
  readonly isWatching: boolean;
  /** Whether a loop band was begun, but not ended yet. */
  readonly isBandBegun: boolean;
}

/** Shows where the player stands, and what can be done now. */
export function showState({ name, text }: PlayerState, facts: ScreenFacts): void {
  const { client, view } = facts;
  element("state").dataset["state"] = name;
  say(element("state-text"), text);
  element("warning").hidden = client !== "streaming" || view === null || !view.isWarning ||
    view.isPaused;
  const hasSession = client !== null && client !== "closed";
  const isPlaying = hasSession && view?.isPaused !== true && view?.hasEnded !== true;
  element("play").setAttribute("aria-pressed", String(isPlaying));
  say(element("play-text"), isPlaying ? "Pause" : facts.isWatching ? "Watch" : "Play");
  element<HTMLButtonElement>("stop").disabled = !hasSession;
  element<HTMLButtonElement>("swap").disabled = client !== "streaming";
  element<HTMLButtonElement>("report").disabled = !facts.hasMeasures;
  if (view !== null) showPosition(view, facts.isBandBegun);
}

function showPosition({ playheadS, band }: View, isBandBegun: boolean): void {
  say(element("time-now"), timeText(playheadS));
  const position = element("position");
  position.setAttribute("aria-valuenow", playheadS.toFixed(0));
  position.setAttribute("aria-valuetext", timeText(playheadS, false));
  if (band !== null) {
    const [from, to] = [band.startSample / 48000, band.endSample / 48000];
    say(element("band-text"), `band ${timeText(from)} – ${timeText(to)}`);
  } else if (!isBandBegun) {
    say(element("band-text"), "no band");
  }
}

/** Shows what a source is. */
export function showFacts({ duration, channels, key, bpm }: SourceFacts): void {
  const parts = [
    `${duration.toFixed(1)} s`,
    channels === 1 ? "mono" : "stereo",
    ...(key === null ? [] : [key]),
    ...(bpm === null ? [] : [`${Math.round(bpm)} bpm`]),
  ];
  say(element("track-facts"), parts.join(" · "));
}

/** Names what plays. */
export function showTitle(text: string): void {
  say(element("track-title"), text);
}

/** Something that has to be read; an empty text takes the last one away. */
export function notice(text: string): void {
  const target = element("notice");
  target.hidden = text === "";
  say(target, text);
}

/** Hides what a session cannot do. */
export function showCapabilities({ capabilities, max_pipeline_depth: most }: ReadyMessage): void {
  for (const part of document.querySelectorAll<HTMLElement>("[data-needs]")) {
    part.hidden = capabilities?.[part.dataset["needs"] as keyof typeof capabilities] === false;
  }
  element("band").hidden = capabilities?.loop_band === false;
  input("depth").max = String(most);
}

/** Takes away from a watcher what would move a session. */
export function becomeWatcher(): void {
  for (const part of document.querySelectorAll<HTMLFieldSetElement>("[data-moves]")) {
    part.disabled = true;
  }
  element<HTMLFieldSetElement>("band").disabled = true;
  element("position").setAttribute("aria-disabled", "true");
  say(element("stop"), "Stop watching");
}

/** Tells where on the waveform, 0..1, a pointer presses or drags. */
export function listenToWaveform(onPlace: (share: number) => void): void {
  const position = element("position");
  const tell = ({ clientX }: PointerEvent) => {
    const { left, width } = position.getBoundingClientRect();
    onPlace((clientX - left) / width);
  };
  position.addEventListener("pointerdown", (event) => {
    position.setPointerCapture(event.pointerId);
    tell(event);
  });
  position.addEventListener("pointermove", (event) => {
    if (event.buttons === 1) tell(event);
  });
}

/** Hands a file to the browser's downloads. */
export function saveAs(name: string, file: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // The download has begun by then; the address need not live any longer.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
