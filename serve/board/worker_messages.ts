/**
 * What goes between the main thread and the one that reads transcripts.
 *
 * @module
 */
import type { CopilotNews } from "../../server/board/copilot_news.ts";
import type { BoardChange } from "../../server/board/library/changes.ts";
import type { Prices } from "../../server/board/money/prices.ts";
import type { BoardAnswer, BoardQuestion } from "../../server/board/questions.ts";
import type { LogFields } from "../../server/log.ts";

/** What the reading thread is started with. */
export interface IngestSettings {
  /** Folders such as `~/.claude`. */
  readonly roots: readonly string[];
  /** Where the database is; null keeps nothing. */
  readonly database: string | null;
  /** Working folders whose sessions are not shown. */
  readonly excludedFolders: readonly string[];
  readonly maxParseBytes: number;
  readonly maxLineBytes: number;
  readonly cacheBytes: number;
  /** Prices in place of the built-in ones. */
  readonly prices: Prices | null;
  /** The IANA zone of days; null for the host's. */
  readonly zone: string | null;
  readonly boot: string;
}

/** To the reading thread. */
export type ToIngest =
  | {
    readonly type: "start";
    readonly settings: IngestSettings;
    /** Where it writes what it is at. */
    readonly work: SharedArrayBuffer;
  }
  | {
    readonly type: "ask";
    readonly no: number;
    readonly question: BoardQuestion;
    /** Whether the answer is to be compressed where that is worth it. */
    readonly isGzip: boolean;
  }
  | {
    readonly type: "gzip";
    readonly no: number;
    /** A text in UTF-8: bytes change hands, and a string would be copied. */
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly what: string;
  }
  /** Whose growth is to be told. */
  | { readonly type: "follow"; readonly id: string; readonly isOn: boolean }
  | { readonly type: "copilot"; readonly news: CopilotNews }
  | { readonly type: "close" };

/** An answer on its way: text may have been compressed. */
export type SentAnswer =
  | BoardAnswer
  | {
    readonly kind: "gzip";
    readonly bytes: Uint8Array<ArrayBuffer>;
    readonly etag: string | null;
  };

/** From the reading thread. */
export type FromIngest =
  /** All that was there has been read once. */
  | { readonly type: "caught-up" }
  | { readonly type: "change"; readonly change: BoardChange }
  /** All sessions whose agent runs, with its process. */
  | { readonly type: "agents"; readonly pids: ReadonlyMap<string, number> }
  /** Something has come of a session that is followed. */
  | { readonly type: "grown"; readonly id: string }
  | { readonly type: "answer"; readonly no: number; readonly answer: SentAnswer }
  | { readonly type: "failed"; readonly no: number; readonly reason: string }
  | { readonly type: "warn"; readonly event: string; readonly fields: LogFields }
  /** It could not be started. */
  | { readonly type: "refused"; readonly reason: string }
  | { readonly type: "closed" };
