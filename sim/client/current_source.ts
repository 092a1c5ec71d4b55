import type { SwapSourceMessage } from "../../wire/client_types.ts";
import type { CodecAudio } from "../../wire/codec.ts";
import type { ConfigMessage } from "../../wire/config.ts";
import { LENGTH_QUANTUM, SAMPLE_RATE } from "../../wire/constants.ts";
import type { SwapReadyMessage } from "../../wire/server_types.ts";
import type { ClientSource } from "./options.ts";

/** The first two messages of a session. */
export interface Opening {
  readonly config: ConfigMessage;
  /** Null when the server loads the source itself. */
  readonly pcm: CodecAudio | null;
}

/** A swap that was asked for and not answered yet. */
interface AskedSwap {
  readonly message: SwapSourceMessage;
  readonly pcm: CodecAudio | null;
}

/** Most swaps that are remembered; an answer comes within seconds. */
const MAX_ASKED = 16;

/** The source that plays now, so that a new session can ask for the same one. */
export class CurrentSource {
  #config: ConfigMessage;
  #source: ClientSource;
  #asked: AskedSwap[] = [];

  /** The source that the client was set up with. */
  constructor(config: ConfigMessage, source: ClientSource) {
    this.#config = config;
    this.#source = source;
  }

  /** How a new session begins. */
  get opening(): Opening {
    const source = this.#source;
    if (source.kind === "clip") {
      return { config: { ...this.#config, use_server_fixture: false }, pcm: source };
    }
    const config = { ...this.#config, fixture_name: source.name, use_server_fixture: true };
    return { config, pcm: null };
  }

  /** A swap was asked for. */
  onSwapAsked(message: SwapSourceMessage, pcm: CodecAudio | null): void {
    this.#asked = [...this.#asked, { message, pcm }].slice(-MAX_ASKED);
  }

  /** A swap failed; which one, is only clear when no other waits. */
  onSwapFailed(): void {
    if (this.#asked.length === 1) this.#asked = [];
  }

  /** Answers to what was asked for will not come any more. */
  forgetSwaps(): void {
    this.#asked = [];
  }

  /**
   * A swap was committed: the last one of ours that fits, and none that was asked for before it will
   * be; or somebody else's, whose audio we do not have. Gives back the prompt that came with it.
   */
  onSwapDone(done: SwapReadyMessage): string | undefined {
    const index = this.#asked.findLastIndex((asked) => fits(asked, done));
    const swap = this.#asked[index];
    if (swap === undefined) return undefined;
    this.#asked = this.#asked.slice(index + 1);
    const { fixture_name: name, tags } = swap.message;
    if (swap.pcm !== null) this.#source = { kind: "clip", ...swap.pcm };
    else if (name !== undefined) this.#source = { kind: "fixture", name };
    this.#config = {
      ...this.#config,
      ...(name === undefined ? {} : { fixture_name: name }),
      ...(tags === undefined ? {} : { prompt: tags }),
    };
    return tags;
  }
}

/** Whether a committed swap can be the one that was asked for: by its name, and by its length. */
function fits({ message, pcm }: AskedSwap, done: SwapReadyMessage): boolean {
  if ((message.fixture_name ?? null) !== done.fixture_name) return false;
  if (pcm === null) return true;
  const frames = pcm.frames - pcm.frames % LENGTH_QUANTUM;
  return frames >= Math.round(done.duration * SAMPLE_RATE) &&
    Math.min(2, pcm.channels) === done.channels;
}
