import type { ParamsMessage } from "../../wire/client_types.ts";
import type { ClientFaults } from "./options.ts";

/** A browser does not send a tick while more than this waits to be sent. */
const GATE_BYTES = 8 * 1024;

/** What a tick says of the connection. */
export interface TickTelemetry {
  /** The client's clock, in seconds. */
  readonly clientTimeS: number;
  /** Bytes of slice frames received over this connection. */
  readonly sliceBytes: number;
}

/**
 * What goes into each tick: the knob values, the position and, unless switched off, the telemetry.
 * Knob values are copied when they change, so that a tick that is under way never changes.
 */
export class ParamsSender {
  readonly #hasTelemetry: boolean;
  #raw: Readonly<Record<string, unknown>> = {};
  #faults: ClientFaults;
  readonly #echoed = new Set<string>();
  #frozenS: number | null = null;
  #worstLeadS: number | null = null;

  /** A sender without knob values. */
  constructor(options: { hasTelemetry: boolean; faults: ClientFaults }) {
    this.#hasTelemetry = options.hasTelemetry;
    this.#faults = options.faults;
  }

  /** Every knob value the client holds. */
  get raw(): Readonly<Record<string, unknown>> {
    return this.#raw;
  }

  /** The faults in force. */
  get faults(): ClientFaults {
    return this.#faults;
  }

  /** Switches faults. */
  setFaults(faults: ClientFaults): void {
    this.#faults = faults;
    if (faults.frozenPlaybackPos !== true) this.#frozenS = null;
  }

  /** Takes knob values over the ones it has; keys are never removed. Says whether any changed. */
  merge(values: Readonly<Record<string, unknown>>): boolean {
    let isChanged = false;
    for (const name in values) {
      if (this.#raw[name] !== values[name]) isChanged = true;
    }
    if (isChanged) this.#raw = { ...this.#raw, ...values };
    return isChanged;
  }

  /** Takes knob values over that somebody outside turned. */
  mergeEcho(values: Readonly<Record<string, unknown>>): void {
    for (const name in values) this.#echoed.add(name);
    this.merge(values);
  }

  /** A new session begins after a lost one: a careless client forgets what it was echoed. */
  onReconnect(): void {
    if (this.#faults.forgetEchoesOnReconnect !== true) return;
    const kept = Object.entries(this.#raw).filter(([name]) => !this.#echoed.has(name));
    this.#raw = Object.fromEntries(kept);
  }

  /** A slice came with this lead; the worst one goes into the next tick that is sent. */
  noteLead(leadS: number): void {
    if (this.#worstLeadS === null || leadS < this.#worstLeadS) this.#worstLeadS = leadS;
  }

  /** Another source or connection: the leads of the old one mean nothing. */
  forgetLead(): void {
    this.#worstLeadS = null;
  }

  /** Whether so much waits to be sent that this tick is better left out. */
  isGated(bufferedBytes: number): boolean {
    const isGate = this.#hasTelemetry && this.#faults.sendThroughBacklog !== true;
    return isGate && bufferedBytes > GATE_BYTES;
  }

  /** The message of a tick that is sent. */
  next(positionS: number, telemetry: TickTelemetry): ParamsMessage {
    if (this.#faults.frozenPlaybackPos === true) this.#frozenS ??= positionS;
    const playbackPosS = this.#frozenS ?? positionS;
    const message: ParamsMessage = this.#hasTelemetry
      ? {
        type: "params",
        raw: this.#raw,
        playback_pos: playbackPosS,
        client_time: telemetry.clientTimeS,
        slice_bytes_rx: telemetry.sliceBytes,
        slice_lead_s: this.#worstLeadS,
      }
      : { type: "params", raw: this.#raw, playback_pos: playbackPosS };
    this.#worstLeadS = null;
    return this.#faults.omitPlaybackPos === true ? withoutPosition(message) : message;
  }
}

/** The message that a careless client sends; the types do not know it. */
function withoutPosition(message: ParamsMessage): ParamsMessage {
  const { playback_pos: _, ...rest } = message;
  return rest as ParamsMessage;
}
