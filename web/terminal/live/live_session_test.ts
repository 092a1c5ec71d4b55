import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { inputParts, type Link, type LinkNews } from "./link.ts";
import { type LinkState, LiveSession, type LiveSessionOptions } from "./live_session.ts";

/** A link that the test speaks through. */
class FakeLink<Options> implements Link {
  isClosed = false;
  readonly typed: string[] = [];
  readonly acknowledged: number[] = [];
  readonly kind: Link["kind"];
  readonly options: Options;

  constructor(kind: Link["kind"], options: Options) {
    this.kind = kind;
    this.options = options;
  }

  acknowledge(seq: number): void {
    this.acknowledged.push(seq);
  }

  input(text: string): void {
    this.typed.push(text);
  }

  close(): void {
    this.isClosed = true;
  }
}

type Dial = Parameters<LiveSessionOptions["dial"]>[0];
type Poll = Parameters<LiveSessionOptions["poll"]>[0];

function world() {
  const clock = new VirtualClock();
  const sockets: FakeLink<Dial>[] = [];
  const polls: FakeLink<Poll>[] = [];
  const states: LinkState[] = [];
  const texts: string[] = [];
  let closes = 0;
  const news: LinkNews = {
    onSnapshot: ({ paint }) => texts.push(`[${paint}]`),
    onOutput: (text) => texts.push(text),
    onState: () => {},
    onExited: () => {},
    onClosed: () => closes++,
    onRefused: () => {},
  };
  const session = new LiveSession({ seq: 10 }, {
    ...{ clock, news, onLink: (state) => states.push(state) },
    dial: (options) => {
      sockets.push(new FakeLink("socket", options));
      return sockets.at(-1)!;
    },
    poll: (options) => {
      polls.push(new FakeLink("polling", options));
      return polls.at(-1)!;
    },
  });
  return { clock, sockets, polls, states, texts, session, closes: () => closes };
}

Deno.test("a socket goes on from what was painted, and tells and types", () => {
  const { sockets: [socket], states, texts, session } = world();
  assertEquals(socket!.options.seq(), 10);
  socket!.options.onJoined();
  socket!.options.news.onOutput("abc", 13);
  session.acknowledge(13);
  session.input("x");
  assertEquals([texts, socket!.acknowledged, socket!.typed], [["abc"], [13], ["x"]]);
  assertEquals([states, session.state], [["socket"], "socket"]);
});

Deno.test("a socket that is lost is tried again at its place; lost again, the page polls from there", () => {
  const { clock, sockets, polls, states, session } = world();
  sockets[0]!.options.onJoined();
  sockets[0]!.options.news.onOutput("abc", 13);
  sockets[0]!.options.onLost();
  assertEquals(states, ["socket", "reconnecting"]);
  clock.runUntil(0.5);
  assertEquals([sockets.length, sockets[1]!.options.seq()], [2, 13]);
  sockets[1]!.options.onLost();
  assertEquals([polls.length, polls[0]!.options.seq(), session.state], [1, 13, "polling"]);
});

Deno.test("a page that polls tries for a socket, which takes over without a byte twice or lost", () => {
  const { clock, sockets, polls, session, texts } = world();
  sockets[0]!.options.onLost();
  polls[0]!.options.news.onOutput("by polling", 20);
  clock.runUntil(30);
  // One that fails to open leaves the polling alone.
  sockets[1]!.options.onLost();
  assertEquals([polls.length, polls[0]!.isClosed], [1, false]);
  polls[0]!.options.news.onOutput("more", 24);
  clock.runUntil(60);
  assertEquals(polls[0]!.isClosed, false);
  assertEquals(sockets[2]!.options.seq(), 24);
  assertEquals(polls[0]!.isClosed, true);
  sockets[2]!.options.onJoined();
  sockets[2]!.options.news.onOutput("by socket", 33);
  assertEquals([session.state, texts], ["socket", ["by polling", "more", "by socket"]]);
});

Deno.test("a socket that opens and is lost before it joins leaves the page polling again", () => {
  const { clock, sockets, polls, session } = world();
  sockets[0]!.options.onLost();
  clock.runUntil(30);
  sockets[1]!.options.seq();
  sockets[1]!.options.onLost();
  assertEquals([polls.length, polls[1]!.options.seq(), session.state], [2, 10, "polling"]);
});

Deno.test("after the end nothing is tried any more", () => {
  const { clock, sockets, polls, session, closes } = world();
  sockets[0]!.options.onJoined();
  sockets[0]!.options.news.onClosed();
  sockets[0]!.options.onLost();
  clock.run();
  assertEquals([closes(), session.state, sockets.length, polls.length], [1, "ended", 1, 0]);
});

Deno.test("long texts are typed in parts, cut between characters", () => {
  const text = `${"x".repeat(16_383)}😀${"y".repeat(20_000)}`;
  const parts = [...inputParts(text)];
  assertEquals(parts.join(""), text);
  assertEquals(parts.map(({ length }) => length), [16_383, 16_384, 3_618]);
  assertEquals([...inputParts("")], []);
});
