import { assertMatch, assertThrows } from "@std/assert";
import { TargetError } from "../runtime/mod.ts";
import { spawnDeno } from "./harness_process.ts";

Deno.test("without deno on PATH our own server cannot start, and the error says how to mend it", () => {
  const { message } = assertThrows(
    () => spawnDeno({ args: ["--version"], env: { PATH: "/nowhere" } }),
    TargetError,
  );
  assertMatch(message, /^cannot start our own server: there is no deno on PATH; add the folder /);
});
