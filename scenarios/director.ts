/**
 * Carries a scenario's steps out: at their times, or when their condition holds.
 *
 * @module
 */
import type { HeadlessClient } from "../sim/mod.ts";
import type { ClientMessage } from "../wire/mod.ts";
import type { ClientFaultSpec, Scenario, SourceSpec, Step } from "./types.ts";
import type { Shelf } from "./shelf.ts";
import type { Stage } from "./stage.ts";
import { StepSchedule } from "./step_schedule.ts";
import type { RunWatcher } from "./watcher.ts";

/** What a director works with. */
export interface DirectorOptions {
  readonly scenario: Scenario;
  readonly stage: Stage;
  readonly client: HeadlessClient;
  readonly watcher: Pick<
    RunWatcher,
    "sliceCount" | "playheadS" | "eventCount" | "behindPlayhead" | "sessionId"
  >;
  /** Told of each step before it is carried out. */
  readonly onStep: (step: Step) => void;
  readonly shelf: Shelf;
  /** Connects a second client, with a source of its own or the first one's. */
  readonly startSecondClient: (source: SourceSpec | undefined) => void;
}

/** Carries steps out, from the moment streaming begins. */
export class Director {
  readonly #options: DirectorOptions;
  readonly #schedule: StepSchedule<Step>;

  /** A director that has not begun. */
  constructor(options: DirectorOptions) {
    const { scenario, stage } = options;
    this.#options = options;
    this.#schedule = new StepSchedule({
      steps: scenario.steps,
      clock: stage.clock,
      holds: (step) => this.#holds(step),
      carryOut: (step) => this.#carryOut(step),
    });
  }

  /** Streaming begins now. */
  begin(): void {
    this.#schedule.begin();
  }

  /** Something changed: carries out the steps whose condition holds now. */
  look(): void {
    this.#schedule.look();
  }

  /** Carries nothing more out. */
  stop(): void {
    this.#schedule.stop();
  }

  #holds({ when }: Step): boolean {
    const { watcher } = this.#options;
    if (when === undefined) return false;
    if ("slices" in when) return watcher.sliceCount >= when.slices;
    if ("playheadS" in when) return watcher.playheadS >= when.playheadS;
    if ("event" in when) return watcher.eventCount(when.event) > 0;
    return watcher.behindPlayhead >= when.behindPlayhead;
  }

  #carryOut(step: Step): void {
    const { stage, client, watcher, onStep } = this.#options;
    onStep(step);
    switch (step.do) {
      case "seek":
        return client.seek(step.toS);
      case "pause":
        return client.setPaused(true);
      case "resume":
        return client.setPaused(false);
      case "rate":
        return client.setRate(step.rate);
      case "loopBand":
        return client.setLoopBand(step.band);
      case "knobs":
        return client.setKnobs(step.values);
      case "prompt":
        return void client.send({
          type: "prompt",
          tags: step.tags,
          ...(step.tagsB === undefined ? {} : { tags_b: step.tagsB }),
        });
      case "promptBlend":
        return void client.send({ type: "set_prompt_blend", value: step.value });
      case "swap":
        return this.#swap(step);
      case "timbre":
        if (step.strength !== undefined) {
          client.send({ type: "set_timbre_strength", value: step.strength });
        }
        return this.#reference("timbre", step.source);
      case "structure":
        return this.#reference("structure", step.source);
      case "lora":
        return void client.send(
          step.strength === null
            ? { type: "disable_lora", id: step.id }
            : { type: "enable_lora", id: step.id, strength: step.strength },
        );
      case "depth":
        return void client.send({ type: "set_depth", value: step.value });
      case "send": {
        const pcm = step.source === undefined ? null : this.#options.shelf.clip(step.source);
        const message = step.message as unknown as ClientMessage;
        return void client.send(message, pcm, { omitBinary: true });
      }
      case "external":
        for (let i = 0; i < (step.times ?? 1); i++) {
          stage.inject(watcher.sessionId ?? "", step.message);
        }
        return;
      case "faults":
        return client.setFaults(step.faults);
      case "disconnect":
        return client.disconnect();
      case "reconnect":
        return client.reconnect();
      case "secondClient":
        return this.#options.startSecondClient(step.source);
      case "stopReading":
        client.setReadPaused(true);
        return this.#schedule.later(step.durationS, () => client.setReadPaused(false));
      case "network":
        return this.#network(step.fault);
      case "engine":
        return stage.setEngineProfile(step.profile);
    }
  }

  #swap({ source, tags, key, timeSignature }: Extract<Step, { do: "swap" }>): void {
    const { client, shelf } = this.#options;
    const message = {
      type: "swap_source",
      ...(tags === undefined ? {} : { tags }),
      ...(key === undefined ? {} : { key }),
      ...(timeSignature === undefined ? {} : { time_signature: timeSignature }),
      ...(source.stems === undefined ? {} : { stem_source_mode: source.stems }),
    } as const;
    if ("fixture" in source && !source.upload) {
      client.send({ ...message, fixture_name: source.fixture, use_server_source: true });
    } else {
      const name = "fixture" in source ? { fixture_name: source.fixture } : {};
      client.send({ ...message, ...name, use_server_source: false }, shelf.clip(source));
    }
  }

  #reference(kind: "timbre" | "structure", source: SourceSpec | null): void {
    const { client, shelf } = this.#options;
    if (source === null) client.send({ type: `clear_${kind}_source` });
    else if ("fixture" in source && !source.upload) {
      client.send({ type: `set_${kind}_fixture`, name: source.fixture });
    } else client.send({ type: `set_${kind}_source`, name: kind }, shelf.clip(source));
  }

  #network(fault: Extract<Step, { do: "network" }>["fault"]): void {
    const { faults } = this.#options.stage;
    if (fault === "halfOpen") faults.halfOpen();
    else if (fault === "abruptClose") faults.abruptClose();
    else if (fault === "corruptSlice") faults.corruptNextSlice();
    else if ("stallS" in fault) faults.stall(fault.stallS, fault.direction);
    else faults.setProfile(fault.profile);
  }
}

/** A step in a few words, for plots and for the trace. */
export function inWords(step: Step): string {
  if (step.do === "faults") return `faults ${faultsInWords(step.faults)}`;
  const { do: name, atS: _atS, when: _when, afterS: _afterS, ...rest } = step;
  const details = JSON.stringify(rest);
  return details === "{}" ? name : `${name} ${details}`;
}

/** The faults that are on: there are many, and hardly ever more than one. */
function faultsInWords(faults: ClientFaultSpec): string {
  const on = Object.entries(faults).filter(([, value]) => value !== false && value !== 0)
    .map(([name, value]) => value === true ? name : `${name} ${value}`);
  return on.length === 0 ? "none" : on.join(", ");
}
