/**
 * What output may not do to a page: answer in its viewer's name, name the window, change colours, reach
 * the clipboard. The server's own terminal answers the program, once, however many look.
 *
 * @module
 */
import type { IFunctionIdentifier, IParser } from "@xterm/xterm";

/** Sequences that ask something, or ask for something that is not the screen. */
const CSI: readonly IFunctionIdentifier[] = [
  // Device attributes, three kinds.
  { final: "c" },
  { prefix: ">", final: "c" },
  { prefix: "=", final: "c" },
  // Status and cursor position.
  { final: "n" },
  { prefix: "?", final: "n" },
  // Modes.
  { intermediates: "$", final: "p" },
  { prefix: "?", intermediates: "$", final: "p" },
  // Name and version, terminal parameters, the window, enhanced keys.
  { prefix: ">", final: "q" },
  { final: "x" },
  { final: "t" },
  { prefix: "?", final: "u" },
];
/** Settings, and capabilities. */
const DCS: readonly IFunctionIdentifier[] = [
  { intermediates: "$", final: "q" },
  { intermediates: "+", final: "q" },
];
/** Titles; colours of the palette, and what asks for them; notices; the clipboard; files. */
const OSC: readonly number[] = [
  ...[0, 1, 2, 4, 5, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 50, 52, 99],
  ...[104, 105, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 777, 1337],
];

/** Makes a terminal pass over them. */
export function silence(parser: IParser): void {
  const pass = () => true;
  for (const id of CSI) parser.registerCsiHandler(id, pass);
  for (const id of DCS) parser.registerDcsHandler(id, pass);
  for (const id of OSC) parser.registerOscHandler(id, pass);
}

/** The address of a link that may be followed, http or https; null for any other. */
export function linkOf(text: string): string | null {
  const url = URL.parse(text);
  return url !== null && (url.protocol === "http:" || url.protocol === "https:") ? url.href : null;
}
