/// <reference lib="dom" />
/**
 * The page of a terminal: finds out what is asked for, and shows it live, replayed, or gone.
 *
 * @module
 */
import { element, say } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import {
  AnswerError,
  ask,
  attach,
  type Attached,
  newViewerKey,
  type ReplayRecord,
  type TaskRecord,
} from "./api.ts";
import { BytesView } from "./bytes_view.ts";
import "./headway_terminal.ts";
import type { HeadwayTerminal } from "./headway_terminal.ts";
import { LiveView } from "./live_view.ts";
import { loadRecording, ReplayView } from "./replay_view.ts";
import { rangesOf } from "./transcript/transcript_file.ts";
import { TranscriptView } from "./transcript/transcript_view.ts";
import { spanText, statusText, tame } from "./words.ts";
import { type Room, type ScreenSize, XtermScreen } from "./xterm_screen.ts";

/** What an id may look like: a terminal's or a task's. Nothing else is sent to the server. */
const KNOWN_ID =
  /^(?:task-[0-9a-f]{8}|[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})$/;
/** What stands around the screen on a page, px: on a phone more, and its keyboard besides. */
const SURROUNDINGS_PX = { wide: 260, narrow: 440, narrowBelow: 608 };
/** The size of a task's terminal until somebody takes its keyboard. */
const USUAL_SIZE: ScreenSize = { cols: 120, rows: 40 };
/** A frame is not waited for longer, seconds. */
const LONGEST_FRAME_S = 0.1;
/** Longest text of an unknown id that is shown. */
const MOST_ID_CHARS = 64;

/** The page. */
class TerminalPage {
  readonly #clock = new BrowserClock(performance.timeOrigin);
  readonly #viewer = newViewerKey();
  readonly #screen = new XtermScreen();
  readonly #named: string;
  #mode: HeadwayTerminal["mode"] = "loading";
  #live: LiveView | null = null;
  #replay: ReplayView | null = null;
  #bytes: BytesView | null = null;
  #paintMs: number | null = null;

  constructor(named: string) {
    this.#named = named;
    addEventListener("resize", () => this.#fit());
    globalThis.headwayTerminal = this.#word();
  }

  async start(): Promise<void> {
    if (!KNOWN_ID.test(this.#named)) return this.#showGone();
    const askedMs = performance.now();
    const attaching = attach(this.#named, this.#viewer);
    // The screen is made while the server answers.
    this.#openScreen();
    this.#show(await attaching, askedMs);
  }

  #show(attached: Attached, askedMs: number): void {
    switch (attached.kind) {
      case "gone":
        return this.#showGone();
      case "failed":
        this.#mode = "failed";
        element("screen-view").hidden = true;
        this.#say("trouble", "Cannot be shown");
        return this.#notice(attached.text);
      case "live":
        return void this.#showLive(attached, askedMs);
      case "replay":
        return void this.#showReplay(attached.replay);
    }
  }

  async #showLive(
    { terminal, snapshot, task }: Attached & { kind: "live" },
    askedMs: number,
  ): Promise<void> {
    this.#mode = "live";
    this.#describe(task, terminal.label);
    cleanAddress(task?.task_id ?? terminal.session_id);
    const { viewport } = snapshot;
    this.#fit(snapshot);
    // The lines above cost most of the time, and nobody sees them yet.
    await this.#screen.restore(viewport === null ? snapshot : { ...snapshot, paint: viewport });
    this.#fit();
    await this.#frame();
    this.#paintMs ??= performance.now() - askedMs;
    if (viewport !== null) void this.#screen.restore(snapshot);
    this.#live = new LiveView(terminal, snapshot, {
      clock: this.#clock,
      viewer: this.#viewer,
      screen: this.#screen,
      onState: (name, text) => this.#say(name, text),
      onNotice: (text) => this.#notice(text),
      fit: () => this.#fit(),
      room: () => this.#room(),
      onGrace: () => void this.#fetchResult(task),
      onEnd: () => void this.#afterEnd(),
      // The address goes from the history, so that going back does not look again.
      onLeave: () => location.replace("/tasks"),
    });
  }

  async #fetchResult(task: TaskRecord | null): Promise<void> {
    if (task === null) return;
    try {
      const done = await ask<TaskRecord>(`/api/tasks/${encodeURIComponent(task.task_id)}`);
      this.#describe(done, "Terminal");
      this.#showResult(done);
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
    }
  }

  /** The terminal went while somebody looked: what it left follows in its place. */
  async #afterEnd(): Promise<void> {
    this.#live = null;
    this.#say("loading", "Ended. Fetching the recording…");
    const attached = await attach(this.#named, this.#viewer);
    if (attached.kind === "replay") return await this.#showReplay(attached.replay);
    this.#say("ended", "Ended");
    if (attached.kind === "failed") this.#notice(attached.text);
    else this.#notice("The terminal has ended. Nothing is kept of it.");
  }

  async #showReplay(replay: ReplayRecord): Promise<void> {
    const { task, recording, bytes } = replay;
    this.#describe(task, "Terminal");
    this.#showResult(task);
    cleanAddress(task.task_id);
    this.#openScreen();
    const fetchRange = rangesOf(replay.transcript);
    const transcript = new TranscriptView(bytes, fetchRange);
    this.#bindViews(replay, transcript);
    this.#say("loading", "Reading the recording…");
    try {
      if (recording !== null) {
        this.#replay = new ReplayView(await loadRecording(recording, this.#clock), {
          clock: this.#clock,
          screen: this.#screen,
          onState: (name, text) => this.#say(name, text),
          fit: () => this.#fit(),
        });
        await this.#replay.show();
        this.#mode = "replay";
        return;
      }
    } catch (error) {
      this.#notice(`There is no timed replay: ${error instanceof Error ? error.message : error}`);
    }
    this.#say("replay", "What it wrote");
    this.#bytes = new BytesView(this.#screen, bytes, fetchRange);
    await this.#bytes.show();
    this.#mode = "bytes";
  }

  /** Built of nodes and text: the id is a stranger's. */
  #showGone(): void {
    this.#mode = "gone";
    this.#say("ended", "Not found");
    element("gone").hidden = false;
    element("screen-view").hidden = true;
    const isKnown = KNOWN_ID.test(this.#named);
    say(
      element("gone-text"),
      isKnown
        ? "There is no such terminal, and nothing is kept of one."
        : "The address names no terminal: its id is not one of ours.",
    );
    const shown = this.#named.slice(0, MOST_ID_CHARS);
    say(element("gone-id"), tame(shown, MOST_ID_CHARS) || "nothing");
  }

  #describe(task: TaskRecord | null, label: string): void {
    const title = tame(task?.title ?? label);
    element("heading").hidden = false;
    say(element("title"), title);
    document.title = `${title} · Headway`;
    if (task === null) return;
    const ageS = this.#clock.unixS() - task.created_at;
    const facts = [
      tame(task.agent, 60),
      ...(task.ended_at === null
        ? []
        : [`${statusText(task.status)} after ${spanText(task.elapsed_s)}`]),
      `started ${spanText(ageS)} ago`,
      task.task_id,
    ];
    say(element("facts"), facts.join(" · "));
  }

  #showResult({ status, summary, errors, exit_code: exitCode }: TaskRecord): void {
    if (status === "running") return;
    element("result").hidden = false;
    const exit = exitCode === null ? "" : ` Exit code ${exitCode}.`;
    say(element("summary"), summary ?? `${statusText(status)}.${exit}`);
    element("errors").replaceChildren(
      ...errors.slice(0, 50).map((text) => {
        const item = document.createElement("li");
        item.textContent = text.slice(0, 4000);
        return item;
      }),
    );
  }

  #bindViews({ recording, transcript }: ReplayRecord, view: TranscriptView): void {
    element("views").hidden = false;
    element("keys").hidden = true;
    const show = (isTranscript: boolean) => {
      element("screen-view").hidden = isTranscript;
      element("transcript-view").hidden = !isTranscript;
      element("show-replay").setAttribute("aria-pressed", String(!isTranscript));
      element("show-transcript").setAttribute("aria-pressed", String(isTranscript));
      if (isTranscript) {
        this.#replay?.player.pause();
        void view.show();
      }
    };
    element("show-replay").onclick = () => show(false);
    element("show-transcript").onclick = () => show(true);
    const link = (id: string, address: string | null) => {
      const anchor = element<HTMLAnchorElement>(id);
      anchor.hidden = address === null;
      if (address !== null) anchor.href = address;
    };
    link("get-text", transcript);
    link("get-v3", recording);
    link("get-v2", recording === null ? null : `${recording}?version=2`);
  }

  /** Resolves when a frame is drawn; in a tab that nobody sees there is none, and nobody waits. */
  async #frame(): Promise<void> {
    const drawn = new Promise<void>((resolve) => requestAnimationFrame(() => resolve()));
    await Promise.race([drawn, this.#clock.sleep(LONGEST_FRAME_S)]);
  }

  #openScreen(): void {
    element("screen-view").hidden = false;
    if (this.#screen.terminal.element !== undefined) return this.#fit();
    // Letters that change size after they were measured cost a picture's time.
    this.#fit(USUAL_SIZE);
    this.#screen.open(element("terminal"));
  }

  #fit(size: ScreenSize = this.#screen.terminal): void {
    const room = this.#room();
    if (room.widthPx > 0) this.#screen.fit(room, size);
  }

  /** How large a screen may be: the frame around it is as wide as it is itself. */
  #room(): Room {
    const frame = element("frame");
    const { paddingLeft, paddingRight } = getComputedStyle(frame);
    const { wide, narrow, narrowBelow } = SURROUNDINGS_PX;
    return {
      widthPx: element("screen-view").clientWidth - parseFloat(paddingLeft) -
        parseFloat(paddingRight) - (frame.offsetWidth - frame.clientWidth),
      heightPx: innerHeight - (innerWidth < narrowBelow ? narrow : wide),
    };
  }

  #say(name: string, text: string): void {
    element("state").dataset["state"] = name;
    say(element("state-text"), text);
  }

  #notice(text: string): void {
    element("notice").hidden = text === "";
    say(element("notice"), text);
  }

  #word(): HeadwayTerminal {
    // deno-lint-ignore no-this-alias -- getters have a `this` of their own
    const page = this;
    return {
      get mode() {
        return page.#mode;
      },
      get link() {
        return page.#live?.link ?? null;
      },
      get keyboard() {
        return page.#live?.keyboard ?? null;
      },
      get lines() {
        return page.#screen.lines();
      },
      get cols() {
        return page.#screen.terminal.cols;
      },
      get rows() {
        return page.#screen.terminal.rows;
      },
      get paintMs() {
        return page.#paintMs;
      },
      get positionS() {
        return page.#replay?.player.positionS ?? null;
      },
      get writtenBytes() {
        return page.#bytes?.writtenBytes ?? null;
      },
    };
  }
}

/** What the address asks for. */
function namedBy({ search, pathname }: Location): string {
  const session = new URLSearchParams(search).get("session");
  if (session !== null) return session;
  const last = pathname.slice(pathname.lastIndexOf("/") + 1);
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

/** Puts the clean address in place of a deep link: going back, or loading again, asks for it once. */
function cleanAddress(id: string): void {
  history.replaceState(null, "", `/tasks/${id}`);
}

void new TerminalPage(namedBy(location)).start();
