/**
 * How soon it is told what sessions produced, are related to and left open: of all of them anew, and
 * when nothing has changed since.
 *
 * @module
 */
import type { BoardLibrary } from "../../server/board/library/library.ts";
import type { BoardQuestion, ReportName } from "../../server/board/questions.ts";
import type { Figure } from "../figures.ts";
import { quantileOf } from "../rounds.ts";

/** A board that has been read. */
export interface OpenBoard {
  readonly library: BoardLibrary;
  readonly answers: { ask(question: BoardQuestion): Promise<{ readonly kind: string }> };
}

const COLD_ROUNDS = 20;
const WARM_ROUNDS = 200;
/** Reports with the most that they may take anew and again, ms. */
const GOALS: readonly (readonly [ReportName, cold: number, warm: number])[] = [
  ["insights", 25, 1],
  ["related", 50, 3],
  ["open-loops", 150, 1],
];

/** Measures reports of boards, each opened by `open` as a process finds it. */
export async function measureReports(
  sessions: number,
  open: () => OpenBoard & { readonly close: () => void },
): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, coldMs, warmMs] of GOALS) {
    const cold: number[] = [];
    const warm: number[] = [];
    for (let round = 0; round < COLD_ROUNDS; round++) {
      const board = open();
      cold.push(await ask(board, name));
      if (round === 0) {
        for (let no = 0; no < WARM_ROUNDS; no++) warm.push(await ask(board, name));
      }
      board.close();
    }
    for (const [what, times, most] of [["anew", cold, coldMs], ["again", warm, warmMs]] as const) {
      figures.push({
        ...{ part: "board", name: `${name} of ${sessions} sessions, ${what}, p95`, unit: "ms" },
        ...{ value: quantileOf(times, 0.95), goal: sessions === 57 ? { most } : null, ratio: null },
      });
    }
  }
  return figures;
}

async function ask({ answers, library }: OpenBoard, name: ReportName): Promise<number> {
  const [id = null] = library.sessions.keys();
  const session = name === "related" ? id : null;
  const beganMs = performance.now();
  const { kind } = await answers.ask({ kind: "report", name, session, query: "", etag: null });
  if (kind !== "json") throw new Error(`no ${name}: ${kind}`);
  return performance.now() - beganMs;
}
