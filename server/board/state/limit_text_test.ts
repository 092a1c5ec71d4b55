import { assertEquals } from "@std/assert";
import { limitEndMs, saysBusy, saysLimit } from "./limit_text.ts";

const SAID = Date.parse("2026-10-01T12:00:00Z");

Deno.test("T55: limits are known by their words, with the time when they end; a busy service is none", () => {
  const rows: readonly [text: string, isLimit: boolean, end: string | null][] = [
    ["You've hit your usage limit · resets 3pm (UTC)", true, "2026-10-01T15:00:00.000Z"],
    ["You've hit your limit · resets 9am (UTC)", true, "2026-10-02T09:00:00.000Z"],
    [
      "You've hit your weekly limit · resets at 2:30pm (Europe/Oslo)",
      true,
      "2026-10-01T12:30:00.000Z",
    ],
    ["5-hour limit reached ∙ resets 12am (America/New_York)", true, "2026-10-02T04:00:00.000Z"],
    ["Claude AI usage limit reached|1790870400", true, "2026-10-01T16:00:00.000Z"],
    ["Session limit reached, resets 14:05", true, "2026-10-01T14:05:00.000Z"],
    // A day, as limits of a week have; the nearest of its name.
    ["You've hit your weekly limit · resets Oct 3, 2am (UTC)", true, "2026-10-03T02:00:00.000Z"],
    [
      "You've hit your weekly limit · resets Oct 5 at 4:30am (Asia/Calcutta)",
      true,
      "2026-10-04T23:00:00.000Z",
    ],
    ["You've hit your weekly limit · resets Sep 30 at 7pm", true, "2026-09-30T19:00:00.000Z"],
    ["Weekly limit reached · resets October 7 at 12pm (UTC)", true, "2026-10-07T12:00:00.000Z"],
    ["weekly limit reached, resets Feb 30 at 7pm", true, null],
    [
      "You've hit your session limit · resets 8:30pm (Asia/Tokyo)",
      true,
      "2026-10-02T11:30:00.000Z",
    ],
    ["You’ve hit your limit. Limits will reset at 9:30 PM.", true, "2026-10-01T21:30:00.000Z"],
    ["Opus limit reached", true, null],
    ["usage limit reached, resets 3pm (Mars/North)", true, null],
    ["usage limit reached, resets 33:00", true, null],
    ["The server is temporarily limiting requests (not your usage limit)", false, null],
    ["API Error: 529 overloaded_error", false, null],
    ["429 temporarily limiting requests: usage limit reached", false, null],
    ["Overloaded: 5-hour limit reached", false, null],
    ["The rate of the limit was tested", false, null],
  ];
  for (const [text, isLimit, end] of rows) {
    assertEquals(saysLimit(text), isLimit, text);
    const endMs = isLimit ? limitEndMs(text, SAID, "UTC") : null;
    assertEquals(endMs === null ? null : new Date(endMs).toISOString(), end, text);
  }
  assertEquals(saysBusy("temporarily limiting requests (not your usage limit)"), true);
  assertEquals(saysBusy("usage limit reached"), false);
});

Deno.test("T55: the end of a limit is that of its zone's clocks, over their changes and a year's end", () => {
  const end = (text: string, said: string) =>
    new Date(limitEndMs(`limit reached, resets ${text}`, Date.parse(said), "UTC")!).toISOString();
  // Clocks in Oslo go from 2 to 3 on 29 March, and from 3 to 2 on 25 October.
  assertEquals(end("3pm (Europe/Oslo)", "2026-03-29T00:30:00Z"), "2026-03-29T13:00:00.000Z");
  assertEquals(end("11:30pm (Europe/Oslo)", "2026-03-29T00:30:00Z"), "2026-03-29T21:30:00.000Z");
  assertEquals(end("3pm (Europe/Oslo)", "2026-10-24T22:30:00Z"), "2026-10-25T14:00:00.000Z");
  assertEquals(end("11:30pm (Europe/Oslo)", "2026-10-24T22:30:00Z"), "2026-10-25T22:30:00.000Z");
  assertEquals(end("1am (Asia/Kathmandu)", "2026-10-01T19:14:00Z"), "2026-10-01T19:15:00.000Z");
  assertEquals(end("Jan 2 at 9am", "2026-12-30T12:00:00Z"), "2027-01-02T09:00:00.000Z");
  assertEquals(end("Dec 31, 11pm", "2027-01-01T00:30:00Z"), "2026-12-31T23:00:00.000Z");
});
