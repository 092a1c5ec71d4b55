/**
 * Tools that look at coding agents: the board, and one session of it.
 *
 * @module
 */
import { z } from "zod";
import {
  askBoard,
  type BoardRecord,
  QUOTED,
  recordOf,
  recordsOf,
  sessionPage,
  sessionPath,
} from "../board/board_api.ts";
import { bounded, jsonBytes } from "../board/bounded.ts";
import { defineTool, type Tool } from "../tool.ts";

const group = "board";
/** Most of a list, bytes of JSON. */
const MAX_LIST_BYTES = 65_536;
const MIN_WINDOW_BYTES = 16_384;
const DEFAULT_WINDOW_BYTES = 65_536;
/** Clients show a model all of it. */
const MAX_WINDOW_BYTES = 262_144;
const COLUMNS = ["needs", "working", "idle", "done"] as const;

const object = z.looseObject({});
const note = z.string().describe("how to take the texts");
const page = z.string().describe("the page for a person");

/** Which session of the board. */
export const boardSession = z.string().describe("id of a session, as board_list gives it");

const list = defineTool({
  name: "board_list",
  title: "Show the board",
  description:
    "Lists the cards of the board: sessions of coding agents, and Headway's own, those that need a person first, with state, reasons, last words, cost and the address of the page. For one of them call session_brief, then session_window.",
  group,
  effect: "reads",
  input: z.strictObject({
    column: z.enum(COLUMNS).optional().describe("only this column; all without one"),
    project: z.string().optional().describe("only cards of this project's name"),
    limit: z.int().min(1).max(100).default(30).describe("most cards"),
  }),
  output: z.object({
    cards: z.array(object).describe("as /api/board has them, each with its page"),
    left_out: z.int().describe("cards that fit and are not shown"),
    totals: object.describe("of the whole board"),
    page,
    note,
  }),
  async run({ column, limit, project }, services) {
    const [board, base] = [await askBoard(services, "/api/board"), await services.pages()];
    const cards = recordsOf(board["cards"])
      .filter(({ col }) => column === undefined || col === column)
      .filter((card) => project === undefined || card["project"] === project)
      .map((card) => ({ ...card, page: cardPage(base, card) }));
    const { kept, leftOut } = bounded(cards, { most: limit, maxBytes: MAX_LIST_BYTES });
    const needs = cards.filter((card) => (card as BoardRecord)["col"] === "needs").length;
    const more = leftOut === 0 ? "" : ` ${leftOut} more are not shown: name a column or a project.`;
    return {
      text:
        `${cards.length} cards, ${needs} of which need a person.${more} Page: ${base}/board. ${QUOTED}`,
      data: {
        cards: [...kept],
        left_out: leftOut,
        totals: recordOf(board["totals"]),
        page: `${base}/board`,
        note: QUOTED,
      },
    };
  },
});

/** Cards of our own lead elsewhere than to a transcript. */
function cardPage(base: string, card: BoardRecord): string {
  const { col, href, id } = card;
  if (typeof href === "string" && href.startsWith("/")) return `${base}${href}`;
  return sessionPage(base, String(id), { to: col === "needs" ? "attention" : undefined });
}

const brief = defineTool({
  name: "session_brief",
  title: "Brief a session",
  description:
    "Says in at most 4 KiB what a session was asked, what it said last, which files and commits came of it, and what is left. Made by rules, without a model. Call it before session_window.",
  group,
  effect: "reads",
  input: z.strictObject({ session_id: boardSession }),
  output: z.object({
    session_id: z.string(),
    brief: object.describe("goal, lastAsk, lastAnswer, todos, files, commits, lastError, nextStep"),
    page,
    note,
  }),
  async run({ session_id }, services) {
    const { rev: _, ...told } = await askBoard(services, `${sessionPath(session_id)}/brief`);
    const its = sessionPage(await services.pages(), session_id);
    return {
      text: `What session ${session_id} is about. Page: ${its}. ${QUOTED}`,
      data: { session_id, brief: told, page: its, note: QUOTED },
    };
  },
});

const window = defineTool({
  name: "session_window",
  title: "Read a session",
  description:
    "Reads some items of a session's transcript, long texts cut. At most one of anchor, before, after and around; without one the end of a session that lives, the head of one that is over. To go on, pass window.before as before, or window.after as after.",
  group,
  effect: "reads",
  input: z.strictObject({
    session_id: boardSession,
    limit: z.int().min(1).max(1000).default(120).describe("most items"),
    anchor: z.enum(["head", "tail"]).optional().describe("the first items, or the last"),
    before: z.string().optional().describe("a cursor: the items above it"),
    after: z.string().optional().describe("a cursor: the items below it"),
    around: z.string().optional().describe("uuid of an item, id of a tool call, or a cursor"),
    agent: z.string().optional().describe("id of a subagent, for its thread"),
    max_bytes: z.int().min(MIN_WINDOW_BYTES).max(MAX_WINDOW_BYTES).default(DEFAULT_WINDOW_BYTES)
      .describe("most bytes of items"),
    quiet: z.boolean().default(true).describe("whether quiet items are among them"),
  }),
  output: z.object({
    session: object.describe("id, title, project, state, and whether it needs a person"),
    items: z.array(object).describe("in order; a clip says what was cut off"),
    window: object.describe("which items these are, and the cursors to go on by"),
    stream_cursor: z.string(),
    page,
    item_page: z.string().describe("with an item's uuid behind it, the page at that item"),
    note,
  }),
  async run({ agent, max_bytes, quiet, session_id, ...place }, services) {
    const answer = await askBoard(services, sessionPath(session_id), {
      ...place,
      ...(agent !== undefined && { agent }),
      maxBytes: max_bytes,
      quiet: quiet ? 1 : 0,
    });
    const base = await services.pages();
    const items = recordsOf(answer["items"]).map((it) => fitting(it, max_bytes));
    const its = recordOf(answer["window"]);
    const { start, target, total } = its;
    const found = typeof target === "number" ? items.find(({ n }) => n === target) : undefined;
    const focus = typeof found?.["uuid"] === "string" ? found["uuid"] : undefined;
    const item = sessionPage(base, session_id, { agent, focus: "" });
    const data = {
      session: summary(recordOf(answer["session"])),
      items,
      window: its,
      stream_cursor: String(answer["streamCursor"] ?? ""),
      page: sessionPage(base, session_id, { agent, focus }),
      item_page: item,
      note: QUOTED,
    };
    return {
      text:
        `${items.length} items of session ${session_id} from number ${start} on, of ${total}. Page: ${data.page}. ${QUOTED}`,
      data,
    };
  },
});

/** A window has one item at least, however long: of a longer one, what it is. */
function fitting(item: BoardRecord, maxBytes: number): BoardRecord {
  const bytes = jsonBytes(item);
  if (bytes <= maxBytes) return item;
  const { kind, n, role, ts, uuid } = item;
  return { n, uuid, kind, ...(role !== undefined && { role }), ts, clip: { bytes, shown: 0 } };
}

/** The session in a few lines: its record lists every model and agent. */
function summary(session: BoardRecord): BoardRecord {
  const { attention, cost, id, live, project, title, updatedAt } = session;
  return {
    ...{ id, title, project: recordOf(project)["name"], updatedAt },
    state: recordOf(live)["state"],
    needs: recordOf(attention)["needs"],
    usd: recordOf(cost)["usd"],
  };
}

/** Tools that look at coding agents. */
export const boardTools: readonly Tool[] = [list, brief, window];
