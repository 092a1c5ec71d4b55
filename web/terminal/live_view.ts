/// <reference lib="dom" />
/**
 * A terminal that is there: its screen as it changes, and the keyboard for whoever takes it.
 *
 * @module
 */
import type { Clock } from "../../runtime/clock.ts";
import { element, say } from "../player/dom.ts";
import {
  AnswerError,
  type KeyboardRecord,
  post,
  type SnapshotRecord,
  terminalPath,
  type TerminalRecord,
} from "./api.ts";
import type { LinkNews } from "./live/link.ts";
import { type LinkState, LiveSession } from "./live/live_session.ts";
import { PollingLink } from "./live/polling_link.ts";
import { SocketLink } from "./live/socket_link.ts";
import { clockText, holderText } from "./words.ts";
import type { Room, XtermScreen } from "./xterm_screen.ts";

/** What the keys send that phones have not. */
const KEYS: Readonly<Record<string, string>> = {
  ...{ escape: "\x1b", tab: "\t", interrupt: "\x03", end: "\x04", enter: "\r" },
  ...{ up: "\x1b[A", down: "\x1b[B", left: "\x1b[D", right: "\x1b[C" },
};
/** How long a window is being dragged before the terminal follows, seconds. */
const RESIZE_AFTER_S = 0.2;

/** What the view tells the page. */
export interface LiveViewOptions {
  readonly clock: Clock;
  readonly viewer: string;
  readonly screen: XtermScreen;
  readonly onState: (name: string, text: string) => void;
  readonly onNotice: (text: string) => void;
  /** Makes letters fit the window. */
  readonly fit: () => void;
  /** How large a screen may be. */
  readonly room: () => Room;
  /** The task is done; the terminal stays for a while. */
  readonly onGrace: () => void;
  /** The terminal is gone. */
  readonly onEnd: () => void;
  /** Whoever looks has had enough. */
  readonly onLeave: () => void;
}

/** The view. */
export class LiveView {
  readonly #options: LiveViewOptions;
  readonly #session: LiveSession;
  readonly #id: string;
  readonly #stop = new AbortController();
  #keyboard: KeyboardRecord;
  #graceEndsS: number | null = null;
  /** The server's clock less ours, seconds. */
  #aheadS = 0;
  #hasExited = false;
  #wanted: { readonly cols: number; readonly rows: number } | null = null;

  /** Shows the screen and goes on from it. */
  constructor(terminal: TerminalRecord, snapshot: SnapshotRecord, options: LiveViewOptions) {
    this.#options = options;
    this.#id = terminal.session_id;
    this.#keyboard = terminal.keyboard;
    const { clock, viewer, screen } = options;
    const url = `${location.origin.replace(/^http/, "ws")}/ws/terminal`;
    const session = this.#id;
    this.#session = new LiveSession(snapshot, {
      clock,
      news: this.#news(),
      dial: (more) => new SocketLink({ url, session, viewer, clock, ...more }),
      poll: (more) => new PollingLink({ session, viewer, clock, ...more }),
      onLink: (state) => this.#onLink(state),
    });
    screen.terminal.onData((text) => {
      if (this.#keyboard.is_yours) this.#session.input(text);
    });
    screen.terminal.attachCustomKeyEventHandler((event) => this.#mayType(event));
    this.#bindControls();
    element("live-bar").hidden = false;
    this.#takeState(terminal);
    this.#everySecond();
    addEventListener("resize", () => this.#onWindow(), { signal: this.#stop.signal });
    addEventListener("pagehide", () => this.#depart(), { signal: this.#stop.signal });
  }

  /** By what it is told; for tests and the curious. */
  get link(): LinkState {
    return this.#session.state;
  }

  /** Who types. */
  get keyboard(): KeyboardRecord {
    return this.#keyboard;
  }

  /** Ends it. The screen stays. */
  close(): void {
    this.#stop.abort();
    this.#session.close();
    element("live-bar").hidden = true;
    this.#keyboard = { ...this.#keyboard, is_yours: false };
    this.#setTyping(false);
  }

  #news(): LinkNews {
    const { screen, onNotice } = this.#options;
    return {
      onSnapshot: (snapshot) => {
        void screen.restore(snapshot).then(() => this.#session.acknowledge(snapshot.seq));
        this.#takeState(snapshot);
      },
      onOutput: (text, nextSeq) =>
        void screen.write(text).then(() => this.#session.acknowledge(nextSeq)),
      onState: (state) => this.#takeState(state),
      onExited: () => {
        this.#hasExited = true;
        this.#draw();
      },
      onClosed: () => {
        this.close();
        this.#options.onEnd();
      },
      onRefused: onNotice,
    };
  }

  #takeState(state: Partial<TerminalRecord>): void {
    const { screen } = this.#options;
    if (state.now !== undefined) this.#aheadS = state.now - this.#options.clock.unixS();
    if (state.grace_ends_at !== undefined) this.#takeGrace(state.grace_ends_at);
    if (state.keyboard !== undefined) this.#takeKeyboard(state.keyboard);
    const { cols = screen.terminal.cols, rows = screen.terminal.rows } = state;
    if (cols !== screen.terminal.cols || rows !== screen.terminal.rows) screen.resize(cols, rows);
    say(element("size"), `${cols} × ${rows}`);
    // After the size has been taken over, which is when what was written before has been read.
    void screen.write("").then(this.#options.fit);
    this.#draw();
  }

  #takeGrace(endsS: number | null): void {
    const isNew = this.#graceEndsS === null && endsS !== null;
    this.#graceEndsS = endsS;
    if (isNew) this.#options.onGrace();
  }

  #takeKeyboard(keyboard: KeyboardRecord): void {
    const wasMine = this.#keyboard.is_yours;
    this.#keyboard = keyboard;
    this.#setTyping(keyboard.is_yours);
    if (wasMine && !keyboard.is_yours && keyboard.holder !== null) {
      this.#options.onNotice(`Viewer ${keyboard.holder} has taken the keyboard over.`);
    }
  }

  #setTyping(isTyping: boolean): void {
    const { terminal } = this.#options.screen;
    terminal.options.disableStdin = !isTyping;
    if (terminal.textarea !== undefined) terminal.textarea.tabIndex = isTyping ? 0 : -1;
    element("frame").classList.toggle("typing", isTyping);
    element("keys").hidden = !isTyping;
    if (!isTyping) terminal.blur();
  }

  /** Whether a key goes to the program. F6 is the way out, as Tab is the program's. */
  #mayType(event: KeyboardEvent): boolean {
    if (!this.#keyboard.is_yours) return false;
    if (event.key !== "F6") return true;
    if (event.type === "keydown") element("take").focus();
    event.preventDefault();
    return false;
  }

  #bindControls(): void {
    const { screen, onLeave } = this.#options;
    element("take").onclick = () => void this.#toggleKeyboard();
    element("leave").onclick = () => {
      this.#depart();
      onLeave();
    };
    for (const button of document.querySelectorAll<HTMLElement>("#keys [data-key]")) {
      button.onclick = () => {
        this.#session.input(KEYS[button.dataset["key"] ?? ""] ?? "");
        screen.terminal.focus();
      };
    }
  }

  async #toggleKeyboard(): Promise<void> {
    const { screen, viewer, onNotice } = this.#options;
    const isTaking = !this.#keyboard.is_yours;
    try {
      const { keyboard } = await post<{ keyboard: KeyboardRecord }>(
        terminalPath(this.#id, "keyboard"),
        { viewer, action: isTaking ? "take" : "release" },
      );
      onNotice("");
      this.#takeState({ keyboard });
      if (!isTaking) return;
      screen.terminal.focus();
      await this.#takeSize();
    } catch (error) {
      onNotice(error instanceof AnswerError ? error.message : String(error));
    }
  }

  /** Whoever types sees all of it: the terminal gets the size of the window. */
  async #takeSize(): Promise<void> {
    const { screen, viewer } = this.#options;
    const size = screen.sizeFor(this.#options.room());
    const { cols, rows } = screen.terminal;
    if (size.cols === cols && size.rows === rows) return;
    try {
      await post(terminalPath(this.#id, "resize"), { viewer, ...size });
    } catch (error) {
      // Somebody else took the keyboard meanwhile, or it ended: both are told on their own.
      if (!(error instanceof AnswerError)) throw error;
    }
  }

  #onWindow(): void {
    if (!this.#keyboard.is_yours) return;
    const wanted = { cols: 0, rows: 0 };
    this.#wanted = wanted;
    this.#options.clock.after(RESIZE_AFTER_S, () => {
      if (this.#wanted === wanted && this.#keyboard.is_yours) void this.#takeSize();
    });
  }

  /** The seat is free at once, not only when nobody was heard of for a while. */
  #depart(): void {
    const { viewer } = this.#options;
    void post(terminalPath(this.#id, "leave"), { viewer }, { keepalive: true }).catch(() => {});
  }

  #onLink(state: LinkState): void {
    if (state !== "ended") this.#draw();
  }

  #everySecond(): void {
    if (this.#stop.signal.aborted) return;
    this.#draw();
    this.#options.clock.after(1, () => this.#everySecond());
  }

  #draw(): void {
    if (this.#stop.signal.aborted) return;
    say(element("holder"), holderText(this.#keyboard));
    say(
      element("take"),
      this.#keyboard.is_yours
        ? "Give the keyboard back"
        : this.#keyboard.holder === null
        ? "Take the keyboard"
        : "Take the keyboard over",
    );
    const grace = element("grace");
    const leftS = this.#graceEndsS === null
      ? null
      : Math.max(0, this.#graceEndsS - this.#options.clock.unixS() - this.#aheadS);
    grace.hidden = leftS === null;
    if (leftS !== null) say(grace, `The task is done. The terminal closes in ${clockText(leftS)}.`);
    const [name, text] = this.#state(leftS !== null);
    this.#options.onState(name, text);
  }

  #state(isGrace: boolean): readonly [string, string] {
    if (this.#hasExited) return ["loading", "The program has ended"];
    switch (this.#session?.state ?? "connecting") {
      case "reconnecting":
        return ["trouble", "Connection lost. Trying again…"];
      case "polling":
        return isGrace ? ["grace", "Done, by polling"] : ["polling", "Live, by polling"];
      case "connecting":
        return ["loading", "Connecting…"];
      default:
        return isGrace ? ["grace", "Done; open for a while"] : ["live", "Live"];
    }
  }
}
