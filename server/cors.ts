/**
 * Which pages of other origins may read an answer. Pure functions.
 *
 * @module
 */
import { parseOrigin } from "./origin.ts";

/** Who may read: nobody beside our own pages, any page, or the listed origins. */
export type Readers = "none" | "any" | "listed";

/** What foreign pages may do with a path. */
export interface CorsRule {
  /** Who may read its answers. */
  readonly readers: Readers;
  /** Methods that a preflight is told; only for `listed`. */
  readonly methods?: string;
  /** Headers that a preflight is told; only for `listed`. */
  readonly headers?: string;
}

/** Nobody beside our own pages. */
export const NO_READERS: CorsRule = { readers: "none" };

/** The headers that let a page read an answer; none when it may not. */
export function corsHeaders(
  rule: CorsRule,
  request: { readonly origin: string | undefined; readonly isPreflight: boolean },
  allowOrigins: readonly string[],
): Readonly<Record<string, string>> {
  if (rule.readers === "none") return {};
  if (rule.readers === "any") {
    return request.isPreflight ? {} : { "Access-Control-Allow-Origin": "*" };
  }
  const { origin, isPreflight } = request;
  const normal = origin === undefined ? null : parseOrigin(origin);
  if (normal === null || !allowOrigins.includes(normal)) return { Vary: "Origin" };
  return {
    Vary: "Origin",
    "Access-Control-Allow-Origin": normal,
    ...(isPreflight && {
      "Access-Control-Allow-Methods": rule.methods ?? "GET",
      ...(rule.headers !== undefined && { "Access-Control-Allow-Headers": rule.headers }),
    }),
  };
}
