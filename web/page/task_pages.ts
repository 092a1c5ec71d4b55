/**
 * The pages of tasks and terminals, as the server mounts them.
 *
 * @module
 */
import { inboxPage } from "./inbox_page.ts";
import { scriptLoader } from "./script_loader.ts";
import { TERMINAL_STYLESHEET } from "./terminal_style.ts";
import { terminalPage } from "./terminal_page.ts";

/** The pages, and the small files beside them. */
export const TASK_PAGES = {
  terminal: terminalPage,
  inbox: inboxPage,
  files: {
    "/terminal.css": { type: "text/css", text: TERMINAL_STYLESHEET },
    "/terminal.js": {
      type: "text/javascript",
      text: scriptLoader("/assets/terminal.js", "The terminal"),
    },
    "/inbox.js": { type: "text/javascript", text: scriptLoader("/assets/inbox.js", "The tasks") },
  },
} as const;
