import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { SecretMask } from "./secret_mask.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** What the whole looks like with every occurrence of every secret written over. */
function masked(whole: string, secrets: readonly string[]): string {
  const stars = [...whole];
  for (const secret of secrets) {
    for (let at = whole.indexOf(secret); at !== -1; at = whole.indexOf(secret, at + 1)) {
      stars.fill("*", at, at + secret.length);
    }
  }
  return stars.join("");
}

function pushed(mask: SecretMask, pieces: readonly string[]): string {
  return pieces.map((piece) => decode(mask.push(encode(piece)))).join("");
}

Deno.test("secrets are masked wherever the output is cut, and nothing changes its length", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 5 });
  fc.assert(fc.property(
    fc.array(letters, { minLength: 1, maxLength: 4 }),
    fc.array(letters, { maxLength: 12 }),
    (secrets, pieces) => {
      // A full stop belongs to no secret, so nothing is held back behind it.
      assertEquals(
        pushed(new SecretMask(secrets), [...pieces, "."]),
        masked(`${pieces.join("")}.`, secrets),
      );
    },
  ));
});

Deno.test("a secret in single bytes is masked", () => {
  const mask = new SecretMask(["correct horse"]);
  assertEquals(pushed(mask, [..."say correct horse!"]), "say *************!");
});

Deno.test("a secret of several lines is masked as a terminal writes it", () => {
  const mask = new SecretMask(["one\ntwo"]);
  assertEquals(pushed(mask, ["x one\r\ntw", "o y"]), "x ******** y");
});

Deno.test("without secrets the same bytes come out", () => {
  const bytes = encode("anything");
  assertEquals(new SecretMask([]).push(bytes), bytes);
  assertEquals(new SecretMask([""]).push(bytes), bytes);
});

Deno.test("a prompt that begins as a secret does is shown after a while", () => {
  const mask = new SecretMask(["$ecret-of-mine"]);
  assertEquals(pushed(mask, ["~ $"]), "~ ");
  assertEquals([mask.heldBytes, decode(mask.release()), mask.heldBytes], [1, "$", 0]);
  assertEquals(pushed(mask, [" ls"]), " ls");
});

Deno.test("a longer beginning is held until it is known, however slowly it comes", () => {
  const mask = new SecretMask(["hunter2-hunter2"]);
  let shown = "";
  for (const letter of "hunter2-hunter2") {
    shown += pushed(mask, [letter]);
    shown += decode(mask.release());
  }
  assertEquals(`${shown}${decode(mask.end())}`, "hun************");
});

Deno.test("what may still be a secret at the end is masked if it is half of it", () => {
  const ended = (text: string) => {
    const mask = new SecretMask(["0123456789"]);
    return pushed(mask, [text]) + decode(mask.end());
  };
  assertEquals([ended("at 012"), ended("at 01234"), ended("plain")], [
    "at 012",
    "at *****",
    "plain",
  ]);
});
