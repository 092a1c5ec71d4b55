/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * The list of output devices: what is chosen is kept, and comes back when its device does.
 *
 * @module
 */
import { askForDevices, type OutputDevice, outputDevices } from "../player/audio_output.ts";

/** Where the browser keeps the choice, as other pages of the protocol do. */
const KEY = "mod3-output-device";

/** What the list works on. */
export interface OutputChoiceParts {
  readonly list: HTMLSelectElement;
  readonly ask: HTMLButtonElement;
  /** Plays on a device from now on; empty is the system's. */
  readonly use: (id: string) => void;
  /** Tells why a device cannot be had. */
  readonly say: (text: string) => void;
}

/** The list. */
export class OutputChoice {
  readonly #parts: OutputChoiceParts;
  #chosen: string;
  #devices: readonly OutputDevice[] = [];
  /** Numbers the look-ups: an older one that comes later says nothing. */
  #lookUps = 0;

  /** Shows what was chosen before, and fills the list with what there is. */
  constructor(parts: OutputChoiceParts) {
    this.#parts = parts;
    this.#chosen = kept();
    parts.list.addEventListener("change", () => this.choose(parts.list.value));
    parts.ask.addEventListener("click", () => void this.#askForNames());
    navigator.mediaDevices?.addEventListener("devicechange", () => void this.fill());
    // Clips that come before the devices are listed already go where they should.
    parts.use(this.#chosen);
    void this.fill();
  }

  /** Chooses a device, and keeps that. */
  choose(id: string): void {
    this.#chosen = id;
    try {
      localStorage.setItem(KEY, id);
    } catch {
      // The choice holds as long as the page does.
    }
    this.#draw();
  }

  /** Chooses a device for as long as the page lives: another script on it may ask for that. */
  use(id: string): void {
    this.#chosen = id;
    this.#parts.use(id);
    const { list } = this.#parts;
    if ([...list.options].some(({ value }) => value === id)) list.value = id;
  }

  /** Looks what devices there are. */
  async fill(): Promise<void> {
    const lookUp = ++this.#lookUps;
    const devices = await outputDevices().catch(() => []);
    if (lookUp !== this.#lookUps) return;
    this.#devices = devices;
    this.#draw();
  }

  /** A device that is gone stays chosen, and sound comes from the system's until it is back. */
  #draw(): void {
    const { list, ask, use } = this.#parts;
    const chosen = this.#chosen;
    const isHere = chosen === "" || this.#devices.some(({ id }) => id === chosen);
    list.replaceChildren(
      new Option("System default", ""),
      ...this.#devices.map(({ id, name }) => new Option(name, id)),
    );
    list.value = isHere ? chosen : "";
    ask.hidden = this.#devices.length > 0 || navigator.mediaDevices === undefined;
    // Before a browser names any device, the one that was chosen may well be there.
    use(isHere || this.#devices.length === 0 ? chosen : "");
  }

  async #askForNames(): Promise<void> {
    try {
      const id = await askForDevices();
      if (id !== null) this.choose(id);
      await this.fill();
    } catch (error) {
      this.#parts.say(`The browser does not name its devices: ${(error as Error).message}`);
    }
  }
}

function kept(): string {
  try {
    return localStorage.getItem(KEY) ?? "";
  } catch {
    return "";
  }
}
