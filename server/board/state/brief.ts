/**
 * A session in a few lines, by rules: what was asked, what was said, what is left.
 *
 * @module
 */
import { utf8Bytes } from "../items/clip.ts";
import { firstChars, oneLine } from "../read/fields.ts";
import type { SessionFacts } from "./facts.ts";

/** A commit, in short. */
export interface BriefCommit {
  readonly sha: string;
  readonly subject: string;
}

/** What is told. */
export interface Brief {
  readonly goal: string | null;
  readonly lastAsk: string | null;
  readonly lastAnswer: string | null;
  readonly todos: readonly { readonly text: string; readonly status: string }[];
  /** Files that were changed, the last ones first. */
  readonly files: readonly string[];
  /** Commits that surely or likely are its own, the newest first. */
  readonly commits: readonly BriefCommit[];
  readonly lastError?: string;
  readonly nextStep?: string;
}

/** The most that it may take, bytes of JSON. */
export const MAX_BRIEF_BYTES = 4096;

/** Briefs a session. */
export function briefOf(facts: SessionFacts, commits: readonly BriefCommit[] = []): Brief {
  for (let scale = 1; scale > 0.05; scale /= 2) {
    const brief = briefAt(facts, commits, scale);
    if (utf8Bytes(JSON.stringify(brief)) <= MAX_BRIEF_BYTES) return brief;
  }
  return briefAt(facts, commits, 0.05);
}

function briefAt(facts: SessionFacts, commits: readonly BriefCommit[], scale: number): Brief {
  const text = (value: string | null, chars: number) =>
    value === null ? null : oneLine(value, Math.max(20, Math.round(chars * scale)));
  const open = facts.todos.filter(({ status }) => status !== "completed");
  const next = open.find(({ status }) => status === "in_progress") ?? open[0];
  const files = Object.entries(facts.files)
    .sort(([, a], [, b]) => b.lastMs - a.lastMs)
    .slice(0, Math.round(12 * scale) || 1)
    .map(([path]) => firstChars(path, 200));
  const lastError = text(facts.lastError, 300);
  return {
    goal: text(facts.firstPrompt, 300),
    lastAsk: text(facts.lastAsk, 500),
    lastAnswer: text(facts.lastAnswer, 800),
    todos: open.slice(0, Math.round(10 * scale) || 1).map(({ text: it, status }) => ({
      text: oneLine(it, 100),
      status,
    })),
    files,
    commits: commits.slice(0, Math.round(8 * scale)).map(({ sha, subject }) => ({
      sha,
      subject: oneLine(subject, 100),
    })),
    ...(lastError !== null && { lastError }),
    ...(next !== undefined && { nextStep: oneLine(next.text, 160) }),
  };
}
