/// <reference lib="dom" />
import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { RefusedError } from "./api.ts";
import { LiveStream } from "./live_stream.ts";

/** A browser's stream of events, of which a test says what comes. */
class FakeSource {
  static readonly CLOSED = 2;
  static all: FakeSource[] = [];
  readonly url: string;
  readyState = 0;
  onerror: (() => void) | null = null;
  readonly #listeners = new Map<string, (event: object) => void>();

  constructor(url: string) {
    this.url = url;
    FakeSource.all.push(this);
  }

  addEventListener(name: string, listener: (event: object) => void): void {
    this.#listeners.set(name, listener);
  }

  close(): void {
    this.readyState = FakeSource.CLOSED;
  }

  tell(name: string, data: unknown = {}, lastEventId = ""): void {
    this.#listeners.get(name)?.({ data: JSON.stringify(data), lastEventId });
  }

  breaks(): void {
    this.onerror?.();
  }
}

/** A page with a stream; `search` is what its address asks for. */
function world(search = "") {
  FakeSource.all = [];
  const given = { EventSource: FakeSource, location: { search } };
  const before = Object.keys(given).map((name) =>
    [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const
  );
  for (const [name, value] of Object.entries(given)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  const { fetch } = globalThis;
  const page = { isLoggedIn: true, isOnline: true, poll: null as Error | null };
  globalThis.fetch = () =>
    page.isOnline
      ? Promise.resolve(Response.json({ authenticated: page.isLoggedIn }))
      : Promise.reject(new TypeError("no network"));
  const clock = new VirtualClock();
  const told: string[] = [];
  const polledS: number[] = [];
  const stream = new LiveStream({
    clock,
    url: (lastId) => `/stream?${lastId ?? "new"}`,
    events: { diff: (data: { readonly n: number }) => void told.push(`diff ${data.n}`) } as never,
    poll: () => {
      polledS.push(clock.now());
      return page.poll === null ? Promise.resolve() : Promise.reject(page.poll);
    },
    onState: (state) => void told.push(state),
  });
  return {
    ...{ clock, page, polledS, stream, told },
    get source() {
      return FakeSource.all.at(-1)!;
    },
    get opened() {
      return FakeSource.all.map(({ url }) => url);
    },
    [Symbol.dispose]() {
      globalThis.fetch = fetch;
      for (const [name, descriptor] of before) {
        if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
        else Object.defineProperty(globalThis, name, descriptor);
      }
    },
  };
}

Deno.test("T35: where two streams in a row do not last, the page asks every five seconds instead", async () => {
  using it = world();
  const { clock, polledS, stream, told } = it;
  stream.open();
  it.source.tell("hello");
  it.source.tell("diff", { n: 1 }, "b.1");
  await clock.settle(2.9);
  it.source.breaks();
  await clock.settle(3.4);
  assertEquals([polledS, it.source.readyState], [[], 0], "one break is the browser's to mend");
  it.source.breaks();
  assertEquals(it.source.readyState, FakeSource.CLOSED);
  await clock.settle(16);
  assertEquals(polledS.map((s) => Math.round(s * 10) / 10), [5.4, 10.4, 15.4]);
  assertEquals(it.opened, ["/stream?new"], "no stream is tried beside it");
  assertEquals(told.at(-1), "live");
});

Deno.test("T35: streams that last are opened again from the last event, and nobody asks", async () => {
  using it = world();
  const { clock, polledS, stream, told } = it;
  stream.open();
  it.source.tell("hello");
  it.source.tell("diff", { n: 1 }, "b.7");
  for (let no = 1; no <= 3; no++) {
    await clock.settle(no * 100);
    it.source.readyState = FakeSource.CLOSED;
    it.source.breaks();
    await clock.settle(no * 100 + 2.5);
    it.source.tell("hello");
  }
  assertEquals(it.opened, ["/stream?new", "/stream?b.7", "/stream?b.7", "/stream?b.7"]);
  assertEquals(polledS, []);
  assertEquals(told.slice(0, 4), ["live", "diff 1", "reconnecting", "live"]);
});

Deno.test("a break that is mended within a second is told to nobody", async () => {
  using it = world();
  const { clock, stream, told } = it;
  stream.open();
  it.source.tell("hello");
  await clock.settle(90);
  it.source.breaks();
  await clock.settle(90.9);
  it.source.tell("hello");
  await clock.settle(100);
  assertEquals(told, ["live", "live"]);
});

Deno.test("whoever is not logged in is asked, and neither streams nor asks meanwhile", async () => {
  using it = world();
  const { clock, page, polledS, stream, told } = it;
  stream.open();
  page.isLoggedIn = false;
  it.source.readyState = FakeSource.CLOSED;
  it.source.breaks();
  await clock.settle(300);
  assertEquals([told.at(-1), it.opened.length, polledS], ["login", 1, []]);
  page.isLoggedIn = true;
  stream.open();
  assertEquals(it.opened.length, 2);
});

Deno.test("without a network it is tried after 2, 4, 8 seconds and so on, at most 30", async () => {
  using it = world();
  const { clock, page, stream, told } = it;
  page.isOnline = false;
  const triedS: number[] = [];
  stream.open();
  for (let no = 0; no < 7; no++) {
    const count = it.opened.length;
    it.source.readyState = FakeSource.CLOSED;
    it.source.breaks();
    const fromS = clock.now();
    while (it.opened.length === count) await clock.settle(clock.now() + 0.5);
    triedS.push(Math.floor(clock.now() - fromS));
  }
  assertEquals(triedS, [2, 4, 8, 16, 30, 30, 30]);
  assertEquals(told.at(-1), "offline");
});

Deno.test("an address that says so has no stream; a refusal of what is asked is a login", async () => {
  using it = world("?poll=1");
  const { clock, page, polledS, stream, told } = it;
  stream.open();
  await clock.settle(11);
  assertEquals([polledS, it.opened], [[0, 5, 10], []]);
  page.poll = new RefusedError(500, "broken");
  await clock.settle(16);
  assertEquals([told.at(-1), polledS.length], ["offline", 4]);
  page.poll = new RefusedError(401, "no");
  await clock.settle(60);
  assertEquals([told.at(-1), polledS.length], ["login", 5]);
});
