import { createHash } from "node:crypto";
import { assert, assertEquals, assertMatch } from "@std/assert";
import {
  diffSessions,
  type RecordedEvent,
  sessionsOf,
  summarizeRecording,
} from "../../scenarios/recording/mod.ts";
import {
  opening,
  recordingOf,
  sessionOf,
  slice,
  text,
  tick,
} from "../../tests/support/recorded.ts";
import { diffMarkdown, diffText, RECORDING_POLICY, recordingPage, recordingText } from "./mod.ts";

const EVIL = "<script>alert(1)</script>";

function events(): RecordedEvent[] {
  const all: RecordedEvent[] = [
    ...opening(),
    text(2, "up", { type: EVIL }),
    { t: 0, kind: "http", method: "GET", target: "/", status: 200 },
  ];
  for (let i = 0; i < 90; i++) all.push(tick(i / 30, i / 30));
  // A gap from 1 s to 2 s, and one slice that comes too late.
  for (const atS of [0.1, 0.5, 1, 2, 2.5]) all.push(slice(1 + atS, atS + 0.2));
  all.push(slice(3.8, 1));
  return all.toSorted((a, b) => a.t - b.t);
}

function drawn(more: readonly RecordedEvent[] = []) {
  const recording = recordingOf([...events(), ...more]);
  const sessions = sessionsOf(recording);
  const summary = summarizeRecording(recording, sessions);
  return { summary, page: recordingPage(summary, sessions, `/x/${EVIL}.ndjson`) };
}

Deno.test("a recording's summary counts messages, slices, leads and gaps", () => {
  const { summary } = drawn();
  const [session] = summary.sessions;
  assertEquals([summary.isComplete, summary.httpRequests, summary.sessions.length], [false, 1, 1]);
  assertEquals([session!.role, session!.sessionId, session!.bufferS], ["session", "abcdefgh", 10]);
  const { slices, gaps, types } = session!;
  assertEquals([slices.count, slices.behindPlayhead], [6, 1]);
  assertEquals(gaps, [{ atS: 1, lastsS: 1 }, { atS: 0.5, lastsS: 0.5 }, { atS: 2, lastsS: 0.5 }]);
  assertEquals(types.find(({ type }) => type === "params")!.count, 90);
  const lines = recordingText(summary);
  assertMatch(lines, /the gateway did not end in order/);
  assertMatch(lines, /client params: 90, /);
  assertMatch(lines, /no slice for 1 s from 1 s on/);
});

Deno.test("the page of a recording draws it, runs nothing, and loads nothing", () => {
  const { page } = drawn();
  assert(!page.includes("<script"), "a script of the recording got into the page");
  assert(page.includes("&lt;script&gt;"));
  const style = /<style>([^]*?)<\/style>/.exec(page)![1]!;
  const hash = createHash("sha256").update(style).digest("base64");
  assert(RECORDING_POLICY.includes(`'sha256-${hash}'`));
  for (const title of ["Lead", "Buffer", "Slices", "Ticks", "Who said what", "All connections"]) {
    assert(page.includes(title), title);
  }
  assertEquals([...page.matchAll(/(?:src|href)="(?!#)[^"]*"/g)], []);
  assertEquals(/NaN|Infinity|undefined/.exec(page.slice(page.indexOf("<body>"))), null);
});

Deno.test("a recording without a session is drawn, too", () => {
  const recording = recordingOf([{ t: 1, c: 1, kind: "refused", target: "/", status: 503 }]);
  const summary = summarizeRecording(recording);
  assertMatch(recordingPage(summary, [], "a.ndjson"), /once the server could not be reached/);
  assertMatch(recordingText(summary), /0 connections, 1 events/);
});

Deno.test("differences are told with what differs first", () => {
  const slow = events().filter((event) => event.kind !== "binary" || event.t < 2);
  const diff = diffSessions(sessionOf(events()), sessionOf(slow));
  const lines = diffText(diff).trimEnd().split("\n");
  assertMatch(lines[0]!, /^≠ /);
  assertMatch(lines.at(-1)!, /^the answers differ in \d+ of \d+ things$/);
  assertMatch(diffMarkdown(diff), /^# The answers differ\n\n\| verdict \|.*\n\| ---.*\n\| differs/);
});
