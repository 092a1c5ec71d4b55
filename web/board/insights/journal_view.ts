/// <reference lib="dom" />
/**
 * The page of a day, and the one that leads back to sessions.
 *
 * @module
 */
import { element, input, say } from "../../player/dom.ts";
import { ask, RefusedError } from "../api.ts";
import { usdText } from "../words.ts";
import { belongingsLink, dayText, make, many, sessionLink, sureSign } from "./nodes.ts";
import type { BacklinkRecord, JournalRecord } from "./records.ts";
import { showSession } from "./session_view.ts";

/** Shows a day; today where the address names none. */
export async function showJournal(
  params: URLSearchParams,
  _nowMs: number,
  onShown: () => void,
): Promise<void> {
  const field = input("day");
  const load = async (day: string | null) => {
    const query = day === null ? "" : `?day=${encodeURIComponent(day)}`;
    const journal = await ask<JournalRecord>(`/api/journal${query}`);
    field.value = journal.day;
    if (day !== null) history.replaceState(null, "", `/journal?day=${journal.day}`);
    document.title = `${journal.day} · Headway`;
    showDay(journal);
    onShown();
  };
  const go = (days: number) => {
    const ms = Date.parse(`${field.value}T12:00:00Z`) + days * 86_400_000;
    if (!Number.isNaN(ms)) void load(new Date(ms).toISOString().slice(0, 10));
  };
  element("before").onclick = () => go(-1);
  element("after").onclick = () => go(1);
  field.onchange = () => go(0);
  element("range").onsubmit = (event) => event.preventDefault();
  try {
    await load(params.get("day"));
  } catch (error) {
    // The buttons go on from a day: from today where the address names none that there is.
    if (error instanceof RefusedError && error.status === 400) await load(null);
    throw error;
  }
}

function showDay({ day, loopsClosed, loopsOpened, sessions, totals }: JournalRecord): void {
  element("empty").hidden = sessions.length > 0;
  element("shown").hidden = sessions.length === 0;
  const loops = loopsOpened + loopsClosed === 0
    ? ""
    : ` ${many(loopsOpened, "thing")} left open, ${loopsClosed} closed.`;
  say(
    element("totals"),
    `${dayText(day)}: ${many(totals.sessions, "session")}, ${many(totals.prompts, "prompt")}, ${
      many(totals.commits, "commit")
    }, ${many(totals.errors, "error")}, ${usdText(totals.usd)}.${loops}`,
  );
  element("sessions").replaceChildren(...sessions.map((it) => {
    const { commits, errors, id, minutes, project, prompts, title, usd } = it;
    return make(
      "li",
      { "data-testid": "journal-session" },
      make("h2", {}, sessionLink(id, title)),
      make(
        "p",
        { class: "quiet" },
        `${project} · ${usdText(usd)} · about ${minutes} min · ${many(errors, "error")} · `,
        belongingsLink(id),
      ),
      ...(prompts.length === 0 ? [] : [make("ul", {}, ...prompts.map((it) => make("li", {}, it)))]),
      ...commits.map(({ confidence, sha, subject }) =>
        make(
          "p",
          {},
          sureSign(confidence),
          " ",
          make("a", { href: `/backlinks?q=${sha}` }, make("code", {}, sha.slice(0, 9))),
          ` ${subject}`,
        )
      ),
    );
  }));
}

const KINDS: Readonly<Record<BacklinkRecord["kind"], string>> = {
  commit: "committed",
  edit: "edited",
  continues: "goes on from it",
  note: "has a note of it",
};

/** Looks for what the address names, and for what is typed. */
export async function showBacklinks(params: URLSearchParams): Promise<void> {
  const field = input("what");
  const load = async (text: string) => {
    const kind = /^[0-9a-f]{7,64}$/.test(text) ? "commit" : "file";
    element("of-session").hidden = true;
    history.replaceState(null, "", `/backlinks?q=${encodeURIComponent(text)}`);
    const { backlinks } = await ask<{ backlinks: BacklinkRecord[] }>(
      `/api/backlinks?${kind}=${encodeURIComponent(text)}`,
    );
    element("empty").hidden = backlinks.length > 0;
    element("shown").hidden = backlinks.length === 0;
    say(element("nothing"), `No session has to do with ${text}.`);
    element("found").replaceChildren(...backlinks.map(backlinkNode));
  };
  element("search").onsubmit = (event) => {
    event.preventDefault();
    void load(field.value.trim());
  };
  const session = params.get("session");
  if (session !== null) return await showSession(session);
  field.value = params.get("q") ?? "";
  if (field.value !== "") await load(field.value);
}

function backlinkNode(it: BacklinkRecord): HTMLElement {
  const { at, confidence, evidence, kind, sessionId, text, title } = it;
  const shown = kind === "commit" ? evidence.slice(0, 9) : evidence;
  return make(
    "li",
    { "data-testid": "backlink" },
    make("h2", {}, sessionLink(sessionId, title)),
    make("p", {}, `${KINDS[kind]} `, make("code", {}, shown), text === undefined ? "" : ` ${text}`),
    make(
      "p",
      { class: "quiet" },
      ...(confidence === undefined ? [] : [sureSign(confidence), " "]),
      `${new Date(at).toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" })} · `,
      belongingsLink(sessionId),
    ),
  );
}
