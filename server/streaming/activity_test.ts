import { assertEquals } from "@std/assert";
import { Activity } from "./activity.ts";

Deno.test("without activity the generator rests, and a buffer length later everything does", () => {
  const activity = new Activity(20, 100);
  const states = [119.9, 120, 123.9, 124, 500].map((nowS) => activity.state(nowS, 4));
  assertEquals(states, ["active", "rendering", "rendering", "stopped", "stopped"]);
});

Deno.test("a command wakes it, and so does a dictionary that differs from the last", () => {
  const activity = new Activity(20, 0);
  activity.noteRaw({ denoise: 0.5, curve: [1, 2] }, 1);
  activity.noteRaw({ denoise: 0.5, curve: [1, 2] }, 15);
  assertEquals(activity.state(21, 4), "rendering");
  activity.noteRaw({ denoise: 0.6, curve: [1, 2] }, 22);
  assertEquals(activity.state(41, 4), "active");
  activity.note(60);
  assertEquals(activity.state(79, 4), "active");
});

Deno.test("a key that is gone is a change as well", () => {
  const activity = new Activity(20, 0);
  activity.noteRaw({ denoise: 0.5, seed: 1 }, 1);
  activity.noteRaw({ denoise: 0.5 }, 15);
  assertEquals(activity.state(30, 4), "active");
});

Deno.test("a new buffer is rendered to its end, however idle the client is", () => {
  const activity = new Activity(20, 0);
  assertEquals([activity.state(20, 4), activity.state(30, 4)], ["rendering", "stopped"]);
  activity.noteBuffer();
  assertEquals([activity.state(31, 4), activity.state(35, 4)], ["rendering", "stopped"]);
});

Deno.test("a pause of 0 never comes", () => {
  assertEquals(new Activity(0, 0).state(1e6, 4), "active");
});
