/// <reference lib="dom" />
import axe from "axe-core";
import { assertEquals } from "@std/assert";
import { noTruth, transcriptLines } from "../../fixtures/transcripts/mod.ts";
import { playerServer, TestBrowser } from "../support/browser.ts";
import "../../web/voice/voice_window.ts";
import { inPane } from "../support/played_pane.ts";
import { tempFolder } from "../support/temp_folder.ts";

/** WCAG 2.1 A and AA, and what is good practice; only contrast depends on the scheme. */
const LIGHT = {
  type: "tag" as const,
  values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
};
const DARK = { type: "rule" as const, values: ["color-contrast"] };

/** What fingers hit: 24 pixels, or room around. */
const TARGETS = { type: "rule" as const, values: ["target-size"] };
const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };

/** Whatever of a page does not fit a phone; in the page. */
function misfits(): string[] {
  const nodes = (selector: string) =>
    [...document.querySelectorAll<HTMLElement>(selector)].filter((it) =>
      it.checkVisibility({ visibilityProperty: true })
    );
  const wide = document.documentElement.scrollWidth - innerWidth;
  const name = (it: HTMLElement) => `${it.outerHTML.slice(0, 80)} `;
  return [
    ...(wide > 0 ? [`${wide} px too wide`] : []),
    // A browser zooms in on smaller ones.
    ...nodes("input:not([type=checkbox], [type=radio], [type=range]), select, textarea").flatMap(
      (it) => {
        const { fontSize } = getComputedStyle(it);
        return parseFloat(fontSize) < 16 ? [name(it) + fontSize] : [];
      },
    ),
    ...nodes("button:not(.plain, tbody button)").flatMap((it) => {
      const { height, width } = it.getBoundingClientRect();
      return height < 43.9 || width < 43.9 ? [`${name(it)} ${width} x ${height}`] : [];
    }),
  ];
}

/** A page, by its path or on the voice listener, and when it shows what it has to show. */
const PAGES: readonly (readonly [path: string, isReady: () => boolean])[] = [
  ["/", () => "headway" in globalThis],
  ["/sessions", () => document.querySelector("h1") !== null],
  ["/login", () => document.querySelector("h1") !== null],
  ["/running", () => document.querySelector("#list-agent .session") !== null],
  ["/board", () => {
    // With the box open that answers a session.
    const why = document.querySelector(".session [data-testid=reply-why]");
    if (why === null) {
      document.querySelector<HTMLElement>("[data-testid=btn-reply]:enabled")?.click();
    }
    return why !== null && why.textContent !== "";
  }],
  ["/s/one", () => document.querySelector(".item") !== null],
  ["/insights", () => document.querySelector("#state-text")?.textContent !== "Loading…"],
  ["/journal", () => document.querySelector("#state-text")?.textContent !== "Loading…"],
  ["/backlinks", () => document.querySelector("#state-text")?.textContent !== "Loading…"],
  ["/debug", () => document.querySelector("#ingest li") !== null],
  ["/tasks", () => document.querySelector("#state-text")?.textContent !== "Loading…"],
  ["VOICE/dashboard", () => "headwayVoice" in globalThis && __mod3Session.registered],
  ["VOICE/docs", () => document.querySelector("h1") !== null],
];

for (const [colorScheme, runOnly] of [["light", LIGHT], ["dark", DARK]] as const) {
  Deno.test(`T70: every page has names, roles and contrast in its ${colorScheme} scheme`, async () => {
    await using folder = await tempFolder();
    const projects = `${folder.path}/projects/-home-dev-project`;
    await Deno.mkdir(projects, { recursive: true });
    const recipe = { seed: 3, session: "one", startMs: Date.now() - 60_000, records: 40 };
    const lines = [...transcriptLines(recipe, noTruth())];
    await Deno.writeTextFile(`${projects}/one.jsonl`, lines.map((it) => `${it}\n`).join(""));
    await using server = await playerServer({
      ...await inPane(folder.path, "one"),
      transcriptRoots: [folder.path],
      boardFolder: `${folder.path}/home`,
      voicePort: 0,
    });
    await using browser = await TestBrowser.start();
    const tab = await browser.tab({ colorScheme, hasTouch: true });
    const problems: string[] = [];
    for (const [path, isReady] of PAGES) {
      const url = path.replace("VOICE", server.voiceUrl!);
      await tab.page.goto(url === path ? `${server.httpUrl}${path}` : url);
      await tab.until(isReady);
      await tab.page.evaluate(axe.source);
      const ask = (rules: typeof LIGHT | typeof DARK) =>
        tab.page.evaluate(async (rules) => {
          const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
          const { violations } = await axe.run({ runOnly: rules });
          return violations.flatMap(({ id, nodes }) =>
            nodes.map(({ target, failureSummary }) => `${id} ${target}: ${failureSummary}`)
          );
        }, rules as { type: "tag" | "rule"; values: string[] });
      problems.push(...(await ask(runOnly)).map((it) => `${path} ${it}`));
      if (colorScheme === "dark") continue;
      await tab.page.setViewportSize(PHONE);
      const small = [...await tab.page.evaluate(misfits), ...await ask(TARGETS)];
      problems.push(...small.map((it) => `${path} on a phone: ${it}`));
      await tab.page.setViewportSize(DESK);
    }
    assertEquals(problems, []);
  });
}
