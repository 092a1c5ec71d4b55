import type { Clock } from "../../runtime/clock.ts";
import type { Rng } from "../../runtime/rng.ts";
import type { Connection, ConnectionHandler, Dial } from "../../wire/connection.ts";
import { Endpoint } from "./endpoint.ts";
import { canBeSlice, corrupted, type Direction, type NetworkFaults } from "./faults.ts";
import { Link, type LinkEnds, type LinkItem } from "./link.ts";
import {
  type LinkProfile,
  type NetworkProfile,
  networkProfile,
  type NetworkProfileInput,
} from "./profile.ts";
import { StallSchedule } from "./stalls.ts";

/** What a {@link SimNetwork} is made of. */
export interface SimNetworkOptions {
  /** Virtual or wall: the network only waits on it. */
  readonly clock: Clock;
  /** Draws jitter and random stalls. */
  readonly rng: Rng;
  /** The weather at the start. */
  readonly profile?: NetworkProfileInput;
  /** How long an orderly close waits for the peer's answer. Default 3. */
  readonly closeTimeoutS?: number;
  /** How long a dial waits. Default 30. */
  readonly openTimeoutS?: number;
}

/** Both ends of a connection and what lies between. */
interface Road {
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly up: Link;
  readonly down: Link;
}

/**
 * A network between clients that dial and one server that listens, on any clock: latency, jitter,
 * bandwidth, stalls, back pressure and faults, per direction. As on TCP, bytes are delayed but
 * neither lost nor reordered.
 *
 * @example
 * ```ts
 * import { SimNetwork } from "./sim_network.ts";
 * import { Rng } from "../../runtime/rng.ts";
 * import { VirtualClock } from "../../runtime/virtual_clock.ts";
 *
 * const clock = new VirtualClock();
 * const profile = { up: { latencyMs: 20 } };
 * const network = new SimNetwork({ clock, rng: new Rng(1), profile });
 * network.listen((server) => {
 *   server.attach({ onPacket: (packet) => console.log(packet.bytes, clock.now()), onClose() {} });
 * });
 * const client = network.dial({
 *   onOpen: () => client.send({ kind: "text", text: "hello", bytes: 5 }),
 *   onPacket() {},
 *   onClose() {},
 * });
 * clock.runUntil(1); // 5 0.04
 * ```
 */
export class SimNetwork implements NetworkFaults {
  readonly #options: SimNetworkOptions;
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #upStalls: StallSchedule;
  readonly #downStalls: StallSchedule;
  #profile: NetworkProfile;
  #accept: ((connection: Connection, path: string) => void) | null = null;
  #isRefusing = false;
  #isCorruptionDue = false;
  #dialled = 0;
  #roads: Road[] = [];

  /** A network without connections. */
  constructor(options: SimNetworkOptions) {
    this.#options = options;
    this.#clock = options.clock;
    this.#rng = options.rng;
    this.#profile = networkProfile(options.profile);
    const nowS = this.#clock.now();
    const { up, down } = this.#profile;
    this.#upStalls = new StallSchedule(up, nowS, options.rng.split("stalls/up"));
    this.#downStalls = new StallSchedule(down, nowS, options.rng.split("stalls/down"));
  }

  /**
   * Takes new connections; each is handed over open, with the path that it was dialled with. Without
   * it they are refused.
   */
  listen(accept: (connection: Connection, path: string) => void): void {
    this.#accept = accept;
  }

  /** Opens a connection to whoever listens. */
  readonly dial: Dial = (handler) => this.#dial("", handler);

  /** The same with a path, such as a WebSocket's. */
  dialPath(path: string): Dial {
    return (handler) => this.#dial(path, handler);
  }

  /** What waits in the send buffers: the most of any connection, each way. */
  bufferedBytes(): { readonly up: number; readonly down: number } {
    let [up, down] = [0, 0];
    for (const road of this.#roads) {
      up = Math.max(up, road.up.bufferedBytes);
      down = Math.max(down, road.down.bufferedBytes);
    }
    return { up, down };
  }

  stall(durationS: number, direction: Direction = "both"): void {
    const nowS = this.#clock.now();
    if (direction !== "down") this.#upStalls.stall(durationS, nowS);
    if (direction !== "up") this.#downStalls.stall(durationS, nowS);
  }

  halfOpen(): void {
    for (const { up, down } of this.#roads) {
      up.swallow();
      down.swallow();
    }
  }

  abruptClose(): void {
    for (const { client, server, up, down } of this.#roads) {
      up.cut();
      down.cut();
      client.fail("connection lost");
      server.fail("connection lost");
    }
  }

  corruptNextSlice(): void {
    this.#isCorruptionDue = true;
  }

  setRefusing(isRefusing: boolean): void {
    this.#isRefusing = isRefusing;
  }

  setProfile(profile: NetworkProfileInput): void {
    this.#profile = networkProfile(profile);
    const nowS = this.#clock.now();
    this.#upStalls.setProfile(this.#profile.up, nowS);
    this.#downStalls.setProfile(this.#profile.down, nowS);
    for (const { up, down } of this.#roads) {
      up.setProfile(this.#profile.up);
      down.setProfile(this.#profile.down);
    }
  }

  #dial(path: string, handler: ConnectionHandler): Connection {
    this.#roads = this.#roads.filter((road) => !road.client.isFinished || !road.server.isFinished);
    const road = this.#makeRoad(path);
    this.#roads.push(road);
    road.client.attach(handler);
    road.client.open(this.#options.openTimeoutS ?? 30);
    return road.client;
  }

  #makeRoad(path: string): Road {
    const name = `connection/${this.#dialled++}`;
    const ends = { clock: this.#clock, closeTimeoutS: this.#options.closeTimeoutS ?? 3 };
    const client = new Endpoint(ends);
    const server = new Endpoint(ends);
    const up = this.#makeLink(this.#profile.up, this.#upStalls, `${name}/up`, {
      onArrive: (item) =>
        item.signal?.type === "open" ? this.#admit(server, path) : server.onArrive(item),
      onDrain: () => client.onDrain(),
    });
    const down = this.#makeLink(this.#profile.down, this.#downStalls, `${name}/down`, {
      onArrive: (item) => {
        if (this.#isCorruptionDue) this.#corrupt(item);
        client.onArrive(item);
      },
      onDrain: () => server.onDrain(),
    });
    client.join(up, down);
    server.join(down, up);
    return { client, server, up, down };
  }

  #makeLink(profile: LinkProfile, stalls: StallSchedule, name: string, ends: LinkEnds): Link {
    return new Link({
      clock: this.#clock,
      rng: this.#rng.split(name),
      profile,
      stalls,
      windowBytes: this.#profile.windowBytes,
      lowWaterBytes: this.#profile.lowWaterBytes,
      ends,
    });
  }

  #admit(server: Endpoint, path: string): void {
    if (this.#accept === null || this.#isRefusing) {
      server.signal({ type: "reset", reason: "connection refused" });
      return;
    }
    server.accept();
    this.#accept(server, path);
  }

  #corrupt(item: LinkItem): void {
    if (item.packet === null || item.packet.bytes !== item.bytes || !canBeSlice(item.packet)) {
      return;
    }
    this.#isCorruptionDue = false;
    item.packet = corrupted(item.packet);
  }
}
