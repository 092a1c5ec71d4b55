/**
 * Help that a person asks for: a draft of a reply, why a session does not get on, labels for those that
 * need somebody. What a model writes is a draft, and is marked as one.
 *
 * @module
 */
import type { Clock } from "../../runtime/mod.ts";
import type { Standing } from "../board/library/standing.ts";
import { MAX_NOTE_BYTES } from "../board/insights/notes.ts";
import { asObject, asText, oneLine } from "../board/read/fields.ts";
import type { AskAi } from "./ai_answer.ts";
import { textHash } from "./audit.ts";
import { diagnoseByRules, labelByRules, type TriageLabel } from "./diagnose.ts";
import type { Job, JobOrder, JobQueue } from "./jobs.ts";
import type { Material } from "./material.ts";
import type { Panes } from "./panes.ts";
import {
  diagnosePrompt,
  draftPrompt,
  isFitNonce,
  type Prompt,
  type TriageCard,
  triagePrompt,
} from "./prompt.ts";
import { sanitizeDraft, typable } from "./sanitize.ts";
import type { Sessions } from "./sessions.ts";

/** What it works with. */
export interface CopilotOptions {
  readonly sessions: Sessions;
  readonly panes: Panes;
  readonly jobs: JobQueue;
  readonly ai: AskAi;
  readonly clock: Clock;
  readonly nonce: () => string;
}

/** What asking for help comes to. */
export type Help =
  | { readonly kind: "job"; readonly job: Job }
  /** Found by rules, as no model can be asked. */
  | { readonly kind: "rules"; readonly text: string }
  | { readonly kind: "refused"; readonly status: 404 | 429 | 503; readonly code: string } & {
    readonly message: string;
  };

const CARDS_A_BATCH = 8;
const MAX_BATCHES = 3;

/** Helps. */
export class Copilot {
  readonly #options: CopilotOptions;
  #labels = new Map<string, TriageLabel>();

  /** Nobody has asked. */
  constructor(options: CopilotOptions) {
    this.#options = options;
  }

  /** Drafts a reply. */
  async draft(id: string, hint: string): Promise<Help> {
    return await this.#about(id, (standing) => ({
      kind: "draft_reply",
      ...(hint.trim() !== "" && { hint: textHash(hint) }),
      prompt: () => this.draftPromptOf(standing, hint),
      finish: (text, { forbidden }) => {
        const clean = sanitizeDraft(text, forbidden);
        return clean.ok ? { text: clean.text } : { discard: clean.reason };
      },
    }));
  }

  /** Says why a session does not get on, and notes that; by rules where no model can be asked. */
  async diagnose(id: string): Promise<Help> {
    if (!this.#options.ai.availability.available) {
      const standing = await this.#options.sessions.standing(id);
      if (standing === null) return NOT_FOUND;
      return { kind: "rules", text: diagnoseByRules(standing) };
    }
    return await this.#about(id, (standing) => ({
      kind: "diagnose",
      prompt: async () => {
        const uuids = standing.health.reasons.flatMap(({ evidence }) => evidence.slice(-1));
        const evidence = await this.#options.sessions.itemsOf(id, uuids);
        const material = { ...await this.#material(standing), evidence };
        return diagnosePrompt(material, this.#fitNonce(material));
      },
      finish: async (answer, _prompt, jobId) => {
        const text = firstBytes(typable(answer).trim(), MAX_NOTE_BYTES);
        if (text === "") return { discard: "it is empty" };
        const noteId = await this.#options.sessions.keepDiagnosis(id, text, jobId);
        return { text, ...(noteId !== null && { noteId }) };
      },
    }));
  }

  /** Labels the cards that need somebody. */
  async triage(): Promise<Help> {
    const { ai, jobs, sessions } = this.#options;
    if (!ai.availability.available) return unavailable(ai);
    const cards = sessions.cards().filter(({ attn, href }) => attn.needs && href === undefined)
      .slice(0, CARDS_A_BATCH * MAX_BATCHES);
    const standings = await Promise.all(cards.map(({ id }) => sessions.standing(id)));
    const known = standings.filter((it) => it !== null);
    const batches = Array.from(
      { length: Math.ceil(known.length / CARDS_A_BATCH) },
      (_, i) => known.slice(i * CARDS_A_BATCH, (i + 1) * CARDS_A_BATCH),
    );
    let last: Job | null = null;
    for (const batch of batches) {
      last = jobs.add({
        kind: "triage",
        origin: "human",
        sessionIds: batch.map(({ id }) => id),
        cursor: batch.map(({ cursor }) => cursor).join(","),
        prompt: () => Promise.resolve(triagePrompt(batch.map(cardOf), this.#fitNonce(batch))),
        finish: (text) => {
          const labels = labelsIn(text, batch.map(({ id }) => id));
          const at = new Date(this.#options.clock.unixS() * 1000).toISOString();
          for (const { id, cursor } of batch) {
            const label = labels.get(id);
            if (label !== undefined) this.#labels.set(id, { ...label, at, cursor, source: "ai" });
          }
          return { text: `${labels.size} of ${batch.length} labelled` };
        },
      });
      if (last === null) return FULL;
    }
    if (last !== null) return { kind: "job", job: last };
    return { kind: "rules", text: "nothing needs you" };
  }

  /** Labels of all cards that need somebody; those of sessions that have gone on are made anew by rules. */
  async labels(): Promise<Readonly<Record<string, TriageLabel>>> {
    const { clock, sessions } = this.#options;
    const at = new Date(clock.unixS() * 1000).toISOString();
    const shown: [string, TriageLabel][] = [];
    for (const card of sessions.cards().filter(({ attn }) => attn.needs)) {
      const known = this.#labels.get(card.id);
      if (known !== undefined) {
        const standing = await sessions.standing(card.id);
        if (standing?.cursor === known.cursor && !standing.hasMoved) {
          shown.push([card.id, known]);
          continue;
        }
        this.#labels.delete(card.id);
      }
      const label = labelByRules(card);
      shown.push([card.id, { label, why: "", at, cursor: "", source: "rules" }]);
    }
    const ids = new Set(shown.map(([id]) => id));
    for (const id of this.#labels.keys()) if (!ids.has(id)) this.#labels.delete(id);
    return Object.fromEntries(shown);
  }

  /** What is asked for a reply, whether a person wants it or nobody did. */
  async draftPromptOf(standing: Standing, hint = ""): Promise<Prompt> {
    const material = await this.#material(standing);
    return draftPrompt(material, this.#fitNonce(material), hint);
  }

  /** What a model gets to read of a session. */
  async #material(standing: Standing): Promise<Material> {
    const { panes, sessions } = this.#options;
    const items = await sessions.items(standing.id);
    if (standing.pid === null) return { standing, items, pane: null };
    const found = await panes.find(standing.pid);
    const screen = found.kind === "pane" ? await panes.screen(found.pane.id) : null;
    return { standing, items, pane: screen?.lines.join("\n").trim() ?? null };
  }

  async #about(
    id: string,
    orderOf: (standing: Standing) => Pick<JobOrder, "kind" | "hint" | "prompt" | "finish">,
  ): Promise<Help> {
    const { ai, jobs, sessions } = this.#options;
    if (!ai.availability.available) return unavailable(ai);
    const standing = await sessions.standing(id);
    if (standing === null) return NOT_FOUND;
    const { cursor } = standing;
    const job = jobs.add({ origin: "human", sessionIds: [id], cursor, ...orderOf(standing) });
    return job === null ? FULL : { kind: "job", job };
  }

  #fitNonce(data: unknown): string {
    for (;;) {
      const nonce = this.#options.nonce();
      if (isFitNonce(nonce, data)) return nonce;
    }
  }
}

/** The labels in an answer: lines of JSON of sessions that were asked for; other lines are left out. */
export function labelsIn(
  text: string,
  ids: readonly string[],
): Map<string, { readonly label: string; readonly why: string }> {
  const found = new Map<string, { label: string; why: string }>();
  for (const line of text.split("\n")) {
    let record: ReturnType<typeof asObject>;
    try {
      record = asObject(JSON.parse(line.trim().replace(/,$/, "")));
    } catch {
      continue;
    }
    const id = asText(record?.["id"]);
    const label = oneLine(typable(asText(record?.["label"]) ?? ""), 60);
    if (id === null || !ids.includes(id) || label === "") continue;
    found.set(id, { label, why: oneLine(typable(asText(record?.["why"]) ?? ""), 160) });
  }
  return found;
}

/** As much of a text as has so many bytes. */
function firstBytes(text: string, bytes: number): string {
  // A character that is cut in two is left out, as its rest is still to come.
  return new TextDecoder().decode(new TextEncoder().encode(text).subarray(0, bytes), {
    stream: true,
  });
}

function cardOf({ id, title, attention, brief, live }: Standing): TriageCard {
  const reasons = attention.reasons.map(({ code, text }) => `${code}: ${text}`).join("; ");
  return {
    id,
    text: `title: ${title}\nstate: ${live.state}\nreasons: ${reasons}\nlast answer: ${
      brief.lastAnswer ?? ""
    }`,
  };
}

const NOT_FOUND: Help = {
  ...{ kind: "refused", status: 404, code: "session_not_found" },
  message: "there is no such session",
};
const FULL: Help = {
  ...{ kind: "refused", status: 429, code: "too_many_jobs" },
  message: "too many questions wait for the model",
};

function unavailable(ai: AskAi): Help {
  const { reason = "" } = ai.availability;
  return {
    ...{ kind: "refused", status: 503, code: "ai_unavailable" },
    message: `no model can be asked: ${reason}`,
  };
}
