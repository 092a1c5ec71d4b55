/// <reference lib="dom" />
/**
 * The page of one session.
 *
 * @module
 */
import { element, input, memory, say, select } from "../../player/dom.ts";
import { BrowserClock } from "../../session/browser_clock.ts";
import { RefusedError } from "../api.ts";
import { type FeedState, LiveStream } from "../live_stream.ts";
import { LoginGate } from "../login_gate.ts";
import { needText, spanText, tame, tokensText, usdText } from "../words.ts";
import { Finder, type Hit } from "./finder.ts";
import { type Jump, jumpOf } from "./jump.ts";
import type { Entry, OutlineList } from "./outline.ts";
import { Panel } from "./panel.ts";
import { type Level, Reader } from "./reader.ts";
import type { ItemRecord, PatchRecord, SessionRecord, StateRecord } from "./records.ts";
import { SessionApi } from "./session_api.ts";

/** An agent's thread is looked at again so often while its end is in sight, seconds. */
const AGENT_POLL_S = 3;
/** Words are looked for when nobody has typed for so long, seconds. */
const TYPING_S = 0.25;
/** Keys that scroll, also before anything on the page has the keyboard, and by how much, screens. */
const SCROLL_SCREENS: Readonly<Record<string, number>> = {
  PageDown: 0.9,
  PageUp: -0.9,
  " ": 0.9,
  ArrowDown: 0.08,
  ArrowUp: -0.08,
};
const NARROW = "(max-width: 38rem)";

/** The page. */
class SessionPage {
  readonly #clock = new BrowserClock(performance.timeOrigin);
  readonly #query = new URLSearchParams(location.search);
  readonly #id = decodeURIComponent(location.pathname.replace(/^\/s\//, ""));
  readonly #agent = this.#query.get("agent");
  readonly #api = new SessionApi(this.#id, this.#agent);
  readonly #reader: Reader;
  readonly #panel: Panel;
  readonly #finder: Finder;
  readonly #stream: LiveStream;
  readonly #gate: LoginGate;
  #session: SessionRecord | null = null;
  #isStarted = false;
  /** Since when the state lasts that somebody has seen. */
  #seenSince = "";
  /** What did not work, to be done again. */
  #again: (() => Promise<void>) | null = null;
  #typing: { cancel(): void } | null = null;

  constructor() {
    const related = `/backlinks?session=${encodeURIComponent(this.#id)}`;
    element("related").setAttribute("href", related);
    const level = levelOf(memory.get("viewer.level"));
    select("level").value = level;
    this.#reader = new Reader({
      api: this.#api,
      scroller: element("scroller"),
      list: element("items"),
      level,
      after: (delayS, fn) => void this.#clock.after(delayS, fn),
      onSession: (session) => this.#take(session),
      onMoved: () => this.#drawMoved(),
      onLevel: (shown) => select("level").value = shown,
      onTrouble: (error) =>
        this.#refused(error, () => {
          this.#reader.retry();
          return Promise.resolve();
        }),
    });
    this.#panel = new Panel({
      entries: (list) => this.#entries(list),
      session: () => this.#session,
      agent: this.#agent,
      current: () => this.#reader.current?.n ?? 0,
      onEntry: ({ n }) => this.#goTo(this.#cursorOf(n)),
      onTarget: (target) => this.#goTo(target),
      onHit: (hit) => this.#goToHit(hit),
      onMore: () => void this.#attempt(() => this.#finder.more()),
    });
    this.#finder = new Finder({
      rows: () => this.#reader.rows,
      ask: (words, from) => this.#api.find(words, from),
      onFound: (findings) => this.#panel.drawFindings(findings),
    });
    this.#gate = new LoginGate(() => {
      this.#stream.open();
      void this.#tryAgain();
    });
    this.#stream = new LiveStream({
      clock: this.#clock,
      // A place in an agent's file is none in the session's.
      url: (lastId) =>
        this.#api.streamPath(lastId ?? (this.#isMain ? this.#reader.streamCursor : null)),
      events: {
        items: ({ items }: { items: ItemRecord[] }) => this.#isMain && this.#reader.take(items),
        patch: (patch: PatchRecord) => this.#isMain && this.#reader.patch(patch),
        state: (state: StateRecord) => {
          if (this.#session !== null) this.#take({ ...this.#session, ...state });
        },
        board: ({ needs }: { needs: number }) =>
          say(element("needs"), needs === 0 ? "" : `${needs} on the board need you`),
        reset: () => this.#isMain && void this.#attempt(() => this.#reloaded()),
        gone: ({ status, message }: { status: number; message: string }) =>
          this.#refused(new RefusedError(status, message), null),
      },
      poll: () => this.#reader.lookAgain(),
      onState: (state) => this.#sayState(state),
    });
  }

  async run(): Promise<void> {
    this.#wire();
    await this.#attempt(() => this.#start());
    this.#everySecond();
  }

  async #start(): Promise<void> {
    try {
      await this.#reader.start(jumpOf(this.#query));
    } finally {
      if (this.#reader.streamCursor !== null && !this.#isStarted) {
        this.#isStarted = true;
        this.#stream.start();
      }
    }
    if (this.#agent !== null) this.#watchAgent();
  }

  /** The file is another one: what is shown comes of it, and what follows goes on from there. */
  async #reloaded(): Promise<void> {
    await this.#reader.reload();
    this.#stream.restart();
  }

  get #isMain(): boolean {
    return this.#agent === null;
  }

  #wire(): void {
    element("start").onclick = () => this.#jump({ kind: "start" });
    element("jump-latest").onclick = () => this.#jump({ kind: "end" });
    element("why").onclick = () => this.#jump({ kind: "attention" });
    element("notice-again").onclick = () => void this.#tryAgain();
    for (const tab of ["prompts", "agents", "find"] as const) {
      element(`open-${tab}`).onclick = () => this.#panel.toggle(tab, element(`open-${tab}`));
    }
    element("open-help").onclick = () => element<HTMLDialogElement>("help").showModal();
    select("level").onchange = ({ currentTarget }) => {
      const level = levelOf((currentTarget as HTMLSelectElement).value);
      memory.set("viewer.level", level);
      void this.#attempt(() => this.#reader.setLevel(level));
    };
    element("items").onclick = (event) => this.#onClick(event);
    input("find").oninput = () => {
      this.#typing?.cancel();
      this.#typing = this.#clock.after(TYPING_S, () => this.#find());
    };
    element("find-form").onsubmit = (event) => {
      event.preventDefault();
      this.#find();
      this.#stepHit(1);
    };
    document.addEventListener("keydown", (event) => this.#onKey(event));
  }

  #onClick(event: MouseEvent): void {
    if (!(event.target instanceof Element) || event.ctrlKey || event.metaKey) return;
    const { whole, agent, jump } =
      event.target.closest<HTMLElement>("[data-whole], [data-agent], [data-jump]")?.dataset ?? {};
    if (whole !== undefined) void this.#attempt(() => this.#reader.whole(whole));
    if (agent !== undefined) location.search = `?agent=${encodeURIComponent(agent)}`;
    if (jump === undefined) return;
    event.preventDefault();
    const query = new URLSearchParams({
      ...(this.#agent !== null && { agent: this.#agent }),
      focus: jump,
    });
    history.replaceState(null, "", `?${query}`);
    this.#goTo(jump);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { target } = event;
    if (document.querySelector("dialog[open], .gate:not([hidden])") !== null) return;
    if (event.key === "Escape" && this.#panel.tab !== null) return this.#panel.close();
    if (target instanceof Element && target.matches("input, select, textarea")) return;
    const screens = target === document.body ? SCROLL_SCREENS[event.key] : undefined;
    if (screens !== undefined) {
      event.preventDefault();
      const scroller = element("scroller");
      scroller.focus({ preventScroll: true });
      return scroller.scrollBy(0, screens * scroller.clientHeight);
    }
    const todo = this.#ordersOfKeys[event.key];
    if (todo === undefined) return;
    event.preventDefault();
    todo();
  }

  readonly #ordersOfKeys: Readonly<Record<string, () => void>> = {
    j: () => void this.#reader.step(1),
    k: () => void this.#reader.step(-1),
    "]": () => this.#step("prompts", 1),
    "[": () => this.#step("prompts", -1),
    e: () => this.#step("errors", 1),
    E: () => this.#step("errors", -1),
    n: () => this.#stepHit(1),
    N: () => this.#stepHit(-1),
    o: () => this.#panel.toggle("prompts", element("open-prompts")),
    a: () => this.#panel.toggle("agents", element("open-agents")),
    "/": () => void this.#panel.show("find"),
    "?": () => element<HTMLDialogElement>("help").showModal(),
    Home: () => this.#jump({ kind: "start" }),
    End: () => this.#jump({ kind: "end" }),
  };

  #jump(jump: Jump): void {
    void this.#attempt(() => this.#reader.go(jump));
  }

  #goTo(target: string): void {
    if (this.#panel.isCover) this.#panel.close();
    this.#jump({ kind: "item", target });
  }

  #goToHit(hit: Hit): void {
    this.#finder.stand(hit);
    if (this.#panel.isCover) this.#panel.close();
    void this.#attempt(() => this.#reader.goToWords(hit.uuid, this.#finder.words));
  }

  #stepHit(by: 1 | -1): void {
    const hit = this.#finder.step(by);
    if (hit !== null) {
      void this.#attempt(() => this.#reader.goToWords(hit.uuid, this.#finder.words));
    }
  }

  /** The next one of a list, or the one before. */
  #step(list: OutlineList, by: 1 | -1): void {
    void this.#attempt(async () => {
      const outline = await this.#reader.outline();
      const entry = outline.next(list, await this.#reader.currentNumber(), by);
      if (entry !== null) await this.#reader.go({ kind: "item", target: outline.cursor(entry.n) });
    });
  }

  #find(): void {
    const words = input("find").value.trim();
    if (words === "") this.#reader.setWords("");
    void this.#attempt(() => this.#finder.find(words));
  }

  #cursorOf(n: number): string {
    return `${this.#outlineGen}.${n}`;
  }
  #outlineGen = 0;

  async #entries(list: OutlineList): Promise<readonly Entry[]> {
    let entries: readonly Entry[] = [];
    await this.#attempt(async () => {
      const outline = await this.#reader.outline();
      this.#outlineGen = outline.gen;
      entries = outline.entries(list);
      await this.#reader.currentNumber();
    });
    return entries;
  }

  /** Threads of agents have no stream of their own. */
  #watchAgent(): void {
    this.#clock.after(AGENT_POLL_S, async () => {
      const agent = this.#session?.lineage.agents.find(({ id }) => id === this.#agent);
      if (agent?.status === "running" && !document.hidden) {
        await this.#attempt(() => this.#reader.lookAgain());
      }
      this.#watchAgent();
    });
  }

  /** Whether its card says that it finished, and nobody has seen that. */
  get #isNews(): boolean {
    const { attention, live } = this.#session!;
    const isNews = attention.reasons.some(({ code }) => code === "finished");
    return isNews && !document.hidden && this.#seenSince !== live.since;
  }

  async #see(): Promise<void> {
    this.#seenSince = this.#session!.live.since;
    await this.#api.see();
  }

  #take(session: SessionRecord): void {
    this.#session = session;
    this.#drawFacts();
  }

  #drawMoved(): void {
    const reader = this.#reader;
    const { missed, isFollowing } = reader;
    const jump = element("jump-latest");
    jump.hidden = isFollowing || reader.isEmpty;
    say(jump, missed === 0 ? "To the newest" : `${missed} new`);
    element("nothing").hidden = !reader.isEmpty;
    element("loading").hidden = !reader.isLoading;
    element("items").setAttribute("aria-busy", String(reader.isLoading));
    if (this.#panel.tab !== null) this.#panel.mark(reader.current?.n ?? 0);
    if (isFollowing && this.#isNews) void this.#attempt(() => this.#see());
  }

  #drawFacts(): void {
    if (this.#session === null) return;
    const { title, project, repo, live, cost, context, models, attention, lineage } = this.#session;
    const sinceS = this.#clock.unixS() - Date.parse(live.since) / 1000;
    const name = tame(title) || this.#id;
    say(element("title"), name);
    document.title = `${name} · Headway`;
    const unpriced = cost.unpricedTokens > 0 ? ` + ${tokensText(cost.unpricedTokens)}?` : "";
    const facts = [
      tame(project.name),
      tame(repo?.branch ?? ""),
      `${live.state} ${spanText(sinceS)}`,
      usdText(cost.usd) + unpriced,
      context === null ? "" : `${Math.round(context.pct)} % context`,
      tame(models[0]?.id ?? ""),
    ];
    say(element("facts"), facts.filter((fact) => fact !== "").join(" · "));
    const [reason] = attention.reasons;
    element("why").hidden = !attention.needs || reason === undefined;
    const what = reason === undefined ? "" : needText(reason.code, live.waitingFor);
    say(element("why"), what === "" ? "" : `It ${tame(what)}`);
    say(
      element("open-agents"),
      lineage.agents.length === 0 ? "Agents" : `Agents (${lineage.agents.length})`,
    );
    const agent = lineage.agents.find(({ id }) => id === this.#agent);
    element("thread").hidden = this.#agent === null;
    say(
      element("thread"),
      `This is the thread of an agent: ${
        tame(agent?.description ?? agent?.id ?? this.#agent ?? "")
      }.`,
    );
  }

  #everySecond(): void {
    this.#drawFacts();
    this.#clock.after(1, () => this.#everySecond());
  }

  #sayState(state: FeedState): void {
    this.#gate.say(state);
    if (state === "live" && this.#again === null) this.#reader.retry();
  }

  async #attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#again = null;
      element("notice").hidden = true;
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      this.#refused(error, work);
    }
  }

  #refused(error: RefusedError, work: (() => Promise<void>) | null): void {
    const { agent } = error.hint;
    if (error.status === 404 && typeof agent === "string" && this.#agent === null) {
      const focus = this.#query.get("focus") ?? "";
      return location.replace(`?${new URLSearchParams({ agent, focus })}`);
    }
    this.#again = work;
    element("notice").hidden = false;
    element("notice-again").hidden = work === null || error.status === 404;
    say(element("notice-text"), `This cannot be shown: ${error.message}.`);
    if (error.status === 401) this.#gate.say("login");
    else if (this.#session === null) {
      element("state").dataset["state"] = "offline";
      say(element("state-text"), "Not live");
    }
  }

  async #tryAgain(): Promise<void> {
    const work = this.#again;
    if (work !== null) await this.#attempt(work);
  }
}

function levelOf(text: string | null): Level {
  if (text === "talk" || text === "tools" || text === "all") return text;
  return matchMedia(NARROW).matches ? "talk" : "tools";
}

void new SessionPage().run();
