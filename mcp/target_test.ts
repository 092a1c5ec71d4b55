import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../runtime/mod.ts";
import { targetAt } from "./target.ts";

const addresses = (names: Parameters<typeof targetAt>[0]) => {
  const { url, mainUrl, controlUrl, token } = targetAt(names);
  return [url, mainUrl, controlUrl, token];
};

Deno.test("a target's control bus is on port 1319 of its host, unless it is named", () => {
  assertEquals(addresses({ url: "ws://10.0.0.5:9000" }), [
    "ws://10.0.0.5:9000/",
    "http://10.0.0.5:9000",
    "http://10.0.0.5:1319",
    null,
  ]);
  assertEquals(addresses({ url: "ws://a:1318", control: "http://b:77/", token: "t" }), [
    "ws://a:1318/",
    "http://a:1318",
    "http://b:77",
    "t",
  ]);
});

Deno.test("a target behind a proxy keeps its path and its encryption", () => {
  assertEquals(addresses({ url: "wss://music.example/stream/" }).slice(0, 3), [
    "wss://music.example/stream/",
    "https://music.example/stream",
    "https://music.example:1319",
  ]);
});

Deno.test("an address of another form is refused by the name of its variable", () => {
  for (const url of ["localhost:1318", "http://localhost:1318", "", "ws://"]) {
    assertThrows(() => targetAt({ url }), UsageError, "HEADWAY_TARGET is");
  }
  assertThrows(() => targetAt({ url: "ws://a", control: "ws://a" }), UsageError, "HEADWAY_CONTROL");
});
