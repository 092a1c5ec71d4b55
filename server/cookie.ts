/**
 * The login cookie: it proves that somebody knew the token, without being the token. Pure functions.
 *
 * `v1.<expiry>.<nonce>.<hmac>`: the key of the HMAC comes from the token, so that a new token logs
 * everybody out.
 *
 * @module
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** The cookie's name. */
export const COOKIE_NAME = "headway_auth";
/** How long a login lasts, seconds: thirty days. */
export const COOKIE_MAX_AGE_S = 2_592_000;

/** Longest `Cookie` header that is looked into. Browsers share one cookie jar among all ports. */
const MAX_HEADER_CHARS = 16_384;
const VALUE = /^v1\.(\d{1,12})\.([A-Za-z0-9_-]{16,64})\.([A-Za-z0-9_-]{43})$/;

/**
 * A cookie's value.
 *
 * @param token The server's token.
 * @param expiryS When it ends, whole seconds since the Unix epoch.
 * @param nonce 16 to 64 characters of the URL-safe alphabet, never the same twice.
 */
export function signCookie(token: string, expiryS: number, nonce: string): string {
  const signed = `v1.${expiryS}.${nonce}`;
  return `${signed}.${hmac(token, signed)}`;
}

/** Whether a cookie's value was made with this token and has not ended at `nowS`. */
export function isCookieValid(value: string, token: string, nowS: number): boolean {
  const [, expiry, nonce, given] = VALUE.exec(value) ?? [];
  if (given === undefined) return false;
  const isSigned = isSameText(given, hmac(token, `v1.${expiry}.${nonce}`));
  return isSigned && Number(expiry) > nowS;
}

/** Whether a `Cookie` header holds a valid login. Of several with the name, one must be valid. */
export function hasLogin(header: string | undefined, token: string, nowS: number): boolean {
  if (header === undefined || header.length > MAX_HEADER_CHARS) return false;
  const values = header.split(";").map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${COOKIE_NAME}=`));
  // A handful at most: each costs an HMAC.
  return values.slice(0, 4).some((pair) =>
    isCookieValid(pair.slice(COOKIE_NAME.length + 1), token, nowS)
  );
}

/** The `Set-Cookie` header of a login. */
export function loginCookie(value: string, isSecure: boolean): string {
  return cookie(value, COOKIE_MAX_AGE_S, isSecure);
}

/** The `Set-Cookie` header that ends a login. */
export function logoutCookie(isSecure: boolean): string {
  return cookie("", 0, isSecure);
}

/** Whether two texts are equal, in a time that tells nothing about where they differ. */
export function isSameText(a: string, b: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function cookie(value: string, maxAgeS: number, isSecure: boolean): string {
  return `${COOKIE_NAME}=${value}; HttpOnly; SameSite=Lax; Path=/; Max-Age=${maxAgeS}` +
    (isSecure ? "; Secure" : "");
}

function hmac(token: string, text: string): string {
  const key = createHmac("sha256", token).update("headway login cookie v1").digest();
  return createHmac("sha256", key).update(text).digest("base64url");
}
