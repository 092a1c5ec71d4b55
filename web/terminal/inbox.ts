/// <reference lib="dom" />
/**
 * The page of all tasks, which follows what happens.
 *
 * @module
 */
import { element, say, select } from "../player/dom.ts";
import { BrowserClock } from "../session/browser_clock.ts";
import { AnswerError, ask, post, type TaskRecord, type TerminalRecord } from "./api.ts";
import { spanText, statusText, tame } from "./words.ts";

/** How long the server may keep a question when there is no news, ms. */
const WAIT_MS = 20_000;
/** Pause after a failure, seconds. */
const PAUSE_S = 2;

interface Listed {
  readonly tasks: readonly TaskRecord[];
  readonly version: number;
  readonly kept_s: number;
  readonly now: number;
}

/** One line of the list. */
class TaskRow {
  readonly node = document.createElement("li");
  readonly #status = textNode("span");
  readonly #statusLine = document.createElement("p");
  readonly #link = document.createElement("a");
  readonly #age = textNode("p", "age quiet");
  readonly #said = textNode("p", "said quiet");

  constructor() {
    const dot = textNode("span", "dot");
    dot.ariaHidden = "true";
    this.node.className = "task";
    this.#statusLine.className = "status";
    this.#statusLine.append(dot, this.#status);
    const name = textNode("p", "name");
    name.append(this.#link);
    this.node.append(this.#statusLine, name, this.#age, this.#said);
  }

  /** Shows a task as it is now. */
  show(task: TaskRecord, nowS: number): void {
    this.node.dataset["state"] = task.status;
    say(this.#status, statusText(task.status));
    // The path is of our own making; its id was checked by the server.
    this.#link.setAttribute("href", `/tasks/${encodeURIComponent(task.task_id)}`);
    say(this.#link, tame(task.title) || task.task_id);
    const isRunning = task.ended_at === null;
    const tookS = (task.ended_at ?? nowS) - task.created_at;
    const ageText = `${spanText(nowS - task.created_at)} ago`;
    say(this.#age, isRunning ? `for ${spanText(tookS)}` : `took ${spanText(tookS)}, ${ageText}`);
    say(this.#said, tame(saidOf(task)));
  }
}

/** What is to be said of a task beside its status. */
function saidOf({ agent, progress, summary, errors }: TaskRecord): string {
  const said = summary ?? errors[0] ??
    (progress === null
      ? ""
      : [progress.step, progress.message].filter((it) => it !== "").join(": "));
  return said === "" ? agent : `${agent} · ${said}`;
}

/** The page. */
class Inbox {
  readonly #clock = new BrowserClock(performance.timeOrigin);
  readonly #rows = new Map<string, TaskRow>();
  #listed: Listed | null = null;
  /** The server's clock less ours, seconds. */
  #aheadS = 0;

  async run(): Promise<void> {
    select("filter").onchange = () => this.#draw();
    element("new-terminal").onclick = () => void this.#openTerminal();
    this.#everySecond();
    for (;;) {
      try {
        const version = this.#listed?.version;
        const query = version === undefined ? "" : `?version=${version}&wait_ms=${WAIT_MS}`;
        this.#listed = await ask<Listed>(`/api/tasks${query}`);
        this.#aheadS = this.#listed.now - this.#clock.unixS();
        this.#say("live", "Live");
        element("notice").hidden = true;
        await this.#drawTerminals();
        this.#draw();
      } catch (error) {
        if (!(error instanceof AnswerError)) throw error;
        this.#say("trouble", "Not up to date. Trying again…");
        element("notice").hidden = false;
        say(element("notice"), error.message);
        await this.#clock.sleep(PAUSE_S);
      }
    }
  }

  #draw(): void {
    if (this.#listed === null) return;
    const nowS = this.#clock.unixS() + this.#aheadS;
    const wanted = select("filter").value;
    const shown = this.#listed.tasks.filter(({ status }) =>
      wanted === "" || status === wanted || wanted === "failed" && status === "timeout"
    );
    const ids = new Set(shown.map(({ task_id: id }) => id));
    for (const [id, row] of this.#rows) {
      if (ids.has(id)) continue;
      row.node.remove();
      this.#rows.delete(id);
    }
    const list = element("tasks");
    for (const [index, task] of shown.entries()) {
      const row = this.#rows.get(task.task_id) ?? new TaskRow();
      this.#rows.set(task.task_id, row);
      row.show(task, nowS);
      // A node that stands where it belongs keeps the focus.
      const there = list.children[index] ?? null;
      if (there !== row.node) list.insertBefore(row.node, there);
    }
    element("empty").hidden = this.#listed.tasks.length > 0;
    element("kept").hidden = this.#listed.tasks.length === 0;
    say(element("kept"), `Tasks are kept for ${spanText(this.#listed.kept_s)} after their end.`);
  }

  /** Terminals that belong to no task. */
  async #drawTerminals(): Promise<void> {
    const ofTasks = new Set(this.#listed?.tasks.map(({ pty_id: id }) => id));
    const terminals = (await ask<TerminalRecord[]>("/api/terminals"))
      .filter(({ session_id: id }) => !ofTasks.has(id));
    element("others").hidden = terminals.length === 0;
    element("terminals").replaceChildren(...terminals.map((terminal) => {
      const node = document.createElement("li");
      node.className = "task";
      const name = textNode("p", "name");
      const link = document.createElement("a");
      link.setAttribute("href", `/tasks/${encodeURIComponent(terminal.session_id)}`);
      link.textContent = tame(terminal.label) || terminal.session_id;
      name.append(link);
      const process = textNode("p", "status");
      process.textContent = tame(terminal.process, 60);
      const age = textNode("p", "age quiet");
      age.textContent = `idle for ${spanText(terminal.idle_seconds)}`;
      node.append(process, name, age);
      return node;
    }));
  }

  /** A shell of one's own. */
  async #openTerminal(): Promise<void> {
    try {
      const { session_id: id } = await post<{ session_id: string }>("/api/terminals", {});
      location.assign(`/tasks/${encodeURIComponent(id)}`);
    } catch (error) {
      if (!(error instanceof AnswerError)) throw error;
      element("notice").hidden = false;
      say(element("notice"), error.message);
    }
  }

  #everySecond(): void {
    this.#draw();
    this.#clock.after(1, () => this.#everySecond());
  }

  #say(name: string, text: string): void {
    element("state").dataset["state"] = name;
    say(element("state-text"), text);
  }
}

function textNode(tag: string, className = ""): HTMLElement {
  const node = document.createElement(tag);
  if (className !== "") node.className = className;
  return node;
}

void new Inbox().run();
