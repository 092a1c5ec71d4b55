/**
 * The board in a server: the thread that reads transcripts, the cards, and the routes to both.
 *
 * @module
 */
import { join } from "node:path";
import { type Clock, errorMessage, type Rng, type Timer, UsageError } from "../../runtime/mod.ts";
import type { App } from "../../server/app.ts";
import { BoardModel } from "../../server/board/board_model.ts";
import { OwnCards, type OwnSession } from "../../server/board/headway_sessions.ts";
import { DayClock } from "../../server/board/library/day.ts";
import { PriceTable } from "../../server/board/money/prices.ts";
import { problem } from "../../server/board/problem.ts";
import type { BoardAnswer, BoardQuestion } from "../../server/board/questions.ts";
import { boardPageRoutes } from "../../server/board/page_routes.ts";
import { reportRoutes } from "../../server/board/insights/routes.ts";
import { type BoardRouteData, boardRoutes } from "../../server/board/routes.ts";
import { Followers } from "../../server/board/stream/followers.ts";
import { DEFAULT_STREAM_LIMITS } from "../../server/board/stream/limits.ts";
import { streamRoutes } from "../../server/board/stream/routes.ts";
import { StreamHub } from "../../server/board/stream/stream_hub.ts";
import type { Log } from "../../server/log.ts";
import { BOARD_PAGES } from "../../web/page/board_pages.ts";
import { ensureFolder } from "../home.ts";
import { BoardWorker } from "./board_worker.ts";
import type { IngestSettings } from "./worker_messages.ts";
import {
  type BoardOptions,
  DEFAULT_MAX_LINE_BYTES,
  DEFAULT_MAX_PARSE_BYTES,
  DEFAULT_PARSE_CACHE_BYTES,
} from "./options.ts";

/** How often our own sessions are looked at, seconds. */
const OWN_EVERY_S = 0.5;
/** The file of the board in its folder. */
export const BOARD_FILE = "board.db";
/** The folder, below the home folder, that helpers of our own work in. */
export const SCRATCH_FOLDER = "ai-scratch";

/** What it is made of. */
export interface BoardPartOptions {
  readonly options: BoardOptions;
  readonly clock: Clock;
  readonly rng: Rng;
  readonly log: Log;
  readonly boot: string;
}

/** Our own sessions of one part of the server. */
export type ListOwnSessions = () => readonly OwnSession[];

/** The board. */
export class BoardPart {
  /** Its cards, and the feed of what changes. */
  readonly model: BoardModel;
  /** Its routes on the main listener. */
  readonly routes: App;
  readonly #clock: Clock;
  readonly #log: Log;
  /** What the thread is started with; null without transcripts. */
  readonly #settings: IngestSettings | null;
  /** Streams of events, and who follows which session. */
  readonly streams: StreamHub;
  readonly followers: Followers = new Followers((id, isOn) => this.#worker?.follow(id, isOn));
  #worker: BoardWorker | null = null;
  readonly #own = new OwnCards();
  readonly #sources: ListOwnSessions[] = [];
  #timer: Timer | null = null;

  private constructor({ clock, rng, log, boot }: BoardPartOptions, settings: BoardOptions) {
    this.#clock = clock;
    this.model = new BoardModel({ clock, boot });
    this.#log = log;
    this.#settings = ingestSettings(settings, boot);
    this.streams = new StreamHub({
      clock,
      rng,
      boot,
      limits: { ...DEFAULT_STREAM_LIMITS, ...settings.streams },
    });
    const streams = streamRoutes({
      hub: this.streams,
      model: this.model,
      growth: this.followers,
      tailers: () => this.followers.list(),
      clock,
      ask: (question) => this.#askPlainly(question),
    });
    const data: BoardRouteData = {
      model: this.model,
      ask: (question, how) =>
        this.#worker?.ask(question, how) ??
          Promise.resolve({
            kind: "problem",
            problem: problem(404, "no_transcripts", "this server reads no transcripts"),
          }),
      gzip: (text) => this.#worker?.gzip(text) ?? Promise.reject(new Error("nobody compresses")),
    };
    this.routes = streams.route("/", boardPageRoutes(BOARD_PAGES)).route("/", boardRoutes(data))
      .route("/", reportRoutes(data));
  }

  /**
   * Makes it; nothing is read before {@link BoardPart.start}.
   *
   * @throws {UsageError} for options that cannot be: a file of prices that is none, an unknown zone.
   */
  static async open(parts: BoardPartOptions): Promise<BoardPart> {
    const { options, log } = parts;
    if (options.prices !== undefined) checkPrices(options.prices);
    if (options.timeZone !== undefined) new DayClock(options.timeZone);
    const { boardFolder, ...rest } = options;
    if (boardFolder === undefined || (options.transcriptRoots ?? []).length === 0) {
      return new BoardPart(parts, options);
    }
    try {
      await ensureFolder(boardFolder);
      return new BoardPart(parts, options);
    } catch (error) {
      // A server that may write nowhere has a board as well; it reads everything again at each start.
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      log.warn("the board is not kept", { reason: errorMessage(error) });
      return new BoardPart(parts, rest);
    }
  }

  /** Begins to read. */
  start(): void {
    if (this.#settings === null) return;
    this.#worker = new BoardWorker(this.#settings, {
      onChange: (change) => this.model.apply(change),
      onGrown: (id) => this.followers.grown(id),
      onFailed: (reason) => this.#log.error("board failed", { reason }),
    }, { clock: this.#clock, log: this.#log });
  }

  /** Resolves when all transcripts that were there have been read once. */
  get caughtUp(): Promise<void> {
    return this.#worker?.caughtUp ?? Promise.resolve();
  }

  /** Shows sessions of our own: `list` is asked again and again. */
  show(list: ListOwnSessions): void {
    this.#sources.push(list);
    if (this.#timer === null) this.#look();
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.#timer?.cancel();
    this.streams.close();
    this.model.close();
    await this.#worker?.close();
  }

  async #askPlainly(question: BoardQuestion): Promise<BoardAnswer> {
    const answer = await this.#worker?.ask(question, { isGzip: false });
    // What was not asked to be compressed is not.
    if (answer !== undefined && answer.kind !== "gzip") return answer;
    return {
      kind: "problem",
      problem: problem(404, "no_transcripts", "this server reads no transcripts"),
    };
  }

  #look(): void {
    const own = this.#sources.flatMap((list) => list());
    const change = this.#own.update(own, this.model, this.#clock.unixS() * 1000);
    if (change !== null) this.model.apply(change);
    this.#timer = this.#clock.after(OWN_EVERY_S, () => this.#look());
  }
}

function ingestSettings(options: BoardOptions, boot: string): IngestSettings | null {
  const { boardFolder, transcriptRoots = [] } = options;
  if (transcriptRoots.length === 0) return null;
  return {
    roots: transcriptRoots,
    database: boardFolder === undefined ? null : join(boardFolder, BOARD_FILE),
    excludedFolders: boardFolder === undefined ? [] : [join(boardFolder, SCRATCH_FOLDER)],
    maxParseBytes: options.maxParseBytes ?? DEFAULT_MAX_PARSE_BYTES,
    maxLineBytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    cacheBytes: options.parseCacheBytes ?? DEFAULT_PARSE_CACHE_BYTES,
    prices: options.prices ?? null,
    zone: options.timeZone ?? null,
    boot,
  };
}

/** Reads a table of prices. Throws {@link UsageError} when it is none. */
export function checkPrices(path: string): PriceTable {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    throw new UsageError(`HEADWAY_PRICES cannot be read: ${path} (${errorMessage(error)})`, {
      path,
    });
  }
  return PriceTable.parse(text, path);
}
