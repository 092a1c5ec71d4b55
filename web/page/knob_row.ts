/**
 * A knob as an input with a label: drawn by the server for the knobs that it knows beforehand, and by
 * the page for those that come with a session.
 *
 * @module
 */
import { html, raw } from "hono/html";
import type { Markup } from "../../server/page.ts";
import type { KnobEntry } from "../../wire/shapes.ts";

/** Whole numbers with a greater range than this are typed, not slid. */
const MAX_SLIDER_STEPS = 1000;

/** Draws one. */
export function knobRow(name: string, entry: KnobEntry): Markup {
  const id = `knob-${name}`;
  const about = `${id}-about`;
  return html`<div class="knob" data-type="${entry.type}">
  <label for="${id}">${name}</label>
  ${inputOf(name, entry, id, about)}
  <p class="quiet" id="${about}">${entry.description}</p>
</div>`;
}

function inputOf(name: string, entry: KnobEntry, id: string, about: string): Markup {
  const shared = html`id="${id}" data-knob="${name}" aria-describedby="${about}"`;
  switch (entry.type) {
    case "bool":
      return html`<input type="checkbox" ${shared} ${raw(entry.default ? "checked" : "")}>`;
    case "enum":
      return html`<select ${shared}>
    ${
        entry.options.map((option) =>
          html`<option ${raw(option === entry.default ? "selected" : "")}>${option}</option>`
        )
      }
  </select>`;
    case "int":
    case "float": {
      const { min, max } = entry;
      const isSlider = max !== undefined &&
        (entry.type === "float" || max - min < MAX_SLIDER_STEPS);
      const limits = html`min="${min}" ${max === undefined ? "" : html`max="${max}"`}
        step="${entry.type === "int" ? 1 : stepOf(min, max)}" value="${entry.default}"`;
      return isSlider
        ? html`
          <output for="${id}">${valueText(entry.default, entry)}</output>
          <input type="range" ${shared} ${limits}>
        `
        : html`<input type="number" inputmode="numeric" ${shared} ${limits}>`;
    }
  }
}

/** A step that a hand can set. */
export function stepOf(min: number, max: number | undefined): number {
  const span = (max ?? 1) - min;
  return span <= 0.5 ? 0.005 : span <= 6 ? 0.01 : 0.1;
}

/** A number with the digits that its step has. */
export function valueText(value: number, entry: KnobEntry): string {
  if (entry.type !== "float") return String(value);
  return value.toFixed(String(stepOf(entry.min, entry.max)).length - 2);
}
