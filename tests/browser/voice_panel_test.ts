/// <reference lib="dom" />
import { assert, assertEquals } from "@std/assert";
import { groundOfPage, worstContrast } from "../support/contrast.ts";
import { voiceBrowser, voicePages, VoiceTab } from "../support/voice_page.ts";

/** Answers with what it was asked, turned round. */
const mirror = {
  name: "mirror",
  respond: ({ text }: { readonly text: string }) =>
    Promise.resolve({ text: [...text].reverse().join("") }),
};

const rows = (tab: VoiceTab) =>
  tab.page.evaluate(() =>
    [...document.querySelectorAll("#participants-list .pp-row")].map((row) =>
      [".pp-name", ".pp-voice", ".pp-session", ".pp-state", ".pp-badge"].map((name) =>
        row.querySelector(name)!.textContent
      )
    )
  );

Deno.test("who comes, speaks and goes is seen without asking, the own row first", async () => {
  await using world = await voicePages({ tone: { realTimeFactor: 5000, sPerChar: 0.5 } });
  await using browser = await voiceBrowser();
  const tab = await VoiceTab.open(browser, world);
  const id = await tab.id();
  await world.join("builder-with-a-long-name", { participant_id: "build agent" });
  await world.join("twin", { participant_type: "provider", preferred_voice: "af_heart" });
  await tab.until(() => document.querySelectorAll(".pp-row").length === 3);
  const own = await tab.text("#self-name");
  assertEquals((await rows(tab)).map((row) => row.slice(0, 3)), [
    [own, "bm_lewis", id],
    ["twin", "af_heart", "twin"],
    ["build agent", "af_heart", "builder-with-a-l…"],
  ]);
  assertEquals(await tab.text("#participants-count"), "3");
  assertEquals(await tab.page.getAttribute("#participants-count", "class"), "me");
  assertEquals(
    await tab.page.isVisible("#participants-list li:nth-child(2) .pp-conflict"),
    true,
  );
  assertEquals(await tab.page.isVisible(".pp-row.me .pp-conflict"), false);
  // Somebody listens to another session, and it speaks: its dot says so, and stops saying it.
  const dot = (n: number) => `#participants-list li:nth-child(${n}) .pp-audio-dot`;
  assertEquals(await tab.page.getAttribute(dot(3), "class"), "pp-audio-dot");
  await using listener = await world.open("/ws/audio/builder-with-a-long-name");
  await tab.until((dot) => document.querySelector(dot)!.className === "pp-audio-dot ws", dot(3));
  await world.ask("POST", "/v1/speak", { text: "Hi", session_id: "builder-with-a-long-name" });
  await listener.next();
  await tab.until(
    (dot) => document.querySelector(dot)!.className === "pp-audio-dot ws playing",
    dot(3),
  );
  await tab.until((dot) => document.querySelector(dot)!.className === "pp-audio-dot ws", dot(3));
  await world.ask("POST", "/v1/sessions/twin/deregister");
  await tab.until(() => document.querySelectorAll(".pp-row").length === 2);
  // All of it was pushed: nobody was asked for the list.
  assertEquals(tab.requests.filter((url) => url.endsWith("/v1/sessions")), []);
  assertEquals(tab.problems, []);
});

Deno.test("while nothing can be pushed the page asks, and its own dot stays true", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const tab = new VoiceTab((await browser.tab()).page);
  await tab.page.clock.install();
  await tab.page.routeWebSocket("**/ws/roster", (socket) => socket.close());
  await tab.page.goto(`${world.url}/dashboard`);
  await tab.ready();
  assertEquals(await tab.page.evaluate(() => headwayVoice.feed), "poll");
  await world.join("late");
  for (let polls = 0; polls < 3; polls++) {
    await tab.page.clock.fastForward(4_100);
    await tab.until(() => document.querySelectorAll(".pp-row").length === 2);
    assertEquals(
      await tab.page.getAttribute(".pp-row.me .pp-audio-dot", "class"),
      "pp-audio-dot ws held",
    );
  }
  // Whether anybody listens to others is not known, and not claimed.
  assertEquals(
    await tab.page.getAttribute("#participants-list li:nth-child(2) .pp-audio-dot", "class"),
    "pp-audio-dot unknown",
  );
});

Deno.test("names and types of participants are texts, whatever they hold", async () => {
  await using world = await voicePages();
  await using browser = await voiceBrowser();
  const evil = `"><img src=x onerror="globalThis.pwned=1"><script>globalThis.pwned=1</script>`;
  await world.join("evil", { participant_id: evil, participant_type: evil });
  await world.join(`<b>bold<b>`, { participant_id: "x", participant_type: "me ws user" });
  const tab = await VoiceTab.open(browser, world);
  await tab.until(() => document.querySelectorAll(".pp-row").length === 3);
  await world.ask("POST", "/v1/synthesize", {
    text: evil.replace("src=x", ""),
    session_id: "evil",
  });
  await tab.until(() => document.querySelectorAll("#jobs tr").length === 1);
  const found = await tab.page.evaluate(() => ({
    images: document.querySelectorAll("main img, main b").length,
    pwned: "pwned" in globalThis,
    own: document.querySelectorAll(".pp-row.me").length,
    badges: [...document.querySelectorAll(".pp-badge")].map(({ className }) => className).sort(),
  }));
  assertEquals(found, {
    ...{ images: 0, pwned: false, own: 1 },
    badges: ["pp-badge other", "pp-badge other", "pp-badge user"],
  });
  assert((await rows(tab)).some(([name]) => name === evil));
  assertEquals(tab.problems, []);
});

Deno.test("a chat is answered in text and in speech, and a new message cuts the answer off, as each reply says", async () => {
  await using world = await voicePages({
    responder: mirror,
    tone: { realTimeFactor: 5000, sPerChar: 0.3 },
  });
  await using browser = await voiceBrowser();
  const tab = await VoiceTab.open(browser, world);
  const messages = () =>
    tab.page.evaluate(() =>
      [...document.querySelectorAll("#messages li")].map((
        it,
      ) => [it.className, ...[...it.children].map(({ textContent }) => textContent)])
    );
  const send = async (text: string) => {
    await tab.page.fill("#chat-text", text);
    await tab.page.press("#chat-text", "Enter");
  };
  await tab.says("#voice-status", "Ready");
  await send("step on no cats");
  await tab.until(() => headwayVoice.clips.some(({ outcome }) => outcome === "playing"));
  await tab.says("#voice-status", "Speaking…");
  await tab.until(() => document.querySelector("[data-draft='speaking'] .draft") !== null);
  // The page's own session speaks in between: it waits for its turn.
  await world.ask("POST", "/v1/synthesize", { text: "Ho.", session_id: await tab.id() });
  await tab.until(() => headwayVoice.waiting === 1);
  await send("<i>again</i>");
  await tab.until(() => document.querySelectorAll("#messages .reply").length === 2);
  await tab.until(() =>
    headwayVoice.clips.filter(({ outcome }) => outcome === "played").length === 2
  );
  assertEquals(await messages(), [
    ["said", "step on no cats"],
    ["reply", "stac on no pets", "cut off · 3.6 s"],
    ["said", "<i>again</i>"],
    ["reply", ">i/<niaga>i<", "spoken · 2.4 s"],
  ]);
  const clips = await tab.page.evaluate(() => headwayVoice.clips);
  assertEquals(clips.map(({ source, outcome }) => [source, outcome]), [
    ["chat", "stopped"],
    ["session", "played"],
    ["chat", "played"],
  ]);
  await tab.says("#voice-status", "Ready");
  // The end of a long one is in view, and how far it is stands there.
  await send("a long story. ".repeat(30));
  await tab.until(() => headwayVoice.clips.at(-1)!.outcome === "playing");
  await tab.until(() => document.querySelector("li:last-child[data-draft='speaking']") !== null);
  const [hidden, above] = await tab.page.evaluate(() => {
    const { scrollHeight, clientHeight, scrollTop } = document.querySelector("#messages")!;
    return [scrollHeight - clientHeight - scrollTop, scrollTop];
  });
  assert(Math.abs(hidden!) <= 1 && above! > 0, `${hidden} px hidden, ${above} px above`);
  // By the button.
  await tab.page.click("#chat-interrupt");
  await tab.says("#voice-status", "Ready");
  assertEquals(await tab.page.isDisabled("#chat-interrupt"), true);
  assertEquals(tab.problems, []);
});

Deno.test("jobs and traces are listed, the newest first", async () => {
  await using world = await voicePages({ tone: { failsOn: ({ text }) => text.includes("fail") } });
  await using browser = await voiceBrowser();
  const tab = new VoiceTab((await browser.tab()).page);
  // A trace comes from a kernel by way of the server; here the server's word is put in.
  await tab.page.routeWebSocket("**/ws/chat", (socket) => {
    const server = socket.connectToServer();
    server.onMessage((message) => socket.send(message));
    socket.onMessage((message) => server.send(message));
    for (let i = 0; i < 120; i++) {
      const event = {
        ...{ id: `t${i}`, ts: "2026-05-01T12:00:00Z", source: "agent <b>", cycle_id: "c" },
        ...{ kind: "state_transition", payload: { from: "idle", to: `state ${i}` } },
      };
      socket.send(JSON.stringify({ type: "trace_event", event }));
    }
  });
  await tab.page.goto(`${world.url}/dashboard`);
  await tab.ready();
  await world.join("builder", { participant_id: "build agent" });
  await world.ask("POST", "/v1/synthesize", { text: "All is well.", session_id: "builder" });
  await world.ask("POST", "/v1/synthesize", { text: "This will fail.", session_id: "builder" });
  await tab.until(() => document.querySelectorAll("#jobs tr").length === 2);
  await tab.until(() => document.querySelector("#jobs .job-status")!.textContent === "error");
  const jobs = await tab.page.evaluate(() =>
    [...document.querySelectorAll("#jobs tr")].map((row) =>
      [".job-who", ".job-text", ".job-status"].map((it) => row.querySelector(it)!.textContent)
    )
  );
  assertEquals(jobs, [
    ["build agent", "This will fail.", "error"],
    ["build agent", "All is well.", "done"],
  ]);
  await tab.says("#trace-count", "100");
  assertEquals(await tab.page.isVisible("#traces"), false);
  await tab.page.click("#trace-panel summary");
  const first = await tab.page.evaluate(() =>
    [...document.querySelector("#traces tr")!.children].slice(1).map((it) => it.textContent)
  );
  assertEquals(first, ["agent <b>", "state", "idle → state 119"]);
  // It stays open.
  await tab.page.reload();
  await tab.ready();
  assertEquals(await tab.page.isVisible("#traces"), true);
});

Deno.test("on a phone the page of voices fits the width and can be touched", async () => {
  await using world = await voicePages({ responder: mirror });
  await using browser = await voiceBrowser();
  await world.join("a".repeat(120), {
    participant_id: "b".repeat(200),
    participant_type: "c".repeat(90),
  });
  const options = {
    viewport: { width: 390, height: 844 },
    ...{ hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  };
  const tab = await VoiceTab.open(browser, world, options);
  await tab.page.tap("#unlock");
  await tab.until(() => headwayVoice.sound === "running");
  await tab.page.fill("#chat-text", "w".repeat(300));
  await tab.page.tap("#chat-send");
  await tab.until(() => document.querySelectorAll("#messages .reply").length === 1);
  await tab.page.evaluate(() =>
    document.querySelector<HTMLDetailsElement>("#trace-panel")!.open = true
  );
  assert(
    await tab.page.evaluate(() =>
      document.documentElement.scrollWidth <= document.documentElement.clientWidth
    ),
  );
  const small = await tab.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, select, input")]
      .filter((it) => it.offsetParent !== null && it.getBoundingClientRect().height < 36)
      .map(({ id }) => id)
      .filter((id) => id !== "unlock")
  );
  assertEquals(small, []);
  const outside = await tab.page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>(".panel button, .panel select, .panel input")]
      .filter((it) => {
        const edge = it.closest(".panel")!.getBoundingClientRect().right;
        return it.offsetParent !== null && it.getBoundingClientRect().right > edge - 10;
      })
      .map(({ id }) => id)
  );
  assertEquals(outside, []);
  // What the server can be asked fits as well, all of it unfolded.
  await tab.page.goto(`${new URL(tab.page.url()).origin}/docs`);
  const fits = await tab.page.evaluate(() => {
    for (const it of document.querySelectorAll("details")) it.open = true;
    return document.documentElement.scrollWidth <= document.documentElement.clientWidth;
  });
  assert(fits);
  assertEquals(tab.problems, []);
});

Deno.test("the page of voices has its own colours in the dark and in the light, and names for all fields", async () => {
  await using world = await voicePages({ responder: mirror });
  await using browser = await voiceBrowser();
  await world.join("twin", { participant_type: "provider", preferred_voice: "bm_lewis" });
  const grounds: number[] = [];
  for (const colorScheme of ["light", "dark"] as const) {
    const tab = await VoiceTab.open(browser, world, { colorScheme });
    await tab.page.fill("#chat-text", "hello");
    await tab.page.press("#chat-text", "Enter");
    await tab.until(() => document.querySelectorAll("#messages .reply").length === 1);
    const worst = await worstContrast(tab.page);
    // WCAG 2.2, 1.4.3.
    assert(worst.ratio >= 4.5, `${colorScheme}: "${worst.text}" has ${worst.ratio.toFixed(2)}`);
    grounds.push(await groundOfPage(tab.page));
    const nameless = await tab.page.evaluate(() =>
      [...document.querySelectorAll<HTMLInputElement>("input, select, button")]
        .filter((it) =>
          (it.labels?.length ?? 0) === 0 && it.getAttribute("aria-label") === null &&
          it.textContent!.trim() === ""
        )
        .map(({ outerHTML }) => outerHTML)
    );
    assertEquals(nameless, []);
    await tab.page.goto(`${new URL(tab.page.url()).origin}/docs`);
    await tab.page.click("summary");
    const docs = await worstContrast(tab.page);
    assert(docs.ratio >= 4.5, `${colorScheme}: "${docs.text}" has ${docs.ratio.toFixed(2)}`);
    assertEquals(tab.problems, []);
    await tab.page.close();
  }
  assert(grounds[0]! > 200 && grounds[1]! < 60, `grounds: ${grounds}`);
});
