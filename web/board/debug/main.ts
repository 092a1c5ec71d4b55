/// <reference lib="dom" />
/**
 * The page of what the server is busy with.
 *
 * @module
 */
import { element, say } from "../../player/dom.ts";
import { BrowserClock } from "../../session/browser_clock.ts";
import { ask, RefusedError } from "../api.ts";
import { LoginGate } from "../login_gate.ts";
import { spanText, tame } from "../words.ts";
import { showNumbers, showTable } from "./lines.ts";
import type { IngestRecord, LoopRecord, TasksRecord } from "./records.ts";
import { Rounds } from "./rounds.ts";
import {
  endedLines,
  ingestLines,
  lateText,
  numbersOf,
  streamLines,
  taskLines,
  threadLines,
  timerLines,
  verdictText,
  verdictWord,
  worstLines,
} from "./words.ts";

/** The page. What is read of transcripts, another thread knows, which may be what is slow. */
class DebugPage {
  readonly #clock = new BrowserClock(performance.timeOrigin);
  readonly #isSeen = () => document.visibilityState === "visible";
  readonly #gate = new LoginGate(() => this.#start());
  readonly #loop = new Rounds({
    clock: this.#clock,
    isSeen: this.#isSeen,
    ask: async () => {
      await this.#askFor<LoopRecord>("loop", (loop) => this.#show(loop));
      if (this.#loop.isOn) {
        await this.#askFor<TasksRecord>("tasks", (tasks) => this.#showEnded(tasks));
      }
    },
    onLate: (waitedS) => {
      this.#state("reconnecting", "Waits for an answer…");
      this.#verdict("late", lateText(waitedS));
    },
  });
  readonly #ingest = new Rounds({
    clock: this.#clock,
    isSeen: this.#isSeen,
    ask: () => this.#askFor<IngestRecord>("ingest", (ingest) => this.#showIngest(ingest)),
    onLate: (waitedS) =>
      say(element("ingest-said"), `Their thread has not answered for ${spanText(waitedS)}.`),
  });

  run(): void {
    document.addEventListener("visibilitychange", () => {
      this.#loop.look();
      this.#ingest.look();
    });
    this.#start();
  }

  #start(): void {
    this.#loop.start();
    this.#ingest.start();
  }

  #stop(): void {
    this.#loop.stop();
    this.#ingest.stop();
  }

  async #askFor<Answer>(what: string, show: (answer: Answer) => void): Promise<void> {
    try {
      const answer = await ask<Answer>(`/api/debug/${what}`);
      // What was asked before the server said no is not shown after it.
      if (this.#loop.isOn) show(answer);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      if (this.#loop.isOn) this.#refused(what, error);
    }
  }

  #show(loop: LoopRecord): void {
    this.#gate.say("live");
    element("notice").hidden = true;
    element("shown").hidden = false;
    this.#verdict(loop.verdict, verdictText(loop));
    say(element("news"), verdictWord(loop.verdict));
    showNumbers("numbers", numbersOf(loop));
    showTable("worst", worstLines(loop, clockText));
    showTable("threads", threadLines(loop));
    showTable("tasks", taskLines(loop));
    showTable("timers", timerLines(loop));
    showTable("streams", streamLines(loop));
  }

  #showEnded(tasks: TasksRecord): void {
    showTable("ended", endedLines(tasks, clockText));
  }

  #showIngest(ingest: IngestRecord): void {
    say(element("ingest-said"), "");
    showNumbers("ingest", ingestLines(ingest));
  }

  #refused(what: string, { message, status }: RefusedError): void {
    if (status === 401 || status === 403) this.#stop();
    if (status === 401) return this.#gate.say("login");
    if (status === 403) {
      element("refused").hidden = false;
      element("shown").hidden = true;
      element("verdict").hidden = true;
      say(element("refused-said"), `The server says: ${message}.`);
      return this.#state("offline", "Not told here");
    }
    if (what === "ingest") {
      // Of a server that is gone the other question tells.
      return status === 0 ? undefined : say(element("ingest-said"), `Nothing is told: ${message}.`);
    }
    if (status === 0) {
      this.#verdict("late", "The server does not answer. What it said last stands below.");
      return this.#gate.say("offline");
    }
    element("notice").hidden = false;
    say(element("notice"), `That did not work: ${message}.`);
    this.#state("offline", "Not up to date");
  }

  #verdict(verdict: string, text: string): void {
    const line = element("verdict");
    line.dataset["verdict"] = verdict;
    say(line, tame(text));
  }

  #state(name: string, text: string): void {
    element("state").dataset["state"] = name;
    say(element("state-text"), text);
  }
}

function clockText(at: string): string {
  return new Date(at).toLocaleTimeString("en-GB");
}

new DebugPage().run();
