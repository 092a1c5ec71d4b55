/// <reference lib="dom" />
/**
 * Writes lines into the tables and lists of the page. Nodes stay where they are, so that what somebody
 * has selected to copy it stays selected.
 *
 * @module
 */
import { element, say } from "../../player/dom.ts";
import { make } from "../insights/nodes.ts";
import { tame } from "../words.ts";
import type { Line } from "./words.ts";

/** Shows lines in `#table-<name>`, whose head names the cells; without any, `#none-<name>` is shown. */
export function showTable(name: string, lines: readonly Line[]): void {
  const table = element<HTMLTableElement>(`table-${name}`);
  const heads = [...table.tHead!.rows[0]!.cells];
  const body = table.tBodies[0]!;
  fit(body, lines.length, () =>
    make(
      "tr",
      {},
      ...heads.map(({ className, textContent }, no) => {
        const attributes = { "data-name": textContent ?? "", class: className || undefined };
        return no === 0 ? make("th", { scope: "row", ...attributes }) : make("td", attributes);
      }),
    ));
  for (const [no, line] of lines.entries()) {
    const { cells } = body.rows[no]!;
    for (const [place, text] of line.entries()) say(cells[place]!, tame(text));
  }
  table.hidden = lines.length === 0;
  element(`none-${name}`).hidden = lines.length > 0;
}

/** Shows numbers, each with what it is, in `#<id>`. */
export function showNumbers(id: string, lines: readonly Line[]): void {
  const list = element(id);
  fit(list, lines.length, () => make("li", {}, make("b"), make("span")));
  for (const [no, [what = "", much = ""]] of lines.entries()) {
    const [number, name] = list.children[no]!.children;
    say(number as HTMLElement, tame(much));
    say(name as HTMLElement, what);
  }
}

function fit(parent: HTMLElement, count: number, makeChild: () => HTMLElement): void {
  while (parent.children.length > count) parent.lastElementChild!.remove();
  while (parent.children.length < count) parent.append(makeChild());
}
