/**
 * Looks at the server from outside, through its own public address. A proxy that rewrites Host and
 * adds no header makes strangers look local; only from outside can that be seen.
 *
 * @module
 */
import { type Clock, errorMessage, type Timer } from "../runtime/mod.ts";
import type { Log } from "./log.ts";

/** What the probe found. */
export type ProbeResult = "asks for credentials" | "lets strangers in" | "not reached";

/** What a probe needs. */
export interface ProbeParts {
  /** The public address. */
  readonly publicUrl: URL;
  /** Asks over the network. */
  readonly fetch: typeof globalThis.fetch;
  /** Time between probes, and for one. */
  readonly clock: Clock;
  /** A text that never comes twice: no cache may answer in our place. */
  readonly nonce: () => string;
  /** Where findings are told. */
  readonly log: Log;
  /** Strangers are let in: the bypass must go. */
  readonly onBypassed: () => void;
}

const EVERY_S = 3600;
const WITHIN_S = 10;
const MAX_ANSWER_CHARS = 4096;

/** Asks once. */
export async function probe(
  parts: Pick<ProbeParts, "publicUrl" | "fetch" | "clock" | "nonce">,
  stop?: AbortSignal,
): Promise<{ readonly result: ProbeResult; readonly why: string | null }> {
  const tooLong = new AbortController();
  const timer = parts.clock.after(
    WITHIN_S,
    () => tooLong.abort(new Error(`no answer within ${WITHIN_S} s`)),
  );
  try {
    const response = await parts.fetch(new URL("/api/auth/status", parts.publicUrl), {
      headers: { "X-Headway-Probe": parts.nonce(), "Accept": "application/json" },
      redirect: "manual",
      credentials: "omit",
      signal: stop === undefined ? tooLong.signal : AbortSignal.any([tooLong.signal, stop]),
    });
    const text = await response.text();
    const answer: unknown = text.length <= MAX_ANSWER_CHARS ? JSON.parse(text) : null;
    const via = answer !== null && typeof answer === "object" ? Reflect.get(answer, "via") : null;
    return { result: via === "bypass" ? "lets strangers in" : "asks for credentials", why: null };
  } catch (error) {
    return { result: "not reached", why: errorMessage(error) };
  } finally {
    timer.cancel();
  }
}

/** Asks now and every hour, until it is stopped or the bypass is off. */
export class PublicProbe {
  readonly #parts: ProbeParts;
  readonly #stop = new AbortController();
  #timer: Timer | null = null;

  /** Begins at once. */
  constructor(parts: ProbeParts) {
    this.#parts = parts;
    this.#ask();
  }

  /** Asks no more. */
  stop(): void {
    this.#timer?.cancel();
    this.#stop.abort();
  }

  #ask(): void {
    const { clock, log, onBypassed, publicUrl } = this.#parts;
    probe(this.#parts, this.#stop.signal).then(({ result, why }) => {
      if (this.#stop.signal.aborted) return;
      if (result === "lets strangers in") {
        log.warn("loopback bypass turned off", {
          url: publicUrl.origin,
          why: "the public address makes strangers look local; headway doctor says how to mend it",
        });
        onBypassed();
        return;
      }
      if (result === "not reached") log.warn("public address not reached", { why });
      this.#timer = clock.after(EVERY_S, () => this.#ask());
    });
  }
}
