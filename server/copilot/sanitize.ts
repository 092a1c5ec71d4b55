/**
 * What a model wrote, made fit to be typed into an agent's terminal, or refused. Nothing that passes
 * can be taken for a key, a command, or an answer to a dialog.
 *
 * @module
 */

/** What came of it. */
export type Sanitized =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: string };

/** The longest draft. */
export const MAX_DRAFT_CHARS = 4000;
const MAX_DRAFT_LINES = 60;

/** Characters that hide, or turn a line round, and the byte order mark. */
const HIDDEN =
  /[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e0fff}]/gu;
// deno-lint-ignore no-control-regex -- control characters are what is taken out
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const FENCE = /^(```|~~~)[^\n]*\n([\s\S]*?)\n?\1$/;
const QUOTES = /^(?:"([^"]*)"|“([^”]*)”|'([^']*)'|«([^»]*)»)$/;
const PREAMBLE =
  /^(?:(?:sure|ok|okay|certainly|of course)[!,.]?\s*)?here(?:'s| is| are)\b[^\n]*:[ ]*(?:\n|$)/i;
const APPROVAL =
  /^(?:y|yes|yep|yeah|ok|okay|sure|approve|approved|allow|accept|confirm|proceed|\d+)\W*$/i;

/** A person's words: the same text, without what could be a key. */
export function typable(raw: string): string {
  // Last: a mark may have been kept from its letter by a character that is taken out.
  return raw.replace(/\r\n?/g, "\n").replace(HIDDEN, "").replace(/\t/g, "  ")
    .replace(CONTROLS, "").normalize("NFC");
}

/**
 * A draft.
 *
 * @param forbidden - Words that may not be in it: the mark of the job that it was written for.
 */
export function sanitizeDraft(raw: string, forbidden: readonly string[] = []): Sanitized {
  const text = unwrapped(typable(raw));
  if (text === "") return no("it is empty");
  if (/^NO_REPLY\W*$/.test(text)) return no("NO_REPLY");
  if (text.length > MAX_DRAFT_CHARS) return no(`it is longer than ${MAX_DRAFT_CHARS} characters`);
  const lines = text.split("\n");
  if (lines.length > MAX_DRAFT_LINES) return no(`it has more than ${MAX_DRAFT_LINES} lines`);
  if (lines.some((line) => /^\s*[/!]/.test(line))) return no("a line begins with a command");
  if (/^\s*[#@]/.test(text)) return no("it begins with # or @");
  const folded = text.toLowerCase();
  if (forbidden.some((it) => it !== "" && folded.includes(it.toLowerCase()))) {
    return no("it holds the mark of its job");
  }
  if (APPROVAL.test(text)) return no("it could answer a dialog");
  return { ok: true, text };
}

/** Takes off what models put around an answer, until there is nothing more of it. */
function unwrapped(text: string): string {
  let before: string;
  do {
    before = text;
    text = text.replace(/[^\S\n]+$/gm, "").trim();
    text = FENCE.exec(text)?.[2] ?? text;
    const quoted = QUOTES.exec(text);
    if (quoted !== null) text = quoted[1] ?? quoted[2] ?? quoted[3] ?? quoted[4] ?? "";
    text = text.replace(PREAMBLE, "").normalize("NFC");
  } while (text !== before);
  return text;
}

function no(reason: string): Sanitized {
  return { ok: false, reason };
}
