import { assertEquals, assertStringIncludes } from "@std/assert";
import { errorMessage, HeadwayError, TargetError, UsageError } from "./errors.ts";

Deno.test("errors carry their name, their sentence, their data and their cause", () => {
  const cause = new Error("below");
  const error = new UsageError("wrong flag", { flag: "--x" }, { cause });
  assertEquals(
    [error.name, error.message, error.fields, error.cause],
    ["UsageError", "wrong flag", { flag: "--x" }, cause],
  );
  assertEquals([new HeadwayError("x").fields, new TargetError("x").name], [{}, "TargetError"]);
});

Deno.test("errorMessage has a text for anything that was thrown", () => {
  assertEquals([errorMessage(new Error("a")), errorMessage("b"), errorMessage(undefined)], [
    "a",
    "b",
    "undefined",
  ]);
});

Deno.test("errorMessage says of a request that reached nobody why", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const error = await fetch(`http://127.0.0.1:${port}/`).catch((error) => error);
  assertStringIncludes(errorMessage(error), "refused");
});
