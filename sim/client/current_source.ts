import type { SwapSourceMessage } from "../../wire/client_types.ts";
import type { CodecAudio } from "../../wire/codec.ts";
import type { ConfigMessage } from "../../wire/config.ts";
import type { ClientSource } from "./options.ts";

/** The first two messages of a session. */
export interface Opening {
  readonly config: ConfigMessage;
  /** Null when the server loads the source itself. */
  readonly pcm: CodecAudio | null;
}

/** The source that plays now, so that a new session can ask for the same one. */
export class CurrentSource {
  #config: ConfigMessage;
  #source: ClientSource;
  #swap: { readonly message: SwapSourceMessage; readonly pcm: CodecAudio | null } | null = null;

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

  /** A swap was asked for; of several that wait, the last one wins. */
  onSwapAsked(message: SwapSourceMessage, pcm: CodecAudio | null): void {
    this.#swap = { message, pcm };
  }

  /** A swap failed, or its answer will not come any more. */
  forgetSwap(): void {
    this.#swap = null;
  }

  /**
   * A swap was committed: ours, or somebody else's (whose audio we do not have). Gives back the
   * prompt that came with it.
   */
  onSwapDone(): string | undefined {
    const swap = this.#swap;
    this.#swap = null;
    if (swap === null) return undefined;
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
