import { assertEquals, assertMatch } from "@std/assert";
import { mcpSessionId } from "../../mcp/headless/session_id.ts";
import { Rng } from "../../runtime/mod.ts";
import { newStreamId, parseStreamId, type StreamId } from "./stream_id.ts";

Deno.test("an id of a stream is a type of its own, which no text has by itself", () => {
  // @ts-expect-error: a text is no id before somebody has looked at it.
  const unread: StreamId = "k3J_x9aQ";
  // @ts-expect-error: nor is the id of another kind of session.
  const foreign: StreamId = mcpSessionId("k3J_x9aQ");
  const text: string = parseStreamId("k3J_x9aQ")!;
  assertEquals([unread, foreign, text].length, 3);
});

Deno.test("parseStreamId takes 1 to 64 URL-safe characters, and nothing else", () => {
  for (const text of ["a", "k3J_x9aQ", "-", "_".repeat(64)]) {
    assertEquals<string | null>(parseStreamId(text), text);
  }
  for (const text of ["", "_".repeat(65), "a b", "a/b", "..", "ä", "a\n", "a%20b"]) {
    assertEquals(parseStreamId(text), null, text);
  }
});

Deno.test("newStreamId makes ids of eight characters that are ids", () => {
  const rng = new Rng(7);
  const ids = Array.from({ length: 100 }, () => newStreamId(rng));
  for (const id of ids) {
    assertMatch(id, /^[A-Za-z0-9_-]{8}$/);
    assertEquals(parseStreamId(id), id);
  }
  assertEquals(new Set(ids).size, 100);
});
