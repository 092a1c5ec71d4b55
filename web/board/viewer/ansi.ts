/**
 * What programs print for terminals, as runs of text with a colour. Whatever else they tell a terminal
 * is left out.
 *
 * @module
 */
import { tame } from "../words.ts";

/** Text of one look. */
export interface Run {
  readonly text: string;
  /** Names of classes, such as `bold red`; empty for plain text. */
  readonly look: string;
}

const COLORS = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];
/** Commands with an end, such as titles; then those of a few characters. */
const COMMAND =
  // deno-lint-ignore no-control-regex -- commands of terminals begin with a control character
  /\u001b\[([0-9;:]*)m|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b\[[0-?]*[ -/]*[@-~]|\u001b[ -/]*[0-~]/g;

/** Takes a text apart. */
export function terminalRuns(text: string): Run[] {
  const runs: Run[] = [];
  let look = { isBold: false, isFaint: false, color: "" };
  let at = 0;
  const push = (end: number) => {
    const shown = tame(text.slice(at, end));
    const names = [look.isBold && "bold", look.isFaint && "faint", look.color].filter(Boolean);
    if (shown !== "") runs.push({ text: shown, look: names.join(" ") });
  };
  for (const match of text.matchAll(COMMAND)) {
    push(match.index);
    at = match.index + match[0].length;
    if (match[1] !== undefined) look = looked(look, match[1]);
  }
  push(text.length);
  return runs;
}

function looked(before: { isBold: boolean; isFaint: boolean; color: string }, codes: string) {
  let look = before;
  const numbers = codes.split(/[;:]/).map(Number);
  for (let i = 0; i < numbers.length; i++) {
    const code = numbers[i]!;
    if (code === 0) look = { isBold: false, isFaint: false, color: "" };
    else if (code === 1) look = { ...look, isBold: true };
    else if (code === 2) look = { ...look, isFaint: true };
    else if (code === 22) look = { ...look, isBold: false, isFaint: false };
    else if (code === 39) look = { ...look, color: "" };
    else if (code >= 30 && code <= 37) look = { ...look, color: COLORS[code - 30]! };
    else if (code >= 90 && code <= 97) look = { ...look, color: COLORS[code - 90]! };
    // Colours by number or by their parts: shown plain, their parts left out.
    else if (code === 38 || code === 48) i += numbers[i + 1] === 5 ? 2 : 4;
  }
  return look;
}
