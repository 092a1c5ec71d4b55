/// <reference lib="dom" />
import { RING_PROCESSOR } from "../audio/messages.ts";
import { memory } from "./dom.ts";

/** The only rate that the protocol knows. */
const SAMPLE_RATE = 48000;

/** A context whose output device can be chosen; not every browser's can. */
type SinkContext = AudioContext & { setSinkId?(id: string): Promise<void> };

/** What an audio device says of its clock and its latency, in seconds. */
export interface AudioClock {
  /** When it was asked, on the page's clock. */
  readonly wallS: number;
  /** Time of the next block that will be rendered, on the context's clock. */
  readonly contextTimeS: number;
  /** What was leaving the device at `outputWallS`, on the context's clock; 0 before it knows. */
  readonly outputTimeS: number;
  /** When that was, on the page's clock. */
  readonly outputWallS: number;
  /** From the page to the system. */
  readonly baseLatencyS: number;
  /** From there to the ear, as far as the system knows. */
  readonly outputLatencyS: number;
}

/** The audio device: a context at 48 kHz with the ring player in it, and a volume. */
export class AudioOutput {
  readonly #context: SinkContext;
  readonly #node: AudioWorkletNode;
  readonly #gain: GainNode;
  readonly #analyser: AnalyserNode;
  #volume = 0.8;
  #isMuted = false;

  /** An open device; {@link AudioOutput.open} opens one. */
  constructor(context: AudioContext, node: AudioWorkletNode) {
    this.#context = context;
    this.#node = node;
    this.#gain = context.createGain();
    this.#analyser = context.createAnalyser();
    node.connect(this.#gain).connect(this.#analyser).connect(context.destination);
  }

  /**
   * Opens the device. Has to be called from a click or a key: browsers let nothing sound before.
   */
  static async open(): Promise<AudioOutput> {
    const context = new AudioContext({ sampleRate: SAMPLE_RATE, latencyHint: "interactive" });
    // Resuming belongs to the click; what comes later need not.
    const resumed = context.resume();
    try {
      await context.audioWorklet.addModule("/assets/ring.js");
    } catch {
      // Browsers lend a page a few devices only, and whoever presses Play again asks for another.
      await context.close();
      throw new Error("the player's sound did not come from the server: start it, then press Play");
    }
    const node = new AudioWorkletNode(context, RING_PROCESSOR, {
      numberOfInputs: 0,
      outputChannelCount: [2],
    });
    const output = new AudioOutput(context, node);
    const kept = memory.get("output");
    if (kept !== null && kept !== "") await output.useDevice(kept).catch(() => {});
    await resumed;
    return output;
  }

  /** A new session: the port that leads to the audio thread, which forgets the one before. */
  connect(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.#node.port.postMessage(port1, [port1]);
    return port2;
  }

  /** Whether it sounds. */
  get isRunning(): boolean {
    return this.#context.state === "running";
  }

  /** Its clock, seconds. */
  get timeS(): number {
    return this.#context.currentTime;
  }

  /** What it says of its clock and its latency. */
  get clock(): AudioClock {
    const context = this.#context;
    const { contextTime = 0, performanceTime = 0 } = context.getOutputTimestamp();
    return {
      wallS: performance.now() / 1000,
      contextTimeS: context.currentTime,
      outputTimeS: contextTime,
      outputWallS: performanceTime / 1000,
      baseLatencyS: context.baseLatency,
      outputLatencyS: context.outputLatency,
    };
  }

  /** Tells when it begins or ceases to sound: a phone call can stop it. */
  onState(tell: (isRunning: boolean) => void): void {
    this.#context.onstatechange = () => tell(this.isRunning);
  }

  /** Lets it sound again; to be called from a click or a key. */
  async resume(): Promise<void> {
    if (!this.isRunning) await this.#context.resume();
  }

  /** Holds the device; nothing sounds until {@link AudioOutput.resume}. */
  async suspend(): Promise<void> {
    await this.#context.suspend();
  }

  /** How loud it is now: the root of the mean square of the newest samples, 0..1. */
  get level(): number {
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(samples);
    return Math.sqrt(samples.reduce((sum, value) => sum + value * value, 0) / samples.length);
  }

  /** 0..1, as it is heard: the ear wants more than a straight line. */
  setVolume(volume: number, isMuted: boolean): void {
    this.#volume = volume;
    this.#isMuted = isMuted;
    const gain = this.#isMuted ? 0 : this.#volume ** 2;
    this.#gain.gain.setTargetAtTime(gain, this.#context.currentTime, 0.015);
  }

  /** Whether the device can be chosen here. */
  get canChoose(): boolean {
    return typeof this.#context.setSinkId === "function";
  }

  /** Plays on a device; the empty id is the default one. */
  async useDevice(id: string): Promise<void> {
    await this.#context.setSinkId?.(id);
  }
}

/** A device that sound can come out of. */
export interface OutputDevice {
  readonly id: string;
  readonly name: string;
}

/** The devices that this browser names: before it is asked for more, often none. */
export async function outputDevices(): Promise<OutputDevice[]> {
  const devices = await navigator.mediaDevices?.enumerateDevices() ?? [];
  return devices
    .filter(({ kind, deviceId }) =>
      kind === "audiooutput" && deviceId !== "" && deviceId !== "default"
    )
    .map(({ deviceId, label }, i) => ({ id: deviceId, name: label || `Device ${i + 1}` }));
}

/**
 * Has the browser ask the listener whether the page may know of the devices: by its own list where it
 * has one, else by the right to the microphone, which is let go of at once.
 *
 * @returns The id that was chosen in that list; null without one.
 */
export async function askForDevices(): Promise<string | null> {
  const media = navigator.mediaDevices as MediaDevices & {
    selectAudioOutput?(): Promise<MediaDeviceInfo>;
  };
  if (media.selectAudioOutput !== undefined) return (await media.selectAudioOutput()).deviceId;
  const stream = await media.getUserMedia({ audio: true });
  for (const track of stream.getTracks()) track.stop();
  return null;
}
