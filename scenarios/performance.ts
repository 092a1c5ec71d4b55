/**
 * One run of one scenario on one stage, from the first dial to the last event.
 *
 * @module
 */
import type { Rng } from "../runtime/mod.ts";
import { BROWSER_RECONNECT, type ClientObserver, HeadlessClient } from "../sim/mod.ts";
import type { ConfigMessage } from "../wire/mod.ts";
import { Director } from "./director.ts";
import type { Fidelity } from "./result.ts";
import type { Scenario, SourceSpec, Step } from "./types.ts";
import type { Shelf } from "./shelf.ts";
import { MAIN_CLIENT_ID } from "./mirror_watch.ts";
import type { Play, Stage } from "./stage.ts";
import type { RunWatcher } from "./watcher.ts";

/** How long a session may take to start, seconds. */
const START_TIMEOUT_S = 240;

/** What a performance is made of. */
export interface PerformanceOptions {
  readonly scenario: Scenario;
  readonly stage: Stage;
  readonly fidelity: Fidelity;
  readonly rng: Rng;
  readonly shelf: Shelf;
  /** Follows the client, which `client` gives when asked. */
  readonly watch: (client: () => HeadlessClient) => Watch;
}

/** Who follows a performance. */
export interface Watch {
  /** Knows where the run stands. */
  readonly watcher: RunWatcher;
  /** What the client tells everything; the watcher, or the watcher and others. */
  readonly observer: ClientObserver;
  /** Told of a step before it is carried out. */
  readonly onStep: (step: Step) => void;
  /** The run is over; its client is still there. */
  readonly onOver: () => void;
}

/** What the second client of a scenario saw. */
export interface SecondClient {
  readonly slices: number;
  /** Seconds after the first client's streaming began; null while it waits. */
  readonly readyAtS: number | null;
}

/** A scenario being played. */
export class Performance implements Play {
  readonly client: HeadlessClient;
  readonly #options: PerformanceOptions;
  readonly #director: Director;
  readonly #watcher: RunWatcher;
  readonly #observer: ClientObserver;
  readonly #onOver: () => void;
  readonly #others: HeadlessClient[] = [];
  #secondSlices = 0;
  #secondReadyAtS: number | null = null;
  #endS: number | null = null;
  #isDone = false;
  /** Called once when everything has happened. */
  onDone: (() => void) | null = null;

  /** A performance whose client has not dialled yet. */
  constructor(options: PerformanceOptions) {
    const { scenario, stage, shelf } = options;
    this.#options = options;
    const { watcher, observer, onStep, onOver } = options.watch(() => this.client);
    this.#onOver = onOver;
    this.#watcher = watcher;
    this.#observer = observer;
    this.client = this.#makeClient(MAIN_CLIENT_ID, scenario.source);
    this.#director = new Director({
      scenario,
      stage,
      client: this.client,
      watcher,
      onStep,
      shelf,
      startSecondClient: (source) => this.#startSecondClient(source),
    });
    watcher.onChange = () => this.#onChange();
  }

  /** When the session ended, on the stage's clock; null while it runs. */
  get endS(): number | null {
    return this.#endS;
  }

  /** Whether everything has happened. */
  get isDone(): boolean {
    return this.#isDone;
  }

  /** The second client, if the scenario started one. */
  get second(): SecondClient {
    return { slices: this.#secondSlices, readyAtS: this.#secondReadyAtS };
  }

  /** Plays the scenario to its end. */
  async play(): Promise<void> {
    this.client.open();
    await this.#options.stage.drive(this);
  }

  #onChange(): void {
    const { failure, streamingS } = this.#watcher;
    if (failure !== null && streamingS === null) return this.#finish();
    if (streamingS !== null && this.#endS === null) this.#begin(streamingS);
    this.#director.look();
  }

  #begin(startS: number): void {
    const { scenario, stage } = this.#options;
    this.#endS = startS + scenario.durationS;
    this.#director.begin();
    // Once more at the same instant: what else happens there, such as a tick, still counts.
    stage.clock.at(this.#endS, () => stage.clock.after(0, () => this.#end()));
  }

  #end(): void {
    this.#director.stop();
    this.#onOver();
    this.#options.stage.settle(() => this.client.mirror, () => this.#finish());
  }

  #finish(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    this.#director.stop();
    this.client.stop();
    for (const other of this.#others) other.stop();
    this.onDone?.();
  }

  #startSecondClient(source: SourceSpec = this.#options.scenario.source): void {
    const other = this.#makeClient(`${MAIN_CLIENT_ID}-second`, source);
    this.#others.push(other);
    other.open();
  }

  #makeClient(clientId: string, source: SourceSpec): HeadlessClient {
    const { scenario, stage, shelf, fidelity, rng } = this.#options;
    const { client, server } = scenario;
    const isMain = clientId === MAIN_CLIENT_ID;
    // A config that insists on a fixture of the server is taken at its word, right or wrong.
    const isFixture = "fixture" in source && !source.upload &&
      (client.config["use_server_fixture"] === true || stage.hasFixture(source.fixture));
    const config: ConfigMessage = {
      client_id: clientId,
      prompt: client.prompt,
      ...(source.stems === undefined ? {} : { stem_source_mode: source.stems }),
      ...client.config,
    };
    return new HeadlessClient({
      dial: stage.dial,
      clock: stage.clock,
      rng: rng.split(clientId),
      fidelity,
      codec: stage.codec,
      config,
      source: isFixture
        ? { kind: "fixture", name: source.fixture }
        : { kind: "clip", ...shelf.clip(source) },
      paramsHz: client.paramsHz,
      rate: client.rate,
      wrap: client.wrap,
      recordPlaybackS: isMain ? client.recordPlaybackS : 0,
      profile: client.profile,
      ...(client.audioSkew === undefined ? {} : { audioSkew: client.audioSkew }),
      ...(client.clockSkew === undefined ? {} : { clockSkew: client.clockSkew }),
      reconnect: client.reconnect && isMain ? BROWSER_RECONNECT : null,
      idlePauseS: server.idlePauseS,
      settleS: client.settleS,
      startTimeoutS: START_TIMEOUT_S,
      faults: isMain ? client.faults : {},
      observer: isMain ? this.#observer : {
        onBuffer: () => {
          this.#secondReadyAtS ??= stage.clock.now() - (this.#watcher.streamingS ?? 0);
        },
        onSlice: () => {
          this.#secondSlices++;
        },
      },
    });
  }
}
