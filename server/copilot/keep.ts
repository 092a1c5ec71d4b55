/**
 * What the copilot keeps over a restart, as one piece of plain data.
 *
 * @module
 */
import { asCount, asList, asObject, asText, type JsonObject } from "../board/read/fields.ts";
import type { AutopilotConfig, AutopilotKept } from "./autopilot_config.ts";
import { parseConfig } from "./autopilot_config.ts";
import type { Ledger } from "./budget.ts";
import type { Job } from "./jobs.ts";

/** All of it. */
export interface CopilotKept {
  readonly isHalted: boolean;
  readonly ledger: Ledger;
  readonly jobs: readonly Job[];
  readonly autopilot: Readonly<Record<string, AutopilotKept>>;
}

/** Where it is kept. */
export interface CopilotStore {
  load(): Promise<unknown>;
  /** Keeps it in place of what was kept; several at once come to the last one. */
  save(kept: CopilotKept): void;
}

const NOTHING: CopilotKept = { isHalted: false, ledger: {}, jobs: [], autopilot: {} };

/** What was kept. What does not look like it is left out; a doubt halts the autopilot. */
export function readKept(value: unknown): CopilotKept {
  const kept = asObject(value);
  if (kept === null) return NOTHING;
  return {
    isHalted: kept["isHalted"] !== false,
    ledger: Object.fromEntries(
      Object.entries(asObject(kept["ledger"]) ?? {}).map(([day, it]) => [day, spendOf(it)]),
    ),
    jobs: asList(kept["jobs"]).map(asObject).filter(isJob) as unknown as Job[],
    autopilot: Object.fromEntries(
      Object.entries(asObject(kept["autopilot"]) ?? {}).flatMap(([id, it]) => {
        const one = autopilotOf(asObject(it));
        return one === null ? [] : [[id, one]];
      }),
    ),
  };
}

function spendOf(value: unknown) {
  const usd = (it: unknown) => typeof it === "number" && it > 0 ? it : 0;
  const spend = asObject(value);
  return { autopilot: usd(spend?.["autopilot"]), human: usd(spend?.["human"]) };
}

function isJob(job: JsonObject | null): boolean {
  return job !== null && [job["id"], job["kind"], job["state"], job["createdAt"], job["cursor"]]
    .every((it) => typeof it === "string") &&
    Array.isArray(job["sessionIds"]);
}

function autopilotOf(value: JsonObject | null): AutopilotKept | null {
  const config: AutopilotConfig | string = parseConfig(value?.["config"]);
  if (value === null || typeof config === "string") return null;
  return {
    config,
    rev: asCount(value["rev"]),
    sends: asCount(value["sends"]),
    failures: asCount(value["failures"]),
    lastSent: asList(value["lastSent"]).map(asText).filter((it) => it !== null),
    paused: asText(value["paused"]),
    left: asText(value["left"]),
    stoppedMs: asCount(value["stoppedMs"]),
    pausedUntilMs: asCount(value["pausedUntilMs"]),
    resumeAtMs: asCount(value["resumeAtMs"]) || null,
  };
}
