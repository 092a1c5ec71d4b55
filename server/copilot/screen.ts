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

/** What a line is made of that ends or begins a box, or goes from side to side; it may have a label. */
const RULE = /^[╭╰┌└├]?[─━═].*[─━═][╮╯┐┘┤]?$/;
const MIN_RULE_CHARS = 8;
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

/**
 * Reads a screen.
 *
 * @param bright - The same lines without what is drawn faintly: suggestions, which nobody wrote.
 */
export function readScreen(lines: readonly string[], bright = lines): Screen {
  const box = composerOf(lines, bright);
  const around = box === null ? lines : [...lines.slice(0, box.from), ...lines.slice(box.to)];
  return { lines, composer: box?.text ?? null, dialog: dialogIn(around) };
}

function isRule(line: string): boolean {
  const text = line.trim();
  const drawn = text.match(/[─━═]/g)?.length ?? 0;
  return RULE.test(text) && drawn >= MIN_RULE_CHARS && drawn * 2 >= text.length;
}

/** The lowest box whose first line begins with a prompt. */
function composerOf(lines: readonly string[], bright: readonly string[]) {
  for (let end = lines.length - 1; end > 1; end--) {
    if (!isRule(lines[end]!)) continue;
    for (let from = end - 1; from > 0 && end - from <= MAX_COMPOSER_LINES; from--) {
      if (!isRule(lines[from - 1]!)) continue;
      if (!COMPOSER.test(lines[from]!)) break;
      const first = COMPOSER.exec(bright[from]!) ?? [];
      const rest = bright.slice(from + 1, end).map((line) => line.replace(BOX_SIDE, ""));
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

/** What terminals are told beside text: links and other strings, and how the text looks. */
const ESCAPES =
  // deno-lint-ignore no-control-regex -- escapes are what is looked for
  /\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b\[([\d;:]*)m|\x1b\[[\d;?]*[A-Za-z]|[\x0e\x0f]/g;

/** Lines with their looks, as text alone, and as text without what is drawn faintly. */
export function withoutLooks(
  lines: readonly string[],
): { readonly lines: readonly string[]; readonly bright: readonly string[] } {
  let isFaint = false;
  const plain: string[] = [];
  const bright: string[] = [];
  for (const line of lines) {
    let [all, seen, at] = ["", "", 0];
    const put = (text: string) => {
      all += text;
      seen += isFaint ? " ".repeat(text.length) : text;
    };
    for (const match of line.matchAll(ESCAPES)) {
      put(line.slice(at, match.index));
      at = match.index + match[0].length;
      if (match[1] !== undefined) isFaint = faintAfter(match[1], isFaint);
    }
    put(line.slice(at));
    plain.push(all.trimEnd());
    bright.push(seen.trimEnd());
  }
  return { lines: plain, bright };
}

/** Whether text is faint after a list of looks; parts of colours are no looks of their own. */
function faintAfter(codes: string, isFaint: boolean): boolean {
  const parts = codes.split(";");
  for (let i = 0; i < parts.length; i++) {
    const [code] = parts[i]!.split(":");
    if (code === "38" || code === "48") {
      i += parts[i + 1] === "5" ? 2 : parts[i + 1] === "2" ? 4 : 0;
    } else if (code === "2") isFaint = true;
    else if (code === "0" || code === "" || code === "22") isFaint = false;
  }
  return isFaint;
}
