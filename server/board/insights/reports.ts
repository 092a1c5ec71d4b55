/**
 * Answers about what sessions produced. No transcript is opened for any of it.
 *
 * @module
 */
import type { CommitBook } from "../commits/book.ts";
import { parseTranscriptId } from "../ids.ts";
import type { BoardLibrary } from "../library/library.ts";
import type { SessionEntry } from "../library/session_entry.ts";
import { type Problem, problem } from "../problem.ts";
import type { ReportQuestion } from "../questions.ts";

/** What reports are made of. */
export interface ReportOptions {
  readonly library: BoardLibrary;
  readonly book: CommitBook;
}

/** Reports from a library and its repositories. */
export class Reports {
  readonly #options: ReportOptions;

  /** Reports from these. */
  constructor(options: ReportOptions) {
    this.#options = options;
  }

  /** What a question is answered with, as data. */
  answer(question: ReportQuestion): object | Problem {
    const id = parseTranscriptId(question.id ?? "");
    const entry = id === null ? undefined : this.#options.library.sessions.get(id);
    if (entry === undefined) return problem(404, "session_not_found", "there is no such session");
    return this.#commits(entry);
  }

  #commits(entry: SessionEntry): object {
    const { book } = this.#options;
    const top = book.topOf(entry);
    const reason = top === null ? undefined : book.problems.get(top);
    return {
      commits: book.linksOf(entry).map(({ commit, link }) => ({
        sha: commit.sha,
        subject: commit.subject,
        authoredAt: new Date(commit.authorMs).toISOString(),
        files: commit.fileCount,
        confidence: link.confidence,
        overlap: Math.round(link.overlap * 1000) / 1000,
        evidence: link.evidence,
        primary: link.isPrimary,
      })),
      repo: top,
      ...(reason !== undefined && { problem: reason }),
    };
  }
}
