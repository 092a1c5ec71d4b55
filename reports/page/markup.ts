/**
 * Markup as a value: what is put into a template is text, unless it is markup already. So nothing
 * foreign becomes a tag by being forgotten.
 *
 * @module
 */
import { escapeXml } from "../escape.ts";

/** A piece of HTML or SVG that is safe to put into a page. */
export class Markup {
  /** Takes `text` as markup: the caller vouches for it. */
  constructor(readonly text: string) {}

  /** The markup. */
  toString(): string {
    return this.text;
  }
}

/** What a template takes: markup as it is, text escaped, lists one after the other, null as nothing. */
export type Child = Markup | string | number | null | readonly Child[];

/**
 * A template for markup. Line breaks in it are for the reader of the code only.
 *
 * @example
 * ```ts
 * import { markup } from "./markup.ts";
 *
 * console.log(String(markup`<p>${"1 < 2"}</p>`)); // <p>1 &lt; 2</p>
 * ```
 */
export function markup(parts: TemplateStringsArray, ...children: readonly Child[]): Markup {
  const fixed = fixedParts(parts);
  return new Markup(fixed.reduce((text, part, i) => text + render(children[i - 1]!) + part));
}

const FIXED = new WeakMap<TemplateStringsArray, string[]>();

/**
 * What stands in the template, without the line breaks that are there for its reader: next to a tag
 * they are nothing, elsewhere a space, as in JSX.
 */
function fixedParts(parts: TemplateStringsArray): string[] {
  let fixed = FIXED.get(parts);
  if (fixed === undefined) {
    fixed = parts.map((part, i) =>
      part.replace(/\s*\n\s*/g, (found, at: number) => {
        const before = part[at - 1] ?? (i === 0 ? ">" : "");
        const after = part[at + found.length] ?? (i === parts.length - 1 ? "<" : "");
        return before === ">" || after === "<" ? "" : " ";
      })
    );
    FIXED.set(parts, fixed);
  }
  return fixed;
}

/** Markup that was made elsewhere: a stylesheet, a script. */
export function raw(text: string): Markup {
  return new Markup(text);
}

function render(child: Child): string {
  if (child === null) return "";
  if (child instanceof Markup) return child.text;
  if (typeof child === "number") return String(child);
  if (typeof child === "string") return escapeXml(child);
  return child.map(render).join("");
}
