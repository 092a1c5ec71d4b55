import { assert, assertEquals } from "@std/assert";
import { gunzipSync, gzipSync } from "node:zlib";
import { VirtualClock } from "../../runtime/mod.ts";
import { BoardModel } from "./board_model.ts";
import { ownCard } from "./headway_sessions.ts";
import type { BoardQuestion } from "./questions.ts";
import { boardRoutes, type RoutedAnswer } from "./routes.ts";

/** A board of so many cards, and somebody who answers what a test says. */
function rig(cards: number, answer: (question: BoardQuestion) => RoutedAnswer = () => DONE) {
  const clock = new VirtualClock();
  const model = new BoardModel({ clock, boot: "boot-of-a-test" });
  const up = Array.from({ length: cards }, (_, i) => {
    const own = {
      kind: "voice",
      id: `v${i}`,
      title: `Voice ${i}`,
      startedMs: i,
      href: "/",
    } as const;
    return ownCard({ ...own, isSpeaking: true }, 0, { seenMs: 0, snoozedUntilMs: 0 }, i);
  });
  model.apply({ up, rm: [], money: null });
  const asked: BoardQuestion[] = [];
  const packing: { readonly text: string; resolve(): void; reject(): void }[] = [];
  const routes = boardRoutes({
    model,
    ask: (question) => {
      asked.push(question);
      return Promise.resolve(answer(question));
    },
    gzip: (text) => {
      const packed = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
      packing.push({
        text,
        resolve: () => packed.resolve(new Uint8Array(gzipSync(text))),
        reject: () => packed.reject(new Error("nobody there")),
      });
      return packed.promise;
    },
  });
  const get = async (path: string, encoding?: string, more: HeadersInit = {}) =>
    await routes.request(path, {
      headers: { ...(encoding !== undefined && { "Accept-Encoding": encoding }), ...more },
    });
  return { routes, get, asked, packing, model };
}

const DONE: RoutedAnswer = { kind: "done" };

Deno.test("T25: what is compressed, and what is not", async () => {
  const { get, packing, routes } = rig(20);
  const rows: readonly (readonly [string | undefined, boolean])[] = [
    [undefined, false],
    ["", false],
    ["identity", false],
    ["br", false],
    ["gzip", true],
    ["GZIP", true],
    ["br, gzip;q=0.5", true],
    ["*", true],
    ["gzip;q=0", false],
    ["gzip; q=0.0", false],
    ["*;q=0", false],
    ["gzip;q=0, *", false],
    ["*, gzip;q=0", false],
  ];
  for (const [encoding, isPacked] of rows) {
    const response = await get("/api/board", encoding);
    const { headers } = response;
    const bytes = new Uint8Array(await response.arrayBuffer());
    assertEquals(headers.get("Content-Encoding"), isPacked ? "gzip" : null, encoding);
    assertEquals(headers.get("Vary"), "Accept-Encoding");
    assertEquals(headers.get("ETag")!.startsWith("W/"), isPacked, "what is packed has a weak tag");
    assertEquals(headers.get("Content-Length"), String(bytes.length));
    const text = new TextDecoder().decode(isPacked ? gunzipSync(bytes) : bytes);
    assertEquals(JSON.parse(text).cards.length, 20, encoding);
  }
  assertEquals(packing.length, 0, "a short text is packed where it is");
  const same = await get("/api/board", "gzip", { "If-None-Match": 'W/"boot-of--1"' });
  assertEquals([same.status, same.headers.get("Content-Encoding")], [304, null]);
  const small = await rig(0).get("/api/board", "gzip");
  assertEquals(small.headers.get("Content-Encoding"), null, "what is tiny is not worth it");
  const wrong = await routes.request("/api/board", { method: "PUT" });
  assertEquals([wrong.status, wrong.headers.get("Content-Encoding")], [405, null]);
});

Deno.test("T25: a long answer is packed elsewhere, once for all who wait, and nobody else waits for it", async () => {
  const { get, packing, model } = rig(200);
  assert(model.json().length > 65_536);
  const waiting = [get("/api/board", "gzip"), get("/api/board", "gzip")];
  let isThere = false;
  for (const it of waiting) it.then(() => isThere = true);
  for (let i = 0; i < 50; i++) {
    assertEquals((await get("/api/board")).headers.get("Content-Encoding"), null);
    assertEquals((await get("/api/sessions/one/brief", "gzip")).status, 204);
  }
  assertEquals([isThere, packing.length], [false, 1]);
  packing[0]!.resolve();
  for (const response of await Promise.all(waiting)) {
    assertEquals(response.headers.get("Content-Encoding"), "gzip");
    const text = new TextDecoder().decode(gunzipSync(await response.arrayBuffer()));
    assertEquals(text, packing[0]!.text);
  }
  await get("/api/board", "gzip");
  assertEquals(packing.length, 1, "nothing has changed");
});

Deno.test("what nobody can pack is sent as it is", async () => {
  const { get, packing } = rig(200);
  const asked = get("/api/board", "gzip");
  await Promise.resolve();
  packing[0]!.reject();
  const response = await asked;
  assertEquals([response.status, response.headers.get("Content-Encoding")], [200, null]);
  assertEquals((await response.json()).cards.length, 200);
});

Deno.test("T25: a whole thread is made no faster than its reader takes it, and others are answered between its pieces", async () => {
  const PIECES = 100;
  const { get, asked } = rig(3, (question) => {
    if (question.kind !== "thread") return { kind: "json", json: "{}", etag: null };
    const isLast = question.from === PIECES - 1;
    return {
      ...{ kind: "thread", items: `"${question.from} ${"x".repeat(50_000)}"`, gen: 0 },
      next: isLast ? null : question.from + 1,
      frame: question.from === 0 || isLast ? { session: "{}", tail: '"rev":1' } : null,
    };
  });
  const pieces = () => asked.filter(({ kind }) => kind === "thread").length;
  const response = await get("/api/sessions/one", "gzip");
  assertEquals(response.headers.get("Content-Encoding"), null, "its length is not known");
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  let text = "";
  for (let chunks = 1;; chunks++) {
    const { done, value } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
    assert(pieces() <= chunks + 2, `${pieces()} pieces were made for ${chunks} chunks`);
    const before = pieces();
    assertEquals(await (await get("/api/sessions/one/brief")).text(), "{}");
    assert(pieces() <= before + 1, "nothing is made in the meantime");
  }
  assertEquals([pieces(), JSON.parse(text).items.length], [PIECES, PIECES]);
});
