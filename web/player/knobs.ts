/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { KnobEntry, KnobManifest } from "../../wire/shapes.ts";
import { knobRow, valueText } from "../page/knob_row.ts";
import { element } from "./dom.ts";

/** The values of knobs, by name. */
export type KnobValues = Readonly<Record<string, unknown>>;

/**
 * What a new session begins with, where it is not the registry's default: at the default of 0 the
 * server sends the source as it is, and a first visitor would hear nothing happen.
 */
const FIRST_VALUES: KnobValues = { denoise: 0.6 };

/** The knobs of the registry as inputs. */
export class KnobPanel {
  readonly #onChange: (values: KnobValues) => void;
  #manifest: KnobManifest;
  readonly #values: Record<string, unknown> = { ...FIRST_VALUES };

  /** Takes over the inputs that the server has drawn. */
  constructor(manifest: KnobManifest, onChange: (values: KnobValues) => void) {
    this.#manifest = manifest;
    this.#onChange = onChange;
    element("panels").addEventListener("input", ({ target }) => this.#onInput(target as Element));
    element("panels").addEventListener("change", ({ target }) => this.#onLeft(target as Element));
    this.show(this.#values);
  }

  /** Every value that was ever set here. */
  get values(): KnobValues {
    return { ...this.#values };
  }

  /** A session says which knobs it has: ranges follow, unknown ones are drawn, others disappear. */
  take(manifest: KnobManifest): void {
    this.#manifest = manifest;
    for (const field of fields()) {
      field.closest<HTMLElement>(".knob")!.hidden = !(field.dataset["knob"]! in manifest.knobs);
    }
    for (const [name, entry] of Object.entries<KnobEntry>(manifest.knobs)) {
      const field = fieldOf(name);
      if (field === null) {
        if (!name.startsWith("lora_str_")) addRow(name, entry);
      } else if (field instanceof HTMLInputElement && "min" in entry) {
        field.min = String(entry.min);
        field.max = entry.max === undefined ? "" : String(entry.max);
      }
    }
    this.show(this.#values);
  }

  /** Shows values that are in force, whoever set them, and keeps them. */
  show(values: KnobValues): void {
    for (const [name, value] of Object.entries(values)) {
      const field = fieldOf(name);
      const entry = this.#manifest.knobs[name];
      if (entry === undefined) continue;
      this.#values[name] = value;
      if (field === null) continue;
      if (entry.type === "bool") (field as HTMLInputElement).checked = value === true;
      else field.value = String(value);
      this.#mark(field, entry);
    }
  }

  /** All knobs at the registry's defaults. */
  reset(): void {
    const values = Object.fromEntries(
      Object.entries<KnobEntry>(this.#manifest.knobs)
        .filter(([name]) => fieldOf(name) !== null)
        .map(([name, entry]) => [name, entry.default]),
    );
    this.show(values);
    this.#onChange(values);
  }

  #onInput(target: Element): void {
    if (!(target instanceof HTMLInputElement || target instanceof HTMLSelectElement)) return;
    const name = target.dataset["knob"];
    const entry = name === undefined ? undefined : this.#manifest.knobs[name];
    if (name === undefined || entry === undefined) return;
    const value = valueOf(target, entry);
    if (value === null) return;
    this.#values[name] = value;
    this.#mark(target, entry);
    this.#onChange({ [name]: value });
  }

  /** What was typed may have been outside the range, or nothing: the field shows what was sent. */
  #onLeft(target: Element): void {
    const name = target instanceof HTMLInputElement ? target.dataset["knob"] : undefined;
    const entry = name === undefined ? undefined : this.#manifest.knobs[name];
    if (name !== undefined && entry !== undefined) {
      this.show({ [name]: this.#values[name] ?? entry.default });
    }
  }

  #mark(field: HTMLInputElement | HTMLSelectElement, entry: KnobEntry): void {
    const row = field.closest(".knob")!;
    const value = valueOf(field, entry);
    row.classList.toggle("changed", value !== null && value !== entry.default);
    const output = row.querySelector("output");
    if (output !== null && typeof value === "number") output.value = valueText(value, entry);
  }
}

function valueOf(field: HTMLInputElement | HTMLSelectElement, entry: KnobEntry): unknown {
  if (entry.type === "bool") return (field as HTMLInputElement).checked;
  if (entry.type === "enum") return field.value;
  const value = field.value.trim() === "" ? NaN : Number(field.value);
  if (!Number.isFinite(value)) return null;
  const fitted = Math.max(entry.min, Math.min(entry.max ?? Infinity, value));
  return entry.type === "int" ? Math.round(fitted) : fitted;
}

function fields(): NodeListOf<HTMLInputElement | HTMLSelectElement> {
  return document.querySelectorAll("[data-knob]");
}

function fieldOf(name: string): HTMLInputElement | HTMLSelectElement | null {
  return document.querySelector(`[data-knob="${CSS.escape(name)}"]`);
}

/** A knob that the server did not know of when it drew the page. */
function addRow(name: string, entry: KnobEntry): void {
  const group = document.querySelector(`[data-group="${CSS.escape(entry.group)}"]`) ??
    element("late-groups");
  const template = document.createElement("template");
  template.innerHTML = String(knobRow(name, entry));
  group.append(template.content);
}
