/**
 * The route by which the voice role is ended, and what comes of it.
 *
 * @module
 */
import { Hono } from "hono";
import type { Timer } from "../../../runtime/mod.ts";
import type { App, AppEnv } from "../../app.ts";
import type { VoiceServer } from "../voice_server.ts";
import { json, readObject } from "./body.ts";
import { number, readForm, text } from "./form.ts";

/** What `POST /shutdown` takes. */
export const SHUTDOWN_FORM = {
  timeout_sec: number("how long running jobs may go on", 5, { min: 0, max: 60 }),
  reason: text("why", "shutdown-requested"),
} as const;

/** How often a voice server that shuts down looks whether it may, seconds. */
const CHECK_S = 0.25;

/** The end of a voice server by a request. */
export class Shutdown {
  /** The route. */
  readonly routes: App = new Hono<AppEnv>();
  #timer: Timer | null = null;

  /** `onEnd` is called when no job runs any more, or the time is up. */
  constructor(voice: VoiceServer, onEnd: () => void) {
    const { clock } = voice.options;
    this.routes.post("/shutdown", async (c) => {
      const body = await readObject(c, {});
      if ("refused" in body) return body.refused;
      const form = readForm(SHUTDOWN_FORM, body.value);
      if ("refused" in form) return form.refused;
      if (this.isUnderWay) return json({ status: "already_shutting_down" }, 409);
      const { reason, timeout_sec } = form.value;
      const endS = clock.now() + timeout_sec;
      const check = () => {
        if (voice.activeJobs === 0 || clock.now() >= endS) onEnd();
        else this.#timer = clock.after(CHECK_S, check);
      };
      this.#timer = clock.after(CHECK_S, check);
      return json({ status: "shutting_down", reason, timeout_sec });
    });
  }

  /** Whether somebody has asked for it. */
  get isUnderWay(): boolean {
    return this.#timer !== null;
  }
}
