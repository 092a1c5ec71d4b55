/**
 * All invariants. A new one is a file in `checkers/`, a name in `names.ts` and a line here.
 *
 * @module
 */
import type { Invariant } from "./checker.ts";
import { controlEvents } from "./checkers/control_events.ts";
import { echoes } from "./checkers/echoes.ts";
import { epochs } from "./checkers/epochs.ts";
import { freshness } from "./checkers/freshness.ts";
import { groups } from "./checkers/groups.ts";
import { leads } from "./checkers/leads.ts";
import { mirrors } from "./checkers/mirrors.ts";
import { outsiders } from "./checkers/outsiders.ts";
import { playhead } from "./checkers/playhead.ts";
import { queues } from "./checkers/queues.ts";
import { recorder } from "./checkers/recorder.ts";
import { recovers } from "./checkers/recovers.ts";
import { reports } from "./checkers/reports.ts";
import { requests } from "./checkers/requests.ts";
import { throws } from "./checkers/throws.ts";
import { sessionsEnd } from "./checkers/sessions_end.ts";

/** Every invariant, in the order of their names. */
export const INVARIANTS: readonly Invariant[] = [
  mirrors,
  epochs,
  controlEvents,
  groups,
  outsiders,
  echoes,
  requests,
  leads,
  freshness,
  playhead,
  recorder,
  reports,
  queues,
  sessionsEnd,
  recovers,
  throws,
];
