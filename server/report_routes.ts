/**
 * Routes that show the reports in a folder. What lies there may have come from anywhere: pages run in
 * a sandbox without an origin, load nothing, and other files have fixed media types.
 *
 * @module
 */
import { Hono } from "hono";
import type { App, AppEnv } from "./app.ts";

/** Nothing from elsewhere; scripts of the page itself, which reach nothing and nobody. */
const REPORT_POLICY = [
  "sandbox allow-scripts",
  "default-src 'none'",
  "script-src 'unsafe-inline'",
  "style-src 'unsafe-inline'",
  "media-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** What is shown, by the end of its name. */
const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  json: "application/json; charset=utf-8",
  md: "text/plain; charset=utf-8",
  ndjson: "text/plain; charset=utf-8",
  wav: "audio/wav",
  // As XML it could hold a page with scripts.
  xml: "text/plain; charset=utf-8",
};

/** Reads a file below the folder; null when there is none. */
export type ReadReportFile = (
  path: readonly string[],
) => Promise<{ readonly bytes: Uint8Array<ArrayBuffer> } | null>;

/** The routes below `base`. `first` is the page at its beginning. */
export function reportRoutes(read: ReadReportFile, first: string, base = ""): App {
  const routes: App = new Hono<AppEnv>();
  routes.get(`${base}/*`, async (c, next) => {
    const path = c.req.path.slice(base.length);
    const parts = partsOf(path === "/" ? `/${first}` : path);
    const type = TYPES[parts?.at(-1)?.split(".").at(-1) ?? ""];
    if (parts === null || type === undefined) return await next();
    const file = await read(parts);
    if (file === null) return await next();
    return c.body(file.bytes, 200, {
      "Content-Type": type,
      // Sound has no scripts, and without an origin a browser would not play it.
      ...(type.startsWith("text/html") && { "Content-Security-Policy": REPORT_POLICY }),
    });
  });
  return routes;
}

/** A path's parts, each a plain name; null for what could lead elsewhere. */
function partsOf(path: string): string[] | null {
  let parts: string[];
  try {
    parts = path.split("/").slice(1).map(decodeURIComponent);
  } catch {
    return null;
  }
  return parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/.test(part)) ? parts : null;
}
