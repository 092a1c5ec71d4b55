/// <reference lib="dom" />
/**
 * Draws docs/images/board.png: the board over a few sessions, in a real Chromium. Needs Chromium.
 *
 * @module
 */
import { WallClock } from "../runtime/mod.ts";
import { boardWorld } from "../tests/support/board_world.ts";
import { TestBrowser } from "../tests/support/browser.ts";
import { inPane } from "../tests/support/played_pane.ts";
import { SessionLines } from "../tests/support/session_lines.ts";
import { tempFolder } from "../tests/support/temp_folder.ts";

/** The part of the page that is shown. */
const VIEW = { width: 1280, height: 620 };

/** What a session was asked and said, when, and how many tokens it has read. */
interface Told {
  readonly project: string;
  readonly asked: string;
  readonly said: string;
  readonly minutesAgo: number;
  readonly tokens: number;
  /** Whether it goes on. */
  readonly isAtWork?: boolean;
}

const SESSIONS: readonly Told[] = [
  {
    ...{ project: "headway", asked: "Mend the seam in the ring recorder" },
    said:
      "Two ways are open: crossfade over 10 ms, or cut at a zero crossing. Which one do you want?",
    ...{ minutesAgo: 9, tokens: 144_000 },
  },
  {
    ...{ project: "mixer", asked: "Draft the release notes" },
    said: "The notes are in NOTES.md. Shall I open a pull request?",
    ...{ minutesAgo: 5, tokens: 36_000 },
  },
  {
    ...{ project: "mixer", asked: "Find out why CI is slow" },
    said: "Reading the durations of the last ten runs.",
    ...{ minutesAgo: 1, tokens: 72_000, isAtWork: true },
  },
  {
    ...{ project: "headway", asked: "Why does the loop band play old audio near its end?" },
    said: "Running the tests of the playhead.",
    ...{ minutesAgo: 0, tokens: 36_000, isAtWork: true },
  },
  {
    ...{ project: "engine-lab", asked: "Port the filter bank to fixed point" },
    said: "The filter bank runs in fixed point now; the error is below −80 dB.",
    ...{ minutesAgo: 6, tokens: 72_000 },
  },
  {
    ...{ project: "engine-lab", asked: "Explain the click at 12 kHz" },
    said: "It is the aliasing of the triangle; the band-limited one has none.",
    ...{ minutesAgo: 8, tokens: 36_000 },
  },
];

if (import.meta.main) {
  await using folder = await tempFolder();
  const nowMs = new WallClock().unixS() * 1000;
  // The first one runs in a terminal, so that it can be answered.
  const pane = await inPane(folder.path, "session-0", {
    says: { status: "idle", statusUpdatedAt: nowMs - SESSIONS[0]!.minutesAgo * 60_000 },
  });
  await using world = await boardWorld(folder.path, pane);
  for (const [no, it] of SESSIONS.entries()) {
    const id = `session-${no}`;
    const lines = new SessionLines(id, {
      nowMs: nowMs - it.minutesAgo * 60_000,
      cwd: `/home/dev/${it.project}`,
    });
    lines.prompt(it.asked).answer(it.said);
    if (it.isAtWork === true) lines.bash("deno test", "ok");
    const text = lines.take().replaceAll('"input_tokens":0', `"input_tokens":${it.tokens}`);
    world.write(id, [text.trimEnd()]);
    await world.known(id);
  }
  await using browser = await TestBrowser.start();
  const tab = await browser.tab({ viewport: VIEW });
  await tab.page.goto(`${world.server.httpUrl}/board`);
  await tab.says("#state-text", "Live");
  await tab.until(
    (count) => document.querySelectorAll("[data-testid=card]").length === count,
    SESSIONS.length,
  );
  await tab.page.screenshot({ path: "docs/images/board.png" });
}
