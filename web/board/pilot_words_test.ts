import { assertEquals } from "@std/assert";
import { pilotsOf, pilotText } from "./pilot_words.ts";

Deno.test("a card says how its autopilot stands, and why it rests or left a draft", () => {
  const rows = [
    ["off", ""],
    ["ai", "autopilot: drafts"],
    ["message: halted", "autopilot: one text, halted"],
    ["ai: waiting_prompt", "autopilot: drafts, a dialog is open"],
    ["off: session_gone", "autopilot off, its process is gone"],
    ["resume", "autopilot: one text after a limit"],
    ["ai: something new", "autopilot: drafts, something new"],
  ] as const;
  for (const [autopilot, text] of rows) assertEquals(pilotText(autopilot), text);
});

Deno.test("cards tell whether there is an autopilot to halt", () => {
  assertEquals(pilotsOf(["off", "off: repeat"]), { anyOn: false, isHalted: false });
  assertEquals(pilotsOf(["off", "ai: budget"]), { anyOn: true, isHalted: false });
  // One that only waits for the end of a limit types, too.
  assertEquals(pilotsOf(["off", "resume: rate_limited"]), { anyOn: true, isHalted: false });
  assertEquals(pilotsOf(["message: halted", "off"]), { anyOn: true, isHalted: true });
});
