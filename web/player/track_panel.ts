/// <reference lib="dom" />
import type { ClientSource } from "../../sim/client/options.ts";
import { element, input, say, select, timeText } from "./dom.ts";
import { readFile, sourceOf, uploadTrack } from "./tracks.ts";

/** What is chosen. */
export interface ChosenTrack {
  readonly name: string;
  /** Whether the server has it built in. */
  readonly isFixture: boolean;
  /** `full`, `vocals` or `instruments`. */
  readonly stems: string;
}

/** Whom the panel tells. */
export interface TrackPanelHost {
  /** Whether files are taken: not from those who only watch. */
  canTake(): boolean;
  /** A file was stored at the server, and is chosen now. */
  onUploaded(): Promise<void>;
}

/** The list of tracks, stems, and the box that files are dropped on. */
export class TrackPanel {
  readonly #url: string;
  readonly #host: TrackPanelHost;

  /** Takes over what the server has drawn; uploads go to `url`. */
  constructor(url: string, host: TrackPanelHost) {
    this.#url = url;
    this.#host = host;
    const file = input("file");
    file.addEventListener("change", () => {
      const [chosen] = file.files ?? [];
      if (chosen !== undefined) void this.#take(chosen);
      file.value = "";
    });
    // Wherever it is dropped: a miss would make the browser leave the page.
    addEventListener("dragover", (event) => {
      event.preventDefault();
      element("drop").classList.add("over");
    });
    addEventListener("dragleave", () => element("drop").classList.remove("over"));
    addEventListener("drop", (event) => {
      event.preventDefault();
      element("drop").classList.remove("over");
      const [dropped] = event.dataTransfer?.files ?? [];
      if (dropped !== undefined && host.canTake()) void this.#take(dropped);
    });
  }

  /** What is chosen now. */
  get chosen(): ChosenTrack {
    const list = select("track");
    const isFixture = list.selectedOptions[0]?.parentElement?.id === "fixtures";
    const stems = document.querySelector<HTMLInputElement>("input[name=stems]:checked")!.value;
    return { name: list.value, isFixture, stems };
  }

  /** The chosen track as a source; null where it cannot be had, which is told. */
  async source(): Promise<ClientSource | null> {
    const { name, isFixture } = this.chosen;
    try {
      return await sourceOf(name, isFixture);
    } catch (error) {
      this.says(error instanceof Error ? error.message : String(error));
      return null;
    }
  }

  /** Says something about tracks. */
  says(text: string): void {
    // An empty line would move what is below it.
    say(element("track-says"), text === "" ? "\u00a0" : text);
  }

  async #take(file: File): Promise<void> {
    this.says(`Reading ${file.name}…`);
    try {
      const clip = await readFile(file);
      this.says(`Sending ${file.name}…`);
      const name = await uploadTrack(this.#url, file.name, clip);
      choose(name);
      this.says(`${name} is there, ${timeText(clip.frames / 48000)} long`);
      await this.#host.onUploaded();
    } catch (error) {
      this.says(error instanceof Error ? error.message : String(error));
    }
  }
}

/** Adds an upload to the list, unless it is there, and chooses it. */
function choose(name: string): void {
  const group = element("uploads");
  if (![...group.children].some((option) => (option as HTMLOptionElement).value === name)) {
    group.append(new Option(name, name));
  }
  select("track").value = name;
}
