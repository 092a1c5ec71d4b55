/**
 * The pages of the board, as the server mounts them.
 *
 * @module
 */
import { boardPage } from "./board_page.ts";
import { BOARD_STYLESHEET } from "./board_style.ts";
import { debugPage } from "./debug_page.ts";
import { DEBUG_STYLESHEET } from "./debug_style.ts";
import { backlinksPage, insightsPage, journalPage } from "./insights_page.ts";
import { INSIGHTS_STYLESHEET } from "./insights_style.ts";
import { runningPage } from "./running_page.ts";
import { REPLY_STYLESHEET } from "./reply_box.ts";
import { scriptLoader } from "./script_loader.ts";
import { sessionPage } from "./session_page.ts";
import { SESSION_STYLESHEET } from "./session_style.ts";

/** The pages, and the small files beside them. */
export const BOARD_PAGES = {
  board: boardPage,
  session: sessionPage,
  insights: insightsPage,
  journal: journalPage,
  backlinks: backlinksPage,
  running: runningPage,
  debug: debugPage,
  files: {
    "/board.css": { type: "text/css", text: BOARD_STYLESHEET },
    "/session.css": { type: "text/css", text: SESSION_STYLESHEET },
    "/board.js": { type: "text/javascript", text: scriptLoader("/assets/board.js", "The board") },
    "/insights.css": { type: "text/css", text: INSIGHTS_STYLESHEET },
    "/insights.js": {
      type: "text/javascript",
      text: scriptLoader("/assets/insights.js", "What sessions produced"),
    },
    "/running.js": {
      type: "text/javascript",
      text: scriptLoader("/assets/running.js", "What runs"),
    },
    "/debug.css": { type: "text/css", text: DEBUG_STYLESHEET },
    "/debug.js": {
      type: "text/javascript",
      text: scriptLoader("/assets/debug.js", "What the server is busy with"),
    },
    "/reply.css": { type: "text/css", text: REPLY_STYLESHEET },
    "/reply.js": {
      type: "text/javascript",
      text: scriptLoader("/assets/reply.js", "The box for replies"),
    },
    "/session.js": {
      type: "text/javascript",
      text: scriptLoader("/assets/transcript.js", "The session"),
    },
  },
} as const;
