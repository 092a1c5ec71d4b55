/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { ConfigMessage } from "../../wire/config.ts";
import type { ClientMessage } from "../../wire/client_types.ts";
import type { LoraEntry } from "../../wire/shapes.ts";
import { element, input, say, select } from "./dom.ts";

/** What the controls tell the session. */
export interface ControlsHost {
  send(message: ClientMessage): void;
  setKnobs(values: Readonly<Record<string, unknown>>): void;
}

/** Prompts, colours, references and depth: everything that is a command, not a knob. */
export class Controls {
  readonly #host: ControlsHost;

  /** Takes over the inputs that the server has drawn. */
  constructor(host: ControlsHost) {
    this.#host = host;
    element<HTMLFormElement>("prompts").addEventListener("submit", (event) => {
      event.preventDefault();
      say(element("prompt-says"), "Sent");
      host.send(this.#prompt());
    });
    onSlide("blend", (value) => host.send({ type: "set_prompt_blend", value }));
    onSlide("timbre-strength", (value) => host.send({ type: "set_timbre_strength", value }));
    onSlide("depth", (value) => host.send({ type: "set_depth", value }), 0);
    for (const kind of ["timbre", "structure"] as const) {
      select(kind).addEventListener("change", () => host.send(referenceOf(kind)));
    }
    for (const row of loraRows()) {
      row.on.addEventListener("change", () => {
        row.strength.disabled = !row.on.checked;
        host.send(this.#lora(row));
      });
      row.strength.addEventListener("input", () => {
        row.output.value = Number(row.strength.value).toFixed(2);
        host.setKnobs({ [`lora_str_${row.id}`]: Number(row.strength.value) });
      });
    }
  }

  /** How a session begins with what is set by now. */
  get config(): ConfigMessage {
    const enabled = loraRows().filter(({ on }) => on.checked);
    return {
      prompt: element<HTMLTextAreaElement>("prompt-a").value,
      prompt_b: element<HTMLTextAreaElement>("prompt-b").value || null,
      lora: true,
      enabled_loras: enabled.map(({ id }) => id),
      lora_strengths: Object.fromEntries(
        enabled.map(({ id, strength }) => [id, Number(strength.value)]),
      ),
    };
  }

  /** What a new session has to be told beside its config. */
  get commands(): ClientMessage[] {
    const blend = Number(input("blend").value);
    const strength = Number(input("timbre-strength").value);
    return [
      ...(blend === 0 ? [] : [{ type: "set_prompt_blend" as const, value: blend }]),
      ...(strength === 1 ? [] : [{ type: "set_timbre_strength" as const, value: strength }]),
      ...(["timbre", "structure"] as const)
        .filter((kind) => select(kind).value !== "").map(referenceOf),
    ];
  }

  /** What an event of the server changes here. */
  onEvent(event: Readonly<Record<string, unknown>> & { readonly type: string }): void {
    const says = element("reference-says");
    switch (event.type) {
      case "prompt_applied":
        return say(element("prompt-says"), "In use");
      case "params_echo":
        return this.#showStrengths(event["raw"] as Readonly<Record<string, unknown>>);
      case "prompt_blend_echo":
        return setSlider("blend", Number(event["value"]));
      case "depth_applied":
        return setSlider("depth", Number(event["value"]), 0);
      case "lora_catalog":
        return this.#showLoras(event["catalog"] as LoraEntry[]);
      case "timbre_set":
        return say(says, `Timbre of ${event["name"]}`);
      case "structure_set":
        return say(says, `Structure of ${event["name"]}`);
      case "timbre_cleared":
        return say(says, "No timbre reference");
      case "structure_cleared":
        return say(says, "No structure reference");
      case "timbre_failed":
      case "structure_failed":
        return say(says, `Not used: ${event["error"]}`);
    }
  }

  #prompt(): ClientMessage {
    const tags = element<HTMLTextAreaElement>("prompt-a").value;
    const second = element<HTMLTextAreaElement>("prompt-b").value;
    return { type: "prompt", tags, ...(second === "" ? {} : { tags_b: second }) };
  }

  #lora({ id, on, strength }: LoraRow): ClientMessage {
    return on.checked
      ? { type: "enable_lora", id, strength: Number(strength.value) }
      : { type: "disable_lora", id };
  }

  #showStrengths(raw: Readonly<Record<string, unknown>>): void {
    for (const { id, strength, output } of loraRows()) {
      const value = raw[`lora_str_${id}`];
      if (typeof value !== "number") continue;
      strength.value = String(value);
      output.value = value.toFixed(2);
    }
  }

  /** Somebody else may have changed them. */
  #showLoras(catalog: readonly LoraEntry[]): void {
    for (const row of loraRows()) {
      const entry = catalog.find(({ id }) => id === row.id);
      if (entry === undefined) continue;
      row.on.checked = entry.state === "enabled";
      row.strength.disabled = !row.on.checked;
    }
  }
}

interface LoraRow {
  readonly id: string;
  readonly on: HTMLInputElement;
  readonly strength: HTMLInputElement;
  readonly output: HTMLOutputElement;
}

function loraRows(): LoraRow[] {
  return [...document.querySelectorAll<HTMLElement>("[data-lora]")].map((row) => ({
    id: row.dataset["lora"]!,
    on: row.querySelector<HTMLInputElement>("[data-lora-on]")!,
    strength: row.querySelector<HTMLInputElement>("[data-lora-strength]")!,
    output: row.querySelector("output")!,
  }));
}

function referenceOf(kind: "timbre" | "structure"): ClientMessage {
  const name = select(kind).value;
  if (name !== "") return { type: `set_${kind}_fixture`, name };
  return { type: `clear_${kind}_source` };
}

function onSlide(id: string, tell: (value: number) => void, digits = 2): void {
  const field = input(id);
  field.addEventListener("input", () => {
    setSlider(id, Number(field.value), digits);
    tell(Number(field.value));
  });
}

function setSlider(id: string, value: number, digits = 2): void {
  input(id).value = String(value);
  element("panels").querySelector<HTMLOutputElement>(`output[for="${id}"]`)!.value = value.toFixed(
    digits,
  );
}
