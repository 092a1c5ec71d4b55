import { assertEquals } from "@std/assert";
import { pageState, soundText } from "./state_words.ts";

Deno.test("the page says where it stands: registered by whom, and whether it hears", () => {
  const live = { trouble: null, registeredBy: "channel", audio: "open" } as const;
  assertEquals(pageState(live).text, "Listening · registered by the forwarder");
  assertEquals(pageState({ ...live, registeredBy: "voice" }).name, "live");
  assertEquals(pageState({ ...live, audio: "waiting" }).name, "reconnecting");
  assertEquals(pageState({ ...live, audio: "connecting" }).name, "connecting");
  assertEquals(pageState({ ...live, registeredBy: null }).text, "Registering…");
  assertEquals(
    pageState({ ...live, trouble: "the server answered 503" }).text,
    "Not registered: the server answered 503. Trying again…",
  );
});

Deno.test("the page says what is heard, what waits, and what was lost", () => {
  const quiet = { sound: "running", waiting: 0, dropped: 0, isPlaying: false } as const;
  assertEquals(soundText(quiet), "Sound is on");
  assertEquals(soundText({ ...quiet, sound: "none" }), "Nothing was heard yet");
  assertEquals(soundText({ ...quiet, isPlaying: true, waiting: 2 }), "Playing, 2 waiting");
  assertEquals(
    soundText({ ...quiet, sound: "held", waiting: 3 }),
    "The browser holds the sound until you press something, 3 waiting",
  );
  assertEquals(
    soundText({ ...quiet, dropped: 2 }),
    "Sound is on (2 came too late and were dropped)",
  );
});
