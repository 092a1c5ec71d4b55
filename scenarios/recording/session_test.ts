import { assert, assertEquals } from "@std/assert";
import { binary, opening, sessionOf, text } from "../../tests/support/recorded.ts";
import type { RecordedEvent } from "./format.ts";

/** Commands without audio, each before one with it; `look` is told of each look at the former. */
function commands(count: number, look: () => void): RecordedEvent[] {
  const bytes = Uint8Array.of(1);
  return Array.from({ length: count }, (_, i) => {
    const plain = { type: "prompt", tags: "x" };
    const json = new Proxy(plain, {
      get(target, name) {
        look();
        return Reflect.get(target, name);
      },
    });
    return [
      { ...text(2 + i, "up", plain), json } as RecordedEvent,
      text(2.2 + i, "up", { type: "set_timbre_source", name: `t${i}` }),
      binary(2.5 + i, "up", bytes),
    ];
  }).flat();
}

Deno.test("each audio goes to the oldest command that announced one and has none", () => {
  const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)].map((bytes, i) => binary(4 + i, "up", bytes));
  const { words, oddities } = sessionOf([
    ...opening(),
    text(2, "up", { type: "set_timbre_source", name: "first" }),
    text(3, "up", { type: "prompt", tags: "x" }),
    text(3, "up", { type: "swap_source", use_server_source: false }),
    a!,
    b!,
    binary(6, "up", Uint8Array.of(3)),
  ]);
  assertEquals(words.map((word) => word.binary), [a, null, b]);
  assertEquals(oddities, ["the client sent a binary message that nothing announced"]);
});

Deno.test("a long recording is read with as many looks at each command as a short one", () => {
  const looksOf = (count: number) => {
    let looks = 0;
    const { words } = sessionOf([...opening(), ...commands(count, () => looks++)]);
    assertEquals(words.filter((word) => word.binary !== null).length, count);
    return looks / count;
  };
  const few = looksOf(3);
  assert(few > 0);
  assertEquals(looksOf(300), few);
});
