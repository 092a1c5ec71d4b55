import type { Clock, Timer } from "../../runtime/mod.ts";
import type { SpeechEngine, SpeechResult, Utterance } from "../../server/voice/speech/engine.ts";
import { VOICE_SHAPES } from "../../server/voice/speech/flite/voices.ts";

/** A worker that says one sentence at a time, as this file needs it. */
export interface SpeechWorker {
  onmessage: ((event: MessageEvent<SpeechResult>) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  postMessage(utterance: Utterance): void;
  terminate(): void;
}

/** What the engine is made of. */
export interface FliteEngineOptions {
  readonly clock: Clock;
  /** Workers at a time at most; each takes about 60 MB. */
  readonly workers: number;
  /** Starts one; tests put their own in. */
  readonly start?: () => SpeechWorker;
  /** Seconds after which a worker is taken for stuck. */
  readonly patienceS?: number;
  /** Seconds without work after which workers are let go; they come back when asked. */
  readonly idleS?: number;
}

/** A sentence that somebody waits for. */
interface Order {
  readonly utterance: Utterance;
  readonly done: (result: SpeechResult) => void;
  isCancelled: boolean;
}

/** The built-in voices, in workers that start at the first sentence. */
export class FliteEngine implements SpeechEngine {
  readonly info = {
    name: "kokoro",
    modelId: "flite",
    voices: Object.keys(VOICE_SHAPES),
    defaultVoice: "af_heart",
    supports: ["speed"],
  } as const;
  readonly #options: FliteEngineOptions;
  readonly #idle: SpeechWorker[] = [];
  readonly #busy = new Map<SpeechWorker, { readonly order: Order; readonly patience: Timer }>();
  readonly #orders: Order[] = [];
  #rest: Timer | null = null;
  #isClosed = false;

  /** Nothing is started. */
  constructor(options: FliteEngineOptions) {
    this.#options = options;
  }

  /** It is always there; a worker's start takes part of a second. */
  readonly isLoaded = true;

  /** Workers that are there. */
  get workers(): number {
    return this.#idle.length + this.#busy.size;
  }

  /** Starts a worker and has it say a word, if none is there: the first sentence is then quick. */
  warm(): void {
    if (this.workers > 0) return;
    const { defaultVoice: voice } = this.info;
    this.say({ text: "ready", voice, speed: 1, emotion: 0 }, () => {});
  }

  /** Says a sentence as soon as a worker is free. */
  say(utterance: Utterance, done: (result: SpeechResult) => void): () => void {
    const order: Order = { utterance, done, isCancelled: false };
    if (this.#isClosed) {
      this.#options.clock.after(0, () => order.isCancelled || done({ error: CLOSED }));
    } else {
      this.#orders.push(order);
      this.#fill();
    }
    return () => void (order.isCancelled = true);
  }

  /** Ends every worker; who waits is told. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#rest?.cancel();
    for (const worker of [...this.#busy.keys()]) this.#lose(worker, CLOSED);
    for (const worker of this.#idle.splice(0)) worker.terminate();
    for (const order of this.#orders.splice(0)) tell(order, { error: CLOSED });
    return Promise.resolve();
  }

  #fill(): void {
    while (!this.#isClosed) {
      const worker = this.#idle.pop() ??
        (this.#busy.size < this.#options.workers && this.#hasOrders() ? this.#start() : null);
      if (worker === null) break;
      const order = this.#next();
      if (order === null) {
        this.#idle.push(worker);
        break;
      }
      this.#give(worker, order);
    }
    this.#restLater();
  }

  #hasOrders(): boolean {
    return this.#orders.some(({ isCancelled }) => !isCancelled);
  }

  #next(): Order | null {
    for (let order = this.#orders.shift(); order !== undefined; order = this.#orders.shift()) {
      if (!order.isCancelled) return order;
    }
    return null;
  }

  #start(): SpeechWorker {
    const worker = (this.#options.start ?? startWorker)();
    worker.onmessage = ({ data }) => {
      const work = this.#busy.get(worker);
      if (work === undefined) return;
      work.patience.cancel();
      this.#busy.delete(worker);
      this.#idle.push(worker);
      tell(work.order, data);
      this.#fill();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#lose(worker, `its worker failed: ${event.message}`);
    };
    return worker;
  }

  #give(worker: SpeechWorker, order: Order): void {
    const { clock, patienceS = 60 } = this.#options;
    const patience = clock.after(
      patienceS,
      () => this.#lose(worker, `its worker gave no answer in ${patienceS} s`),
    );
    this.#busy.set(worker, { order, patience });
    worker.postMessage(order.utterance);
  }

  /** A worker is gone: its sentence fails alone, and the next one gets a new worker. */
  #lose(worker: SpeechWorker, error: string): void {
    const work = this.#busy.get(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#busy.delete(worker);
    worker.onmessage = null;
    worker.onerror = null;
    worker.terminate();
    if (work === undefined) return;
    work.patience.cancel();
    tell(work.order, { error });
    this.#fill();
  }

  #restLater(): void {
    this.#rest?.cancel();
    this.#rest = null;
    if (this.#isClosed || this.#busy.size > 0 || this.#idle.length === 0) return;
    const { clock, idleS = 300 } = this.#options;
    this.#rest = clock.after(idleS, () => {
      for (const worker of this.#idle.splice(0)) worker.terminate();
    });
  }
}

const CLOSED = "the voice server is closing";

function tell(order: Order, result: SpeechResult): void {
  if (!order.isCancelled) order.done(result);
}

function startWorker(): SpeechWorker {
  return new Worker(new URL("./speech_worker.ts", import.meta.url), { type: "module" });
}
