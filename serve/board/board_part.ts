/**
 * The board in a server: the thread that reads transcripts, the cards, and the routes to both.
 *
 * @module
 */
import { join } from "node:path";
import { Hono } from "hono";
import { type Clock, errorMessage, type Rng, type Timer, UsageError } from "../../runtime/mod.ts";
import type { App, AppEnv } from "../../server/app.ts";
import { BoardModel } from "../../server/board/board_model.ts";
import type { CopilotNews } from "../../server/board/copilot_news.ts";
import { OwnCards, type OwnSession } from "../../server/board/headway_sessions.ts";
import { debugRoutes, debugWall } from "../../server/board/debug/routes.ts";
import { hookRoutes } from "../../server/board/hook_routes.ts";
import type { HookNews } from "../../server/board/hooks.ts";
import { DayClock } from "../../server/board/library/day.ts";
import { readPrices } from "../../server/board/money/price_file.ts";
import type { Prices } from "../../server/board/money/prices.ts";
import { problem } from "../../server/board/problem.ts";
import {
  type BoardAnswer,
  type BoardQuestion,
  snoozeProblem,
} from "../../server/board/questions.ts";
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
import type { ServerDebug } from "../server_debug.ts";
import { BoardWorker } from "./board_worker.ts";
import type { IngestSettings, SentAnswer } from "./worker_messages.ts";
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
  /** Watches what this server is busy with; the clock of the board is one of its own. */
  readonly debug: ServerDebug;
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
  readonly #own: OwnCards;
  /** Words of hooks: those that said something, and others. */
  readonly #hooks = { heard: 0, ignored: 0 };
  readonly #sources: ListOwnSessions[] = [];
  #timer: Timer | null = null;

  /** Asks whoever has the session; the answer is never compressed. */
  readonly ask = async (question: BoardQuestion): Promise<BoardAnswer> => {
    const answer = await this.#ask(question, { isGzip: false });
    // What was not asked to be compressed is not.
    if (answer.kind !== "gzip") return answer;
    return { kind: "problem", problem: problem(503, "board_unavailable", "no such answer") };
  };

  private constructor(
    { clock, rng, log, boot, debug }: BoardPartOptions,
    settings: BoardOptions,
    prices: Prices | null,
  ) {
    this.#clock = debug.clock("own sessions");
    this.#own = new OwnCards(clock.unixS() * 1000);
    this.model = new BoardModel({ clock: debug.clock("changes of the board"), boot });
    this.#log = log;
    this.#settings = ingestSettings(settings, { boot, prices });
    this.streams = new StreamHub({
      clock: debug.clock("streams of events"),
      rng,
      boot,
      limits: { ...DEFAULT_STREAM_LIMITS, ...settings.streams },
    });
    const streams = streamRoutes({
      hub: this.streams,
      model: this.model,
      growth: this.followers,
      tailers: () => this.followers.list(),
      clock: debug.clock("streams of sessions"),
      ask: this.ask,
    });
    const { monitor, requests, timers, work } = debug;
    debug.watch(() => {
      if (this.#worker === null) return null;
      const { waiting: queue, work } = this.#worker;
      return { name: "board", queue, work };
    });
    const routes: App = new Hono<AppEnv>();
    if (settings.debugRemote !== true) routes.route("/", debugWall());
    routes.route("/", streams);
    routes.route("/", boardPageRoutes(BOARD_PAGES));
    routes.route(
      "/",
      debugRoutes({
        ...{ boot, clock, monitor, requests, timers, work },
        workers: () => debug.workers(),
        streams: () => this.streams.list(),
        tailers: () => this.followers.list(),
        hooks: () => this.#hooks,
        memory: () => {
          const { rss, heapUsed } = Deno.memoryUsage();
          return { rss, heapUsed };
        },
      }),
    );
    routes.route(
      "/",
      hookRoutes({ clock, hear: (news) => this.#hear(news), onNoise: () => this.#hooks.ignored++ }),
    );
    const data: BoardRouteData = {
      model: this.model,
      ask: (question, how) => this.#ask(question, how),
      gzip: (text, what) => this.#gzip(text, what),
    };
    routes.route("/", boardRoutes(data));
    routes.route("/", reportRoutes(data));
    this.routes = routes;
  }

  /**
   * Makes it; nothing is read before {@link BoardPart.start}.
   *
   * @throws {UsageError} for options that cannot be: a file of prices that is none, an unknown zone.
   */
  static async open(parts: BoardPartOptions): Promise<BoardPart> {
    const { options, log } = parts;
    const prices = options.prices === undefined ? null : pricesIn(options.prices);
    if (options.timeZone !== undefined) new DayClock(options.timeZone);
    const { boardFolder, ...rest } = options;
    if (boardFolder === undefined || (options.transcriptRoots ?? []).length === 0) {
      return new BoardPart(parts, options, prices);
    }
    try {
      await ensureFolder(boardFolder);
      return new BoardPart(parts, options, prices);
    } catch (error) {
      // A server that may write nowhere has a board as well; it reads everything again at each start.
      if (!(error instanceof Deno.errors.NotCapable)) throw error;
      log.warn("the board is not kept", { reason: errorMessage(error) });
      return new BoardPart(parts, rest, prices);
    }
  }

  /** Begins to load the thread that reads, which takes a while; nothing is read yet. */
  load(): void {
    if (this.#settings === null) return;
    this.#worker = new BoardWorker({
      onChange: (change) => this.model.apply(this.#own.take(change, this.#nowMs)),
      onAgents: (pids) => this.onAgents(pids),
      onGrown: (id) => this.followers.grown(id),
      onFailed: (reason) => this.#log.error("board failed", { reason }),
    }, { clock: this.#clock, log: this.#log });
  }

  /** Begins to read. */
  start(): void {
    if (this.#settings !== null) this.#worker?.start(this.#settings);
  }

  /** Told of all sessions whose agent runs, with its process. Set it before {@link BoardPart.start}. */
  onAgents: (pids: ReadonlyMap<string, number>) => void = () => {};

  /** Told of what each hook told. */
  onHook: (news: HookNews) => void = () => {};

  /** Hears what the copilot has to tell; nothing before {@link BoardPart.start}. */
  hear(news: CopilotNews): void {
    this.#worker?.tell(news);
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

  get #nowMs(): number {
    return this.#clock.unixS() * 1000;
  }

  /** Asks whoever has the session: of our own only the cards are here. */
  async #ask(question: BoardQuestion, how: { readonly isGzip: boolean }): Promise<SentAnswer> {
    const refused = question.kind === "snooze" ? snoozeProblem(question.minutes) : null;
    if (refused !== null) return { kind: "problem", problem: refused };
    const isOfTask = this.#isViewed(question);
    if (isOfTask && "id" in question && question.id.startsWith("headway:")) return { kind: "done" };
    return await this.#worker?.ask(question, how) ?? {
      kind: "problem",
      problem: problem(404, "no_transcripts", "this server reads no transcripts"),
    };
  }

  /** Whether a person did something with a card of our own, or of a task of ours. */
  #isViewed(question: BoardQuestion): boolean {
    const { kind } = question;
    if (kind !== "seen" && kind !== "snooze") return false;
    const view = kind === "seen" ? { seenMs: this.#nowMs } : {
      snoozedUntilMs: question.minutes === 0 ? 0 : this.#nowMs + question.minutes * 60_000,
    };
    const isOurs = this.#own.setView(question.id, view);
    if (isOurs) this.#tellOwn();
    return isOurs;
  }

  async #gzip(text: string, what: string): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#worker === null) throw new Error("nobody compresses");
    return await this.#worker.gzip(text, what);
  }

  #hear(news: HookNews): void {
    const { session: id, event, path } = news;
    this.#hooks.heard++;
    this.onHook(news);
    // Too many of them, or nobody there to hear: the transcript will tell.
    this.#worker?.ask({ kind: "hook", id, event, path }, { isGzip: false }).catch(() => {
      this.#hooks.ignored++;
    });
  }

  #tellOwn(): void {
    const own = this.#sources.flatMap((list) => list());
    const change = this.#own.update(own, this.#nowMs);
    if (change !== null) this.model.apply(change);
  }

  #look(): void {
    this.#tellOwn();
    this.#timer = this.#clock.after(OWN_EVERY_S, () => this.#look());
  }
}

function ingestSettings(
  options: BoardOptions,
  { boot, prices }: Pick<IngestSettings, "boot" | "prices">,
): IngestSettings | null {
  const { boardFolder, transcriptRoots = [] } = options;
  if (transcriptRoots.length === 0) return null;
  return {
    roots: transcriptRoots,
    database: boardFolder === undefined ? null : join(boardFolder, BOARD_FILE),
    excludedFolders: boardFolder === undefined ? [] : [join(boardFolder, SCRATCH_FOLDER)],
    maxParseBytes: options.maxParseBytes ?? DEFAULT_MAX_PARSE_BYTES,
    maxLineBytes: options.maxLineBytes ?? DEFAULT_MAX_LINE_BYTES,
    cacheBytes: options.parseCacheBytes ?? DEFAULT_PARSE_CACHE_BYTES,
    prices,
    zone: options.timeZone ?? null,
    boot,
  };
}

/** Reads a table of prices. Throws {@link UsageError} when it is none. */
function pricesIn(path: string): Prices {
  let text: string;
  try {
    text = Deno.readTextFileSync(path);
  } catch (error) {
    throw new UsageError(`HEADWAY_PRICES cannot be read: ${path} (${errorMessage(error)})`, {
      path,
    });
  }
  return readPrices(text, path);
}
