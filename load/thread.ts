/**
 * The worker side of a fleet: sessions that answer to messages.
 *
 * @module
 */
import { synthSource } from "../fixtures/mod.ts";
import { errorMessage, Rng, WallClock } from "../runtime/mod.ts";
import { type ClientSource, dialWebSocket } from "../sim/mod.ts";
import { LoadSessions, type ThreadReading } from "./sessions.ts";

/** What a thread is asked. */
export type ThreadRequest =
  | {
    readonly do: "start";
    readonly url: string;
    readonly token: string | null;
    /** A loop of the server's; null sends ten seconds of our own. */
    readonly fixture: string | null;
    readonly seed: string;
  }
  | {
    readonly do: "resize";
    readonly count: number;
    readonly rampS: number;
    readonly firstNumber: number;
  }
  | { readonly do: "measure"; readonly seconds: number }
  | { readonly do: "close" };

/** What it answers: null, why sessions could not be opened, what was measured, or what went wrong. */
export type ThreadAnswer =
  | { readonly ok: true; readonly failures?: readonly string[]; readonly reading?: ThreadReading }
  | { readonly ok: false; readonly message: string };

/** The part of a worker's global scope that is used here. */
declare const self: {
  onmessage: ((event: MessageEvent<ThreadRequest>) => void) | null;
  postMessage(message: ThreadAnswer): void;
};

/** Seconds of the audio that a session sends when it uses no fixture. */
const SOURCE_S = 10;

let sessions: LoadSessions | null = null;

async function answer(asked: ThreadRequest): Promise<ThreadAnswer> {
  switch (asked.do) {
    case "start": {
      const source: ClientSource = asked.fixture === null
        ? { kind: "clip", ...synthSource({ seconds: SOURCE_S }) }
        : { kind: "fixture", name: asked.fixture };
      sessions = new LoadSessions({
        dial: dialWebSocket(asked.url, asked.token === null ? {} : { token: asked.token }),
        clock: new WallClock(),
        rng: new Rng(asked.seed),
        source,
      });
      return { ok: true };
    }
    case "resize": {
      const { count, rampS, firstNumber } = asked;
      return { ok: true, failures: await sessions!.resize(count, rampS, firstNumber) };
    }
    case "measure":
      return { ok: true, reading: await sessions!.measure(asked.seconds) };
    case "close":
      await sessions?.close();
      return { ok: true };
  }
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(await answer(data));
  } catch (error) {
    self.postMessage({ ok: false, message: errorMessage(error) });
  }
};
