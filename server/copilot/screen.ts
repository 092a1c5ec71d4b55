/**
 * What the screen of an agent's terminal shows: what stands in its composer, and whether a dialog waits
 * for a person. Pure functions over lines of text; whatever is not understood counts as a dialog's.
 *
 * @module
 */

/** A dialog that waits for a person: for leave to do something, or for an answer. */
export type Dialog = "permission" | "question";

/** A screen, read. */
export interface Screen {
  readonly lines: readonly string[];
  /** What stands in the composer; null where none is to be seen. */
  readonly composer: string | null;
  /** The dialog that is open; null for none. */
  readonly dialog: Dialog | null;
}

/** A line that ends or begins a box, or a rule from side to side. */
const RULE = /^\s*[╭╰┌└├]?[─━═]{8,}[╮╯┐┘┤]?\s*$/;
const COMPOSER = /^\s*[│┃|]?\s?[>❯›](?:[ \u00a0](.*))?$/;
const BOX_SIDE = /^\s*[│┃|]\s?|\s*[│┃|]\s*$/g;
/** What an empty composer shows to fill itself. */
const HINT = /^(?:Try "|Try “|Ask anything|Type your message)/;
const MAX_COMPOSER_LINES = 80;

/** A choice that the cursor stands on, or a question for one key. */
const CHOICE = /^\s*[│┃|]?\s*[❯>›]\s*\d+[.)]\s+\S/;
const ONE_KEY = /[([](?:y\/n|yes\/no)[)\]]|press (?:enter|any key)|enter to (?:select|confirm)/i;
const LEAVE =
  /do you want|would you like to (?:proceed|run|allow)|don.t ask again|\ballow\b|\bpermission\b|\btrust\b|\bapprove\b|tell \w+ what to do differently/i;

/** Reads a screen. */
export function readScreen(lines: readonly string[]): Screen {
  const box = composerOf(lines);
  const around = box === null ? lines : [...lines.slice(0, box.from), ...lines.slice(box.to)];
  return { lines, composer: box?.text ?? null, dialog: dialogIn(around) };
}

/** The lowest box whose first line begins with a prompt. */
function composerOf(lines: readonly string[]) {
  for (let end = lines.length - 1; end > 1; end--) {
    if (!RULE.test(lines[end]!)) continue;
    for (let from = end - 1; from > 0 && end - from <= MAX_COMPOSER_LINES; from--) {
      if (!RULE.test(lines[from - 1]!)) continue;
      const first = COMPOSER.exec(lines[from]!);
      if (first === null) break;
      const rest = lines.slice(from + 1, end).map((line) => line.replace(BOX_SIDE, ""));
      const head = (first[1] ?? "").replace(/\s*[│┃|]\s*$/, "");
      const text = [head, ...rest].map((line) => line.trim()).join("\n").trim();
      return { from, to: end, text: HINT.test(text) ? "" : text };
    }
  }
  return null;
}

function dialogIn(lines: readonly string[]): Dialog | null {
  const hasChoice = lines.some((line) => CHOICE.test(line));
  const shown = lines.filter((line) => line.trim() !== "").slice(-3);
  if (!hasChoice && !shown.some((line) => ONE_KEY.test(line))) return null;
  return lines.some((line) => LEAVE.test(line)) ? "permission" : "question";
}

const folded = (text: string) => text.replace(/\s+/g, "");
/** A long composer shows its end only; so many characters of it are enough to know it. */
const MIN_TAIL_CHARS = 200;

/** Whether a composer holds this text and nothing else. Where lines are broken says nothing. */
export function holds(composer: string | null, text: string): boolean {
  if (composer === null) return false;
  if (isStandIn(composer)) return true;
  const [there, wanted] = [folded(composer), folded(text)];
  if (there === wanted) return there !== "";
  return there.length >= MIN_TAIL_CHARS && wanted.endsWith(there);
}

/** Agents show a long paste as a word for it. */
function isStandIn(composer: string): boolean {
  return /^\[Pasted (?:text|content)[^\]]*\]$/i.test(composer.trim());
}

/** Whether a text stands somewhere on a screen, however its lines are broken. */
export function shows({ lines }: Screen, text: string): boolean {
  const all = folded(lines.map((line) => line.replace(BOX_SIDE, "")).join(""));
  return all.includes(folded(text));
}
