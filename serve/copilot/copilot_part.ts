/**
 * The copilot in a server: puts its parts together, and gives the main listener its routes.
 *
 * @module
 */
import { join } from "node:path";
import type { Clock } from "../../runtime/mod.ts";
import type { App } from "../../server/app.ts";
import { appRoutes } from "../../server/board/app_routes.ts";
import type { CopilotNews } from "../../server/board/copilot_news.ts";
import type { HookNews } from "../../server/board/hooks.ts";
import type { BoardModel } from "../../server/board/board_model.ts";
import { DayClock } from "../../server/board/library/day.ts";
import type { BoardAnswer, BoardQuestion } from "../../server/board/questions.ts";
import type { AskAi } from "../../server/copilot/ai_answer.ts";
import { Autopilot } from "../../server/copilot/autopilot.ts";
import { Budget } from "../../server/copilot/budget.ts";
import { autopilotState, withAutopilot } from "../../server/copilot/card_words.ts";
import { Copilot } from "../../server/copilot/copilot.ts";
import { JobQueue } from "../../server/copilot/jobs.ts";
import { readKept } from "../../server/copilot/keep.ts";
import { PaneBook, withPane } from "../../server/copilot/pane_book.ts";
import { Panes } from "../../server/copilot/panes.ts";
import { Pushes } from "../../server/copilot/pushes.ts";
import { QuietClock } from "../../server/copilot/quiet_hours.ts";
import { Responder } from "../../server/copilot/respond.ts";
import { copilotRoutes } from "../../server/copilot/routes.ts";
import { Sessions } from "../../server/copilot/sessions.ts";
import { ToldPanes } from "../../server/copilot/told_panes.ts";
import { Typist } from "../../server/copilot/typist.ts";
import type { Log } from "../../server/log.ts";
import { ownUserOnly } from "../../server/own_user.ts";
import { SCRATCH_FOLDER } from "../board/board_part.ts";
import { APP_FILES } from "../../web/page/app_files.ts";
import type { ServerParts } from "../options.ts";
import { readSocketTables } from "../socket_tables.ts";
import { AiProgram } from "./ai_program.ts";
import {
  DEFAULT_AI_DAILY_BUDGET_USD,
  DEFAULT_AI_JOB_MAX_USD,
  DEFAULT_AI_TIMEOUT_S,
} from "./options.ts";
import { systemProcesses } from "./process_chain.ts";
import { StateFiles } from "./state_file.ts";
import { TmuxProgram } from "./tmux_program.ts";

/** What it is made of: the parts of its server. */
export interface CopilotPartOptions {
  readonly options: ServerParts;
  readonly clock: Clock;
  readonly log: Log;
  readonly model: BoardModel;
  /** Asks the board; answers are never compressed. */
  readonly ask: (question: BoardQuestion) => Promise<BoardAnswer>;
  /** Tells the thread that reads transcripts, once it runs. */
  readonly tell: (news: CopilotNews) => void;
  readonly nonce: () => string;
  /** Where the main listener is, once it is open. */
  readonly mainUrl: () => string | null;
}

const NO_TMUX = { run: () => Promise.resolve({ isOk: false, stdout: "" }) };

/** The copilot. */
export class CopilotPart {
  /** Its routes on the main listener. */
  readonly routes: App;
  /** Which sessions run in a pane, and which of them told of one. */
  readonly #paneBook: PaneBook;
  readonly #toldPanes: ToldPanes;
  readonly #autopilot: Autopilot;
  readonly #responder: Responder;
  readonly #jobs: JobQueue;
  readonly #files: StateFiles;
  readonly #parts: CopilotPartOptions;
  readonly #tell: () => void;
  #pushes: Pushes | null = null;
  readonly #stop = new AbortController();
  readonly #probe: (signal: AbortSignal) => Promise<void>;
  #probing: Promise<void> = Promise.resolve();

  private constructor(
    made: {
      readonly routes: App;
      readonly paneBook: PaneBook;
      readonly toldPanes: ToldPanes;
      readonly tell: () => void;
      readonly autopilot: Autopilot;
      readonly responder: Responder;
      readonly jobs: JobQueue;
      readonly files: StateFiles;
      readonly parts: CopilotPartOptions;
    },
    probe: (signal: AbortSignal) => Promise<void>,
  ) {
    this.routes = made.routes;
    this.#paneBook = made.paneBook;
    this.#toldPanes = made.toldPanes;
    this.#tell = made.tell;
    this.#autopilot = made.autopilot;
    this.#responder = made.responder;
    this.#jobs = made.jobs;
    this.#files = made.files;
    this.#parts = made.parts;
    this.#probe = probe;
  }

  /** Makes it, and takes up what was kept. */
  static async open(parts: CopilotPartOptions): Promise<CopilotPart> {
    const { options, clock, model, nonce, ask } = parts;
    const log = parts.log.part("copilot");
    const files = new StateFiles(options.boardFolder ?? null, log);
    const kept = readKept(await files.load());
    const limits = {
      dailyUsd: options.aiDailyBudgetUsd ?? DEFAULT_AI_DAILY_BUDGET_USD,
      jobUsd: options.aiJobMaxUsd ?? DEFAULT_AI_JOB_MAX_USD,
    };
    const budget = new Budget(limits, new DayClock(options.timeZone), kept.ledger);
    const { tmux: givenTmux, processes = systemProcesses } = options;
    const command = options.tmuxCommand ?? null;
    const tmux = givenTmux ??
      (command === null ? NO_TMUX : new TmuxProgram(command, environmentOf(options), clock));
    const toldPanes = new ToldPanes();
    const panes = new Panes(tmux, processes, toldPanes);
    const program = options.ai ?? aiProgram(parts);
    const hasAi = options.ai !== undefined || (options.aiCommand ?? null) !== null;
    const sessions = new Sessions({ ask, cards: () => model.snapshot().cards });
    const { typistPatience: patience = {} } = options;
    const typist = new Typist({ tmux, panes, clock, nonce, patience });
    const audit = (row: Parameters<StateFiles["audit"]>[0]) => {
      log.info(row.action, { session: row.session, origin: row.origin, reason: row.reason });
      files.audit(row);
    };
    let autopilot: Autopilot | null = null;
    const keep = () => {
      files.save({
        isHalted: autopilot?.isHalted ?? kept.isHalted,
        ledger: budget.ledger,
        jobs: jobs.list(),
        autopilot: autopilot?.kept ?? kept.autopilot,
      });
      if (hasAi) showAi(model, program, budget, clock);
      tell();
    };
    const tell = () => parts.tell(newsOf(autopilot, budget));
    const jobs = new JobQueue({
      ...{ ai: program, clock, budget, nonce, kept: kept.jobs, onChange: keep },
    });
    const copilot = new Copilot({ sessions, panes, jobs, ai: program, clock, nonce });
    autopilot = new Autopilot({
      ...{ sessions, panes, typist, jobs, budget, ai: program, clock, log, audit, kept },
      promptFor: (standing) => copilot.draftPromptOf(standing),
      zone: options.timeZone,
      onChange: (id) => {
        keep();
        if (id === null) { for (const { id } of model.snapshot().cards) model.refresh(id); }
        else model.refresh(id);
      },
    });
    const pilot = autopilot;
    const paneBook = new PaneBook({ panes, log, onChange: (id) => model.refresh(id) });
    model.decorate = (card) => withPane(withAutopilot(card, pilot), paneBook);
    const onHuman = (id: string) => pilot.noteHuman(id, true);
    const responder = new Responder({ sessions, typist, clock, audit, nonce, onHuman });
    const guard = ownUserOnly(options.readSocketTables ?? readSocketTables);
    const routes = copilotRoutes({
      ...{ guard, sessions, panes, paneBook, responder, copilot, jobs, ai: program },
      autopilot: pilot,
    });
    routes.route("/", appRoutes(APP_FILES));
    const made = {
      routes,
      paneBook,
      toldPanes,
      tell,
      autopilot: pilot,
      responder,
      jobs,
      files,
      parts,
    };
    return new CopilotPart(made, async (signal) => {
      if (program instanceof AiProgram) await program.probe(signal);
      if (hasAi) showAi(model, program, budget, clock);
    });
  }

  /** Begins, once transcripts are read: looks whether a model can be asked, and lets autopilots go on. */
  start(): void {
    this.#probing = this.#probe(this.#stop.signal);
    this.#autopilot.start();
    this.#tell();
  }

  /** All sessions whose agent runs, with its process. */
  setAgents(pids: ReadonlyMap<string, number>): void {
    this.#toldPanes.setAgents(pids);
    this.#paneBook.setAgents(pids);
  }

  /** A hook of an agent told something. */
  hearHook({ event, pane, session }: HookNews): void {
    if (event.name === "SessionEnd") this.#toldPanes.forget(session);
    else if (pane !== null && this.#toldPanes.hear(session, pane)) {
      this.#paneBook.lookAgain(session);
    }
  }

  /** Begins to tell a phone what needs somebody from now on, if it was said whom to tell. */
  startPushes(): void {
    const { options, clock, log, model, mainUrl } = this.#parts;
    const { ntfyUrl: url, ntfyToken: token, ntfyDetail = false, ntfyQuiet, publicUrl } = options;
    if (url === undefined || this.#stop.signal.aborted) return;
    this.#pushes ??= new Pushes({
      ...{ url, clock, model, log: log.part("push"), hasDetail: ntfyDetail },
      ...(token !== undefined && { token }),
      ...(ntfyQuiet !== undefined && { quiet: new QuietClock(ntfyQuiet, options.timeZone) }),
      base: () => (publicUrl ?? mainUrl() ?? "").replace(/\/+$/, ""),
      fetch: options.fetch ?? fetch,
    });
  }

  /** Ends it, after what is being typed. */
  async close(): Promise<void> {
    this.#stop.abort();
    const ending = [this.#autopilot.close(), this.#jobs.close(), this.#responder.close()];
    await Promise.all([this.#probing, this.#pushes?.close(), this.#paneBook.close(), ...ending]);
    await this.#files.close();
  }
}

function environmentOf({ environment }: ServerParts): Readonly<Record<string, string>> {
  try {
    return environment ?? Deno.env.toObject();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return {};
    throw error;
  }
}

function aiProgram({ options, clock }: CopilotPartOptions): AiProgram {
  const { boardFolder, aiCommand = null, aiModel } = options;
  const isThere = boardFolder !== undefined && aiCommand !== null;
  return new AiProgram({
    // Without a home there is no empty folder to work in.
    command: isThere ? aiCommand : null,
    ...(aiModel !== undefined && { model: aiModel }),
    maxUsd: options.aiJobMaxUsd ?? DEFAULT_AI_JOB_MAX_USD,
    timeoutS: options.aiTimeoutS ?? DEFAULT_AI_TIMEOUT_S,
    folder: join(boardFolder ?? "", SCRATCH_FOLDER),
    environment: isThere ? environmentOf(options) : {},
    clock,
  });
}

/** What the thread that reads transcripts is told. */
function newsOf(autopilot: Autopilot | null, budget: Budget): CopilotNews {
  const kept = Object.entries(autopilot?.kept ?? {});
  const isHalted = autopilot?.isHalted ?? false;
  return {
    autopilots: new Map(kept.map(([id, it]) => [id, autopilotState(it, isHalted)])),
    aiDays: Object.entries(budget.ledger).map(([startMs, { autopilot, human }]) => ({
      startMs: Number(startMs),
      usd: autopilot + human,
    })),
  };
}

function showAi(model: BoardModel, ai: AskAi, budget: Budget, clock: Clock): void {
  model.setAi({
    ...ai.availability,
    todayUsd: budget.today(clock.unixS() * 1000).allUsd,
    budgetUsd: budget.limits.dailyUsd,
  });
}
