import { type CodecAudio, type PacketCodec, textPacket } from "../../wire/codec.ts";
import type { ClientMessage } from "../../wire/client_types.ts";
import type { ConfigMessage } from "../../wire/config.ts";
import type { CellSlice, Connection, Dial, Packet } from "../../wire/connection.ts";
import { WireError } from "../../wire/errors.ts";
import {
  expectedBinaries,
  type ExpectedBinary,
  parseServerMessage,
} from "../../wire/server_messages.ts";
import type { ReadyMessage, ServerMessage, SwapReadyMessage } from "../../wire/server_types.ts";

/** A text frame of a type that this client does not know. */
export interface UnknownEvent {
  /** Its type. */
  readonly type: string;
}

/** A whole buffer that arrived: its halves, or at timing fidelity its shape. */
export type ArrivedBuffer =
  | { readonly data: Uint8Array; readonly channels: number; readonly frames: number }
  | { readonly data: null; readonly channels: number; readonly frames: number };

/** What a session tells its client. */
export interface SessionHost {
  /** `ready` came. */
  onReady(message: ReadyMessage): void;
  /** The buffer of `ready` came: streaming begins. */
  onInitialBuffer(buffer: ArrivedBuffer, ready: ReadyMessage): void;
  /** The buffer of a swap came. */
  onSwapBuffer(buffer: ArrivedBuffer, swap: SwapReadyMessage): void;
  /** A text frame came, other than the handshake's. */
  onEvent(message: ServerMessage | UnknownEvent): void;
  /** A slice frame came. */
  onSliceFrame(frame: Uint8Array, bytes: number): void;
  /** A slice without samples came. */
  onCellSlice(slice: CellSlice, bytes: number): void;
  /** Something could not be read. */
  onDecodeError(error: Error): void;
  /** The connection is gone. */
  onClosed(code: number, reason: string): void;
}

/** What a {@link ClientSession} is made of. */
export interface ClientSessionOptions {
  readonly dial: Dial;
  readonly codec: PacketCodec;
  readonly config: ConfigMessage;
  /** Uploaded after the config; null when the server loads the source itself. */
  readonly pcm: CodecAudio | null;
  readonly host: SessionHost;
}

/** A binary that a text frame has announced, and which frame that was. */
interface Expected {
  readonly binary: ExpectedBinary;
  readonly source: ReadyMessage | SwapReadyMessage | null;
}

/**
 * One session over one connection: handshake, the queue of announced binaries, and the sorting of
 * everything else. It knows nothing of playback.
 */
export class ClientSession {
  readonly #options: ClientSessionOptions;
  readonly #host: SessionHost;
  readonly #connection: Connection;
  readonly #expected: Expected[] = [];
  #phase: "dialing" | "handshake" | "buffer" | "streaming" | "over" = "dialing";
  #sliceBytes = 0;

  /** Dials at once. */
  constructor(options: ClientSessionOptions) {
    this.#options = options;
    this.#host = options.host;
    this.#connection = options.dial({
      onOpen: () => this.#open(),
      onPacket: (packet) => this.#receive(packet),
      onClose: (code, reason) => this.#closed(code, reason),
    });
  }

  /** Whether the initial buffer has come and the connection still stands. */
  get isStreaming(): boolean {
    return this.#phase === "streaming" && this.#connection.isOpen;
  }

  /** Bytes of slice frames so far, header and payload. */
  get sliceBytes(): number {
    return this.#sliceBytes;
  }

  /** Bytes that wait to be sent. */
  get bufferedBytes(): number {
    return this.#connection.bufferedBytes;
  }

  /** Sends a message and the audio that belongs to it. */
  send(message: ClientMessage, pcm: CodecAudio | null): void {
    const { codec } = this.#options;
    this.#connection.send(codec.message(message));
    if (pcm !== null) this.#connection.send(codec.pcm(pcm));
  }

  /** Stops or goes on reading. */
  setReadPaused(isPaused: boolean): void {
    this.#connection.setReadPaused(isPaused);
  }

  /** Ends the session in an orderly way; the host is told when it is over. */
  close(code: number, reason: string): void {
    this.#connection.close(code, reason);
  }

  /** Drops the connection; the host is told. */
  terminate(): void {
    this.#connection.terminate();
  }

  /** Drops the connection; the host is told nothing any more. */
  abandon(): void {
    this.#phase = "over";
    this.#connection.terminate();
  }

  #open(): void {
    if (this.#phase !== "dialing") return;
    this.#phase = "handshake";
    const { codec, config, pcm } = this.#options;
    this.#connection.send(textPacket(JSON.stringify(config)));
    if (pcm !== null) this.#connection.send(codec.pcm(pcm));
  }

  #receive(packet: Packet): void {
    if (this.#phase === "over") return;
    switch (packet.kind) {
      case "slice":
        this.#sliceBytes += packet.bytes;
        this.#host.onCellSlice(packet.slice, packet.bytes);
        return;
      case "message":
        this.#onMessage(packet.message as ServerMessage);
        return;
      case "text":
        this.#onText(packet.text);
        return;
      case "buffer":
        this.#onBuffer({ data: null, channels: packet.channels, frames: packet.frames });
        return;
      case "binary":
        this.#onBinary(packet.data, packet.bytes);
    }
  }

  #onText(text: string): void {
    let event: ReturnType<typeof parseServerMessage>;
    try {
      event = parseServerMessage(text);
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.#host.onDecodeError(error);
      return;
    }
    if (event.known) this.#onMessage(event.message);
    else if (this.#phase !== "handshake") this.#host.onEvent({ ...event.raw, type: event.type });
  }

  #onMessage(message: ServerMessage): void {
    if (message.type === "init_ack") return;
    if (this.#phase === "handshake" && message.type !== "ready" && message.type !== "error") return;
    if (message.type === "ready") {
      if (this.#phase !== "handshake") return;
      this.#phase = "buffer";
      this.#expect(message, message);
      this.#host.onReady(message);
      return;
    }
    if (message.type === "swap_ready") this.#expect(message, message);
    if (message.type === "stem_assets") this.#expect(message, null);
    this.#host.onEvent(message);
  }

  #expect(message: ServerMessage, source: Expected["source"]): void {
    for (const binary of expectedBinaries(message)) this.#expected.push({ binary, source });
  }

  #onBinary(data: Uint8Array, packetBytes: number): void {
    const next = this.#expected.shift();
    if (next !== undefined) {
      const { channels, bytes } = next.binary;
      if (data.length !== bytes) this.#reportSize(next, data.length);
      this.#take(next, { data, channels, frames: Math.floor(data.length / (2 * channels)) });
      return;
    }
    if (this.#phase !== "streaming") {
      this.#host.onDecodeError(
        new WireError(`a binary of ${data.length} bytes came before anything announced one`, {
          field: "binary",
        }),
      );
      return;
    }
    this.#sliceBytes += packetBytes;
    this.#host.onSliceFrame(data, packetBytes);
  }

  #onBuffer(buffer: ArrivedBuffer): void {
    const next = this.#expected.shift();
    if (next === undefined) return;
    if (buffer.frames !== next.binary.frames || buffer.channels !== next.binary.channels) {
      this.#reportSize(next, buffer.frames * buffer.channels * 2);
    }
    this.#take(next, buffer);
  }

  #take({ source }: Expected, buffer: ArrivedBuffer): void {
    if (source === null) return;
    if (source.type === "ready") {
      this.#phase = "streaming";
      this.#host.onInitialBuffer(buffer, source);
    } else {
      this.#host.onSwapBuffer(buffer, source);
    }
  }

  #reportSize({ binary }: Expected, bytes: number): void {
    const name = binary.kind === "stem" ? `stem ${binary.name}` : "buffer";
    this.#host.onDecodeError(
      new WireError(`${name} is ${bytes} bytes, expected ${binary.bytes} as announced`, {
        field: binary.kind,
      }),
    );
  }

  #closed(code: number, reason: string): void {
    if (this.#phase === "over") return;
    this.#phase = "over";
    this.#host.onClosed(code, reason);
  }
}
