import type { CodecAudio } from "../../wire/codec.ts";
import type { ClientMessage } from "../../wire/client_types.ts";

/** A command as it was sent. */
export interface KeptCommand {
  readonly message: ClientMessage;
  readonly pcm: CodecAudio | null;
}

/**
 * The commands that made a session what it is, so that a new session can be made the same: of each
 * kind the newest, in the order in which they were first given. What changes the source itself
 * (`swap_source`, `write_audio`) is not among them.
 */
export class KeptCommands {
  readonly #slots = new Map<string, KeptCommand>();
  #manualSlots = 0;

  /** Notes a command. */
  note(message: ClientMessage, pcm: CodecAudio | null): void {
    switch (message.type) {
      case "prompt":
      case "set_prompt_blend":
      case "set_depth":
      case "set_timbre_strength":
        return this.#keep(message.type, message, pcm);
      case "set_interp_method":
        return this.#keep(`interp ${message.path}`, message, pcm);
      case "enable_lora":
      case "disable_lora":
        return this.#keep(`lora ${message.id}`, message, pcm);
      case "set_timbre_source":
      case "set_timbre_fixture":
        return this.#keep("timbre", message, pcm);
      case "clear_timbre_source":
        return this.#drop("timbre");
      case "set_structure_source":
      case "set_structure_fixture":
        return this.#keep("structure", message, pcm);
      case "clear_structure_source":
        return this.#drop("structure");
      case "loop_band":
        return message.start_sec == null || message.end_sec == null
          ? this.#drop("band")
          : this.#keep("band", message, pcm);
      case "manual_slot_add":
        return this.#keep(`manual ${this.#manualSlots++}`, message, pcm);
      case "manual_slot_pop":
        if (this.#manualSlots > 0) this.#drop(`manual ${--this.#manualSlots}`);
        return;
      case "params":
      case "swap_source":
      case "write_audio":
    }
  }

  /** A swap was committed: the server cleared its band and may have taken a new prompt A. */
  onSwap(tags: string | undefined): void {
    this.#drop("band");
    const prompt = this.#slots.get("prompt")?.message;
    if (tags === undefined || prompt?.type !== "prompt") return;
    this.#keep("prompt", { ...prompt, tags }, null);
  }

  /** The loop band, or null. */
  get band(): { readonly startS: number; readonly endS: number } | null {
    const message = this.#slots.get("band")?.message;
    if (message?.type !== "loop_band") return null;
    return { startS: message.start_sec ?? 0, endS: message.end_sec ?? 0 };
  }

  /** Whether the newest word on a LoRA was to enable it. */
  wantsLora(id: string): boolean {
    return this.#slots.get(`lora ${id}`)?.message.type === "enable_lora";
  }

  /** What a new session has to be told, in order. */
  get all(): KeptCommand[] {
    return [...this.#slots.values()];
  }

  #keep(slot: string, message: ClientMessage, pcm: CodecAudio | null): void {
    this.#slots.set(slot, { message, pcm });
  }

  #drop(slot: string): void {
    this.#slots.delete(slot);
  }
}
