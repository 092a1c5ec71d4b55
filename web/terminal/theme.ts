/**
 * The colours of terminals in the house's look.
 *
 * @module
 */
import type { ITheme } from "@xterm/xterm";

/** By day. */
export const LIGHT: ITheme = {
  background: "#ffffff",
  foreground: "#1c1b19",
  cursor: "#0b57a4",
  cursorAccent: "#ffffff",
  selectionBackground: "#a9cbee",
  black: "#1c1b19",
  red: "#b3261e",
  green: "#197a3e",
  yellow: "#8a5a00",
  blue: "#0b57a4",
  magenta: "#8b3aa0",
  cyan: "#0b6f78",
  white: "#67635b",
  brightBlack: "#67635b",
  brightRed: "#c2410c",
  brightGreen: "#1f8a48",
  brightYellow: "#946300",
  brightBlue: "#1d63b0",
  brightMagenta: "#9c47b3",
  brightCyan: "#0f7f89",
  brightWhite: "#36332d",
};

/** By night. */
export const DARK: ITheme = {
  background: "#1f1d1a",
  foreground: "#eceae4",
  cursor: "#86bbf5",
  cursorAccent: "#1f1d1a",
  selectionBackground: "#23496e",
  black: "#36332d",
  red: "#f2786c",
  green: "#58c983",
  yellow: "#e6b450",
  blue: "#86bbf5",
  magenta: "#d69be6",
  cyan: "#5fd0d8",
  white: "#d8d4ca",
  brightBlack: "#a09b90",
  brightRed: "#f08a4b",
  brightGreen: "#7fe0a3",
  brightYellow: "#f2cf7c",
  brightBlue: "#a9cbee",
  brightMagenta: "#e5bdf0",
  brightCyan: "#8de4ea",
  brightWhite: "#ffffff",
};
