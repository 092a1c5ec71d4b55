/**
 * A session in the library: its files, what is remembered of it, and what was told of it last.
 *
 * @module
 */
import type { SourceAdapter } from "../adapter.ts";
import type { TranscriptId } from "../ids.ts";
import type { CardView, OldLoop } from "../state/attention.ts";
import { emptyFacts, type SessionFacts } from "../state/facts.ts";
import type { HookEvent, RegistryEntry } from "../state/live.ts";
import type { Assessed, Session } from "../state/session.ts";
import type { TranscriptFile } from "./transcript_file.ts";

/** A session. */
export class SessionEntry {
  readonly id: TranscriptId;
  readonly adapter: SourceAdapter;
  /** By path. */
  readonly files: Map<string, TranscriptFile> = new Map();
  facts: SessionFacts = emptyFacts();
  view: CardView;
  /** When its file came to be, ms since the Unix epoch. */
  bornMs: number;
  /** When something was appended last, ms since the Unix epoch. */
  appendMs: number;
  /** Whether its transcript is gone. */
  isArchived = false;
  /** The session that it goes on from. */
  parent: TranscriptId | null = null;
  registry: RegistryEntry | null = null;
  hook: HookEvent | null = null;
  /** What it left open for long; null for nothing. */
  openLoop: OldLoop | null = null;
  /** Commits that count for it, by how sure that is. */
  commits: Session["commits"] = { high: 0, medium: 0, low: 0 };
  /** Whether something has come since it was assessed. */
  isDirty = true;
  /** Whether its transcript has been read to its end once. */
  isRead = false;
  /** Higher with each change. */
  rev = 0;
  /** What was told last; null before the first time. */
  assessed: Assessed | null = null;
  /** Its card as it was told last, as JSON without a revision; null while it is on no board. */
  cardJson: string | null = null;

  /** A session of which nothing is known. */
  constructor(
    id: TranscriptId,
    adapter: SourceAdapter,
    known: { readonly bornMs: number; readonly appendMs: number; readonly view: CardView },
  ) {
    this.id = id;
    this.adapter = adapter;
    this.bornMs = known.bornMs;
    this.appendMs = known.appendMs;
    this.view = known.view;
  }

  /** The session's own file; null when only its agents' are known. */
  get main(): TranscriptFile | null {
    for (const file of this.files.values()) if (file.agent === null) return file;
    return null;
  }

  /** The file of an agent; null for none. */
  fileOfAgent(agent: string): TranscriptFile | null {
    for (const file of this.files.values()) if (file.agent === agent) return file;
    return null;
  }

  /** Whether tokens of a part that is not read have to be counted still. */
  get isPartial(): boolean {
    for (const file of this.files.values()) if (file.countedTo < file.start) return true;
    return false;
  }

  /** Something has come. */
  touch(): void {
    this.isDirty = true;
    this.rev++;
  }
}
