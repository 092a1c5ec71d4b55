import { assertEquals } from "@std/assert";
import { VirtualClock } from "../../runtime/mod.ts";
import { emptyCard } from "../../tests/support/cards.ts";
import { MemoryLog } from "../../tests/support/memory_log.ts";
import { BoardModel } from "../board/board_model.ts";
import { Pushes } from "./pushes.ts";
import { parseQuietHours, QuietClock } from "./quiet_hours.ts";

/** A board, a phone that takes messages, and the time. */
function world(
  options: { hasDetail?: boolean; statuses?: number[]; quiet?: string; takesS?: number } = {},
) {
  const clock = new VirtualClock();
  const model = new BoardModel({ clock, boot: "boot" });
  const sent: { url: string; headers: Headers; body: Record<string, unknown> }[] = [];
  const statuses = [...options.statuses ?? []];
  const log = new MemoryLog();
  const put = (id: string, ...codes: string[]) =>
    model.apply({
      up: [{
        ...emptyCard(id, "the words of the session"),
        title: "a title of the session",
        attn: { needs: codes.length > 0, priority: 90, reasons: codes.map((code) => ({ code })) },
      }],
      rm: [],
      money: null,
    });
  put("old", "question");
  clock.runUntil(1);
  const pushes = new Pushes({
    ...{ url: "https://ntfy.example/sub/my-topic", token: "t0ken", model, clock, log },
    hasDetail: options.hasDetail ?? false,
    ...(options.quiet !== undefined && {
      quiet: new QuietClock(parseQuietHours(options.quiet)!, "UTC"),
    }),
    base: () => "https://studio.example",
    fetch: async (url, init) => {
      if (options.takesS !== undefined) await clock.sleep(options.takesS);
      const body = JSON.parse(String(init?.body));
      sent.push({ url: String(url), headers: new Headers(init?.headers), body });
      return new Response(null, { status: statuses.shift() ?? 200 });
    },
  });
  return { clock, log, model, put, pushes, sent };
}

Deno.test("what needs somebody is told once it has held for five seconds, once for each reason", async () => {
  const it = world();
  it.put("one", "permission");
  it.put("brief", "question");
  await it.clock.settle(4);
  it.put("brief");
  await it.clock.settle(30);
  it.put("one", "permission", "health_bad");
  await it.clock.settle(60);
  assertEquals(it.sent.map(({ url, body }) => [url, body.topic, body.priority, body.message]), [
    ["https://ntfy.example/sub/", "my-topic", 5, "project: asks for permission"],
    ["https://ntfy.example/sub/", "my-topic", 4, "project: gets nowhere"],
  ]);
  // It went, and came again.
  it.put("one");
  await it.clock.settle(70);
  it.put("one", "permission");
  await it.clock.settle(80);
  assertEquals(it.sent.length, 3);
  await it.pushes.close();
});

Deno.test("in quiet hours nothing is told; what still holds at their end is told then", async () => {
  const it = world({ quiet: "00:01-09:00" });
  it.put("before", "question");
  await it.clock.settle(50);
  assertEquals(it.sent.length, 1);
  await it.clock.settle(3600);
  it.put("at-night", "permission");
  it.put("brief", "question");
  await it.clock.settle(4 * 3600);
  it.put("brief");
  await it.clock.settle(9 * 3600 - 1);
  assertEquals(it.sent.length, 1);
  await it.clock.settle(9 * 3600 + 60);
  assertEquals(it.sent.slice(1).map(({ body }) => body.click), [
    "https://studio.example/board?card=at-night",
  ]);
  await it.pushes.close();
});

Deno.test("of more than wait at a time one message says how many they are, and leads to the board", async () => {
  const it = world({ quiet: "00:01-09:00", takesS: 1 });
  await it.clock.settle(3600);
  for (let no = 0; no < 70; no++) it.put(`s${no}`, no === 69 ? "permission" : "finished");
  it.put("s65", "finished", "health_bad");
  await it.clock.settle(8 * 3600);
  it.put("s66");
  await it.clock.settle(9 * 3600 + 90);
  assertEquals(it.sent.length, 65);
  const { actions, click, message, priority, title } = it.sent.at(-1)!.body;
  assertEquals([title, priority, click], [
    ...["5 more sessions need you", 5, "https://studio.example/board"],
  ]);
  assertEquals(message, "More need you than are told one by one; the board has all of them.");
  assertEquals(actions, [
    { action: "view", label: "Open the board", url: "https://studio.example/board" },
  ]);
  // Who comes later is told as ever.
  it.put("late", "question");
  await it.clock.settle(9 * 3600 + 150);
  assertEquals(it.sent.slice(65).map(({ body }) => body.click), [
    "https://studio.example/board?card=late",
  ]);
  await it.pushes.close();
});

Deno.test("a message leads to the card, and holds neither words of the session nor secrets", async () => {
  for (const hasDetail of [false, true]) {
    const it = world({ hasDetail });
    it.put("a:b", "question");
    await it.clock.settle(30);
    const [{ body, headers }] = it.sent as [typeof it.sent[0]];
    assertEquals(body.click, "https://studio.example/board?card=a%3Ab");
    assertEquals(body.actions, [
      { action: "view", label: "Open the session", url: "https://studio.example/s/a%3Ab" },
    ]);
    assertEquals(headers.get("Authorization"), "Bearer t0ken");
    const text = JSON.stringify(body);
    assertEquals([text.includes("of the session"), text.includes("t0ken")], [hasDetail, false]);
    await it.pushes.close();
  }
});

Deno.test("a message that is not taken is sent three times more, then dropped; a refused one once", async () => {
  const it = world({ statuses: [500, 502, 503, 500] });
  it.put("one", "question");
  await it.clock.settle(200);
  assertEquals([it.sent.length, it.log.of("push not sent").length], [4, 1]);
  const other = world({ statuses: [403] });
  other.put("one", "question");
  await other.clock.settle(200);
  assertEquals([other.sent.length, other.log.of("push not sent").length], [1, 1]);
  await it.pushes.close();
  await other.pushes.close();
});
