/// <reference lib="dom" />
/**
 * Labels of a model on the cards that need somebody. They are kept apart from the cards, and marked.
 *
 * @module
 */
import type { Clock } from "../../runtime/clock.ts";
import { element, say } from "../player/dom.ts";
import { ask, RefusedError } from "./api.ts";
import { tame } from "./words.ts";

/** How often labels are looked at while there are some: they go when a session goes on, seconds. */
const LOOK_S = 15;
const JOB_S = 0.7;
const MAX_JOB_LOOKS = 300;

interface LabelRecord {
  readonly label: string;
  readonly why: string;
  readonly source: "ai" | "rules";
}

interface TriageRecord {
  readonly labels: Readonly<Record<string, LabelRecord>>;
  readonly ai: { readonly available: boolean; readonly reason?: string };
}

interface JobRecord {
  readonly id: string;
  readonly state: string;
  readonly error?: string;
}

/** The labels, and the button that asks for them. */
export class Triage {
  readonly #clock: Clock;
  readonly #button = element<HTMLButtonElement>("triage");
  #labels: TriageRecord["labels"] = {};

  /** Nothing is labelled. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Begins. */
  start(): void {
    this.#button.onclick = () => void this.#order();
    void this.#look();
  }

  /** Puts labels on the cards that are on the page. */
  draw(): void {
    for (const node of document.querySelectorAll<HTMLElement>("li.session")) {
      const label = this.#labels[node.dataset["id"] ?? ""];
      const text = label?.source === "ai"
        ? `✦ ${tame(label.label)}${label.why === "" ? "" : `: ${tame(label.why)}`}`
        : "";
      let line = node.querySelector<HTMLElement>(".triage-label");
      if (line === null && text === "") continue;
      if (line === null) {
        line = document.createElement("p");
        line.className = "triage-label";
        line.dataset["testid"] = "triage-label";
        line.title = "A label of a model; look before you rely on it";
        node.querySelector("h3")?.after(line);
      }
      say(line, text);
      line.hidden = text === "";
    }
  }

  async #look(): Promise<void> {
    try {
      await this.#load();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      // Another user of this machine, or a login that ran out: no labels.
      if (error.status === 401) this.#button.hidden = true;
    }
    this.#clock.after(LOOK_S, () => void this.#again());
  }

  async #again(): Promise<void> {
    const isNeeded = document.visibilityState === "visible" &&
      Object.values(this.#labels).some(({ source }) => source === "ai");
    if (isNeeded) return await this.#look();
    this.#clock.after(LOOK_S, () => void this.#again());
  }

  async #load(): Promise<void> {
    const { ai, labels } = await ask<TriageRecord>("/api/board/triage");
    this.#labels = labels;
    this.#button.hidden = false;
    this.#button.disabled = !ai.available;
    this.#button.title = ai.available
      ? "A model labels what needs you"
      : `No model: ${ai.reason ?? ""}`;
    this.#button.dataset["testid"] = ai.available ? "btn-triage" : "ai-off";
    this.draw();
  }

  async #order(): Promise<void> {
    this.#button.disabled = true;
    say(this.#button, "Labelling…");
    let said = "";
    try {
      const init = { method: "POST", headers: { "Content-Type": "application/json" }, body: "{}" };
      const { job } = await ask<{ job?: JobRecord }>("/api/board/triage", init);
      const end = job === undefined ? null : await this.#done(job);
      if (end?.state === "failed") said = `The model failed: ${end.error ?? "no reason"}.`;
      await this.#load();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      said = `That did not work: ${error.message}.`;
    } finally {
      this.#button.disabled = false;
      say(this.#button, "Triage");
    }
    element("notice").hidden = said === "";
    say(element("notice"), said);
  }

  async #done(job: JobRecord): Promise<JobRecord> {
    let now = job;
    for (let i = 0; i < MAX_JOB_LOOKS; i++) {
      if (now.state !== "queued" && now.state !== "running") break;
      await this.#clock.sleep(JOB_S);
      now = (await ask<{ job: JobRecord }>(`/api/jobs/${job.id}`)).job;
    }
    return now;
  }
}
