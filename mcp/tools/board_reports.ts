/**
 * Tools for what sessions of coding agents produced, what they left open, and notes beside them.
 *
 * @module
 */
import { z } from "zod";
import {
  askBoard,
  type BoardRecord,
  orderBoard,
  QUOTED,
  recordOf,
  recordsOf,
  sessionPage,
  sessionPath,
} from "../board/board_api.ts";
import { bounded } from "../board/bounded.ts";
import { defineTool, type Tool } from "../tool.ts";
import { boardSession } from "./board.ts";

const group = "board";
/** Most of the loops, bytes of JSON. */
const MAX_LOOP_BYTES = 65_536;
/** Most of one ranking: entries, and bytes of JSON. */
const RANKING = { most: 10, maxBytes: 8192 } as const;
/** What these are about is an item of the transcript, if it has one. */
const AT_AN_ITEM = ["unanswered_question", "pending_todo", "error_tail", "promised_followup"];

const object = z.looseObject({});
const note = z.string().describe("how to take the texts");
const page = z.string().describe("the page for a person");
const day = (which: string) => z.string().optional().describe(`${which}, such as 2026-01-31`);

const openLoops = defineTool({
  name: "open_loops",
  title: "List what was left open",
  description:
    "Lists what sessions left open, the newest first: questions without an answer, unfinished lists of work, edits that are not committed, commits that are not pushed, errors at the end, promises (weak).",
  group,
  effect: "reads",
  input: z.strictObject({
    days: z.int().min(1).max(400).default(14).describe("how far back"),
    limit: z.int().min(1).max(500).default(50).describe("most loops"),
  }),
  output: z.object({
    loops: z.array(object).describe("as /api/open-loops has them, each with its page"),
    left_out: z.int().describe("open loops that are not shown"),
    page,
    note,
  }),
  async run({ days, limit }, services) {
    const answer = await askBoard(services, "/api/open-loops", { days, limit });
    const base = await services.pages();
    const loops = recordsOf(answer["loops"]).map((it) => ({ ...it, page: loopPage(base, it) }));
    const { kept } = bounded(loops, { most: limit, maxBytes: MAX_LOOP_BYTES });
    const total = Number(answer["total"] ?? loops.length);
    return {
      text:
        `${total} loops open in ${days} days, ${kept.length} of them here. Page: ${base}/insights. ${QUOTED}`,
      data: {
        loops: [...kept],
        left_out: total - kept.length,
        page: `${base}/insights`,
        note: QUOTED,
      },
    };
  },
});

function loopPage(base: string, { evidence, kind, sessionId }: BoardRecord): string {
  const id = String(sessionId);
  const isItem = AT_AN_ITEM.includes(String(kind)) && evidence !== id;
  return sessionPage(base, id, { focus: isItem ? String(evidence) : undefined });
}

const insights = defineTool({
  name: "insights_summary",
  title: "Sum up what sessions produced",
  description:
    "Sums up what sessions produced in a range of days: cost, commits that shipped, what burned money, by project and by model. It is evidence, not proof of authorship; possible commits enter no ratio.",
  group,
  effect: "reads",
  input: z.strictObject({
    from: day("the first day; 90 days back without it"),
    to: day("the last day; today without it"),
    tz: z.string().optional().describe("time zone, such as Europe/Oslo; the server's without it"),
    project: z.string().optional().describe("key of the only project, as by_project has it"),
  }),
  output: z.object({
    from: z.string(),
    to: z.string(),
    tz: z.string(),
    totals: object.describe("costs are in USD"),
    productive: z.array(object).describe("ten at most, like each list here"),
    wasteful: z.array(object),
    uncertain: z.array(object).describe("wasteful but for commits that may be theirs"),
    by_project: z.array(object),
    by_model: z.array(object),
    peak: object.nullable().describe("the busiest hour of the week; null for none"),
    page,
    journal_page: z.string().describe("the last day, session by session"),
    note,
  }),
  async run(range, services) {
    const answer = await askBoard(services, "/api/insights", range);
    const base = await services.pages();
    const ranking = (name: string) => [...bounded(recordsOf(answer[name]), RANKING).kept];
    const sessions = (name: string) =>
      ranking(name).map((it) => ({ ...it, page: sessionPage(base, String(it["id"])) }));
    const totals = recordOf(answer["totals"]);
    const peak = recordOf(answer["grid"])["peak"] ?? null;
    const [from, to] = [String(answer["from"]), String(answer["to"])];
    const data = {
      ...{ from, to, tz: String(answer["tz"]), totals },
      productive: sessions("productive"),
      wasteful: sessions("wasteful"),
      uncertain: sessions("uncertain"),
      by_project: ranking("byProject"),
      by_model: ranking("byModel"),
      peak: peak === null ? null : recordOf(peak),
      page: `${base}/insights`,
      journal_page: `${base}/journal?day=${encodeURIComponent(to)}`,
      note: QUOTED,
    };
    const { sessions: count, shipped, usd } = totals;
    return {
      text:
        `${from} to ${to}: ${count} sessions, ${usd} USD, ${shipped} commits shipped. Page: ${data.page}. ${QUOTED}`,
      data,
    };
  },
});

const addNote = defineTool({
  name: "note_add",
  title: "Write a note",
  description:
    "Writes a note beside a session, for people who read it later; nothing is sent to the agent. Markdown of at most 16 KiB. A note stays when the transcript goes.",
  group,
  effect: "adds",
  input: z.strictObject({
    session_id: boardSession,
    body: z.string().describe("what it says, Markdown"),
    uuid: z.string().optional().describe("uuid of the item that it is about"),
  }),
  output: z.object({
    note_id: z.string(),
    session_id: z.string(),
    created_at: z.string(),
    page,
  }),
  async run({ session_id, ...order }, services) {
    const path = `${sessionPath(session_id)}/notes`;
    const made = await orderBoard(services, path, { ...order, author: "ai" });
    const its = sessionPage(await services.pages(), session_id, { focus: order.uuid });
    const data = {
      note_id: String(made["id"]),
      session_id,
      created_at: String(made["createdAt"]),
      page: its,
    };
    return { text: `Note ${data.note_id} stands beside session ${session_id}: ${its}.`, data };
  },
});

/** Tools for what came of sessions. */
export const boardReportTools: readonly Tool[] = [openLoops, insights, addNote];
