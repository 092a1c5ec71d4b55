/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { noTruth, transcriptLines } from "../../fixtures/transcripts/mod.ts";
import { answer, boardWorld as world, prompt, record } from "../support/board_world.ts";
import { playerServer, type PlayerTab, TestBrowser } from "../support/browser.ts";
import { worstContrast } from "../support/contrast.ts";
import { StreamSocket } from "../support/stream_socket.ts";
import { tempFolder } from "../support/temp_folder.ts";

const START = Date.parse("2026-10-01T08:00:00Z");

/** Lines of a transcript of a session that goes on now. */
function linesOf(session: string, records: number): string[] {
  return [...transcriptLines({ seed: 9, session, startMs: START, records }, noTruth())];
}

async function openBoard(browser: TestBrowser, url: string, options = {}): Promise<PlayerTab> {
  const tab = await browser.tab(options);
  await tab.page.goto(url);
  return tab;
}

const cardsOf = (tab: PlayerTab, column: string) =>
  tab.page.evaluate(
    (column) =>
      [...document.querySelectorAll(`#list-${column} [data-testid="card"]`)].map((node) =>
        (node as HTMLElement).dataset["id"]
      ),
    column,
  );

Deno.test("an empty board explains itself, and a card comes when a transcript does", async () => {
  await using folder = await tempFolder();
  await using it = await world(folder.path);
  await using browser = await TestBrowser.start();
  const tab = await openBoard(browser, `${it.server.httpUrl}/board`);
  await tab.says("#state-text", "Live");
  await tab.until(() => !document.getElementById("empty")!.hidden);
  assert((await tab.text("#empty")).includes("~/.claude"));
  it.write("one", [prompt("one", "Mend the seam"), answer("one", "Done. Shall I push it?")]);
  await tab.until(() => document.querySelector('#list-needs [data-id="one"]') !== null);
  assertEquals(await tab.text('[data-id="one"] h3'), "Mend the seam");
  assertEquals(await tab.text('[data-id="one"] .attn'), "asks you something");
  assertEquals(await tab.page.isVisible("#empty"), false);
  assertEquals(await tab.page.title(), "(1) Board · Headway");
  tab.check(it.server);
});

Deno.test("T66: a change of one card touches no other card", async () => {
  await using folder = await tempFolder();
  await using it = await world(folder.path);
  await using browser = await TestBrowser.start();
  for (const name of ["one", "two", "three"]) {
    it.write(name, [prompt(name, `Work on ${name}`), answer(name, `Is ${name} right?`)]);
  }
  const tab = await openBoard(browser, `${it.server.httpUrl}/board`);
  await tab.until(() => document.querySelectorAll('[data-testid="card"]').length === 3);
  await tab.page.evaluate(() => {
    const touched = new Set<string>();
    Object.assign(globalThis, { touched });
    const observer = new MutationObserver((changes) => {
      for (const { target } of changes) {
        const node = target instanceof Element ? target : target.parentElement;
        const card = node?.closest<HTMLElement>("[data-testid=card]");
        // How long a state has lasted is told by the clock, not by a change.
        const isClock = node?.closest(".card-state") !== null;
        if (card && !isClock) touched.add(card.dataset["id"]!);
      }
    });
    const rules = { subtree: true, childList: true, characterData: true, attributes: true };
    observer.observe(document.getElementById("columns")!, rules);
  });
  it.write("two", [prompt("two", "No"), answer("two", "What else may it be?")]);
  await tab.until(() =>
    document.querySelector('[data-id="two"] .last')!.textContent!.includes("What else")
  );
  const touched = await tab.page.evaluate(() => [
    ...(globalThis as unknown as { touched: Set<string> }).touched,
  ]);
  assertEquals(touched, ["two"]);
});

Deno.test("cards are reached, filtered and silenced by keys; focus stays on a card that moves", async () => {
  await using folder = await tempFolder();
  await using it = await world(folder.path);
  await using browser = await TestBrowser.start();
  for (const name of ["one", "two"]) {
    it.write(name, [prompt(name, `Work on ${name}`), answer(name, `Is ${name} right?`)]);
  }
  const tab = await openBoard(browser, `${it.server.httpUrl}/board`);
  await tab.until(() => document.querySelectorAll('[data-testid="card"]').length === 2);
  await tab.page.keyboard.press("/");
  await tab.page.keyboard.type("two");
  await tab.until(() => document.querySelectorAll('[data-testid="card"]').length === 1);
  await tab.page.keyboard.press("Escape");
  await tab.page.keyboard.press("j");
  const focused = () =>
    document.activeElement!.closest<HTMLElement>("[data-testid=card]")?.dataset["id"];
  assertEquals(await tab.page.evaluate(focused), "two");
  // Its agent is in no terminal that is known: there is nothing to answer it by, and that is said.
  const noPane = "It runs in no tmux that is known here; answer it where it runs.";
  assertEquals(await tab.page.isDisabled('[data-id="two"] [data-testid="btn-reply"]'), true);
  assertEquals(await tab.text('[data-id="two"] .why-not'), noPane);
  await tab.page.keyboard.press("d");
  await tab.says("#notice", `“Work on two” is not answered here. ${noPane}`);
  assertEquals(await tab.page.isVisible('[data-testid="reply-box"]'), false);
  await tab.page.keyboard.press("x");
  await tab.until(() => document.querySelector('#list-idle [data-id="two"]') !== null);
  assertEquals(await tab.page.evaluate(focused), "two");
  await tab.page.fill("#filter", "");
  await tab.until(() => document.querySelectorAll('[data-testid="card"]').length === 2);
  assertEquals([await cardsOf(tab, "needs"), await cardsOf(tab, "idle")], [["one"], ["two"]]);
  tab.check(it.server);
});

Deno.test("T65.7: what a transcript holds is text, on the board and in a session", async () => {
  await using folder = await tempFolder();
  await using it = await world(folder.path);
  await using browser = await TestBrowser.start();
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>' +
    "[a](javascript:alert(1)) \u202etxet\u001b[31m";
  const png =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
  const svg = btoa('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>');
  const picture = (media_type: string, data: string) => ({
    type: "image",
    source: { type: "base64", media_type, data },
  });
  it.write("one", [
    record("one", {
      type: "user",
      message: {
        role: "user",
        content: [
          { type: "text", text: hostile },
          picture("image/png", png),
          picture("image/svg+xml", svg),
        ],
      },
    }),
    answer("one", [
      { type: "tool_use", id: "t1", name: hostile, input: { command: hostile, [hostile]: 1 } },
    ]),
    record("one", {
      type: "user",
      message: {
        role: "user",
        content: [{ type: "tool_result", tool_use_id: "t1", content: `\u001b[31m${hostile}` }],
      },
    }),
    answer("one", `${hostile} https://a.example/x ![p](https://a.example/p.png)`),
    answer("one", `${hostile} ${"y".repeat(5_000_000)}`),
    answer("one", `${hostile} ${"x".repeat(200_000)}?`),
  ]);
  const tab = await openBoard(browser, `${it.server.httpUrl}/board`);
  await tab.until(() => document.querySelector('[data-id="one"]') !== null);
  assert((await tab.text('[data-id="one"] h3')).startsWith("<img src=x"));
  assertEquals(await tab.page.evaluate(() => document.querySelectorAll("main img").length), 0);
  await tab.page.click('[data-id="one"] h3 a');
  await tab.until(() => document.querySelectorAll('[data-testid="item"]').length === 5);
  await tab.page.evaluate(() => {
    for (const part of document.querySelectorAll("details")) part.open = true;
  });
  await tab.page.click('button:text("Show the picture")');
  await tab.until(() => document.querySelector(".body img") !== null);
  const found = await tab.page.evaluate(() => ({
    pictures: [...document.querySelectorAll<HTMLImageElement>(".body img")].map(({ src }) =>
      src.slice(0, 15)
    ),
    scripts: document.querySelectorAll("main script, main svg, main iframe").length,
    links: [...document.querySelectorAll<HTMLAnchorElement>(".body a")].map(({ href }) => href),
    isWide: document.documentElement.scrollWidth > innerWidth,
    text: document.querySelector("#items")!.textContent!,
  }));
  assertEquals(found.pictures, ["data:image/png;"]);
  assertEquals(found.links, ["https://a.example/x", "https://a.example/p.png"]);
  assertEquals([found.scripts, found.isWide], [0, false]);
  assertEquals([found.text.includes("\u202e"), found.text.includes("\u001b")], [false, false]);
  assertEquals(await tab.page.title(), `${await tab.text("#title")} · Headway`);
  await tab.page.click('.item:last-of-type [data-testid="clip-more"]');
  await tab.until(() => document.querySelector("#items")!.textContent!.length > 200_000);
  tab.check(it.server);
});

Deno.test("T65.5: without a login the page asks for the token, and goes on where it was", async () => {
  await using folder = await tempFolder();
  const token = "a-token-of-thirty-two-characters";
  const projects = `${folder.path}/projects/-p`;
  await Deno.mkdir(projects, { recursive: true });
  await using server = await playerServer({ transcriptRoots: [folder.path], token });
  await using browser = await TestBrowser.start();
  const tab = await browser.tab();
  await tab.page.clock.install();
  await tab.page.goto(`${server.httpUrl}/board`);
  await tab.says("#state-text", "Live");
  // From now on whatever asks has no credentials.
  await tab.page.route("**/api/**", (route) => {
    const cookie = route.request().headers()["cookie"] ?? "";
    const isLogin = route.request().url().endsWith("/api/auth/login");
    if (isLogin || cookie.includes("headway_auth")) return route.continue();
    const isStatus = route.request().url().endsWith("/api/auth/status");
    return route.fulfill({
      status: isStatus ? 200 : 401,
      contentType: "application/json",
      body: isStatus
        ? '{"authenticated":false,"via":null,"tokenConfigured":true}'
        : '{"error":{"code":"unauthorized","message":"log in first"}}',
    });
  });
  await tab.page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide")));
  await tab.page.evaluate(() =>
    dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))
  );
  await tab.page.waitForSelector("#login-gate:not([hidden])");
  // In the next minute the gate stays, and the page does not ask for a stream, and for nothing more often than in two seconds.
  const before = tab.requests.length;
  await tab.page.clock.runFor(60_000);
  const asked = tab.requests.slice(before).filter((url) => url.includes("/api/"));
  assert(asked.length <= 30 && !asked.some((url) => url.includes("/stream")), asked.join());
  assertEquals(await tab.text("#state-text"), "Login needed");
  await tab.page.fill("#token", "wrong");
  await tab.page.click("#login-form button");
  await tab.until(() => document.getElementById("login-said")!.textContent !== "");
  await tab.page.fill("#token", token);
  await tab.page.click("#login-form button");
  await tab.says("#state-text", "Live");
  assertEquals(await tab.page.isVisible("#login-gate"), false);
});

Deno.test("T65.6: on a phone nothing is wider than the screen, and texts stand out from the ground", async () => {
  await using folder = await tempFolder();
  await using it = await world(folder.path);
  await using browser = await TestBrowser.start();
  it.write("one", [
    prompt("one", "Mend the seam"),
    answer("one", `Shall I? ${"wide".repeat(99)}?`),
  ]);
  it.write("two", [...linesOf("two", 120), answer("two", "Shall I go on?")]);
  for (const colorScheme of ["light", "dark"] as const) {
    const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, colorScheme };
    for (const path of ["/board", "/s/two"]) {
      const tab = await openBoard(browser, it.server.httpUrl + path, phone);
      await tab.until(() =>
        document.querySelector("[data-testid=card], [data-testid=item]") !== null
      );
      const wide = await tab.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert(wide <= 0, `${path} is ${wide} px too wide`);
      const small = await tab.page.evaluate(() =>
        [...document.querySelectorAll("button, input, select")].filter((node) => {
          const { width, height } = node.getBoundingClientRect();
          return width > 0 && (width < 24 || height < 24);
        }).map((node) => node.outerHTML)
      );
      assertEquals(small, []);
      if (path !== "/board") {
        // Calls of tools are folded there, until somebody wants more, and that is kept.
        assertEquals(await tab.page.inputValue("#level"), "talk");
        assert(await tab.page.isVisible(".calls > summary"));
        const leftPx = await tab.page.evaluate(() => {
          const calls = document.querySelector<HTMLDetailsElement>(".calls")!;
          calls.open = true;
          return calls.querySelector(".tool")!.getBoundingClientRect().left;
        });
        assert(leftPx < 60, `${leftPx} px`);
        await tab.page.selectOption("#level", "tools");
        await tab.until(() => document.querySelector("details.tool") !== null);
        await tab.page.reload();
        await tab.until(() => document.querySelector("details.tool") !== null);
      }
      const { ratio, text } = await worstContrast(tab.page);
      assert(ratio >= 4.5, `${text}: ${ratio}`);
      if (path === "/board") continue;
      await tab.page.click("#open-prompts");
      await tab.until(() => document.querySelectorAll("#places .place").length > 1);
      const panel = await tab.page.evaluate(() => {
        const { width, height } = document.getElementById("panel")!.getBoundingClientRect();
        return [width, height];
      });
      assertEquals(panel, [390, 844]);
      await tab.page.click("#places .place");
      await tab.until(() =>
        (document.activeElement as HTMLElement | null)?.dataset["testid"] === "item"
      );
      assertEquals(await tab.page.isVisible("#panel"), false);
    }
  }
});

Deno.test("everything that runs is on one page, by kind, and leaves it when it ends", async () => {
  await using folder = await tempFolder();
  await using it = await world(folder.path);
  await using browser = await TestBrowser.start();
  it.write("one", [prompt("one", "Mend the seam"), answer("one", "Shall I push it?")]);
  const tab = await openBoard(browser, it.server.httpUrl);
  await tab.page.click("nav >> text=Running");
  await tab.says("#count-agent", "1");
  await tab.says("#count-stream", "0");
  await tab.until(() => !document.getElementById("none-stream")!.hidden);
  const socket = new StreamSocket(it.server.url);
  await socket.more(3);
  await tab.says("#count-stream", "1");
  await tab.until(() =>
    document.querySelector("#list-stream .last")!.textContent === "makes audio"
  );
  assertEquals(await tab.text("#list-stream .cost"), "");
  assertEquals(await tab.text("#list-agent .attn"), "asks you something");
  await socket.close();
  await tab.says("#count-stream", "0");
  tab.check(it.server);
});

Deno.test("T65.4: two tabs and a phone have the server's cards, however often their streams end", async () => {
  await using folder = await tempFolder();
  // Streams that end sooner than after three seconds would be given up for asking.
  await using it = await world(folder.path, { streams: { maxSeconds: 4 } });
  await using browser = await TestBrowser.start();
  const url = `${it.server.httpUrl}/board`;
  const phone = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
  const tabs = [
    ...[await openBoard(browser, url), await openBoard(browser, url)],
    await openBoard(browser, url, phone),
  ];
  const streamsOf = ({ requests }: PlayerTab) =>
    requests.filter((it) => it.includes("/api/board/stream")).length;
  for (let opened = 1; opened <= 4; opened++) {
    for (const tab of tabs) {
      while (streamsOf(tab) < opened) {
        await tab.page.waitForRequest((request) => request.url().includes("/api/board/stream"));
      }
    }
    for (const name of ["one", `new-${opened}`]) {
      it.write(name, [prompt(name, `Round ${opened}`), answer(name, `Is ${name} right?`)]);
    }
    await tabs[0]!.until(
      (id) => document.querySelector(`[data-id="${id}"]`) !== null,
      `new-${opened}`,
    );
  }
  const { cards } = await (await fetch(`${it.server.httpUrl}/api/board`)).json() as {
    cards: { id: string; rev: number }[];
  };
  assertEquals(cards.length, 5);
  const expected = cards.map(({ id, rev }) => `${id} ${rev}`).sort();
  for (const tab of tabs) {
    await tab.until(
      (expected) =>
        [...document.querySelectorAll<HTMLElement>(".session")]
          .map(({ dataset }) => `${dataset["id"]} ${dataset["rev"]}`).sort().join() === expected,
      expected.join(),
    );
    assert(streamsOf(tab) >= 4);
    tab.check(it.server);
  }
});
