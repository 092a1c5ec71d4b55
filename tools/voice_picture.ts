/// <reference lib="dom" />
/**
 * Draws docs/images/voices.png: the page of voices in a real Chromium, while it speaks. Needs
 * Chromium.
 *
 * @module
 */
import { voiceBrowser, voicePages, VoiceTab } from "../tests/support/voice_page.ts";

const ANSWER = "All 412 tests have passed, in 38 seconds. Nothing is flaky.";

if (import.meta.main) {
  await using world = await voicePages({
    tone: { realTimeFactor: 5000 },
    responder: { name: "picture", respond: () => Promise.resolve({ text: ANSWER }) },
  });
  await using browser = await voiceBrowser();
  await world.join("cs-4f2a91c07be3", { participant_id: "build agent", priority: 5 });
  const review = { participant_id: "review agent", preferred_voice: "bm_lewis" };
  await world.join("cs-91aa0e77d210", review);
  const scribe = { participant_id: "transcriber", participant_type: "provider" };
  await world.join("cs-07c3d5e2f1a9", scribe);
  await using listener = await world.open("/ws/audio/cs-4f2a91c07be3");
  const tab = await VoiceTab.open(browser, world, { viewport: { width: 1280, height: 884 } });
  await tab.unlock();
  const speak = (session_id: string, text: string) =>
    world.ask("POST", "/v1/speak", { session_id, text });
  await speak("cs-4f2a91c07be3", "The build of the main branch is green.");
  await listener.next();
  await tab.page.fill("#chat-text", "How is the build?");
  await tab.page.press("#chat-text", "Enter");
  await tab.until(() => headwayVoice.clips.some(({ source }) => source === "chat"));
  await speak(await tab.id(), "Change 212 was reviewed: two remarks, none of them serious.");
  await speak("cs-4f2a91c07be3", "Artefacts for three platforms are on their way.");
  await tab.until(() =>
    headwayVoice.waiting === 1 && document.querySelectorAll("#jobs tr").length === 4
  );
  await tab.page.screenshot({ path: "docs/images/voices.png" });
}
