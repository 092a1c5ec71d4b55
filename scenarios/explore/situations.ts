/**
 * Situations that a search has to come into, whatever becomes of them: no invariant of its own, but
 * the proof that the others were tried where it is hard.
 *
 * @module
 */
import { SAMPLE_RATE } from "../../wire/mod.ts";
import type { Checker } from "./checker.ts";
import type { Scene } from "./scene.ts";

const MARKS = [
  "seek near the wrap",
  "seek inside a slice",
  "seek burst",
  "swap while paused",
  "swap on swap",
  "swap with stems",
  "swap from outside",
  "swap failed",
  "reconnect while a swap was under way",
  "cut during the handshake",
  "reconnected by itself",
  "gave up reconnecting",
  "slices dropped by the window",
  "slices dropped by age",
  "slice damaged",
  "server rested",
  "band armed",
  "band shorter than a window",
  "band over the wrap",
  "clock skewed",
  "engine overloaded",
  "engine stalled",
  "reader stopped",
  "second client",
  "whole-buffer slices",
  "walk mode",
  "one channel",
  "without telemetry",
] as const;

type Mark = typeof MARKS[number];

/** How close to the buffer's end counts as near, seconds. */
const NEAR_S = 0.5;

/** The situations. */
export const SITUATIONS = {
  marks: MARKS as readonly string[],
  /** Fixtures are too long for worlds with samples. */
  timingMarks: ["swap from outside"] as readonly string[],
  /** Watches one run for them. */
  create(scene: Scene, cover: (mark: Mark) => void): Checker {
    const { scenario } = scene;
    const { client } = scenario;
    let isPaused = false;
    let seekS = -Infinity;
    let slice = { start: 0, end: 0 };
    let swapsUnderWay = 0;
    const bufferS = () => scene.client.bufferFrames / SAMPLE_RATE;
    const onSeek = (toS: number) => {
      const at = toS < 0 ? toS + bufferS() : toS;
      if (at < NEAR_S || at > bufferS() - NEAR_S) cover("seek near the wrap");
      if (at * SAMPLE_RATE >= slice.start && at * SAMPLE_RATE < slice.end) {
        cover("seek inside a slice");
      }
      if (scene.nowS - seekS < 0.5) cover("seek burst");
      seekS = scene.nowS;
    };
    const onSwap = () => {
      if (isPaused) cover("swap while paused");
      if (swapsUnderWay++ > 0) cover("swap on swap");
    };
    return {
      onStep(step) {
        switch (step.do) {
          case "seek":
            return onSeek(step.toS);
          case "pause":
          case "resume":
            isPaused = step.do === "pause";
            return;
          case "swap":
            if (step.source.stems !== undefined) cover("swap with stems");
            return onSwap();
          case "loopBand": {
            if (step.band === null) return;
            cover("band armed");
            const { startS, endS } = step.band;
            if (endS - startS < 0.36) cover("band shorter than a window");
            if (endS > bufferS()) cover("band over the wrap");
            return;
          }
          case "engine":
            if (step.profile.type === "overload") cover("engine overloaded");
            if (step.profile.type === "stall" || step.profile.type === "gc") {
              cover("engine stalled");
            }
            return;
          case "stopReading":
            return cover("reader stopped");
          case "secondClient":
            return cover("second client");
          case "reconnect":
            if (swapsUnderWay > 0) cover("reconnect while a swap was under way");
        }
      },
      onExternal({ type }) {
        if (type === "swap_source") cover("swap from outside");
        return undefined;
      },
      onSlice({ record: { startSample, numSamples, tags } }) {
        slice = { start: startSample, end: startSample + numSamples };
        if ((tags & 8) !== 0) cover("server rested");
      },
      onTick({ tags }) {
        if ((tags & 8) !== 0) cover("server rested");
      },
      onBuffer({ kind, channels }) {
        if (kind !== "initial") swapsUnderWay = 0;
        if (channels === 1) cover("one channel");
        if (client.audioSkew !== undefined || client.clockSkew !== undefined) cover("clock skewed");
        if (client.config["vae_window"] === 0) cover("whole-buffer slices");
        if (client.config["walk_window"] === true) cover("walk mode");
        if (client.profile === "reference") cover("without telemetry");
      },
      onEvent({ type }) {
        if (type === "swap_failed") cover("swap failed");
      },
      onServerDrop(cause) {
        if (cause === "window") cover("slices dropped by the window");
        if (cause === "age") cover("slices dropped by age");
      },
      onDecodeError: () => cover("slice damaged"),
      onClose(_code, _reason, willReconnect) {
        if (willReconnect) cover("reconnected by itself");
        else if (client.reconnect && scene.client.state !== "streaming") {
          cover("gave up reconnecting");
        }
        if (scene.client.state === "reconnecting") cover("cut during the handshake");
      },
    };
  },
};
