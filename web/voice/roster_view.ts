/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/**
 * Who is here, drawn: own row first, then the newest. Rows are kept and changed in place, so that
 * nothing flickers and a reader's place is not lost. Every text is a text, never markup.
 *
 * @module
 */
import { say } from "../player/dom.ts";
import type { RosterRow } from "./roster_feed.ts";

/** Types of participants that have a colour of their own. */
const TYPES: ReadonlySet<string> = new Set(["user", "agent", "provider"]);
/** Characters of an id that are shown. */
const ID_CHARS = 16;

/** What the page knows of its own ears, which no server does. */
export interface OwnEars {
  readonly sessionId: string | null;
  readonly isConnected: boolean;
  readonly isSounding: boolean;
  readonly isPlaying: boolean;
}

/** How the dot of a row looks, and what it says. */
export interface Ears {
  readonly classes: readonly string[];
  readonly label: string;
}

/** What is true of a row's audio: for the own one from its socket, for others from the server. */
export function earsOf(row: RosterRow, own: OwnEars): Ears {
  if (row.session_id === own.sessionId) {
    if (!own.isConnected) return { classes: [], label: "this page is not connected" };
    if (!own.isSounding) return { classes: ["ws", "held"], label: "connected, the sound is held" };
    if (own.isPlaying) return { classes: ["ws", "playing"], label: "playing here" };
    return { classes: ["ws"], label: "this page listens" };
  }
  if (row.listeners === null) {
    return { classes: ["unknown"], label: "not known whether anybody listens" };
  }
  if (row.listeners === 0) return { classes: [], label: "nobody listens" };
  const classes = row.state === "speaking" ? ["ws", "playing"] : ["ws"];
  return { classes, label: row.listeners === 1 ? "one listener" : `${row.listeners} listeners` };
}

/** Own row first, then the newest. */
export function inOrder(rows: readonly RosterRow[], ownId: string | null): RosterRow[] {
  const rank = ({ session_id }: RosterRow) => session_id === ownId ? 0 : 1;
  return [...rows].sort((a, b) => rank(a) - rank(b) || b.registered_at - a.registered_at);
}

/** `75` is `1 m`. */
export function ageText(seconds: number): string {
  const age = Math.max(0, seconds);
  if (age < 60) return `${Math.round(age)} s`;
  if (age < 3600) return `${Math.round(age / 60)} m`;
  return `${Math.round(age / 3600)} h`;
}

/** The id as it is shown. */
export function shortId(id: string): string {
  return id.length > ID_CHARS ? `${id.slice(0, ID_CHARS)}…` : id;
}

/** What a session does, in words. */
export function stateText({ state, queue_depth: waiting }: RosterRow): string {
  const words = state === "waiting_for_input" ? "recording" : state;
  return waiting === 0 ? words : `${words}, ${waiting} waiting`;
}

interface Row {
  readonly item: HTMLLIElement;
  readonly cells: Readonly<Record<CellName, HTMLElement>>;
}

const CELLS = ["dot", "name", "you", "conflict", "voice", "id", "state", "age", "badge"] as const;
type CellName = typeof CELLS[number];
const CELL_CLASSES: Readonly<Record<CellName, string>> = {
  dot: "pp-audio-dot",
  name: "pp-name",
  you: "you-marker",
  conflict: "pp-conflict",
  voice: "pp-voice",
  id: "pp-session",
  state: "pp-state",
  age: "pp-age",
  badge: "pp-badge",
};

/** The list of those who are here. */
export class RosterView {
  readonly #list: HTMLElement;
  readonly #empty: HTMLElement;
  readonly #rows = new Map<string, Row>();

  /** Draws into a list; `empty` is shown while nobody is here. */
  constructor(list: HTMLElement, empty: HTMLElement) {
    this.#list = list;
    this.#empty = empty;
  }

  /** Draws. `nowS` is seconds since the Unix epoch. */
  draw(rows: readonly RosterRow[], own: OwnEars, nowS: number): void {
    this.#empty.hidden = rows.length > 0;
    const seen = new Set<string>();
    let before: Element | null = null;
    for (const row of inOrder(rows, own.sessionId)) {
      if (seen.has(row.session_id)) continue;
      seen.add(row.session_id);
      const { item, cells } = this.#row(row.session_id);
      fill(item, cells, row, own, nowS);
      const place: Element | null = before === null
        ? this.#list.firstElementChild
        : before.nextElementSibling;
      if (place !== item) this.#list.insertBefore(item, place);
      before = item;
    }
    for (const [id, { item }] of this.#rows) {
      if (seen.has(id)) continue;
      item.remove();
      this.#rows.delete(id);
    }
  }

  #row(id: string): Row {
    const known = this.#rows.get(id);
    if (known !== undefined) return known;
    const item = document.createElement("li");
    const names = document.createElement("span");
    names.className = "pp-names";
    const cells = Object.fromEntries(CELLS.map((name) => {
      const cell = document.createElement(name === "id" ? "code" : "span");
      const isName = name === "name" || name === "you" || name === "conflict";
      (isName ? names : item).append(cell);
      return [name, cell];
    })) as Record<CellName, HTMLElement>;
    item.append(names);
    cells.dot.setAttribute("role", "img");
    cells.you.textContent = "you";
    cells.conflict.textContent = "⚠";
    cells.conflict.setAttribute("role", "img");
    cells.conflict.setAttribute("aria-label", "another session has this voice, too");
    cells.conflict.title = "another session has this voice, too";
    const row = { item, cells };
    this.#rows.set(id, row);
    return row;
  }
}

function fill(
  item: HTMLElement,
  cells: Row["cells"],
  row: RosterRow,
  own: OwnEars,
  nowS: number,
): void {
  const isOwn = row.session_id === own.sessionId;
  setClass(item, isOwn ? "pp-row me" : "pp-row");
  const { classes, label } = earsOf(row, own);
  const type = row.participant_type.toLowerCase();
  const known = TYPES.has(type) ? type : "other";
  for (const name of CELLS) {
    const more = name === "dot" ? ` ${classes.join(" ")}` : name === "badge" ? ` ${known}` : "";
    setClass(cells[name], `${CELL_CLASSES[name]}${more}`.trim());
  }
  if (cells.dot.title !== label) {
    cells.dot.title = label;
    cells.dot.setAttribute("aria-label", label);
  }
  say(cells.name, row.participant_id);
  cells.you.hidden = !isOwn;
  cells.conflict.hidden = !row.voice_conflict;
  say(cells.voice, row.assigned_voice ?? "—");
  say(cells.id, shortId(row.session_id));
  cells.id.title = row.session_id;
  // The server works out what pages play, and says nothing of what waits here.
  const state = isOwn && own.isPlaying ? "speaking" : row.state;
  say(cells.state, stateText({ ...row, state }));
  say(cells.age, ageText(nowS - row.registered_at));
  say(cells.badge, row.participant_type);
}

function setClass(element: HTMLElement, name: string): void {
  if (element.className !== name) element.className = name;
}
