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

function draw({ tape }: Player): void {
  const drawings = [
    [new Surface(element<HTMLCanvasElement>("close-up")), drawCloseUp],
    [new Surface(element<HTMLCanvasElement>("overview")), drawOverview],
    [new Surface(element<HTMLCanvasElement>("lead-graph")), drawLeadGraph],
  ] as const;
  const frame = () => {
    const nowS = performance.now() / 1000;
    for (const [surface, drawOn] of drawings) {
      const area = surface.clear();
      if (area !== null) drawOn(area, tape, nowS);
    }
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

void start();
