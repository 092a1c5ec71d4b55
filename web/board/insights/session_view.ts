/// <reference lib="dom" />
/**
 * What belongs to a session: its commits, sessions that have to do with it, notes.
 *
 * @module
 */
import { element, say } from "../../player/dom.ts";
import { ask, RefusedError } from "../api.ts";
import { tame } from "../words.ts";
import { make, sessionLink, sureSign } from "./nodes.ts";
import type { Sure } from "./records.ts";

interface CommitRecord {
  readonly sha: string;
  readonly subject: string;
  readonly authoredAt: string;
  readonly confidence: Sure;
  readonly primary: boolean;
}

interface RelatedRecord {
  readonly id: string;
  readonly title: string;
  readonly reasons: readonly string[];
  readonly sharedFiles: readonly string[];
}

interface NoteRecord {
  readonly id: string;
  readonly author: "human" | "ai";
  readonly kind: string;
  readonly body: string;
  readonly updatedAt: string;
}

const REASONS: Readonly<Record<string, string>> = {
  files: "same files",
  lineage: "one goes on from the other",
  branch: "same branch",
  repo: "same repository",
  time: "same days",
};
const JSON_BODY = { "Content-Type": "application/json" };

/** Shows a session by its id, and takes notes of it. */
export async function showSession(id: string): Promise<void> {
  const path = `/api/sessions/${encodeURIComponent(id)}`;
  const [{ commits, problem }, { related }, title] = await Promise.all([
    ask<{ commits: CommitRecord[]; problem?: string }>(`${path}/commits`),
    ask<{ related: RelatedRecord[] }>(`${path}/related`),
    titleOf(path, id),
  ]);
  element("of-session").hidden = false;
  element("session-title").replaceChildren(sessionLink(id, title));
  const none = problem === undefined ? "None is known." : `Not read: ${problem}`;
  element("its-commits").replaceChildren(listOf(commits.map(commitNode), none));
  element("its-related").replaceChildren(listOf(related.map(relatedNode), "None is known."));
  const show = async () => {
    const { notes } = await ask<{ notes: NoteRecord[] }>(`${path}/notes`);
    element("its-notes").replaceChildren(...notes.map((it) => noteNode(it, show)));
  };
  const field = element<HTMLTextAreaElement>("note");
  element("note-form").onsubmit = async (event) => {
    event.preventDefault();
    const body = JSON.stringify({ body: field.value });
    try {
      await ask(`${path}/notes`, { method: "POST", headers: JSON_BODY, body });
      field.value = "";
      say(element("note-said"), "Kept.");
    } catch (error) {
      // What was written stays where it is.
      if (!(error instanceof RefusedError)) throw error;
      say(element("note-said"), `Not kept: ${error.message}.`);
    }
    await show();
  };
  await show();
}

/** Its title; of a session whose transcript is gone, its id. */
async function titleOf(path: string, id: string): Promise<string> {
  try {
    return (await ask<{ session: { title: string } }>(`${path}?limit=1`)).session.title;
  } catch (error) {
    if (error instanceof RefusedError && error.status !== 401) return id;
    throw error;
  }
}

function listOf(items: readonly HTMLElement[], none: string): HTMLElement {
  return items.length === 0
    ? make("p", { class: "quiet" }, none)
    : make("ol", {}, ...items.map((it) => make("li", {}, it)));
}

function commitNode({ confidence, primary, sha, subject }: CommitRecord): HTMLElement {
  return make(
    "span",
    { "data-testid": "its-commit" },
    sureSign(confidence),
    " ",
    make("a", { href: `/backlinks?q=${sha}` }, make("code", {}, sha.slice(0, 9))),
    ` ${subject}`,
    ...(primary ? [] : [make("span", { class: "quiet" }, " counts for another session")]),
  );
}

function relatedNode({ id, reasons, sharedFiles, title }: RelatedRecord): HTMLElement {
  const files = sharedFiles.map((it) => it.slice(it.lastIndexOf("/") + 1)).join(", ");
  const why = reasons.map((it) => REASONS[it] ?? it).join(", ");
  return make(
    "span",
    { "data-testid": "related" },
    sessionLink(id, title),
    make("p", { class: "quiet" }, files === "" ? why : `${why}: ${files}`),
  );
}

function noteNode(
  { author, body, id, kind, updatedAt }: NoteRecord,
  onGone: () => Promise<void>,
): HTMLElement {
  const drop = make("button", { type: "button", class: "plain" }, "Delete");
  drop.onclick = async () => {
    await ask(`/api/notes/${encodeURIComponent(id)}`, { method: "DELETE", headers: JSON_BODY });
    await onGone();
    element("note").focus();
  };
  const at = new Date(updatedAt)
    .toLocaleString("en-GB", { dateStyle: "medium", timeStyle: "short" });
  const who = kind === "diagnosis" ? "diagnosis of a model, " : "written by a program, ";
  return make(
    "li",
    { "data-testid": "note" },
    make("p", { class: "body" }, tame(body)),
    make("p", { class: "quiet" }, `${author === "ai" ? who : ""}${at}`),
    drop,
  );
}
