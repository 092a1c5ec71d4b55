/// <reference lib="deno.unstable" />

import { fileURLToPath } from "node:url";
import { assertEquals } from "@std/assert";
import plugin from "./house.ts";

/** The rules that fire on this source at this path, without their prefix. */
function rulesOn(path: string, source: string): string[] {
  const root = fileURLToPath(new URL("../../", import.meta.url));
  return Deno.lint.runPlugin(plugin, root + path, source).map(({ id }) => id.replace("house/", ""));
}

Deno.test("ambient time and randomness are refused where runs must repeat", () => {
  for (
    const source of [
      "Date.now();",
      "performance.now();",
      "Math.random();",
      "new Date();",
      "setTimeout(() => {}, 1);",
      "crypto.randomUUID();",
    ]
  ) {
    assertEquals(rulesOn("sim/lag.ts", source), ["no-ambient-time"], source);
    assertEquals(rulesOn("server/streaming/session.ts", source), ["no-ambient-time"], source);
    assertEquals(rulesOn("runtime/wall_clock.ts", source), [], source);
    assertEquals(rulesOn("cli/main.ts", source), [], source);
  }
  assertEquals(rulesOn("sim/lag.ts", "setInterval(() => {}, 1);"), ["no-ambient-time"]);
  assertEquals(rulesOn("sim/lag.ts", "new Date(0); clock.now(); rng.random();"), []);
});

Deno.test("approximated functions are refused where audio and traces are made", () => {
  for (const source of ["Math.sin(x);", "Math.pow(x, 2);", "x ** 2;", "x **= 2;", "2 ** n;"]) {
    assertEquals(rulesOn("audio/fft.ts", source), ["no-inexact-math"], source);
    assertEquals(rulesOn("audio/fft_test.ts", source), [], source);
    assertEquals(rulesOn("reports/plot.ts", source), [], source);
  }
  assertEquals(rulesOn("audio/fft.ts", "2 ** 31; Math.sqrt(x); Math.floor(x);"), []);
});

Deno.test("pages make no markup of texts", () => {
  for (
    const source of [
      "node.innerHTML = text;",
      "node.outerHTML = text;",
      'node.insertAdjacentHTML("beforeend", text);',
      "frame.srcdoc = text;",
      'node["innerHTML"] = text;',
      "node.setHTMLUnsafe(text);",
      'new DOMParser().parseFromString(text, "text/html");',
      "range.createContextualFragment(text);",
      "document.write(text);",
      "document.writeln(text);",
    ]
  ) {
    assertEquals(rulesOn("web/board/card_view.ts", source), ["no-markup-from-text"], source);
    assertEquals(rulesOn("tests/browser/board_test.ts", source), [], source);
  }
  const fine = "node.textContent = text; file.write(text); node[innerHTML] = text;";
  assertEquals(rulesOn("web/board/card_view.ts", fine), []);
});

Deno.test("nothing is done at intervals", () => {
  const source = "setInterval(() => {}, 1);";
  const paths = ["web/board/main.ts", "serve/board/ingest.ts", "cli/main.ts"];
  for (const path of paths) assertEquals(rulesOn(path, source), ["no-interval"], path);
  for (const path of [...paths, "server/board/routes.ts"]) {
    for (const ambient of ["globalThis", "window", "self"]) {
      assertEquals(rulesOn(path, `${ambient}.${source}`), ["no-interval"], path);
    }
  }
  assertEquals(rulesOn("examples/minimal_client.ts", source), []);
  assertEquals(rulesOn("web/board/main.ts", "clock.after(1, () => {});"), []);
});

Deno.test("modules export names, and do not print", () => {
  assertEquals(rulesOn("wire/a.ts", "export default 1;"), ["no-default-export"]);
  assertEquals(rulesOn("scenarios/seek-storm.scenario.ts", "export default 1;"), []);
  assertEquals(rulesOn("wire/a.ts", "console.log(1);"), ["no-console"]);
  assertEquals(rulesOn("cli/a.ts", "console.log(1);"), []);
});

Deno.test("no test is left out", () => {
  for (
    const source of [
      'Deno.test.only("a", () => {});',
      'Deno.test.ignore("a", () => {});',
      'Deno.test({ name: "a", ignore: true, fn() {} });',
      'Deno.test("a", { only: true }, () => {});',
      'await t.step({ name: "a", ignore: true, fn() {} });',
    ]
  ) assertEquals(rulesOn("wire/a_test.ts", source), ["no-skipped-test"], source);
  assertEquals(rulesOn("wire/a_test.ts", 'Deno.test("a", () => {});'), []);
});

Deno.test("names, private fields and comments keep their form", () => {
  assertEquals(rulesOn("wire/sliceCodec.ts", "1;"), ["file-name"]);
  assertEquals(rulesOn("wire/slice-codec.ts", "1;"), ["file-name"]);
  assertEquals(rulesOn("wire/slice_codec.ts", "1;"), []);
  assertEquals(rulesOn("std/assert.d.ts", "export {};"), []);
  assertEquals(rulesOn("wire/a.ts", "class A { private x = 1; }"), ["hash-private"]);
  assertEquals(rulesOn("wire/a.ts", "class A { private f() {} }"), ["hash-private"]);
  assertEquals(rulesOn("wire/a.ts", "class A { #x = 1; private constructor() {} }"), []);
  assertEquals(rulesOn("wire/a.ts", "// FIX" + "ME: later"), ["no-todo"]);
  assertEquals(rulesOn("wire/a.ts", "const todoList = 1;"), []);
});
