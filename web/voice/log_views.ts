/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * What is spoken and what agents do, drawn as rows. Every text is a text, never markup.
 *
 * @module
 */
import type { JobRow } from "./roster_feed.ts";

/** Traces that are kept. */
const MAX_TRACES = 100;
/** Where the browser keeps whether the traces are folded away, as other pages of the protocol do. */
const COLLAPSED_KEY = "mod3.tracePanel.collapsed";

/** Draws the newest jobs. `nameOf` gives the participant of a session. */
export function drawJobs(
  body: HTMLElement,
  empty: HTMLElement,
  jobs: readonly JobRow[],
  nameOf: (sessionId: string) => string | null,
): void {
  empty.hidden = jobs.length > 0;
  body.replaceChildren(...jobs.map((job) => {
    const nobody = job.type === "chat" ? "chat" : "nobody’s";
    const who = job.session_id === null ? nobody : nameOf(job.session_id) ?? job.session_id;
    const row = document.createElement("tr");
    row.dataset["status"] = job.status;
    row.append(
      cell("job-time", timeText(job.requested_at)),
      cell("job-who", who, job.session_id ?? ""),
      cell("job-text", job.text, job.text),
      cell("job-voice", job.voice),
      cell("job-length", job.duration_sec === null ? "" : `${job.duration_sec.toFixed(1)} s`),
      cell("job-status", job.status, job.reason ?? ""),
    );
    return row;
  }));
}

/** `14:05:09`, where the reader is. */
export function timeText(unixS: number): string {
  return new Date(unixS * 1000).toLocaleTimeString("en-GB");
}

const KIND_LABELS: Readonly<Record<string, string>> = {
  state_transition: "state",
  tool_dispatch: "tool",
  assessment: "asmt",
};

/** What a trace came to, in one line. */
export function traceSummary(payload: Readonly<Record<string, unknown>>): string {
  const text = (...names: readonly string[]) =>
    names.map((name) => payload[name]).find((it) => it !== undefined && it !== null);
  const to = text("to");
  if (to !== undefined) return `${text("from") ?? "?"} → ${to}`;
  const tool = text("tool", "name");
  if (tool !== undefined) {
    const ms = text("duration_ms", "latency_ms");
    return ms === undefined ? String(tool) : `${tool} ${ms} ms`;
  }
  const action = text("action", "decision");
  if (action !== undefined) {
    const sure = text("confidence");
    return typeof sure === "number" ? `${action} ${sure.toFixed(2)}` : String(action);
  }
  const [first, ...rest] = Object.entries(payload);
  if (first === undefined) return "";
  const more = rest.length === 0 ? "" : ` and ${rest.length} more`;
  return `${first[0]}=${typeof first[1] === "string" ? first[1] : JSON.stringify(first[1])}${more}`;
}

/** What agents do, the newest first. */
export class TraceView {
  readonly #body: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #count: HTMLElement;

  /** Draws into `body`, and folds `panel` as it was folded before. */
  constructor(
    { panel, body, empty, count }: {
      readonly panel: HTMLDetailsElement;
      readonly body: HTMLElement;
      readonly empty: HTMLElement;
      readonly count: HTMLElement;
    },
  ) {
    this.#body = body;
    this.#empty = empty;
    this.#count = count;
    panel.open = readKept() === "0";
    panel.addEventListener("toggle", () => keep(panel.open ? "0" : "1"));
  }

  /** One more. */
  add(event: Readonly<Record<string, unknown>>): void {
    const kind = String(event["kind"] ?? "");
    const time = new Date(String(event["ts"] ?? ""));
    const row = document.createElement("tr");
    row.title = JSON.stringify(event);
    row.append(
      cell("trace-time", Number.isNaN(time.getTime()) ? "" : time.toLocaleTimeString("en-GB")),
      cell("trace-source", String(event["source"] ?? "")),
      cell("trace-kind", KIND_LABELS[kind] ?? kind),
      cell("trace-text", traceSummary(Object(event["payload"]))),
    );
    this.#body.prepend(row);
    while (this.#body.childElementCount > MAX_TRACES) this.#body.lastElementChild!.remove();
    this.#empty.hidden = true;
    this.#count.textContent = String(this.#body.childElementCount);
  }
}

function readKept(): string | null {
  try {
    return localStorage.getItem(COLLAPSED_KEY);
  } catch {
    return null;
  }
}

function keep(value: "0" | "1"): void {
  try {
    localStorage.setItem(COLLAPSED_KEY, value);
  } catch {
    // It is folded away again at the next visit.
  }
}

function cell(name: string, text: string, title = ""): HTMLTableCellElement {
  const made = document.createElement("td");
  made.className = name;
  made.textContent = text;
  if (title !== "") made.title = title;
  return made;
}
