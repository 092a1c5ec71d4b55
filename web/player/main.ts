/// <reference lib="dom" />
/**
 * The player's page: puts its parts together, and draws.
 *
 * @module
 */
import type { KnobManifest } from "../../wire/shapes.ts";
import { Surface } from "./canvas.ts";
import { drawCloseUp } from "./close_up.ts";
import { element } from "./dom.ts";
import "./headway_window.ts";
import { listenToKeys } from "./keyboard.ts";
import { drawLeadGraph } from "./lead_graph.ts";
import { drawOverview } from "./overview.ts";
import { Player } from "./player.ts";

async function start(): Promise<void> {
  const manifest = await (await fetch("/api/knobs")).json() as KnobManifest;
  const watch = new URLSearchParams(location.search).get("watch");
  const player = new Player(manifest, location.origin.replace(/^http/, "ws"), watch);
  listenToKeys({
    togglePlay: () => void player.togglePlay(),
    seekBy: (seconds) => player.seekBy(seconds),
    toHead: () => player.seek(0),
    louder: (step) => player.sound.louder(step),
    toggleMute: () => player.sound.toggleMute(),
    bandStart: () => player.bandStart(),
    bandEnd: () => player.bandEnd(),
    bandClear: () => player.setBand(null),
    toggleLooping: () => player.toggleLooping(),
    swap: () => void player.swap(),
    toPrompt: () => element("prompt-a").focus(),
    toHelp: () => element("keys-title").scrollIntoView(),
  });
  globalThis.headway = {
    get state() {
      return player.state;
    },
    get view() {
      return player.view;
    },
    get sessionId() {
      return player.sessionId;
    },
    get audioTimeS() {
      return player.audioTimeS;
    },
    get level() {
      return player.level;
    },
    get audioClock() {
      return player.audioClock;
    },
    do: (command) => player.link?.do(command),
    records: async () => await player.link?.records() ?? null,
    report: async () => await player.link?.report() ?? null,
  };
  draw(player);
}

/**
 * Draws for as long as the page is seen. What runs past the listener is drawn with each frame, what
 * moves slowly less often: a third of the work.
 */
function draw({ tape }: Player): void {
  const drawings = [
    [new Surface(element<HTMLCanvasElement>("close-up")), drawCloseUp, 1],
    [new Surface(element<HTMLCanvasElement>("overview")), drawOverview, 5],
    [new Surface(element<HTMLCanvasElement>("lead-graph")), drawLeadGraph, 12],
  ] as const;
  let frames = 0;
  const frame = () => {
    const nowS = performance.now() / 1000;
    for (const [surface, drawOn, every] of drawings) {
      if (frames % every !== 0) continue;
      const area = surface.clear();
      if (area !== null) drawOn(area, tape, nowS);
    }
    frames++;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

void start();
