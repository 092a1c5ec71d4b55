import { assertEquals } from "@std/assert";
import { Lane } from "./lane.ts";

Deno.test("turns of a lane are taken in the order in which they were entered", () => {
  const lane = new Lane();
  const taken: number[] = [];
  const turns = [1, 2, 3, 4].map(() => lane.enter());
  turns[2]!(() => taken.push(3));
  turns[1]!(() => taken.push(2));
  assertEquals(taken, []);
  turns[0]!(() => taken.push(1));
  assertEquals(taken, [1, 2, 3]);
  turns[3]!(() => taken.push(4));
  assertEquals(taken, [1, 2, 3, 4]);
});

Deno.test("a turn with nobody before it is taken at once, also from within another", () => {
  const lane = new Lane();
  const taken: string[] = [];
  lane.enter()(() => {
    taken.push("outer");
    lane.enter()(() => taken.push("inner"));
  });
  assertEquals(taken, ["outer", "inner"]);
});

Deno.test("a closed lane does nothing more", () => {
  const lane = new Lane();
  const taken: number[] = [];
  const [first, second] = [lane.enter(), lane.enter()];
  second(() => taken.push(2));
  lane.close();
  first(() => taken.push(1));
  assertEquals(taken, []);
});
