import { assertEquals } from "@std/assert";
import { hasLogin, isCookieValid, loginCookie, logoutCookie, signCookie } from "./cookie.ts";

const TOKEN = "a-token-of-some-length";
const NONCE = "n".repeat(32);
const VALUE = signCookie(TOKEN, 1000, NONCE);

Deno.test("a login cookie is valid until its end, for the token that made it", () => {
  assertEquals(isCookieValid(VALUE, TOKEN, 999), true);
  assertEquals(isCookieValid(VALUE, TOKEN, 1000), false);
  assertEquals(isCookieValid(VALUE, `${TOKEN}!`, 999), false);
});

Deno.test("a login cookie holds nothing of the token, and is another with another nonce", () => {
  assertEquals(VALUE.includes(TOKEN), false);
  assertEquals(VALUE === signCookie(TOKEN, 1000, "m".repeat(32)), false);
});

Deno.test("a login cookie that was changed anywhere is no login", () => {
  const [, expiry, nonce, hmac] = VALUE.split(".");
  const forged = [
    `v1.9999.${nonce}.${hmac}`,
    `v1.${expiry}.${"m".repeat(32)}.${hmac}`,
    `v1.${expiry}.${nonce}.${hmac!.slice(1)}A`,
    `v2.${expiry}.${nonce}.${hmac}`,
    `v1.${expiry}.${nonce}`,
    `v1.${expiry}.${nonce}.`,
    `v1.-1.${nonce}.${hmac}`,
    `v1.Infinity.${nonce}.${hmac}`,
    `${VALUE}.`,
    `${VALUE}\n`,
    "",
  ];
  for (const value of forged) assertEquals(isCookieValid(value, TOKEN, 0), false, value);
  // A truncated or altered signature for each of its characters.
  for (let i = 0; i < hmac!.length - 1; i++) {
    const other = hmac![i] === "A" ? "B" : "A";
    const changed = hmac!.slice(0, i) + other + hmac!.slice(i + 1);
    assertEquals(isCookieValid(`v1.${expiry}.${nonce}.${changed}`, TOKEN, 0), false, changed);
  }
});

Deno.test("hasLogin finds the cookie among others, and looks at a few of its name only", () => {
  const named = `headway_auth=${VALUE}`;
  const headers: [string | undefined, boolean][] = [
    [undefined, false],
    ["", false],
    [named, true],
    [`a=1; ${named};b=2`, true],
    [`headway_auth=old; ${named}`, true],
    [`xheadway_auth=${VALUE}`, false],
    [`headway_auth2=${VALUE}`, false],
    [`${"headway_auth=x; ".repeat(4)}${named}`, false],
    [`a=${"x".repeat(20_000)}; ${named}`, false],
  ];
  for (const [header, expected] of headers) {
    assertEquals(hasLogin(header, TOKEN, 0), expected, header?.slice(0, 40));
  }
});

Deno.test("the cookie is out of reach for scripts, foreign sites, and clear text where that is known", () => {
  assertEquals(
    loginCookie("v", false),
    "headway_auth=v; HttpOnly; SameSite=Lax; Path=/; Max-Age=2592000",
  );
  assertEquals(loginCookie("v", true).endsWith("; Secure"), true);
  assertEquals(
    logoutCookie(false),
    "headway_auth=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
  );
});
