/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { noTruth, transcriptLines } from "../../fixtures/transcripts/mod.ts";
import { playerServer, type PlayerTab, TestBrowser } from "../support/browser.ts";
import { worstContrast } from "../support/contrast.ts";
import { StreamSocket } from "../support/stream_socket.ts";
import { tempFolder } from "../support/temp_folder.ts";

const START = Date.parse("2026-10-01T08:00:00Z");

/** Lines of a transcript of a session that goes on now. */
function linesOf(session: string, records: number): string[] {
  return [...transcriptLines({ seed: 9, session, startMs: START, records }, noTruth())];
}

/** A server over transcripts in a folder, and somebody who writes them. */
async function world(folder: string) {
  const projects = `${folder}/projects/-home-dev-project`;
  await Deno.mkdir(projects, { recursive: true });
  const server = await playerServer({ transcriptRoots: [folder], boardFolder: `${folder}/home` });
  const write = (session: string, lines: readonly string[]) =>
    Deno.writeTextFileSync(
      `${projects}/${session}.jsonl`,
      lines.map((line) => `${line}\n`).join(""),
      { append: true },
    );
  return { server, write, [Symbol.asyncDispose]: () => server.close() };
}

const record = (session: string, more: object) =>
  JSON.stringify({
    uuid: crypto.randomUUID(),
    parentUuid: null,
    sessionId: session,
    timestamp: new Date().toISOString(),
    cwd: "/home/dev/project",
    version: "2.1.200",
    userType: "external",
    isSidechain: false,
    ...more,
  });
const prompt = (session: string, content: string) =>
  record(session, { type: "user", message: { role: "user", content } });
const answer = (session: string, text: string) =>
  record(session, {
    type: "assistant",
    requestId: `req-${text.length}`,
    message: {
      id: `msg-${crypto.randomUUID()}`,
      role: "assistant",
      model: "claude-sonnet-5",
      content: [{ type: "text", text }],
      stop_reason: "end_turn",
      usage: { input_tokens: 10, output_tokens: 20 },
    },
  });

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
  it.write("one", [prompt("one", hostile), answer("one", `${hostile} ${"x".repeat(200_000)}?`)]);
  const tab = await openBoard(browser, `${it.server.httpUrl}/board`);
  await tab.until(() => document.querySelector('[data-id="one"]') !== null);
  assert((await tab.text('[data-id="one"] h3')).startsWith("<img src=x"));
  assertEquals(await tab.page.evaluate(() => document.querySelectorAll("main img").length), 0);
  await tab.page.click('[data-id="one"] h3 a');
  await tab.until(() => document.querySelectorAll('[data-testid="item"]').length === 2);
  const found = await tab.page.evaluate(() => ({
    images: document.querySelectorAll("main img, main script").length,
    links: document.querySelectorAll("#items a").length,
    isWide: document.documentElement.scrollWidth > innerWidth,
    text: document.querySelector("#items")!.textContent!,
  }));
  assertEquals([found.images, found.links, found.isWide], [0, 0, false]);
  assertEquals([found.text.includes("\u202e"), found.text.includes("\u001b")], [false, false]);
  await tab.page.click('[data-testid="clip-more"]');
  await tab.until(() => document.querySelector("#items")!.textContent!.length > 200_000);
  tab.check(it.server);
});

Deno.test("a session opens at its end, follows what comes, and goes back without a jump", async () => {
  await using folder = await tempFolder();
  await using it = await world(folder.path);
  await using browser = await TestBrowser.start();
  it.write("one", [...linesOf("one", 400), answer("one", "The last word")]);
  const tab = await openBoard(browser, `${it.server.httpUrl}/s/one`);
  await tab.says("#state-text", "Live");
  await tab.until(() => document.querySelectorAll('[data-testid="item"]').length === 60);
  it.write("one", [prompt("one", "And now"), answer("one", "This came while you looked")]);
  await tab.until(() =>
    document.querySelector("#items")!.lastElementChild!.textContent!.includes("while you looked")
  );
  // Earlier items come above; what was on the screen stays where it was.
  await tab.page.evaluate(() => document.getElementById("above")!.scrollIntoView());
  const driftPx = await tab.page.evaluate(async () => {
    const list = document.getElementById("items")!;
    const first = list.firstElementChild!;
    const topPx = first.getBoundingClientRect().top;
    document.getElementById("older")!.click();
    while (list.firstElementChild === first) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    return Math.abs(first.getBoundingClientRect().top - topPx);
  });
  assert(driftPx <= 2, `${driftPx} px`);
  for (let i = 0; i < 4; i++) {
    const before = await tab.page.getAttribute('[data-testid="item"]', "data-n");
    if (await tab.page.isHidden("#older")) break;
    await tab.page.click("#older");
    await tab.until(
      (before) =>
        document.querySelector<HTMLElement>("[data-testid=item]")!.dataset["n"] !== before,
      before,
    );
  }
  const count = await tab.page.evaluate(() =>
    document.querySelectorAll("[data-testid=item]").length
  );
  assert(count <= 240, `${count} items are on the page`);
  tab.check(it.server);
});

Deno.test("T65.2: a link to one item shows it, marked and with the keyboard", async () => {
  await using folder = await tempFolder();
  await using it = await world(folder.path);
  await using browser = await TestBrowser.start();
  it.write("one", linesOf("one", 1500));
  // The session is there when its transcript has been found; all of it has been read a moment later.
  const board = await openBoard(browser, `${it.server.httpUrl}/board`);
  await board.until(() => document.querySelector('[data-id="one"]') !== null);
  const list = await (await fetch(`${it.server.httpUrl}/api/sessions/one/outline`)).json();
  const cursor = `0.${Math.floor(list.items.length / 3)}`;
  const found = await (await fetch(
    `${it.server.httpUrl}/api/sessions/one?limit=1&around=${cursor}`,
  )).json();
  const { uuid } = found.items[0];
  const tab = await openBoard(browser, `${it.server.httpUrl}/s/one?focus=${uuid}`);
  await tab.until(
    (uuid) => (document.activeElement as HTMLElement | null)?.dataset["uuid"] === uuid,
    uuid,
  );
  const isSeen = await tab.page.evaluate(() => {
    const { top, bottom } = document.activeElement!.getBoundingClientRect();
    return bottom > 0 && top < innerHeight;
  });
  assert(isSeen);
  assertEquals(tab.requests.filter((url) => url.includes("around=")).length, 1);
  tab.check(it.server);
});

Deno.test("T65.5: without a login the page asks for the token, and goes on where it was", async () => {
  await using folder = await tempFolder();
  const token = "a-token-of-thirty-two-characters";
  const projects = `${folder.path}/projects/-p`;
  await Deno.mkdir(projects, { recursive: true });
  await using server = await playerServer({ transcriptRoots: [folder.path], token });
  await using browser = await TestBrowser.start();
  const tab = await openBoard(browser, `${server.httpUrl}/board`);
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
  it.write("two", linesOf("two", 120));
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
        [...document.querySelectorAll("button, input")].filter((node) => {
          const { width, height } = node.getBoundingClientRect();
          return width > 0 && (width < 24 || height < 24);
        }).map((node) => node.outerHTML)
      );
      assertEquals(small, []);
      const { ratio, text } = await worstContrast(tab.page);
      assert(ratio >= 4.5, `${text}: ${ratio}`);
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
