import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../../runtime/mod.ts";
import { BoardModel } from "../board_model.ts";
import type { BoardAnswer } from "../questions.ts";
import { EventStream } from "./event_stream.ts";
import { SessionFeed } from "./session_feed.ts";

Deno.test("what comes of a session is told at once, however often its state may be told", async () => {
  const clock = new VirtualClock();
  const model = new BoardModel({ clock, boot: "b" });
  const told: [number, string][] = [];
  const stream = new EventStream({ onDrained: () => {}, onEnded: () => {} });
  const reader = stream.body.getReader();
  const reading = (async () => {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const text = new TextDecoder().decode(value);
      told.push([Math.round(clock.now() * 100) / 100, /^event: (.*)$/m.exec(text)?.[1] ?? ""]);
    }
  })();
  let grown = () => {};
  let items = 0;
  let states = 0;
  const feed = new SessionFeed(stream, {
    ...{ id: "one", cursor: null, clock, model },
    growth: {
      follow: (_id, onGrown) => {
        grown = onGrown;
        return () => {};
      },
    },
    ask: () => {
      const events = Array.from({ length: items }, () => ({ event: "items", data: "{}" }));
      items = 0;
      const state = `{"n":${states}}`;
      return Promise.resolve<BoardAnswer>({
        ...{ kind: "events", events, cursor: "0.1", isMore: false, state },
      });
    },
  });
  const settle = async (untilS: number) => {
    // Time goes on although nothing happens; each step may resolve something.
    clock.at(untilS, () => {});
    for (let i = 0; i < 20; i++) await Promise.resolve();
    while (clock.step(untilS)) for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  const grow = async (atS: number) => {
    await settle(atS);
    items++;
    states++;
    grown();
  };
  await grow(1);
  await grow(1.1);
  await grow(1.2);
  await settle(3);
  feed.close();
  stream.close("gone");
  await reader.cancel();
  await reading;
  assertEquals(told.filter(([, event]) => event === "items").map(([atS]) => atS), [
    1.05,
    1.15,
    1.25,
  ]);
  // The newest state comes when its time has come.
  assertEquals(told.filter(([, event]) => event === "state").map(([atS]) => atS), [0, 1.05, 1.55]);
});

Deno.test("a file that is replaced twice before anybody asks again is told of twice", async () => {
  const clock = new VirtualClock();
  const stream = new EventStream({ onDrained: () => {}, onEnded: () => {} });
  const reading = new Response(stream.body).text();
  const asked: unknown[] = [];
  let gen = 1;
  const feed = new SessionFeed(stream, {
    ...{ id: "one", cursor: "0.100", clock, model: new BoardModel({ clock, boot: "b" }) },
    growth: { follow: () => () => {} },
    ask: (question) => {
      const cursor = "cursor" in question ? question.cursor : null;
      asked.push(cursor);
      const now = `${gen}.10`;
      const answer: BoardAnswer = cursor === now || cursor === null
        ? { kind: "events", events: [], cursor: now, isMore: false, state: "{}" }
        : {
          kind: "problem",
          problem: {
            ...{ status: 409, code: "cursor_stale", message: "no", hint: { gen, cursor: now } },
          },
        };
      return Promise.resolve(answer);
    },
  });
  const turns = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  await turns();
  gen = 2;
  while (clock.step(1)) await turns();
  feed.close();
  stream.close("lifetime");
  const told = await reading;
  assertEquals(asked, ["0.100", "1.10", "2.10"]);
  assertEquals(
    [...told.matchAll(/^event: reset\n(?:id: .*\n)?data: (.*)$/gm)].map(([, it]) => it),
    [
      ...['{"gen":1}', '{"gen":2}'],
    ],
  );
});
