/**
 * What sessions left open: questions without an answer, work that is listed and not done, edits that
 * are not committed, commits that are not pushed, errors at the end, promises.
 *
 * @module
 */
import { oneLine } from "../read/fields.ts";
import type { SessionFacts } from "../state/facts.ts";

/** A kind of loop. */
export type LoopKind =
  | "unanswered_question"
  | "pending_todo"
  | "uncommitted_edits"
  | "unpushed_commits"
  | "error_tail"
  | "promised_followup";

/** Something that is open. Names are those of the wire. */
export interface OpenLoop {
  readonly id: string;
  readonly sessionId: string;
  readonly kind: LoopKind;
  readonly text: string;
  /** Ms since the Unix epoch. */
  readonly sinceMs: number;
  /** A record, a commit, or a file. */
  readonly evidence: string;
  /** Present where it is no more than a guess. */
  readonly confidence?: "weak";
}

/** A session, as far as it matters here. */
export interface LoopInput {
  readonly id: string;
  readonly facts: SessionFacts;
  readonly state: string;
  readonly waitingFor: string | null;
  readonly isLive: boolean;
  readonly isContinued: boolean;
  /** Files that it edited and that are not committed. */
  readonly uncommitted: readonly string[];
  /** Commits that surely or likely are its own and that are nowhere else. */
  readonly unpushed: readonly {
    readonly sha: string;
    readonly subject: string;
    readonly ms: number;
  }[];
}

const MAX_TEXT_CHARS = 200;
/** An error counts as the end when no more answers of tools came after it. */
const TAIL_RESULTS = 3;
const PROMISE =
  /\b(?:I['’]ll|I will|next,? I (?:would|will)|I would next|I['’]d (?:next|then))\b[^.?!\n]{3,}/i;

/** What a session left open. */
export function loopsOf(input: LoopInput): OpenLoop[] {
  const { facts, id, isContinued, isLive, state, uncommitted, unpushed, waitingFor } = input;
  const { last } = facts;
  const loops: OpenLoop[] = [];
  const add = (
    kind: LoopKind,
    { evidence, ms, text, ...more }: {
      readonly text: string;
      readonly ms: number;
      readonly evidence: string | null;
      readonly confidence?: "weak";
    },
  ) =>
    loops.push({
      id: `${kind}:${id}`,
      ...{ sessionId: id, kind, text: oneLine(text, MAX_TEXT_CHARS), sinceMs: ms },
      evidence: evidence ?? id,
      ...more,
    });
  const endMs = facts.updatedMs ?? 0;
  const isAnswered = isContinued || last === null;
  const isAsked = state === "waiting" && (waitingFor === "question" || waitingFor === "plan");
  const isLastWord = last?.kind === "assistant" && state !== "working";
  if (!isAnswered && (isAsked || isLastWord && last.isAsking)) {
    const text = lastParagraph(facts.lastAnswer) ?? "asks something";
    add("unanswered_question", { text, ms: last.ms, evidence: last.uuid });
  }
  const todos = facts.todos.filter(({ status }) =>
    status !== "completed" && status !== "cancelled"
  );
  if (todos.length > 0 && !isLive && !isContinued) {
    const more = todos.length > 1 ? ` (and ${todos.length - 1} more)` : "";
    add("pending_todo", { text: `${todos[0]!.text}${more}`, ms: endMs, evidence: facts.lastUuid });
  }
  if (uncommitted.length > 0) {
    const [first] = uncommitted;
    const more = uncommitted.length > 1 ? ` and ${uncommitted.length - 1} more` : "";
    add("uncommitted_edits", { text: `${first}${more}`, ms: endMs, evidence: first! });
  }
  if (unpushed.length > 0) {
    const oldest = unpushed.reduce((a, b) => a.ms <= b.ms ? a : b);
    const more = unpushed.length > 1 ? ` and ${unpushed.length - 1} more` : "";
    add("unpushed_commits", {
      ...{ text: `${oldest.subject}${more}`, ms: oldest.ms, evidence: oldest.sha },
    });
  }
  const failed = facts.results.slice(-TAIL_RESULTS).findLast(({ isError }) => isError);
  if (state === "ended" && failed !== undefined && !isContinued) {
    const text = facts.lastError ?? `${failed.tool} failed`;
    add("error_tail", { text, ms: failed.ms, evidence: failed.uuid });
  }
  const promise = isLastWord && !isContinued && !last.isAsking
    ? PROMISE.exec(facts.lastAnswer ?? "")?.[0]
    : undefined;
  if (promise !== undefined) {
    add("promised_followup", {
      ...{ text: promise, ms: last!.ms, evidence: last!.uuid, confidence: "weak" },
    });
  }
  return loops;
}

function lastParagraph(text: string | null): string | null {
  return text?.trim().split(/\n\s*\n/).at(-1)?.trim() || null;
}
