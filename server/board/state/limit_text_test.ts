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
    ["Opus limit reached", true, null],
    ["usage limit reached, resets 3pm (Mars/North)", true, null],
    ["usage limit reached, resets 33:00", true, null],
    ["The server is temporarily limiting requests (not your usage limit)", false, null],
    ["API Error: 529 overloaded_error", false, null],
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
