import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { MAX_DRAFT_CHARS, sanitizeDraft, typable } from "./sanitize.ts";

Deno.test("T46: a draft is stripped of what models put around it, and refused for what could do harm", () => {
  const rows: readonly [raw: string, text: string | null, reason?: string][] = [
    ["Run the tests again.", "Run the tests again."],
    ["  two\r\nlines  \r\n", "two\nlines"],
    ["```text\nGo on\n```", "Go on"],
    ['Here is a reply:\n\n"Go on"', "Go on"],
    ["Sure! Here's the message:\n```\n“Go on”\n```", "Go on"],
    ["a\tb", "a  b"],
    ["zero\u200bwidth \u202eturned\u202c \ufeff", "zerowidth turned"],
    ["paste\x1b[201~\rrm -rf", "paste[201~\nrm -rf"],
    ["e\u0301", "é"],
    ["e\u200b\u0301", "é"],
    ["x".repeat(MAX_DRAFT_CHARS), "x".repeat(MAX_DRAFT_CHARS)],
    ["x\n".repeat(59) + "x", "x\n".repeat(59) + "x"],
    ["", null, "it is empty"],
    [" \x07 ", null, "it is empty"],
    ["NO_REPLY", null, "NO_REPLY"],
    ["```\nNO_REPLY\n```", null, "NO_REPLY"],
    ["/clear", null, "a line begins with a command"],
    ["fine\n  /compact", null, "a line begins with a command"],
    ["fine\n!ls", null, "a line begins with a command"],
    ["fine\n\u200b!ls", null, "a line begins with a command"],
    ["# remember this", null, "it begins with # or @"],
    ["@file look", null, "it begins with # or @"],
    ["fine\n# a heading", "fine\n# a heading"],
    ["y", null, "it could answer a dialog"],
    ["Yes.", null, "it could answer a dialog"],
    ["ok!", null, "it could answer a dialog"],
    ["2", null, "it could answer a dialog"],
    ["1)", null, "it could answer a dialog"],
    ['"approve"', null, "it could answer a dialog"],
    ["Yes, use the second way", "Yes, use the second way"],
    ["it holds MARK-77 in it", null, "it holds the mark of its job"],
    ["x".repeat(MAX_DRAFT_CHARS + 1), null, "it is longer than 4000 characters"],
    ["x\n".repeat(60) + "x", null, "it has more than 60 lines"],
  ];
  for (const [raw, text, reason] of rows) {
    const got = sanitizeDraft(raw, ["mark-77"]);
    assertEquals(got, text === null ? { ok: false, reason: reason! } : { ok: true, text }, raw);
  }
});

const raws = fc.array(
  fc.oneof(
    fc.string({ unit: "binary" }),
    fc.integer({ min: 1, max: 2 * MAX_DRAFT_CHARS }).map((chars) => "long ".repeat(chars / 5)),
    fc.integer({ min: 1, max: 90 }).map((lines) => "line\n".repeat(lines)),
    fc.constantFrom(
      "MARK-77",
      "NO_REPLY",
      "e\u200b\u0301",
      "\u202e",
      "\x9b",
      "\r",
      "1",
      "```",
      "\n",
      '"',
      "“",
      "”",
      "Here is it:",
      "/",
      "!",
      "#",
      "@",
      "yes",
      "\x1b[201~",
      "\t",
    ),
  ),
  { maxLength: 30 },
).map((parts) => parts.join(""));

Deno.test("T46: what passes has no controls, no command, is never too long, and passes again unchanged", () => {
  let refused = 0;
  let passed = 0;
  fc.assert(fc.property(raws, (raw) => {
    const got = sanitizeDraft(raw, ["mark-77"]);
    if (!got.ok) return void refused++;
    passed++;
    assertEquals(sanitizeDraft(got.text, ["mark-77"]), got);
    assert(got.text.length <= MAX_DRAFT_CHARS && got.text.split("\n").length <= 60);
    assert(!/^(?:y|yes|ok|approve|1|2|3|NO_REPLY)\W*$/i.test(got.text), got.text);
    assert(!/mark-77|[\u200b\u202e]/i.test(got.text));
    // deno-lint-ignore no-control-regex -- control characters are what is looked for
    assert(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(got.text));
    assert(got.text.split("\n").every((line) => !/^\s*[/!]/.test(line)));
    assert(!/^\s*[#@]/.test(got.text));
  }));
  assert(refused > 20 && passed > 20, `${refused} refused, ${passed} passed`);
  fc.assert(fc.property(raws, (raw) => assertEquals(typable(typable(raw)), typable(raw))));
});
