/** Recordings that nobody would make: nothing but a refusal in words may come of them. */
import { assert } from "@std/assert";
import fc from "fast-check";
import { COMMANDS, EVENTS } from "../../wire/mod.ts";
import { binary, opening, recordingOf, text } from "../../tests/support/recorded.ts";
import { ScenarioError } from "../errors.ts";
import { diffSessions } from "./diff.ts";
import type { RecordedEvent } from "./format.ts";
import { parseRecording } from "./read.ts";
import { sessionsOf } from "./session.ts";
import { summarizeRecording } from "./summary.ts";
import { recordingLines } from "./tap.ts";
import { toScenario } from "./to_scenario.ts";
import { uploadsIn } from "./uploads.ts";

const FIELDS = [...Object.values(COMMANDS), ...Object.values(EVENTS)]
  .flatMap(({ fields }) => Object.keys(fields));
const TYPES = [...Object.keys(COMMANDS), ...Object.keys(EVENTS), "__proto__", ""];

/** A message that looks like one, with anything in its fields. */
const message = fc.record({
  type: fc.constantFrom(...TYPES),
  fields: fc.dictionary(fc.constantFrom(...FIELDS, "__proto__"), fc.jsonValue(), { maxKeys: 4 }),
}).map(({ type, fields }) => ({ ...fields, type }));

const event: fc.Arbitrary<RecordedEvent> = fc.oneof(
  fc.tuple(fc.double({ min: 1, max: 5000, noNaN: true }), fc.boolean(), message).map(
    ([t, isUp, json]) => text(t, isUp ? "up" : "down", json),
  ),
  fc.tuple(fc.double({ min: 1, max: 5000, noNaN: true }), fc.boolean(), fc.uint8Array()).map(
    ([t, isUp, bytes]) => binary(t, isUp ? "up" : "down", bytes),
  ),
);

Deno.test("whatever a recording holds, it is read, summed up, compared, and converted or refused", () => {
  let converted = 0;
  fc.assert(
    fc.property(fc.array(event, { maxLength: 12 }), fc.jsonValue(), (events, config) => {
      const all = [...opening(typeof config === "object" ? config ?? {} : {}), ...events];
      const recording = parseRecording(
        recordingLines(recordingOf(all.toSorted((a, b) => a.t - b.t))),
        "hostile",
      );
      const sessions = sessionsOf(recording);
      summarizeRecording(recording, sessions);
      for (const session of sessions) {
        diffSessions(session, session);
        try {
          toScenario(session, { name: "hostile", uploads: uploadsIn("blobs") });
          converted++;
        } catch (error) {
          if (!(error instanceof ScenarioError)) throw error;
        }
      }
    }),
    { numRuns: 500 },
  );
  assert(converted > 100, `only ${converted} were converted`);
});
