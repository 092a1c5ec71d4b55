/// <reference lib="dom" />
import { askForDevices, type AudioOutput, outputDevices } from "./audio_output.ts";
import { element, input, memory, select } from "./dom.ts";

/** Stands for the devices that the browser does not name yet. */
const OTHERS = "?";

/** Volume, mute and the output device; what was chosen is kept for the next visit. */
export class SoundPanel {
  readonly #volume = input("volume");
  readonly #mute = element<HTMLButtonElement>("mute");
  readonly #devices = select("output");
  readonly #notice: (text: string) => void;
  #output: AudioOutput | null = null;
  #isMuted = false;

  /** Takes over the inputs that the server has drawn. */
  constructor(notice: (text: string) => void) {
    this.#notice = notice;
    const kept = Number(memory.get("volume") ?? NaN);
    if (kept >= 0 && kept <= 1) this.#volume.value = String(kept);
    this.#volume.addEventListener("input", () => this.#apply());
    this.#mute.addEventListener("click", () => this.toggleMute());
    this.#devices.addEventListener("change", () => this.#choose());
    navigator.mediaDevices?.addEventListener?.("devicechange", () => void this.#list());
  }

  /** A device is open. */
  async take(output: AudioOutput): Promise<void> {
    this.#output = output;
    this.#apply();
    this.#devices.disabled = !output.canChoose;
    if (output.canChoose) await this.#list();
  }

  /** Louder, or softer. */
  louder(step: number): void {
    this.#volume.value = String(Number(this.#volume.value) + step);
    this.#apply();
  }

  /** Silent, or not. */
  toggleMute(): void {
    this.#isMuted = !this.#isMuted;
    this.#mute.setAttribute("aria-pressed", String(this.#isMuted));
    this.#apply();
  }

  #apply(): void {
    memory.set("volume", this.#volume.value);
    this.#output?.setVolume(Number(this.#volume.value), this.#isMuted);
  }

  async #list(): Promise<void> {
    const devices = await outputDevices();
    const kept = memory.get("output") ?? "";
    this.#devices.replaceChildren(
      new Option("Default", ""),
      ...devices.map(({ id, name }) => new Option(name, id)),
      ...(devices.length === 0 ? [new Option("Other devices…", OTHERS)] : []),
    );
    this.#devices.value = devices.some(({ id }) => id === kept) ? kept : "";
  }

  async #choose(): Promise<void> {
    let id = this.#devices.value;
    try {
      if (id === OTHERS) {
        this.#devices.value = "";
        const chosen = await askForDevices();
        await this.#list();
        if (chosen === null) return;
        id = chosen;
      }
      await this.#output?.useDevice(id);
      memory.set("output", id);
    } catch {
      this.#devices.value = "";
      this.#notice("This browser does not let the page use another output; the default one plays.");
    }
  }
}
