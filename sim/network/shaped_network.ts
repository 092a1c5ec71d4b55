import type { Clock } from "../../runtime/clock.ts";
import type { Rng } from "../../runtime/rng.ts";
import type { Dial } from "../../wire/connection.ts";
import { ABNORMAL_CLOSE } from "./endpoint.ts";
import type { Direction, NetworkFaults } from "./faults.ts";
import { ShapedConnection } from "./shaped_connection.ts";
import { type NetworkProfile, networkProfile, type NetworkProfileInput } from "./profile.ts";
import { StallSchedule } from "./stalls.ts";

/** What a {@link ShapedNetwork} is made of. */
export interface ShapedNetworkOptions {
  /** Virtual or wall: the network only waits on it. */
  readonly clock: Clock;
  /** Draws jitter and random stalls. */
  readonly rng: Rng;
  /** The real road, such as a WebSocket's. */
  readonly dial: Dial;
  /** The weather at the start. */
  readonly profile?: NetworkProfileInput;
  /** How long an orderly close waits for the peer's answer. Default 3. */
  readonly closeTimeoutS?: number;
}

/**
 * Network weather over a real connection: the links of the simulated network stand between the
 * client and any other road. What comes in is delayed before the client sees it, and the road is
 * read no further while more than a window waits here; what goes out is delayed before it is sent.
 */
export class ShapedNetwork implements NetworkFaults {
  readonly #options: ShapedNetworkOptions;
  readonly #upStalls: StallSchedule;
  readonly #downStalls: StallSchedule;
  #profile: NetworkProfile;
  #isRefusing = false;
  #dialled = 0;
  #connections: ShapedConnection[] = [];

  /** Weather of the given profile over `dial`. */
  constructor(options: ShapedNetworkOptions) {
    this.#options = options;
    this.#profile = networkProfile(options.profile);
    const nowS = options.clock.now();
    const { up, down } = this.#profile;
    this.#upStalls = new StallSchedule(up, nowS, options.rng.split("stalls/up"));
    this.#downStalls = new StallSchedule(down, nowS, options.rng.split("stalls/down"));
  }

  /** Opens a connection over the real road. */
  readonly dial: Dial = (handler) => {
    const { clock, rng, closeTimeoutS = 3 } = this.#options;
    this.#connections = this.#connections.filter((connection) => !connection.isFinished);
    const connection = new ShapedConnection(handler, {
      clock,
      rng: rng.split(`connection/${this.#dialled++}`),
      dial: this.#isRefusing ? refuse(clock) : this.#options.dial,
      profile: this.#profile,
      upStalls: this.#upStalls,
      downStalls: this.#downStalls,
      closeTimeoutS,
    });
    this.#connections.push(connection);
    return connection;
  };

  stall(durationS: number, direction: Direction = "both"): void {
    const nowS = this.#options.clock.now();
    if (direction !== "down") this.#upStalls.stall(durationS, nowS);
    if (direction !== "up") this.#downStalls.stall(durationS, nowS);
  }

  halfOpen(): void {
    for (const connection of this.#connections) connection.swallow();
  }

  /** Breaks the real connections as well. */
  abruptClose(): void {
    for (const connection of this.#connections) connection.terminate();
  }

  corruptNextSlice(): void {
    for (const connection of this.#connections) connection.corruptNextSlice();
  }

  setRefusing(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  setProfile(profile: NetworkProfileInput): void {
    this.#profile = networkProfile(profile);
    const nowS = this.#options.clock.now();
    this.#upStalls.setProfile(this.#profile.up, nowS);
    this.#downStalls.setProfile(this.#profile.down, nowS);
    for (const connection of this.#connections) connection.setProfile(this.#profile);
  }
}

/** A road that ends in a refusal. */
function refuse(clock: Clock): Dial {
  return (handler) => {
    clock.after(0, () => handler.onClose(ABNORMAL_CLOSE, "connection refused"));
    return {
      bufferedBytes: 0,
      isOpen: false,
      attach() {},
      send() {},
      sendFragment() {},
      setReadPaused() {},
      close() {},
      terminate() {},
    };
  };
}
