import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Redactor } from "./redact.ts";

Deno.test("Redactor takes secrets out of JSON, wherever they stand, and leaves the rest as it is", () => {
  const redactor = new Redactor({ secrets: ["s3cret"] });
  const clean = {
    type: "prompt",
    tags: "warm token ring",
    raw: { token_count: 3, hasToken: true },
  };
  assertEquals(redactor.json(clean), { value: clean, isChanged: false });
  assertEquals(
    redactor.json({
      apiKey: "a",
      api_key: "b",
      authToken: "c",
      list: [{ "Set-Cookie": "d" }, "Authorization: Bearer abcdefgh"],
      password: 5,
      cookies: { session: "e" },
      note: "it is s3cret!",
    }).value,
    {
      apiKey: "[redacted]",
      api_key: "[redacted]",
      authToken: "[redacted]",
      list: [{ "Set-Cookie": "[redacted]" }, "Authorization: Bearer [redacted]"],
      password: "[redacted]",
      cookies: "[redacted]",
      note: "it is [redacted]!",
    },
  );
});

Deno.test("Redactor takes secrets out of request targets", () => {
  const redactor = new Redactor({ secrets: ["s3c"] });
  const cases = [
    ["/", "/"],
    ["/?apiKey=abc&x=1", "/?apiKey=[redacted]&x=1"],
    ["/a?access_token=a=b&%74oken=c", "/a?access_token=[redacted]&%74oken=[redacted]"],
    ["/s3c?y=s3c", "/[redacted]?y=[redacted]"],
    ["/?flag&token", "/?flag&token"],
  ];
  for (const [target, expected] of cases) assertEquals(redactor.target(target!), expected!);
});

Deno.test("Redactor replaces prompts on request, the same one by the same number", () => {
  const redactor = new Redactor({ redactPrompts: true });
  const sent = redactor.json({ type: "prompt", tags: "warm pads", tags_b: "cold" }).value;
  const echoed = redactor.json({ type: "prompt_applied", tags: "warm pads" }).value;
  assertEquals(sent, { type: "prompt", tags: "[prompt 1]", tags_b: "[prompt 2]" });
  assertEquals(echoed, { type: "prompt_applied", tags: "[prompt 1]" });
  const told = { type: "params_update", params: { _prompt: "warm pads", denoise: 0.6 } };
  assertEquals(redactor.json(told).value, {
    type: "params_update",
    params: { _prompt: "[prompt 1]", denoise: 0.6 },
  });
  assertEquals(new Redactor().json({ tags: "warm pads" }).isChanged, false);
});

Deno.test("no secret survives in any JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("token", "cookie", "apiKey"), (value, key) => {
      const secret = "needle-in-a-haystack";
      const redactor = new Redactor({ secrets: [secret] });
      const hidden = { deep: [value, { [key]: secret, other: [`x${secret}y`] }] };
      assertEquals(JSON.stringify(redactor.json(hidden).value).includes(secret), false);
    }),
  );
});
